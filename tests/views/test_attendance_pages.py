"""The pages of attendance: the day, the sheet, the month, the rates, the student's panel."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from studentadmin.extensions import db
from studentadmin.models import AttendanceEvent, AttendanceSheet, ChangeSet
from studentadmin.rules.attendance import Mark
from tests.markup import Page
from tests.queries import count_queries
from tests.teaching import MONDAY, TUESDAY, Teaching, code

FRIDAY = date(2026, 10, 9)


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
def codes(app: Flask) -> dict[str, int]:
    with app.app_context():
        return {letters: code(db.session, letters) for letters in "ALSEDHT"}


@pytest.fixture
def teacher(as_role: Any) -> Any:
    return as_role("teacher")


def sheet_of(room: Any, day: date = MONDAY) -> str:
    return f"/attendance/homerooms/{room.id}?day={day}"


def save(desk: Any, url: str) -> Any:
    """Press the button of an untouched sheet."""
    return desk.send(url, desk.open(url).form("idempotency_key"))


def stored(app: Flask) -> list[tuple[int, int, int | None, str | None]]:
    with app.app_context():
        rows = db.session.query(AttendanceEvent).filter_by(deleted_at=None)
        found = [(r.student_id, r.attendance_code_id, r.minutes, r.reason) for r in rows]
        return sorted(found, key=lambda row: row[0])


def test_a_teacher_takes_a_sheet_and_takes_it_back(
    app: Flask, teacher: Any, register: Any, codes: dict[str, int]
) -> None:
    room, (first, second, _third) = register.room()
    assert "Not taken" in teacher.open(f"/attendance/?day={MONDAY}").words
    url = sheet_of(room)
    assert "Not taken yet" in teacher.open(url).words
    typed = {
        f"s{first.id}-code": codes["L"], f"s{first.id}-minutes": 10,
        f"s{first.id}-reason": "bus", f"s{second.id}-code": codes["A"],
    }  # fmt: skip
    assert teacher.fill(url, **typed).status_code == 303
    assert stored(app) == [(first.id, codes["L"], 10, "bus"), (second.id, codes["A"], None, None)]
    page = teacher.open(url)
    assert "Taken by Teacher Person" in page.words
    assert "Attendance of 9A was saved: 2 marks written." in page.words
    assert "2 marks" in teacher.open(f"/attendance/?day={MONDAY}").words
    with app.app_context():
        change = db.session.query(ChangeSet).filter_by(why="take attendance").one()
    undo = f"/attendance/undo/{change.id}"
    assert [form.action for form in page.forms if "undo" in form.action] == [undo]
    teacher.press(undo)
    assert stored(app) == []
    assert "Not taken yet" in teacher.open(url).words


def test_an_untouched_sheet_says_that_all_were_present(
    app: Flask, teacher: Any, register: Any
) -> None:
    room, _students = register.room()
    assert save(teacher, sheet_of(room)).status_code == 303
    assert "all present" in teacher.open(f"/attendance/?day={MONDAY}").words
    assert stored(app) == []


def test_a_sheet_sent_twice_is_one_change(
    app: Flask, teacher: Any, register: Any, codes: dict[str, int]
) -> None:
    room, (first, *_others) = register.room()
    form = teacher.open(sheet_of(room)).form("idempotency_key")
    for _time in range(2):
        answer = teacher.send(sheet_of(room), form, **{f"s{first.id}-code": codes["L"]})
        assert answer.status_code == 303
    with app.app_context():
        assert db.session.query(ChangeSet).filter_by(why="take attendance").count() == 1


def test_two_teachers_merge_and_choose_where_they_disagree(
    app: Flask, as_role: Any, register: Any, codes: dict[str, int]
) -> None:
    room, (first, second, third) = register.room()
    url = sheet_of(room)
    ann, ben = as_role("teacher"), as_role("clerk")
    of_ann, of_ben = (desk.open(url).form("idempotency_key") for desk in (ann, ben))
    ann.send(url, of_ann, **{f"s{first.id}-code": codes["L"], f"s{third.id}-code": codes["S"]})
    mine = {f"s{first.id}-code": codes["A"], f"s{second.id}-code": codes["A"]}
    answer = ben.send(url, of_ben, **mine)
    assert answer.status_code == 409
    assert "Teacher Person" in answer.text
    assert len(stored(app)) == 2, "nothing of a clash is written"
    form = Page(answer.text).form(f"clash-{first.id}")
    assert form.fields[f"clash-{first.id}"] == "theirs"
    assert ben.send(url, form).status_code == 303
    assert stored(app) == [
        (first.id, codes["L"], None, None),
        (second.id, codes["A"], None, None),
        (third.id, codes["S"], None, None),
    ]
    assert "changed by Clerk Person" in ben.open(url).words


def test_mine_wins_where_it_was_chosen(
    app: Flask, as_role: Any, register: Any, codes: dict[str, int]
) -> None:
    room, (first, *_others) = register.room()
    url = sheet_of(room)
    ann, ben = as_role("teacher"), as_role("teacher")
    of_ann, of_ben = (desk.open(url).form("idempotency_key") for desk in (ann, ben))
    ann.send(url, of_ann, **{f"s{first.id}-code": codes["L"]})
    answer = ben.send(url, of_ben, **{f"s{first.id}-code": codes["A"]})
    form = Page(answer.text).form(f"clash-{first.id}")
    assert ben.send(url, form, **{f"clash-{first.id}": "mine"}).status_code == 303
    assert stored(app) == [(first.id, codes["A"], None, None)]


@pytest.mark.parametrize(
    "typed", [{"minutes": "0"}, {"minutes": "x"}, {"reason": "x" * 301}, {"code": "99999"}]
)
def test_what_does_not_fit_stays_on_the_sheet(
    app: Flask, teacher: Any, register: Any, codes: dict[str, int], typed: dict[str, str]
) -> None:
    room, (first, *_others) = register.room()
    values = {"code": str(codes["L"]), **typed}
    answer = teacher.fill(sheet_of(room), **{f"s{first.id}-{k}": v for k, v in values.items()})
    assert answer.status_code == 422
    assert stored(app) == []


def test_no_sheet_on_a_day_without_school(app: Flask, teacher: Any, register: Any) -> None:
    room, _students = register.room()
    form = teacher.open(sheet_of(room)).form("idempotency_key")
    register.closed(register.calendar(room), MONDAY, TUESDAY, title="Harvest feast")
    page = teacher.open(sheet_of(room))
    assert "Harvest feast" in page.words
    assert "Save the sheet" not in page.words
    assert "Harvest feast" in teacher.open(f"/attendance/?day={MONDAY}").words
    assert teacher.send(sheet_of(room), form).status_code == 422
    with app.app_context():
        assert db.session.query(AttendanceSheet).count() == 0


@pytest.mark.parametrize(("role", "status"), [("head", 403), ("viewer", 403), ("clerk", 303)])
def test_who_may_take_attendance(as_role: Any, register: Any, role: str, status: int) -> None:
    room, _students = register.room()
    desk = as_role(role)
    form = as_role("teacher").open(sheet_of(room)).form("idempotency_key")
    form.fields.pop("csrf_token")
    desk.get("/about")
    assert desk.post(sheet_of(room), form.fields).status_code == status


def test_own_sections_stand_first(app: Flask, teacher: Any, register: Any) -> None:
    room, (first, *_others) = register.room()
    section = register.section(room)
    register.member(section, student_id=first.id)
    assert "Sections you teach" not in teacher.open(f"/attendance/?day={MONDAY}").words
    register.member(section, role="teacher", user_id=teacher.user_id)
    words = teacher.open(f"/attendance/?day={MONDAY}").words
    assert words.index("Sections you teach") < words.index("9A")
    url = f"/attendance/sections/{section.id}?day={MONDAY}&period=2"
    assert save(teacher, url).status_code == 303
    assert "Period 2" in teacher.open(f"/attendance/?day={MONDAY}").words


def test_the_month_shades_holidays_and_counts(
    teacher: Any, register: Any, codes: dict[str, int]
) -> None:
    room, (first, _second, _third) = register.room()
    register.closed(register.calendar(room), FRIDAY, FRIDAY, title="Feast")
    register.take(room, MONDAY, {first.id: Mark(codes["A"])})
    register.take(room, TUESDAY, {first.id: Mark(codes["L"], 5)})
    page = teacher.open(f"/attendance/homerooms/{room.id}/month?month=2026-10")
    classes = [cell.attributes.get("class") for cell in page.elements("td")]
    row = classes[:31]
    assert row[4] == row[5] == "month-marked"
    assert row[8] == row[9] == row[10] == "month-closed"
    assert row[6] == "month-open"
    assert classes[34 + 4] == "month-here"
    assert [cell.text for cell in page.elements("td")[31:34]] == ["1", "1", "50.0%"]


def test_rates_by_class_student_and_term(
    teacher: Any, register: Any, codes: dict[str, int]
) -> None:
    room, (first, *_others) = register.room()
    year = room.academic_session_id
    term = register.academic_session(
        title="Autumn", type="term", start_date=date(2026, 8, 1), end_date=MONDAY, parent_id=year
    )
    register.take(room, MONDAY, {first.id: Mark(codes["S"])})
    register.take(room, TUESDAY)
    page = teacher.open(f"/attendance/rates?session={year}")
    assert "A day counts for a student when" in page.words
    cells = [cell.text for cell in page.elements("td")]
    assert cells[:3] == ["16.7%", "6", "1"]
    page = teacher.open(f"/attendance/rates?session={term.id}&homeroom={room.id}")
    assert [cell.text for cell in page.elements("td")][:2] == ["100.0%", "1"]
    words = teacher.open(f"/students/{first.student_number}").words
    assert "Attendance" in words
    assert "50.0% absent, 1 of 2 days" in words
    assert "100.0% absent, 1 of 1 day" in words


PAGES = (
    "/attendance/?day={day}",
    "/attendance/homerooms/{room}?day={day}",
    "/attendance/homerooms/{room}/month?month=2026-10",
    "/attendance/rates?session={year}&homeroom={room}",
)


def test_pages_cost_the_same_for_ten_and_for_thirty(
    teacher: Any, register: Any, codes: dict[str, int]
) -> None:
    costs = []
    for name, size in (("9A", 10), ("9B", 30)):
        room, students = register.room(name, size)
        marks = {student.id: Mark(codes["L"], 5) for student in students[::2]}
        for days in range(3):
            register.take(room, MONDAY + timedelta(days=days), marks)
        found = []
        for page in PAGES[1:]:
            year = room.academic_session_id
            url = page.format(day=MONDAY, room=room.id, year=year)
            with count_queries() as seen:
                teacher.open(url)
            found.append(len(seen))
        costs.append(found)
    assert costs[0] == costs[1]
    assert max(costs[0]) <= 16
