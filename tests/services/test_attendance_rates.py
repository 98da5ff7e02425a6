"""Rates, compared with somebody who counts by hand."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studentadmin.extensions import db
from studentadmin.rules.attendance import Mark, Tally
from studentadmin.services import attendance_rates
from studentadmin.services.attendance_month import read_month
from tests.teaching import MONDAY, Teaching, code

CATEGORIES = {
    "A": "unexcused", "E": "excused", "S": "excused", "L": "tardy", "D": "early_departure",
    "H": "partial", "T": "present",
}  # fmt: skip
DAYS = [MONDAY + timedelta(days=n) for n in range(5)]
ROOMS, STUDENTS = 2, 3
NUMBERS = count()
CALM = settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

PLANS = st.fixed_dictionaries(
    {
        # the class in which each student is on the first days, and the day of the move
        "moves": st.lists(
            st.tuples(st.integers(0, 1), st.integers(1, 6)), min_size=STUDENTS, max_size=STUDENTS
        ),
        "taken": st.sets(st.tuples(st.integers(0, 1), st.integers(0, 4))),
        "marks": st.dictionaries(
            st.tuples(st.integers(0, STUDENTS - 1), st.integers(0, 4)),
            st.sampled_from(sorted(CATEGORIES)),
        ),
    }
)


@given(plan=PLANS)
@CALM
def test_rates_are_what_one_counts_by_hand(app: Flask, plan: dict[str, Any]) -> None:
    compare(plan)


def compare(plan: dict[str, Any]) -> None:
    school = Teaching()
    tag = f"x{next(NUMBERS)}"
    year = school.academic_session(title=tag)
    place = school.organisation()
    at = {"organisation_id": place.id, "academic_session_id": year.id}
    rooms = [school.homeroom(f"{tag}{n}", **at) for n in range(ROOMS)]
    level = school.grade_level(tag).id
    students = [school.student(f"{tag}-{n}", family_name=f"F{n}") for n in range(STUDENTS)]
    for student, (first, day) in zip(students, plan["moves"], strict=True):
        move = MONDAY + timedelta(days=day)
        school.seat(
            student, rooms[first], level,
            exit_date=move - timedelta(days=1), exit_type="changed",
        )  # fmt: skip
        school.seat(student, rooms[1 - first], level, entry_date=move, entry_type="changed")
    for room, day in plan["taken"]:
        school.take(rooms[room], DAYS[day])
    for (student, day), letters in plan["marks"].items():
        school.event(students[student], code(db.session, letters), date=DAYS[day])

    def where(student: int, day: int) -> int:
        first, move = plan["moves"][student]
        return first if day < move else 1 - first

    def by_hand(rooms_asked: set[int], students_asked: set[int]) -> Tally:
        total = Tally()
        for student in students_asked:
            for day in range(5):
                room = where(student, day)
                if room in rooms_asked and (room, day) in plan["taken"]:
                    letters = plan["marks"].get((student, day))
                    counts = {"held": 1}
                    if letters and CATEGORIES[letters] != "present":
                        counts[CATEGORIES[letters]] = 1
                    total += Tally(**counts)
        return total

    span = (DAYS[0], DAYS[-1])
    everybody = set(range(STUDENTS))
    found = {row.id: tally for row, tally in attendance_rates.of_classes(db.session, span)}
    for number, room in enumerate(rooms):
        assert found.get(room.id, Tally()) == by_hand({number}, everybody)
        each = {
            row.id: tally for row, tally in attendance_rates.of_students(db.session, room.id, span)
        }
        month = read_month(db.session, room, date(2026, 10, 1))
        shown = {line.student.id: line.tally for line in month.lines}
        for student, row in enumerate(students):
            assert each.get(row.id, Tally()) == by_hand({number}, {student})
            assert shown.get(row.id, Tally()) == by_hand({number}, {student})
    for student, row in enumerate(students):
        rates = attendance_rates.of_student(db.session, row.id, date(2026, 11, 1))
        assert rates[0].tally == by_hand({0, 1}, {student})


def test_a_term_counts_its_own_days_only(app: Flask) -> None:
    school = Teaching()
    room, (student, *_others) = school.room()
    term = school.academic_session(
        title="Autumn", type="term", start_date=date(2026, 8, 1), end_date=MONDAY,
        parent_id=room.academic_session_id,
    )  # fmt: skip
    school.take(room, MONDAY, {student.id: Mark(code(db.session, "A"))})
    school.take(room, MONDAY + timedelta(days=1))
    rates = attendance_rates.of_student(db.session, student.id, date(2026, 11, 1))
    assert [(rate.session.title, rate.tally.held, rate.tally.absent) for rate in rates] == [
        ("2026/27", 2, 1), (term.title, 1, 1),
    ]  # fmt: skip


def test_a_student_is_told_of_the_last_year_only(app: Flask) -> None:
    school = Teaching()
    before = school.academic_session(
        title="2025/26", start_date=date(2025, 8, 1), end_date=date(2026, 7, 31)
    )
    old = school.homeroom("8A", academic_session_id=before.id)
    new = school.homeroom("9A", organisation_id=old.organisation_id)
    student, level = school.student(), school.grade_level().id
    monday = date(2026, 3, 2)
    stay = {"entry_date": date(2025, 9, 1), "exit_date": date(2026, 7, 31)}
    school.seat(student, old, level, **stay, exit_type="promoted")
    school.seat(student, new, level)
    school.take(old, monday, {student.id: Mark(code(db.session, "A"))})
    school.take(new, MONDAY)
    (rate,) = attendance_rates.of_student(db.session, student.id, date(2026, 11, 1))
    assert (rate.session.title, rate.tally) == ("2026/27", Tally(held=1))
    (rate,) = attendance_rates.of_student(db.session, student.id, date(2026, 8, 15))
    assert (rate.session.title, rate.tally) == ("2025/26", Tally(held=1, unexcused=1))


def test_marks_of_a_period_are_no_days(app: Flask) -> None:
    school = Teaching()
    room, (student, *_others) = school.room()
    school.take(room, MONDAY, {student.id: Mark(code(db.session, "A"))}, period=3)
    span = (MONDAY, MONDAY)
    assert attendance_rates.of_classes(db.session, span) == []
    school.take(room, MONDAY)
    ((_room, tally),) = attendance_rates.of_classes(db.session, span)
    assert (tally.held, tally.absent) == (3, 0)


@pytest.mark.parametrize("days", [0, 40])
def test_a_student_without_days_has_no_rate(app: Flask, days: int) -> None:
    school = Teaching()
    student = school.student()
    assert attendance_rates.of_student(db.session, student.id, MONDAY + timedelta(days)) == []
