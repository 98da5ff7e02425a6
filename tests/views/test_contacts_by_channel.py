"""The rules about contacts and what else hangs on a student, by service, page and cell."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from studentadmin.extensions import db
from studentadmin.models import Email, Student, StudentContact
from studentadmin.services.student import students
from studentadmin.services.unit import write
from tests.factories import SYSTEM
from tests.views.channels import SAVED, Office


@pytest.fixture
def desk(app: Flask, owner: Any) -> Office:
    return Office(app, owner)


class TestOnePrimaryContact:
    """Exactly one, once a student has contacts."""

    def primaries(self, app: Flask, student: Student) -> list[bool]:
        with app.app_context():
            query = select(StudentContact).filter_by(student_id=student.id, deleted_at=None)
            rows = db.session.scalars(query.order_by(StudentContact.id))
            return [row.is_primary for row in rows]

    @pytest.mark.parametrize("channel", ["service", "page"])
    def test_the_first_becomes_it_and_another_takes_it_over(
        self, app: Flask, desk: Office, register: Any, channel: str
    ) -> None:
        student = register.student("K1")
        for asked, expected in (
            (False, [True]),
            (False, [True, False]),
            (True, [False, False, True]),
        ):
            values = {
                "student_id": student.id, "person_id": register.person().id,
                "relation": "mother", "is_primary": asked, "priority": 1,
            }  # fmt: skip
            assert getattr(desk, channel)("student_contact", values) == SAVED
            assert self.primaries(app, student) == expected

    @pytest.mark.parametrize("channel", ["service", "page", "cell"])
    def test_it_moves_and_is_never_given_up(
        self, app: Flask, desk: Office, register: Any, channel: str
    ) -> None:
        student = register.student("K1")
        rows = [register.contact(student, register.person()) for _number in range(3)]
        assert getattr(desk, channel)("student_contact", {"is_primary": True}, rows[2]) == SAVED
        assert self.primaries(app, student) == [False, False, True]
        getattr(desk, channel)("student_contact", {"is_primary": False}, rows[2])
        assert self.primaries(app, student).count(True) == 1

    def test_the_next_in_order_takes_over_from_a_removed_one(
        self, app: Flask, desk: Office, register: Any
    ) -> None:
        student = register.student("K1")
        first, _third, _second = (
            register.contact(student, register.person(), priority=priority)
            for priority in (1, 3, 2)
        )
        desk.desk.open(f"/student-contacts/{first.id}/delete")
        desk.desk.press(f"/student-contacts/{first.id}/delete")
        assert self.primaries(app, student) == [False, True]

    def test_the_whole_family_comes_back_as_it_was(
        self, app: Flask, desk: Office, register: Any
    ) -> None:
        student = register.student("K1")
        for _number in range(3):
            register.contact(student, register.person())
        assert self.primaries(app, student) == [True, False, False]
        desk.desk.open("/students/K1/delete")
        desk.desk.press("/students/K1/delete")
        assert self.primaries(app, student) == []
        desk.desk.open("/students/?trash=1")
        desk.desk.press("/students/K1/restore")
        assert self.primaries(app, student) == [True, False, False]

    @pytest.mark.parametrize("channel", ["service", "page"])
    def test_one_person_is_one_contact_of_a_student(
        self, desk: Office, register: Any, channel: str
    ) -> None:
        student, person = register.student("K1"), register.person()
        register.contact(student, person)
        values = {
            "student_id": student.id, "person_id": person.id, "relation": "father", "priority": 1,
        }  # fmt: skip
        assert getattr(desk, channel)("student_contact", values) == "person_id"


@pytest.mark.parametrize("channel", ["service", "page"])
def test_brothers_and_sisters_share_an_address(
    app: Flask, desk: Office, register: Any, channel: str
) -> None:
    """E-mail is never unique, and case and length are left as typed."""
    for number in ("K1", "K2"):
        values = {
            "type": "home", "student_id": register.student(number).id, "priority": 1,
            "address": "Family@Example.org",
        }  # fmt: skip
        assert getattr(desk, channel)("email", values) == SAVED
    with app.app_context():
        kept = [row.address for row in db.session.query(Email)]
        assert kept == ["Family@Example.org"] * 2


@pytest.mark.parametrize("channel", ["service", "page"])
def test_nothing_is_added_to_a_student_in_the_trash(
    app: Flask, desk: Office, register: Any, channel: str
) -> None:
    student = register.student("K1")
    homeroom = register.homeroom()
    person = register.person()
    with app.app_context():
        write(lambda unit: students.remove(unit, student.id), by=SYSTEM, why="delete")
    owned: dict[str, dict[str, Any]] = {
        "student_identifier": {"scheme": "passport", "value": "P"},
        "student_contact": {"person_id": person.id, "relation": "mother", "priority": 1},
        "phone": {"type": "home", "number": "1", "priority": 1},
        "email": {"type": "home", "address": "a@example.org", "priority": 1},
        "address": {"type": "home", "street": "x", "priority": 1},
        "enrolment": {
            "organisation_id": homeroom.organisation_id,
            "academic_session_id": homeroom.academic_session_id,
            "grade_level_id": register.grade_level().id,
            "entry_date": date(2026, 9, 1), "entry_type": "new",
        },
    }  # fmt: skip
    for table, values in owned.items():
        said = getattr(desk, channel)(table, {"student_id": student.id, **values})
        assert said == "student_id", table
