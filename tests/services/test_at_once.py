"""Several people at the same instant, each on a connection of their own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from studentadmin.errors import Clash, RuleBroken, StudentAdminError
from studentadmin.extensions import Base, db
from studentadmin.models import ChangeSet, Enrolment, Student, StudentContact
from studentadmin.services.enrolment import EnrolmentDraft, enrolments
from studentadmin.services.person import StudentContactDraft, student_contacts
from studentadmin.services.student import StudentDraft, students
from studentadmin.services.undo import undo
from studentadmin.services.unit import Unit, write
from tests.factories import SYSTEM, Register

PEOPLE = 6


@pytest.fixture
def shared(migrated_app: Flask) -> Iterator[Flask]:
    """The app without a transaction around it; as it was before, afterwards."""
    tables = Base.metadata.sorted_tables
    with migrated_app.app_context(), db.engine.begin() as connection:
        ships = [(table, connection.execute(table.select()).mappings().all()) for table in tables]
    yield migrated_app
    with migrated_app.app_context(), db.engine.begin() as connection:
        checks = connection.dialect.name in {"mysql", "mariadb"}  # a row may point at its own table
        if checks:
            connection.exec_driver_sql("SET foreign_key_checks = 0")
        for table in reversed(tables):
            connection.execute(table.delete())
        for table, rows in ships:
            if rows:
                connection.execute(table.insert(), [dict(row) for row in rows])
        if checks:
            connection.exec_driver_sql("SET foreign_key_checks = 1")


@pytest.fixture
def register(shared: Flask) -> Iterator[Register]:
    with shared.app_context():
        yield Register()


def all_at_once(app: Flask, act: Callable[[int], Any]) -> Counter[str]:
    """Everybody acts behind one barrier; how often each outcome came."""
    barrier = Barrier(PEOPLE)

    def one(number: int) -> str:
        with app.app_context():
            barrier.wait()
            try:
                return str(act(number) or "done")
            except StudentAdminError as error:
                field = f" {error.field}" if isinstance(error, RuleBroken) else ""
                return type(error).__name__ + field
            finally:
                db.session.remove()

    with ThreadPoolExecutor(PEOPLE) as pool:
        return Counter(pool.map(one, range(PEOPLE)))


def do(work: Callable[[Unit], Any], **options: Any) -> Any:
    return write(work, by=SYSTEM, why="at once", **options)


def test_one_number_is_given_once(shared: Flask) -> None:
    draft = StudentDraft("SAME", "Klein")
    came = all_at_once(shared, lambda _n: do(lambda u: students.create(u, draft)) and "")
    assert came == {"done": 1, "RuleBroken student_number": PEOPLE - 1}


def test_one_key_writes_once(shared: Flask) -> None:
    def act(number: int) -> str:
        draft = StudentDraft(f"KEY{number}", "Klein")
        written = do(lambda u: students.create(u, draft), key="one")
        return "repeated" if written.repeated else "written"

    assert all_at_once(shared, act) == {"written": 1, "repeated": PEOPLE - 1}
    with shared.app_context():
        assert db.session.query(Student).count() == 1


def test_one_main_enrolment_stands(shared: Flask, register: Register) -> None:
    student, homeroom = register.student(), register.homeroom()
    draft = EnrolmentDraft(
        student.id,
        homeroom.organisation_id,
        homeroom.academic_session_id,
        register.grade_level().id,
        date(2026, 9, 1),
    )
    came = all_at_once(shared, lambda _n: do(lambda u: enrolments.create(u, draft)) and "")
    assert came == {"done": 1, "RuleBroken entry_date": PEOPLE - 1}
    with shared.app_context():
        assert db.session.query(Enrolment).count() == 1


def test_one_contact_is_primary(shared: Flask, register: Register) -> None:
    student = register.student()
    people = [register.person().id for _number in range(PEOPLE)]

    def act(number: int) -> None:
        draft = StudentContactDraft(student.id, people[number], "mother", is_primary=True)
        do(lambda u: student_contacts.create(u, draft))

    assert all_at_once(shared, act) == {"done": PEOPLE}
    with shared.app_context():
        flags = db.session.scalars(select(StudentContact.is_primary)).all()
        assert Counter(flags) == {True: 1, False: PEOPLE - 1}


def test_one_field_is_overwritten_by_nobody(shared: Flask, register: Register) -> None:
    student = register.student(given_name="Ora")

    def act(number: int) -> None:
        values = {"given_name": f"N{number}"}
        do(lambda u: students.edit(u, student.id, values, version=1))

    assert all_at_once(shared, act) == {"done": 1, Clash.__name__: PEOPLE - 1}


def test_different_fields_are_all_kept(shared: Flask, register: Register) -> None:
    student = register.student()
    fields = (
        "middle_name",
        "preferred_name",
        "birth_place",
        "citizenship",
        "ethnicity",
        "language",
    )

    def act(number: int) -> None:
        do(lambda u: students.edit(u, student.id, {fields[number]: "x"}, version=1))

    assert all_at_once(shared, act) == {"done": PEOPLE}
    with shared.app_context():
        row = db.session.get_one(Student, student.id)
        assert [getattr(row, name) for name in fields] == ["x"] * PEOPLE
        assert row.version == PEOPLE + 1


def test_one_undo_takes_it_back(shared: Flask, register: Register) -> None:
    student = register.student(given_name="Ora")
    edit = do(lambda u: students.edit(u, student.id, {"given_name": "Nora"}))
    key = edit.change_set_id
    came = all_at_once(
        shared, lambda _n: do(lambda u: undo(u, key), undoes=key).change_set_id and ""
    )
    assert came == {"done": 1, "RuleBroken None": PEOPLE - 1}
    with shared.app_context():
        assert db.session.get_one(Student, student.id).given_name == "Ora"
        assert db.session.query(ChangeSet).filter_by(undoes_id=key).count() == 1
