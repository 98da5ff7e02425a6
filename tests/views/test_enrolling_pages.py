"""The enrolment menu of a student's page, and the forms behind it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask import Flask

from studentadmin.extensions import db
from studentadmin.models import Enrolment, Student
from studentadmin.services.enrolment_type import EnrolmentTypeDraft, enrolment_types
from studentadmin.services.unit import write
from tests.factories import SYSTEM
from tests.markup import Page
from tests.views.looking import NOT_SAVED, changes, flashed, student_of

URL = "/students/A1/enrolment/{}"


@pytest.fixture
def place(register: Any) -> Any:
    """A class in a year that does not end while this test runs."""
    year = register.academic_session(start_date=date(2020, 8, 1), end_date=date(2099, 7, 31))
    return register.homeroom("9A", academic_session_id=year.id)


@pytest.fixture
def grade(register: Any) -> Any:
    return register.grade_level()


def menu(desk: Any) -> dict[str, str]:
    """Label -> address, or the rule that refuses."""
    page = desk.open("/students/A1")
    items = page.elements("a", **{"class": "menu-item"})
    links = {e.text: e.attributes["href"] for e in items if "/enrolment/" in e.attributes["href"]}
    rules = [e.text for e in page.elements("span", **{"class": "menu-item menu-refused"})]
    return {**links, **dict.fromkeys(rules, "")}


def enrolled(app: Flask) -> list[Enrolment]:
    with app.app_context():
        return list(db.session.query(Enrolment).order_by(Enrolment.id))


def admit(desk: Any, place: Any, grade: Any, **typed: Any) -> Any:
    values = {
        "organisation_id": place.organisation_id,
        "academic_session_id": place.academic_session_id,
        "grade_level_id": grade.id,
        "homeroom_id": place.id,
        "entry_date": "2021-09-01",
        **typed,
    }
    return desk.fill(URL.format("admit"), **values)


def test_a_student_is_admitted_changes_class_and_leaves(
    app: Flask, clerk: Any, register: Any, place: Any, grade: Any
) -> None:
    register.student("A1")
    second = register.homeroom(
        "9B",
        organisation_id=place.organisation_id,
        academic_session_id=place.academic_session_id,
    )
    assert admit(clerk, place, grade).location == "/students/A1"
    page = clerk.open("/students/A1")
    assert "Ora Klein was admitted." in flashed(page)
    assert "Enrolled" in page.words

    typed = {"first_day": "2021-11-01", "homeroom_id": second.id}
    assert clerk.fill(URL.format("change"), **typed).status_code == 303
    first, now = enrolled(app)
    assert (first.exit_date, now.entry_date) == (date(2021, 10, 31), date(2021, 11, 1))

    typed = {"exit_date": "2022-01-31", "exit_type": "withdrawn", "exit_reason": "Moved to 杭州"}
    assert clerk.fill(URL.format("leave"), **typed).status_code == 303
    page = clerk.open("/students/A1")
    undo = next(form for form in page.forms if form.action.endswith("/undo"))
    assert enrolled(app)[1].exit_reason == "Moved to 杭州"
    assert student_of(app, "A1").status == "left"
    clerk.send("/students/A1", undo)
    assert student_of(app, "A1").status == "enrolled"


def test_the_menu_offers_what_is_possible_and_says_why_the_rest_is_not(
    clerk: Any, register: Any, place: Any, grade: Any
) -> None:
    register.student("A1")
    first = menu(clerk)
    assert [label for label, url in first.items() if url] == ["Admit", "Transfer in"]
    admit(clerk, place, grade)
    then = menu(clerk)
    assert [label for label, url in then.items() if url] == [
        "Change grade or class",
        "Transfer out",
        "Leave",
        "Graduate",
    ]
    assert any("Admit" in text and "Enter the leave first" in text for text in then)


def test_who_may_not_write_gets_the_rule_and_no_address(as_role: Any, register: Any) -> None:
    register.student("A1")
    teacher = as_role("teacher")
    assert not [url for url in menu(teacher).values() if url]
    assert "Not part of your role" in teacher.open("/students/A1").words
    assert teacher.post(URL.format("admit")).status_code == 403
    assert teacher.get(URL.format("admit")).status_code == 403


def test_a_refusal_keeps_what_was_typed(
    clerk: Any, register: Any, place: Any, grade: Any, app: Flask
) -> None:
    register.student("A1", birth_date=date(2010, 5, 5))
    before = changes(app)
    answer = admit(clerk, place, grade, entry_date="2000-01-01")
    assert answer.status_code == NOT_SAVED
    form = Page(answer.text).form("entry_date")
    assert form.fields["entry_date"] == "2000-01-01"
    assert form.fields["homeroom_id"] == str(place.id)
    assert 'id="entry_date-note"' in answer.text
    assert changes(app) == before


def test_an_action_that_is_not_possible_shows_the_rule_and_the_cure(
    clerk: Any, register: Any
) -> None:
    register.student("A1")
    page = clerk.open(URL.format("leave"))
    assert "Ora Klein is not enrolled yet. Use “Admit” first." in page.words
    assert page.elements("a", href=URL.format("admit"))
    assert not any("exit_date" in form.fields for form in page.forms)


def test_somebody_else_was_faster(
    clerk: Any, owner: Any, register: Any, place: Any, grade: Any
) -> None:
    register.student("A1")
    admit(clerk, place, grade)
    url = URL.format("leave")
    form = clerk.open(url).form("exit_date")
    owner.fill(url, exit_date="2022-01-31", exit_type="expelled")
    answer = clerk.send(url, form, exit_date="2022-02-28")
    assert answer.status_code == NOT_SAVED
    assert "the last day was Jan 31, 2022" in Page(answer.text).words


def test_sent_twice_it_is_done_once(
    app: Flask, clerk: Any, register: Any, place: Any, grade: Any
) -> None:
    register.student("A1")
    url = URL.format("admit")
    form = clerk.open(url).form("entry_date")
    typed = {
        "organisation_id": place.organisation_id,
        "academic_session_id": place.academic_session_id,
        "grade_level_id": grade.id,
        "entry_date": "2021-09-01",
    }
    for _time in range(2):
        assert clerk.send(url, form, **typed).status_code == 303
    assert len(enrolled(app)) == 1
    assert "saved already" in flashed(clerk.open("/students/A1"))


@pytest.mark.parametrize("channel", ["form", "cell", "new"])
def test_the_status_is_never_typed(app: Flask, owner: Any, register: Any, channel: str) -> None:
    row = register.student("A1")
    if channel == "cell":
        values = {"name": "status", "value": "graduated", "version": row.version}
        assert owner.post("/students/A1/cell", values).status_code == 400
    else:
        url = "/students/A1/edit" if channel == "form" else "/students/new"
        form = owner.open(url).form("family_name")
        assert "status" not in form.fields
        typed = {"status": "graduated", "family_name": "Klein"}
        typed |= {"student_number": "A2"} if channel == "new" else {}
        assert owner.send(url, form, **typed).status_code == 303
    with app.app_context():
        assert {row.status for row in db.session.query(Student)} == {"registered"}


def test_an_own_type_is_offered_where_it_fits(
    app: Flask, clerk: Any, register: Any, place: Any, grade: Any
) -> None:
    register.student("A1")
    draft = EnrolmentTypeDraft("exit", "abroad", "Went abroad", "transferred")
    with app.app_context():
        write(lambda unit: enrolment_types.create(unit, draft), by=SYSTEM, why="create")
    admit(clerk, place, grade)
    offered = clerk.open(URL.format("transfer-out")).form("exit_type").options["exit_type"]
    assert offered == ["transferred", "abroad"]
    assert "abroad" not in clerk.open(URL.format("leave")).form("exit_type").options["exit_type"]
    key = enrolled(app)[0].id
    assert "abroad" in clerk.open(f"/enrolments/{key}/edit").form("exit_type").options["exit_type"]
    clerk.fill(URL.format("transfer-out"), exit_date="2022-01-31", exit_type="abroad")
    assert "Went abroad" in clerk.open(f"/enrolments/{key}").words
    assert "Went abroad" in clerk.open("/enrolments/?exit_type=abroad").words


def test_there_is_no_such_action(clerk: Any, register: Any) -> None:
    register.student("A1")
    assert clerk.get(URL.format("promote")).status_code == 404
