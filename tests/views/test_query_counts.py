"""What a page asks of the database does not grow with the register."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert

from studentadmin.models import (
    ChangeRow,
    ChangeSet,
    Email,
    Enrolment,
    Homeroom,
    Person,
    Phone,
    Student,
    StudentContact,
)
from studentadmin.services import search_index
from studentadmin.services.enrolment import enrolments
from studentadmin.services.student import students
from studentadmin.services.unit import Unit, write
from tests.factories import SYSTEM
from tests.queries import count_queries

NOW = datetime(2026, 9, 1, tzinfo=UTC)
STAMPS: dict[str, Any] = {"created_at": NOW, "updated_at": NOW, "version": 1}
LISTS = {
    "/students/": 8,
    "/students/?search=klein&sort=-birth_date&status=registered": 9,
    "/students/?last=1": 8,
    "/students/?f=class:filled&or=status:registered&sort=class,name&cols=name,class,school": 8,
    "/students/?f=changed_by:me&f=birth_date:last:9000&f=entry:year": 10,
    "/students/?at=k": 9,
    "/students/?panel=filters": 11,
    "/students/?panel=columns&cols=name": 8,
    "/students/?panel=views": 8,
    "/people/": 8,
    "/student-contacts/?sort=-person_name": 8,
    "/phones/?sort=student_name": 8,
    "/emails/": 8,
    "/enrolments/?sort=homeroom_name,-entry_date": 11,
    "/homerooms/": 11,
    "/students/export.csv": 6,
    "/enrolments/export.csv": 9,
    "/students/lookup?q=klein": 9,
    "/": 18,
    "/trash": 46,
    "/trash?kind=enrolment": 46,
    "/changes/?table=student": 10,
}
"""Addresses, and how many queries each may cost at all."""


def fill(app: Flask, register: Any, first: int, last: int) -> None:
    """Rows number `first` to `last` of every long table, and a change set for each student."""
    with app.app_context():
        place = getattr(fill, "place", None) or register.homeroom()
        fill.place = place  # type: ignore[attr-defined]
        level = register.grade_level()
        write(lambda unit: _rows(unit, range(first, last), place, level.id), by=SYSTEM, why="fill")


def _rows(unit: Unit, numbers: range, place: Homeroom, level: int) -> None:
    def put(model: Any, make: Any) -> None:
        name = model.__tablename__
        rows = [{"id": n, "sourced_id": f"{name}{n}", **STAMPS, **make(n)} for n in numbers]
        unit.session.execute(insert(model.__table__), rows)

    names = {"family_name": "Klein", "sort_name": "klein", "search_name": "klein"}
    put(
        Student,
        lambda n: {
            "student_number": f"Q{n}",
            "birth_date": date(2012, 1, 1 + n % 28),
            "status": "registered",
            "deleted_at": NOW if n % 3 == 0 else None,
            **names,
        },
    )
    put(Person, lambda _n: names)
    put(
        StudentContact,
        lambda n: {
            "student_id": n, "person_id": n, "relation": "mother", "priority": 1,
            "is_primary": True, "is_emergency": False, "lives_with": True,
            "is_legal_guardian": True,
        },
    )  # fmt: skip
    put(Phone, lambda n: {"number": str(n), "digits": str(n), "type": "home", "student_id": n})
    put(Email, lambda n: {"address": f"{n}@x.org", "type": "home", "person_id": n})
    put(
        Enrolment,
        lambda n: {
            "student_id": n, "organisation_id": place.organisation_id,
            "academic_session_id": place.academic_session_id, "grade_level_id": level,
            "homeroom_id": place.id, "entry_date": date(2026, 9, 1), "entry_type": "new",
            "is_primary": True, "is_repeat": False, "deleted_at": NOW if n % 3 == 0 else None,
        },
    )  # fmt: skip
    changes = [
        {"id": n * 1000, "at": NOW, "by_name": "x", "why": "edit", "source": "page", "row_count": 1}
        for n in numbers
    ]
    unit.session.execute(insert(ChangeSet.__table__), changes)
    lines = [
        {
            "change_set_id": n * 1000, "table_name": "student", "row_id": n, "action": "update",
            "version": 1, "before": {"given_name": "A"}, "after": {"given_name": "B"},
        }
        for n in numbers
    ]  # fmt: skip
    unit.session.execute(insert(ChangeRow), lines)
    for model in (Student, Person):
        search_index.replace(unit.session, model.__tablename__, numbers)
    unit.session.commit()


@pytest.fixture(autouse=True)
def _no_place_yet() -> None:
    fill.place = None  # type: ignore[attr-defined]


def cost(owner: Any, address: str) -> list[str]:
    with count_queries() as seen:
        answer = owner.client.get(address)
        assert answer.status_code == 200, address
        assert answer.get_data()
    return list(seen)


def test_a_list_costs_the_same_at_ten_rows_and_at_a_thousand(
    app: Flask, owner: Any, register: Any
) -> None:
    fill(app, register, 1000, 1010)
    few = {address: cost(owner, address) for address in LISTS}
    fill(app, register, 1010, 2000)
    many = {address: cost(owner, address) for address in LISTS}
    assert {a: len(s) for a, s in few.items()} == {a: len(s) for a, s in many.items()}
    over = {a: s for a, s in many.items() if len(s) > LISTS[a]}
    assert over == {}


def test_no_list_reads_a_row_that_it_does_not_show(app: Flask, owner: Any, register: Any) -> None:
    fill(app, register, 1000, 1100)
    for address in LISTS:
        if "export" in address:
            continue
        for statement in cost(owner, address):
            long = [t for t in ("student", "person", "phone", "email") if f"FROM {t} " in statement]
            assert not long or any(
                limit in statement for limit in ("LIMIT", " IN (", ".id = ", "count(")
            ), (address, statement)


def test_a_record_costs_the_same_however_much_hangs_on_it(
    app: Flask, owner: Any, register: Any
) -> None:
    student = register.student("ONE", birth_date=date(2012, 2, 2))
    url = "/students/ONE"
    bare = [len(cost(owner, url + tail)) for tail in ("", "/edit", "/delete")]
    register.enrolment(student)
    for _number in range(25):
        register.contact(student, register.person())
    full = [len(cost(owner, url + tail)) for tail in ("", "/edit", "/delete")]
    assert full[0] == bare[0] <= 14
    assert full[1] == bare[1] <= 6
    assert full[2] <= 14 + 3 * 3 * 2  # three samples of each table, each named by two others


def test_a_history_and_a_change_cost_the_same_however_long(
    app: Flask, owner: Any, register: Any
) -> None:
    student = register.student("ONE")
    enrolment = register.enrolment(student)
    url, own = "/students/ONE/history", f"/enrolments/{enrolment.id}/history"

    def edit(number: int) -> None:
        values = {"given_name": f"N{number}"}
        with app.app_context():
            write(lambda unit: students.edit(unit, student.id, values), by=SYSTEM, why="edit")

    edit(0)
    short = len(cost(owner, url))
    for number in range(1, 30):
        edit(number)
    assert len(cost(owner, url)) <= short + 1
    place = {
        "organisation_id": enrolment.organisation_id,
        "academic_session_id": enrolment.academic_session_id,
    }

    def move(name: str) -> int:
        key = register.homeroom(name, **place).id
        with app.app_context():
            work = lambda unit: enrolments.edit(unit, enrolment.id, {"homeroom_id": key})  # noqa: E731
            write(work, by=SYSTEM, why="edit")
        return len(cost(owner, own))

    first = move("1A")
    assert [move(f"{number}B") for number in range(9)][-1] <= first <= 15

    def edit_all(unit: Unit) -> None:
        for row in unit.session.query(Enrolment).all():
            row.is_repeat = not row.is_repeat
        for row in unit.session.query(StudentContact).all():
            row.priority += 1

    def change() -> str:
        with app.app_context():
            written = write(edit_all, by=SYSTEM, why="edit")
        return f"/changes/{written.change_set_id}"

    fill(app, register, 1000, 1003)
    few = len(cost(owner, change()))
    fill(app, register, 1003, 1060)
    assert len(cost(owner, change())) == few <= 16
