"""Rules 6 and 7, and those of courses, sections and calendars, by every channel."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask import Flask

from studentadmin.extensions import db
from studentadmin.models import ChangeRow, SectionEnrolment
from tests.conftest import make_user
from tests.teaching import MONDAY, SATURDAY, TUESDAY, Teaching, code
from tests.views.channels import SAVED, Office

CHANNELS = ("service", "page")
SEPTEMBER, OCTOBER = date(2026, 9, 1), date(2026, 10, 1)


@pytest.fixture
def register(app: Flask) -> Any:
    """`Teaching`, each call in a context of its own."""

    class InContext:
        def __getattr__(self, name: str) -> Any:
            def make(*values: Any, **named: Any) -> Any:
                with app.app_context():
                    return getattr(Teaching(), name)(*values, **named)

            return make

    return InContext()


@pytest.fixture
def desk(app: Flask, owner: Any) -> Office:
    return Office(app, owner)


@pytest.fixture
def late(app: Flask) -> int:
    with app.app_context():
        return code(db.session, "L")


MEMBERS: dict[str, tuple[dict[str, Any], str]] = {
    "inside both": ({"begin_date": OCTOBER, "end_date": MONDAY}, SAVED),
    "open": ({"begin_date": SEPTEMBER}, SAVED),
    "before the enrolment": ({"begin_date": date(2026, 8, 20)}, "begin_date"),
    "before the session": ({"begin_date": date(2026, 7, 31)}, "begin_date"),
    "beyond the session": ({"begin_date": OCTOBER, "end_date": date(2027, 8, 1)}, "end_date"),
    "after the exit": ({"begin_date": OCTOBER, "end_date": date(2027, 2, 1)}, "begin_date"),
    "ending before it begins": ({"begin_date": OCTOBER, "end_date": SEPTEMBER}, "end_date"),
    "before the enrolment, with a reason": (
        {"begin_date": date(2026, 8, 20), "override_reason": "a guest"},
        SAVED,
    ),
}


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("case", MEMBERS)
def test_a_member_lies_in_the_session_and_the_enrolment(
    desk: Office, register: Any, case: str, channel: str
) -> None:
    values, expected = MEMBERS[case]
    room, _students = register.room(students=0)
    student = register.student("K1")
    leaving = {"exit_date": date(2027, 1, 31), "exit_type": "withdrawn"}
    register.seat(student, room, register.grade_level().id, **leaving)
    section = register.section(room)
    member = {"section_id": section.id, "role": "student", "student_id": student.id, **values}
    assert getattr(desk, channel)("section_enrolment", member) == expected


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_session_keeps_the_members_of_its_sections(
    desk: Office, register: Any, channel: str
) -> None:
    room, (student,) = register.room(students=1)
    register.member(register.section(room), student_id=student.id, begin_date=OCTOBER)
    term = register.academic_session(
        title="Autumn", type="term", start_date=SEPTEMBER, end_date=date(2027, 1, 31),
        parent_id=room.academic_session_id,
    )  # fmt: skip
    group = register.section(
        room, title="Autumn group", course_id=register.course(room.organisation_id, "A9").id,
        academic_session_id=term.id,
    )  # fmt: skip
    register.member(group, student_id=student.id, begin_date=OCTOBER)
    ask = getattr(desk, channel)
    assert ask("academic_session", {"start_date": date(2026, 10, 2)}, term) == "start_date"
    assert ask("academic_session", {"start_date": OCTOBER}, term) == SAVED


@pytest.mark.parametrize("case", ["before the enrolment", "beyond the session"])
def test_a_member_is_held_to_it_in_a_cell(desk: Office, register: Any, case: str) -> None:
    room, (student,) = register.room(students=1)
    member = register.member(register.section(room), student_id=student.id)
    values, expected = MEMBERS[case]
    field = "end_date" if "end_date" in values else "begin_date"
    assert desk.cell("section_enrolment", {field: values[field]}, member) == expected


def test_an_exception_is_recorded(app: Flask, desk: Office, register: Any) -> None:
    section = register.section(register.room(students=0)[0])
    guest = register.student("G1")
    member = {
        "section_id": section.id, "role": "student", "student_id": guest.id,
        "begin_date": OCTOBER, "override_reason": "a guest from abroad",
    }  # fmt: skip
    assert desk.page("section_enrolment", member) == SAVED
    with app.app_context():
        row = db.session.query(SectionEnrolment).one()
        (line,) = db.session.query(ChangeRow).filter_by(
            table_name="section_enrolment", row_id=row.id
        )
        assert line.after["override_reason"] == "a guest from abroad"


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ({"begin_date": OCTOBER}, "section_id"),
        ({"begin_date": OCTOBER, "override_reason": "a chair more"}, SAVED),
        ({"begin_date": date(2026, 9, 2), "end_date": date(2026, 9, 14)}, SAVED),
    ],
)
def test_a_full_section_takes_nobody_without_a_reason(
    desk: Office, register: Any, channel: str, days: dict[str, Any], expected: str
) -> None:
    room, (first, second, third) = register.room()
    section = register.section(room, capacity=2)
    register.member(section, student_id=first.id)
    register.member(section, student_id=second.id, begin_date=date(2026, 9, 15))
    member = {"section_id": section.id, "role": "student", "student_id": third.id, **days}
    assert getattr(desk, channel)("section_enrolment", member) == expected


@pytest.mark.parametrize("channel", CHANNELS)
def test_nobody_is_in_a_section_twice_and_a_role_has_its_person(
    app: Flask, desk: Office, register: Any, channel: str
) -> None:
    room, (first, second, _third) = register.room()
    section = register.section(room)
    register.member(section, student_id=first.id)
    with app.app_context():
        teacher = make_user("teacher").id
    ask = getattr(desk, channel)
    base = {"section_id": section.id, "begin_date": OCTOBER}
    assert ask("section_enrolment", {**base, "student_id": first.id}) == "begin_date"
    assert ask("section_enrolment", {**base, "role": "teacher"}) == "user_id"
    assert ask("section_enrolment", base) == "student_id"
    both = {**base, "role": "teacher", "user_id": teacher, "student_id": second.id}
    assert ask("section_enrolment", both) == "student_id"
    assert ask("section_enrolment", {**base, "role": "teacher", "user_id": teacher}) == SAVED


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"date": TUESDAY}, SAVED),
        ({"date": MONDAY, "period": 1}, SAVED),
        ({"date": MONDAY}, "date"),
        ({"date": date(2027, 3, 1)}, SAVED),
        ({"date": SATURDAY}, "date"),
        ({"date": date(2026, 10, 9)}, "date"),
        ({"date": date(2026, 8, 20)}, "date"),
        ({"date": TUESDAY, "period": 13}, "period"),
        ({"date": TUESDAY, "minutes": 0}, "minutes"),
        ({"date": TUESDAY, "minutes": 901}, "minutes"),
        ({"date": TUESDAY, "attendance_code_id": 999_999}, "attendance_code_id"),
    ],
)
def test_one_mark_for_a_day_and_period_and_none_without_school(
    desk: Office, register: Any, late: int, channel: str, values: dict[str, Any], expected: str
) -> None:
    room, (student,) = register.room(students=1)
    friday = date(2026, 10, 9)
    register.closed(register.calendar(room), friday, friday)
    register.event(student, late)
    mark = {"student_id": student.id, "period": 0, "attendance_code_id": late, **values}
    assert getattr(desk, channel)("attendance_event", mark) == expected


@pytest.mark.parametrize(("day", "expected"), [(TUESDAY, SAVED), (SATURDAY, "date")])
def test_a_mark_is_held_to_it_in_a_cell(
    desk: Office, register: Any, late: int, day: date, expected: str
) -> None:
    _room, (student,) = register.room(students=1)
    event = register.event(student, late)
    assert desk.cell("attendance_event", {"date": day}, event) == expected


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_day_made_up_has_school(desk: Office, register: Any, late: int, channel: str) -> None:
    room, (student,) = register.room(students=1)
    register.closed(register.calendar(room), SATURDAY, SATURDAY, type="make_up")
    mark = {
        "student_id": student.id, "period": 0, "attendance_code_id": late, "date": SATURDAY,
    }  # fmt: skip
    assert getattr(desk, channel)("attendance_event", mark) == SAVED


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("taken", ["a mark", "a sheet"])
def test_a_day_with_attendance_is_not_closed(
    desk: Office, register: Any, late: int, channel: str, taken: str
) -> None:
    room, (student,) = register.room(students=1)
    calendar = register.calendar(room)
    if taken == "a mark":
        register.event(student, late)
    else:
        register.take(room, MONDAY)
    days = {"calendar_id": calendar.id, "title": "Storm", "type": "weather"}
    ask = getattr(desk, channel)
    monday = {"start_date": MONDAY, "end_date": TUESDAY}
    assert ask("calendar_date", {**days, **monday}) == "start_date"
    assert ask("calendar_date", {**days, "start_date": TUESDAY, "end_date": TUESDAY}) == SAVED
    if channel == "service":
        assert ask("calendar", {"weekdays": "2345"}, calendar) == "weekdays"


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (date(2026, 10, 9), date(2026, 10, 9), SAVED),
        (date(2026, 10, 8), date(2026, 10, 8), "start_date"),
        (date(2026, 10, 9), date(2026, 10, 1), "end_date"),
        (date(2026, 7, 31), date(2026, 8, 1), "start_date"),
    ],
)
def test_a_day_has_one_meaning_inside_its_session(
    desk: Office, register: Any, channel: str, first: date, last: date, expected: str
) -> None:
    calendar = register.calendar(register.room(students=0)[0])
    register.closed(calendar, OCTOBER, date(2026, 10, 8))
    days = {
        "calendar_id": calendar.id, "title": "Feast", "start_date": first, "end_date": last,
        "type": "holiday",
    }  # fmt: skip
    assert getattr(desk, channel)("calendar_date", days) == expected


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_code_a_title_and_a_calendar_are_given_once(
    desk: Office, register: Any, channel: str
) -> None:
    room, _students = register.room(students=0)
    section = register.section(room)
    register.calendar(room)
    ask = getattr(desk, channel)
    course = {"title": "Maths", "course_code": "M9", "organisation_id": room.organisation_id}
    assert ask("course", course) == "course_code"
    same = {
        "title": section.title, "course_id": section.course_id,
        "academic_session_id": room.academic_session_id,
    }  # fmt: skip
    assert ask("section", same) == "title"
    calendar = {
        "organisation_id": room.organisation_id, "academic_session_id": room.academic_session_id
    }  # fmt: skip
    if channel == "service":
        assert ask("calendar", calendar) == "academic_session_id"
    marks = {"code": "L", "name": "Late again", "category": "tardy"}
    assert ask("attendance_code", marks) == "code"
    assert ask("attendance_code", {**marks, "code": "LL"}) == SAVED


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_sheet_is_of_one_group_and_a_period_of_it(
    desk: Office, register: Any, channel: str
) -> None:
    room, _students = register.room(students=1)
    section = register.section(room)
    ask = getattr(desk, channel)
    day = {"date": MONDAY, "period": 0}
    both = {**day, "homeroom_id": room.id, "section_id": section.id}
    assert ask("attendance_sheet", both) == "homeroom_id"
    assert ask("attendance_sheet", {**day, "section_id": section.id}) == "period"
    assert ask("attendance_sheet", {**day, "section_id": section.id, "period": 1}) == SAVED
    assert ask("attendance_sheet", {**day, "homeroom_id": room.id}) == SAVED
    assert ask("attendance_sheet", {**day, "homeroom_id": room.id}) == "date"
