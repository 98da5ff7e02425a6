"""After an undo the rules hold, and what follows from other rows follows from what is there now."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from studentadmin.errors import RuleBroken
from studentadmin.models import ChangeSet, Student, StudentContact, User
from studentadmin.services.student import students
from studentadmin.services.undo import undo
from studentadmin.services.unit import Unit, Written, write
from tests.factories import SYSTEM, Register


def edit(student: Student, **values: Any) -> Written[Student]:
    return write(lambda unit: students.edit(unit, student.id, values), by=SYSTEM, why="edit")


def take_back(change_set_id: int | None) -> Written[ChangeSet]:
    assert change_set_id is not None

    def work(unit: Unit) -> ChangeSet:
        return undo(unit, change_set_id)

    return write(work, by=SYSTEM, why="undo", source="undo", undoes=change_set_id)


def last_change(session: Session) -> int:
    session.rollback()
    newest = session.scalars(select(ChangeSet.id).order_by(ChangeSet.id.desc())).first()
    assert newest is not None
    return newest


def test_a_later_edit_of_another_name_is_no_clash(register: Register, session: Session) -> None:
    student = register.student(given_name="Ora", middle_name="M")
    first = edit(student, given_name="Nora")
    edit(student, middle_name="Maria")
    take_back(first.change_set_id)
    session.rollback()
    saved = session.get_one(Student, student.id)
    assert (saved.given_name, saved.middle_name) == ("Ora", "Maria")
    assert saved.search_name == "klein ora maria"


def test_taking_an_enrolment_back_takes_the_status_back(
    register: Register, session: Session
) -> None:
    student = register.student()
    register.enrolment(student)
    enrolled = last_change(session)
    assert session.get_one(Student, student.id).status == "enrolled"
    take_back(enrolled)
    session.rollback()
    assert session.get_one(Student, student.id).status == "registered"


def test_one_primary_contact_remains(register: Register, session: Session) -> None:
    student = register.student()
    register.contact(student, register.person())
    first = last_change(session)
    register.contact(student, register.person(given_name="Paul"), relation="father")
    take_back(first)
    session.rollback()
    (left,) = session.scalars(select(StudentContact).filter_by(student_id=student.id))
    assert left.is_primary


def test_an_account_is_not_taken_back(
    as_role: Callable[[str], FlaskClient], session: Session
) -> None:
    as_role("owner")
    with pytest.raises(RuleBroken, match="account"):
        take_back(last_change(session))
    assert session.scalars(select(User)).first() is not None
