"""Undo: of every kind of change set, in any order, and never over somebody's later work."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from studentadmin.errors import RuleBroken
from studentadmin.models import RECORDS, ChangeRow, Student, StudentContact
from studentadmin.services import history
from studentadmin.services.enrolment import enrolments
from studentadmin.services.grade_level import GradeLevelDraft, grade_levels
from studentadmin.services.person import people, student_contacts
from studentadmin.services.records import service_of
from studentadmin.services.student import students
from studentadmin.services.unit import Unit
from tests.factories import Register
from tests.registers import snapshot
from tests.services.doing import do, newest, take_back


def family(register: Register) -> dict[str, Any]:
    """A student with everything that hangs on one."""
    student = register.student(birth_date=date(2012, 5, 6))
    mother, father = register.person(), register.person(given_name="Paul")
    return {
        "student": student,
        "enrolment": register.enrolment(student),
        "mother": register.contact(student, mother),
        "father": register.contact(student, father, relation="father"),
        "person": mother,
    }


KINDS: dict[str, Callable[[Unit, dict[str, Any]], Any]] = {
    "edit": lambda unit, f: students.edit(unit, f["student"].id, {"given_name": "Nora"}),
    "edit to nothing": lambda unit, f: students.edit(unit, f["student"].id, {"birth_date": None}),
    "delete": lambda unit, f: students.remove(unit, f["student"].id),
    "delete a contact": lambda unit, f: student_contacts.remove(unit, f["mother"].id),
    "another primary": lambda unit, f: student_contacts.edit(
        unit, f["father"].id, {"is_primary": True}
    ),
    "an exit": lambda unit, f: enrolments.edit(
        unit, f["enrolment"].id, {"exit_date": date(2027, 1, 31), "exit_type": "withdrawn"}
    ),
    "an exit, then the trash": lambda unit, f: [
        enrolments.edit(
            unit, f["enrolment"].id, {"exit_date": date(2027, 1, 31), "exit_type": "withdrawn"}
        ),
        students.remove(unit, f["student"].id),
    ],
    "a name of a person": lambda unit, f: people.edit(unit, f["person"].id, {"family_name": "Ö"}),
    "many rows": lambda unit, f: [
        students.edit(unit, f["student"].id, {"middle_name": "M"}),
        people.edit(unit, f["person"].id, {"middle_name": "M"}),
        student_contacts.remove(unit, f["father"].id),
    ],
    "a ladder of grades": lambda unit, f: _ladder(unit, f["enrolment"].grade_level_id),
    "two changes of one row": lambda unit, f: [
        students.edit(unit, f["student"].id, {"student_number": "TEMP"}),
        students.edit(unit, f["student"].id, {"student_number": "FINAL", "family_name": "Z"}),
    ],
}


def _ladder(unit: Unit, first: int) -> None:
    """The new rung is made between two changes of the old one, which points at it at the end."""
    grade_levels.edit(unit, first, {"name": "First"})
    following = grade_levels.create(unit, GradeLevelDraft("NEXT", "Next", 10))
    grade_levels.edit(unit, first, {"next_id": following.id})


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_change_is_taken_back_and_given_again(
    session: Session, register: Register, kind: str
) -> None:
    parts = family(register)
    before = snapshot(session)
    done = do(lambda unit: KINDS[kind](unit, parts))
    after = snapshot(session)
    assert after != before
    undone = take_back(done)
    assert snapshot(session) == before
    redone = take_back(undone)
    assert snapshot(session) == after
    take_back(redone)
    assert snapshot(session) == before


def test_an_added_record_leaves_the_tables_and_comes_back_under_its_key(
    session: Session, register: Register
) -> None:
    before = snapshot(session)
    student = register.student("A1")
    key, sourced_id = student.id, student.sourced_id
    undone = take_back(newest(session))
    assert snapshot(session) == before
    take_back(undone)
    session.rollback()
    again = session.get_one(Student, key)
    assert (again.student_number, again.sourced_id) == ("A1", sourced_id)
    do(lambda unit: students.edit(unit, key, {"given_name": "Nora"}))


def test_a_restored_record_goes_back_to_the_trash(session: Session, register: Register) -> None:
    parts = family(register)
    do(lambda unit: students.remove(unit, parts["student"].id))
    before = snapshot(session)
    restored = do(lambda unit: students.restore(unit, parts["student"].id))
    take_back(restored)
    assert snapshot(session) == before


def test_the_history_of_a_record_goes_on_through_undo_and_redo(
    session: Session, register: Register
) -> None:
    student = register.student(given_name="Ora")
    edit = do(lambda unit: students.edit(unit, student.id, {"given_name": "Nora"}))
    undone = take_back(edit)
    take_back(undone)
    session.rollback()
    lines = history.timeline(session, "student", student.id)
    assert [(line.action, (line.after or {}).get("given_name")) for line in lines] == [
        ("update", "Nora"), ("update", "Ora"), ("update", "Nora"), ("insert", "Ora"),
    ]  # fmt: skip
    assert [line.version for line in lines] == [4, 3, 2, 1]
    row = session.get_one(Student, student.id)
    for version, name in ((1, "Ora"), (2, "Nora"), (3, "Ora"), (4, "Nora")):
        assert history.at_version(session, row, version)["given_name"] == name


class TestWhoTookWhatBack:
    """A change set is undone while an undo of it stands."""

    def test_every_second_undo_gives_it_back(self, session: Session, register: Register) -> None:
        student = register.student(given_name="Ora")
        first = do(lambda unit: students.edit(unit, student.id, {"given_name": "Nora"}))
        chain = [first.change_set_id]
        for number in range(1, 6):
            assert bool(history.undone_by(session, chain[:1])) is (number % 2 == 0)
            chain.append(take_back(chain[-1] or 0).change_set_id)
            session.rollback()

    def test_it_can_be_undone_again_after_it_was_given_back(
        self, session: Session, register: Register
    ) -> None:
        student = register.student(given_name="Ora")
        first = do(lambda unit: students.edit(unit, student.id, {"given_name": "Nora"}))
        take_back(take_back(first))
        again = take_back(first)
        session.rollback()
        assert history.undone_by(session, [first.change_set_id or 0]) == {
            first.change_set_id: again.change_set_id
        }
        with pytest.raises(RuleBroken):
            take_back(first)


def test_a_change_set_that_does_not_exist_is_missing(app: Any) -> None:
    from studentadmin.errors import Missing

    with pytest.raises(Missing):
        take_back(10**9)


def test_every_table_with_a_history_has_a_service(app: Any) -> None:
    assert {service_of(model).resource for model in RECORDS.values()} == set(RECORDS)


def test_a_change_set_names_each_row_once(session: Session, register: Register) -> None:
    """Also where a row is put back and then brought in line by a rule: the only contact left."""
    student = register.student()
    first = register.contact(student, register.person())
    second = register.contact(student, register.person(), relation="father")
    undone = take_back(newest(session))
    do(lambda unit: student_contacts.remove(unit, first.id))
    before = snapshot(session)
    redone = take_back(undone)
    session.rollback()
    (line,) = session.scalars(select(ChangeRow).filter_by(change_set_id=redone.change_set_id))
    assert (line.row_id, line.action) == (second.id, "insert")
    assert line.after is not None
    assert line.after["is_primary"] is True
    assert line.version == session.get_one(StudentContact, second.id).version
    take_back(redone)
    assert snapshot(session) == before
