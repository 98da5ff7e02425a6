"""Why a student is not in a list, and the way out."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask import Flask

from studentadmin.services.enrolment import enrolments
from studentadmin.services.student import students
from studentadmin.services.unit import write
from tests.factories import SYSTEM
from tests.markup import Page

EARLY, LATE = date(2020, 9, 1), date(2090, 9, 1)


@pytest.fixture
def room(register: Any) -> Any:
    """A class in a year that lasts while this test runs."""
    year = register.academic_session(start_date=date(2020, 8, 1), end_date=date(2099, 7, 31))
    return register.homeroom("9A", academic_session_id=year.id)


@pytest.fixture
def enrol(register: Any, room: Any) -> Any:
    """Into the class, unless something else is said."""
    grade = register.grade_level(name="Grade 9")

    def act(number: str = "A1", **more: Any) -> Any:
        values = {
            "organisation_id": room.organisation_id,
            "academic_session_id": room.academic_session_id,
            "grade_level_id": grade.id,
            "homeroom_id": room.id,
            "entry_date": EARLY,
            **more,
        }
        return register.enrolment(register.student(number), **values)

    return act


def ask(desk: Any, url: str, who: str = "A1") -> Page:
    form = desk.open(url).form("who")
    return Page(desk.send(url, form, who=who).text)


def from_class(desk: Any, room: Any, who: str = "A1") -> Page:
    """The link of the page of the class, followed."""
    page = desk.open(f"/homerooms/{room.id}")
    link = next(e for e in page.elements("a") if "Somebody missing?" in e.text)
    return ask(desk, link.attributes["href"], who)


def said(page: Page) -> list[str]:
    return [" ".join(e.text.split()) for e in page.elements("li") if "student" in e.text.lower()]


def test_who_left_the_class(clerk: Any, room: Any, enrol: Any) -> None:
    enrol(exit_date=date(2021, 1, 31), exit_type="withdrawn")
    page = from_class(clerk, room)
    assert "The student left there on Jan 31, 2021." in page.words
    assert page.elements("a", href="/students/A1/enrolment/return")


def test_who_is_in_another_class(clerk: Any, register: Any, room: Any, enrol: Any) -> None:
    other = register.homeroom(
        "9B",
        organisation_id=room.organisation_id,
        academic_session_id=room.academic_session_id,
    )
    enrol(homeroom_id=other.id)
    page = from_class(clerk, room)
    assert "somewhere else: School · 2026/27 · Grade 9 · 9B." in page.words
    assert page.elements("a", href="/students/A1/enrolment/change")


def test_who_has_no_class(clerk: Any, room: Any, enrol: Any) -> None:
    enrol(homeroom_id=None)
    assert "has no class yet: School · 2026/27 · Grade 9." in from_class(clerk, room).words


def test_who_comes_later(clerk: Any, room: Any, enrol: Any) -> None:
    enrol(entry_date=LATE)
    assert "The enrolment there begins on Sep 1, 2090." in from_class(clerk, room).words


def test_who_was_never_enrolled(clerk: Any, register: Any, room: Any) -> None:
    register.student("A1")
    page = from_class(clerk, room)
    assert "The student was never enrolled." in page.words
    assert page.elements("a", href="/students/A1/enrolment/admit")


def test_whose_enrolment_is_in_the_trash(app: Flask, owner: Any, room: Any, enrol: Any) -> None:
    key = enrol().id
    with app.app_context():
        write(lambda unit: enrolments.remove(unit, key), by=SYSTEM, why="delete")
    page = from_class(owner, room)
    assert "The enrolment there is in the trash." in page.words
    assert page.elements("a", href="/trash?kind=enrolment")


def test_who_is_there_after_all(clerk: Any, room: Any, enrol: Any) -> None:
    enrol()
    assert "Nothing keeps this student out of the list" in from_class(clerk, room).words


def test_who_is_in_the_trash(app: Flask, as_role: Any, room: Any, enrol: Any) -> None:
    key = enrol().student_id
    with app.app_context():
        write(lambda unit: students.remove(unit, key), by=SYSTEM, why="delete")
    assert "is in the trash since" in from_class(as_role("clerk"), room).words
    page = from_class(as_role("teacher"), room)
    assert "Nobody has this number or name" in page.words


def test_nobody_of_that_name(clerk: Any, room: Any) -> None:
    assert "Nobody has this number or name" in from_class(clerk, room, "Nemo").words


def test_the_filters_and_the_search_of_a_list(clerk: Any, register: Any) -> None:
    register.student("A1", sex="female")
    state = "search=Berg&f=status:left&f=sex:male,female"
    page = clerk.open(f"/students/?{state}")
    link = next(e for e in page.elements("a") if "Why is a student" in e.text)
    page = ask(clerk, link.attributes["href"], "klein")
    assert "The list shows only: Search: Berg." in page.words
    assert "The list shows only: Status: Left." in page.words
    assert "The list shows only: Sex" not in page.words
    ways_out = {e.attributes["href"] for e in page.elements("a") if e.text == "Show without it"}
    assert ways_out == {
        "/students/?f=status:left&f=sex:male,female",
        "/students/?search=Berg&f=sex:male,female",
    }


def test_the_list_of_enrolments(clerk: Any, register: Any, room: Any, enrol: Any) -> None:
    enrol(exit_date=date(2021, 1, 31), exit_type="withdrawn")
    register.student("B1")
    url = "/why-not-listed?list=enrolment&f=exit_type:expelled"
    assert "The list shows only: Exit type: Expelled." in ask(clerk, url).words
    assert "The student was never enrolled." in ask(clerk, url, "B1").words
    shown = ask(clerk, "/why-not-listed?list=enrolment&f=exit_type:withdrawn")
    assert "Nothing keeps this student out" in shown.words


def test_no_name_stands_in_an_address(clerk: Any, room: Any) -> None:
    form = clerk.open("/why-not-listed").form("who")
    assert form.method == "post"
    assert clerk.get("/why-not-listed?who=Klein").status_code == 200
    assert "No such student" not in clerk.open("/why-not-listed?who=Klein").words


def test_it_needs_the_right_to_see_students(app: Flask) -> None:
    assert app.test_client().get("/why-not-listed").status_code == 302


def test_of_a_common_name_ten_are_answered(clerk: Any, room: Any, enrol: Any) -> None:
    for number in range(12):
        enrol(f"K{number}")
    page = from_class(clerk, room, "klein")
    assert page.words.count("Nothing keeps this student out") == 10
