"""The write path: one transaction, one change set, all of its history."""

from __future__ import annotations

import dataclasses
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from studentadmin.errors import Clash, ReadOnly, RuleBroken
from studentadmin.extensions import db
from studentadmin.models import ChangeRow, ChangeSet, Student
from studentadmin.services.draining import drain
from studentadmin.services.student import StudentDraft, students
from studentadmin.services.unit import Busy, Unit, write
from studentadmin.signals import change_saved
from tests.factories import SYSTEM, Register

DRAFT = StudentDraft("U1", "Klein", "Ora", birth_date=date(2010, 4, 2))


def create(draft: StudentDraft = DRAFT, **options: Any) -> Any:
    return write(lambda unit: students.create(unit, draft), by=SYSTEM, why="create", **options)


def rows(session: Session, change_set_id: int | None) -> list[ChangeRow]:
    query = select(ChangeRow).filter_by(change_set_id=change_set_id).order_by(ChangeRow.id)
    return list(session.scalars(query))


def test_an_insert_keeps_every_value(session: Session) -> None:
    written = create()
    (line,) = rows(session, written.change_set_id)
    assert (line.table_name, line.row_id, line.action) == ("student", written.made.id, "insert")
    assert line.before is None
    assert line.after is not None
    assert line.after["birth_date"] == "2010-04-02"
    assert line.after["student_number"] == "U1"


def test_an_update_keeps_only_what_changed(session: Session) -> None:
    student = create().made
    written = write(
        lambda unit: students.edit(unit, student.id, {"middle_name": "X"}), by=SYSTEM, why="edit"
    )
    (line,) = rows(session, written.change_set_id)
    assert line.before == {"middle_name": None, "search_name": "klein ora"}
    assert line.after == {"middle_name": "X", "search_name": "klein ora x"}
    assert line.version == written.made.version == 2


def test_a_change_of_nothing_leaves_no_trace(session: Session) -> None:
    student = create().made
    before = session.scalar(select(func.count()).select_from(ChangeSet))
    written = write(
        lambda unit: students.edit(unit, student.id, {"given_name": "Ora"}), by=SYSTEM, why="edit"
    )
    assert written.change_set_id is None
    assert session.scalar(select(func.count()).select_from(ChangeSet)) == before


def test_a_refusal_writes_nothing(session: Session) -> None:
    def work(unit: Unit) -> None:
        students.create(unit, DRAFT)
        students.create(unit, dataclasses.replace(DRAFT, family_name="Twin"))

    with pytest.raises(RuleBroken) as refused:
        write(work, by=SYSTEM, why="create")
    assert refused.value.field == "student_number"
    assert session.scalar(select(Student).filter_by(student_number="U1")) is None


def test_a_twin_that_only_the_database_sees_is_refused_at_its_field(app: Any) -> None:
    """Past the service's own look, as when two people save at once; alike on both databases."""
    create()
    names = {"family_name": "Twin", "sort_name": "twin", "search_name": "twin"}

    def work(unit: Unit) -> None:
        unit.add(Student(student_number="U1", **names))

    with pytest.raises(RuleBroken) as refused:
        write(work, by=SYSTEM, why="create")
    assert refused.value.field == "student_number"


def test_the_same_key_writes_once(session: Session) -> None:
    first = create(key="one")
    again = create(key="one")
    assert again.repeated
    assert again.change_set_id == first.change_set_id
    assert again.subject == ("student", first.made.id)


def test_a_unit_runs_again_whole_after_a_deadlock(session: Session) -> None:
    runs = []

    def work(unit: Unit) -> Student:
        runs.append(unit)
        student = students.create(unit, DRAFT)
        if len(runs) < 3:
            raise OperationalError("select", {}, Exception(1213, "Deadlock found"))
        return student

    written = write(work, by=SYSTEM, why="create")
    assert len(runs) == 3
    assert len(rows(session, written.change_set_id)) == 1


def test_a_unit_gives_up_when_the_lock_stays(session: Session) -> None:
    def work(unit: Unit) -> None:
        raise OperationalError("select", {}, Exception("database is locked"))

    with pytest.raises(Busy):
        write(work, by=SYSTEM, why="create")


def test_other_errors_of_the_database_are_not_repeated(session: Session) -> None:
    runs = []

    def work(unit: Unit) -> None:
        runs.append(1)
        raise OperationalError("select", {}, Exception(1146, "no such table"))

    with pytest.raises(OperationalError):
        write(work, by=SYSTEM, why="create")
    assert len(runs) == 1


def test_nothing_is_written_outside_a_unit(register: Register, session: Session) -> None:
    student = session.get_one(Student, register.student().id)
    student.given_name = "Other"
    with pytest.raises(AssertionError, match="unit"):
        session.flush()
    session.rollback()


def test_the_signal_comes_after_the_commit_and_never_on_a_refusal(app: Any) -> None:
    heard = []

    def hear(_app: Any, change_set_id: int, tables: frozenset[str]) -> None:
        heard.append((db.session.get(ChangeSet, change_set_id), tables))

    with change_saved.connected_to(hear):
        written = create()
        with pytest.raises(RuleBroken):
            create()
    assert [(change.id, tables) for change, tables in heard] == [
        (written.change_set_id, {"student"})
    ]


def test_a_read_only_register_refuses(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "READ_ONLY", True)
    with pytest.raises(ReadOnly):
        create()


def test_closing_waits_for_units_and_lets_no_new_one_in(app: Any) -> None:
    try:
        assert drain().close(timeout=1)
        with pytest.raises(ReadOnly):
            create()
    finally:
        drain().reopen()
    assert create().made.student_number == "U1"


class TestTwoPeopleAtOneRecord:
    """The version a form was filled from decides what the form may overwrite."""

    def edit(self, student: Student, version: int, **values: Any) -> Any:
        return write(
            lambda unit: students.edit(unit, student.id, values, version), by=SYSTEM, why="edit"
        )

    def test_different_fields_merge(self, register: Register, session: Session) -> None:
        student = register.student(given_name="Ora", middle_name="M")
        self.edit(student, 1, given_name="Nora", middle_name="M")
        self.edit(student, 1, given_name="Ora", middle_name="Maria")
        session.rollback()
        saved = session.get_one(Student, student.id)
        assert (saved.given_name, saved.middle_name) == ("Nora", "Maria")

    def test_the_same_field_clashes_and_shows_both(
        self, register: Register, session: Session
    ) -> None:
        student = register.student(given_name="Ora")
        self.edit(student, 1, given_name="Nora")
        with pytest.raises(Clash) as refused:
            self.edit(student, 1, given_name="Lora", middle_name="X")
        (clash,) = refused.value.clashes
        assert (clash.field, clash.base, clash.mine, clash.theirs) == (
            "given_name",
            "Ora",
            "Lora",
            "Nora",
        )
        session.rollback()
        assert session.get_one(Student, student.id).middle_name is None

    def test_the_same_value_typed_twice_is_no_clash(self, register: Register) -> None:
        student = register.student(given_name="Ora")
        self.edit(student, 1, given_name="Nora")
        assert self.edit(student, 1, given_name="Nora").change_set_id is None

    def test_a_value_changed_and_changed_back_is_no_clash(self, register: Register) -> None:
        student = register.student(given_name="Ora")
        self.edit(student, 1, given_name="Nora")
        self.edit(student, 2, given_name="Ora")
        assert self.edit(student, 1, given_name="Lora").made.given_name == "Lora"
