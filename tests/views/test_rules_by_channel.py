"""One rule, one owner: the same case by service, page, cell and file ends the same way."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from studentadmin.extensions import db
from studentadmin.models import Enrolment, Student
from studentadmin.services.student import students
from studentadmin.services.unit import write
from tests.factories import SYSTEM
from tests.views.channels import SAVED, Office

TODAY = date.today()  # noqa: DTZ011
ALL = ("service", "page", "cell", "file")
TYPED = ("page", "cell", "file")


@pytest.fixture
def desk(app: Flask, owner: Any, register: Any) -> Office:
    register.student("TAKEN")
    thrown = register.student("THROWN")
    with app.app_context():
        write(lambda unit: students.remove(unit, thrown.id), by=SYSTEM, why="delete")
    return Office(app, owner)


NEW: dict[str, tuple[dict[str, Any], str, tuple[str, ...]]] = {
    "a number of another student": ({"student_number": "TAKEN"}, "student_number", ALL[:3]),
    "in small letters": ({"student_number": "taken"}, "student_number", ALL[:3]),
    "full width": ({"student_number": "ＴＡＫＥＮ"}, "student_number", ALL[:3]),
    "with spaces": ({"student_number": " ta ken "}, "student_number", ALL[:3]),
    "a number of the trash": ({"student_number": "thrown"}, "student_number", ALL),
    "a slash in a number": ({"student_number": "A/B"}, "student_number", ALL),
    "a number too long": ({"student_number": "1" * 33}, "student_number", ALL),
    "no number": ({"student_number": ""}, "student_number", ALL),
    "leading zeros": ({"student_number": "007"}, SAVED, ALL),
    "born today": ({"birth_date": TODAY}, "birth_date", ALL),
    "born tomorrow": ({"birth_date": TODAY + timedelta(days=1)}, "birth_date", ALL),
    "born yesterday": ({"birth_date": TODAY - timedelta(days=1)}, SAVED, ALL),
    "born long ago: a warning only": ({"birth_date": date(1900, 1, 1)}, SAVED, ALL),
    "born on no day": ({"birth_date": "2021-02-30"}, "birth_date", TYPED),
    "a bell in a name": ({"family_name": "a\x07b"}, "family_name", TYPED),
    "a name too long": ({"family_name": "x" * 101}, "family_name", TYPED),
    "no name": ({"family_name": ""}, "family_name", TYPED),
    "no e-mail": ({}, SAVED, ALL),
    "an unknown sex": ({"sex": "xyz"}, "sex", TYPED),
}
"""Values, what shall come of them, and the channels that can be asked; a file meets a known number
as that student."""


def by_channel(*without: str) -> list[Any]:
    """Every case by every channel that it can be asked of."""
    return [
        pytest.param(*NEW[case][:2], channel, id=f"{case} by {channel}")
        for case in NEW
        for channel in NEW[case][2]
        if channel not in without
    ]


@pytest.mark.parametrize(("values", "expected", "channel"), by_channel("cell"))
def test_a_new_student(
    app: Flask, desk: Office, values: dict[str, Any], expected: str, channel: str
) -> None:
    values = {"student_number": "N1", "family_name": "Klein", "given_name": "Ora", **values}
    assert getattr(desk, channel)("student", values) == expected
    with app.app_context():
        count = db.session.query(Student).filter_by(family_name="Klein").count()
        assert count == 2 + (expected == SAVED)


@pytest.mark.parametrize(("values", "expected", "channel"), by_channel("file"))
def test_a_known_student(
    app: Flask,
    desk: Office,
    register: Any,
    values: dict[str, Any],
    expected: str,
    channel: str,
) -> None:
    values = values or {"given_name": "Nora"}
    student = register.student("K1")
    assert getattr(desk, channel)("student", values, student) == expected
    with app.app_context():
        row = db.session.get(Student, student.id)
        assert row is not None
        assert (row.version > 1) is (expected == SAVED)


@pytest.mark.parametrize("channel", ALL)
@pytest.mark.parametrize(
    ("born", "expected"),
    [
        (date(2026, 8, 31), SAVED),
        (date(2026, 9, 1), "birth_date"),
        (date(2026, 9, 2), "birth_date"),
    ],
)
def test_born_before_entering(
    desk: Office, register: Any, channel: str, born: date, expected: str
) -> None:
    student = register.student("K1")
    register.enrolment(student, entry_date=date(2026, 9, 1))
    if born >= TODAY:
        expected = "birth_date"
    assert getattr(desk, channel)("student", {"birth_date": born}, student) == expected


@pytest.mark.parametrize("channel", ["service", "page"])
def test_a_number_stays_taken_for_ever(
    app: Flask, desk: Office, register: Any, channel: str
) -> None:
    student = register.student("K1")
    register.enrolment(student)
    with app.app_context():
        write(lambda unit: students.remove(unit, student.id), by=SYSTEM, why="delete")
    values = {"student_number": "k1", "family_name": "New"}
    assert getattr(desk, channel)("student", values) == "student_number"


SEPTEMBER = ("2026-09-01", "2026-09-30")
SPANS: dict[str, tuple[tuple[str, str], tuple[str, str], bool, str]] = {
    "the day after": (("2026-09-01", "2026-12-31"), ("2027-01-01", ""), True, SAVED),
    "the same day": (("2026-09-01", "2026-12-31"), ("2026-12-31", ""), True, "entry_date"),
    "inside": (("2026-09-01", "2027-06-30"), ("2026-10-01", "2026-10-02"), True, "entry_date"),
    "around": (("2026-10-01", "2026-10-02"), ("2026-09-01", "2027-06-30"), True, "entry_date"),
    "open and later": (("2026-09-01", ""), ("2027-01-01", ""), True, "entry_date"),
    "open and earlier": (("2026-10-01", ""), ("2026-09-01", "2026-09-30"), True, SAVED),
    "two open": (("2026-10-01", ""), ("2026-09-01", ""), True, "entry_date"),
    "one day each": (("2026-09-01", "2026-09-01"), ("2026-09-02", "2026-09-02"), True, SAVED),
    "not the main one": (("2026-09-01", ""), ("2026-09-01", ""), False, SAVED),
    "an exit before the entry": (SEPTEMBER, ("2026-11-02", "2026-11-01"), True, "exit_date"),
    "before the school year": (SEPTEMBER, ("2026-07-31", "2026-08-20"), True, "entry_date"),
    "beyond the school year": (SEPTEMBER, ("2026-10-01", "2027-08-01"), True, "exit_date"),
}  # fmt: skip


@pytest.mark.parametrize("how", ["service", "page", "service edit", "page edit"])
@pytest.mark.parametrize("case", SPANS)
def test_main_enrolments_never_overlap(
    app: Flask, desk: Office, register: Any, case: str, how: str
) -> None:
    first, second, primary, expected = SPANS[case]
    student = register.student("K1")
    homeroom = register.homeroom()
    place = {
        "student_id": student.id, "organisation_id": homeroom.organisation_id,
        "academic_session_id": homeroom.academic_session_id,
        "grade_level_id": register.grade_level().id,
    }  # fmt: skip
    register.enrolment(student, **{**place, **span(first)})
    values = {**place, **span(second), "is_primary": primary}
    channel, _space, edit = how.partition(" ")
    row = None
    if edit:
        apart = {"entry_date": date(2027, 7, 31), "is_primary": False}
        row = register.enrolment(student, **{**place, **apart})
        values = {name: value for name, value in values.items() if name not in place}
    assert getattr(desk, channel)("enrolment", values, row) == expected


def span(days: tuple[str, str]) -> dict[str, Any]:
    entry, leave = (date.fromisoformat(day) if day else None for day in days)
    return {
        "entry_date": entry, "exit_date": leave, "exit_type": "withdrawn" if leave else None,
        "entry_type": "new",
    }  # fmt: skip


@pytest.mark.parametrize("channel", ["service", "page"])
@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"exit_date": date(2026, 10, 1)}, "exit_type"),
        ({"exit_type": "withdrawn"}, "exit_date"),
        ({"exit_date": date(2026, 10, 1), "exit_type": "withdrawn"}, SAVED),
    ],
)
def test_an_exit_has_a_day_and_a_type(
    desk: Office, register: Any, channel: str, values: dict[str, Any], field: str
) -> None:
    enrolment = register.enrolment(register.student())
    assert getattr(desk, channel)("enrolment", values, enrolment) == field


def test_an_exit_day_alone_is_refused_in_a_cell(desk: Office, register: Any) -> None:
    enrolment = register.enrolment(register.student())
    assert desk.cell("enrolment", {"exit_date": date(2026, 10, 1)}, enrolment) == "exit_type"


def test_a_file_moves_nobody_who_is_enrolled(app: Flask, desk: Office, register: Any) -> None:
    """An import says that it left the enrolment alone; it makes no second one."""
    student = register.student("K1")
    register.enrolment(student)
    assert desk.file("student", {"given_name": "Nora"}, student) == SAVED
    with app.app_context():
        assert db.session.query(Enrolment).filter_by(student_id=student.id).count() == 1


@pytest.mark.parametrize("channel", ["service", "page"])
@pytest.mark.parametrize(
    ("start", "end", "field"),
    [
        (date(2026, 9, 2), date(2027, 7, 31), "start_date"),
        (date(2026, 8, 1), date(2026, 8, 31), "start_date"),
        (date(2026, 9, 1), date(2027, 7, 31), SAVED),
        (date(2026, 9, 1), date(2026, 8, 31), "end_date"),
    ],
)
def test_a_school_year_keeps_what_lies_in_it(
    desk: Office, register: Any, channel: str, start: date, end: date, field: str
) -> None:
    year = register.academic_session()
    register.enrolment(register.student(), academic_session_id=year.id)
    values = {"start_date": start, "end_date": end}
    assert getattr(desk, channel)("academic_session", values, year) == field
