"""Two records side by side, the merge, both numbers after it; who may be the one being typed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask import Flask

from studentadmin.extensions import db
from studentadmin.models import StudentContact
from tests.queries import count_queries
from tests.views.looking import NOT_SAVED, changes, flashed, student_of

BORN = date(2012, 3, 4)


@pytest.fixture
def two(register: Any) -> tuple[Any, Any, str]:
    """Two records of one student, each with a primary contact, and the page of their merge."""
    keep = register.student("A1", birth_date=BORN, birth_place="Ulm")
    other = register.student("A2", birth_date=BORN, given_name="Ora Lea")
    for student in (keep, other):
        register.contact(student, register.person())
    return keep, other, f"/merge/{keep.id}/{other.id}"


def test_the_page_proposes_the_fuller_value_and_asks(owner: Any, two: Any) -> None:
    page = owner.open(two[2])
    assert page.form("field-given_name").fields["field-given_name"] == "theirs"
    assert "Who is the primary contact?" in page.words
    assert "Mara Klein (Mother)" in page.words


def test_a_merge_and_both_numbers_afterwards(owner: Any, two: Any, app: Flask) -> None:
    _keep, other, url = two
    answer = owner.fill(url, **{"field-given_name": "theirs"})
    assert answer.status_code == NOT_SAVED
    assert "there can be only one" in answer.text
    with app.app_context():
        contact = db.session.query(StudentContact).filter_by(student_id=other.id).one().id
    answer = owner.send(url, owner.open(url).form("mine", "theirs"), primary=contact)
    assert (answer.status_code, answer.location) == (303, "/students/A1")
    page = owner.open("/students/A1")
    assert "A2 was merged into Ora Lea Klein." in flashed(page)
    assert "before: A2" in page.words
    assert owner.get("/students/A2").location == "/students/A1"
    assert "Ora Lea" in owner.open("/students/?search=A2").words
    trash = owner.open("/trash")
    assert [a.text for a in trash.elements("a", href="/students/A1")] == ["Ora Lea Klein"]
    assert not trash.elements("form", action="/students/A2/restore")
    taken = owner.fill("/students/new", student_number="a2", family_name="Weiss")
    assert taken.status_code == NOT_SAVED


def test_a_viewer_finds_the_survivor_by_the_old_number(
    owner: Any, as_role: Any, register: Any
) -> None:
    keep, other = register.student("A1"), register.student("A2")
    owner.fill(f"/merge/{keep.id}/{other.id}", mine=1, theirs=1)
    viewer = as_role("viewer")
    assert viewer.get("/students/A2").location == "/students/A1"
    assert viewer.open("/students/A1").words.count("A2") == 1


def test_one_undo_gives_both_back(owner: Any, register: Any, app: Flask) -> None:
    keep, other = register.student("A1"), register.student("A2", given_name="Ora Lea")
    owner.fill(f"/merge/{keep.id}/{other.id}", mine=1)
    before = changes(app)
    page = owner.open("/students/A1")
    (form,) = [form for form in page.forms if form.action.endswith("/undo")]
    assert owner.post(form.action).status_code == 303
    assert changes(app) == before + 1
    assert student_of(app, "A2").deleted_at is None
    assert student_of(app, "A1").given_name == "Ora"


def test_a_page_that_is_old_merges_nothing(owner: Any, two: Any, app: Flask) -> None:
    before = changes(app)
    answer = owner.fill(two[2], mine=99)
    assert answer.status_code == NOT_SAVED
    assert "changed one of the two" in answer.text
    assert changes(app) == before


def test_who_may_look_and_who_may_merge(as_role: Any, two: Any) -> None:
    clerk = as_role("clerk")
    page = clerk.open(two[2])
    assert "Not part of your role" in page.words
    assert clerk.post(two[2]).status_code == 403
    teacher = as_role("teacher")
    assert teacher.get(two[2]).status_code == 403


def test_rights_hide_what_hangs_there(as_role: Any, register: Any) -> None:
    """A head sees everything; nothing of the page is for who does not."""
    keep, other = register.student("A1"), register.student("A2", citizenship="DE")
    page = as_role("head").open(f"/merge/{keep.id}/{other.id}")
    assert "DE" in page.words


def test_the_other_record_is_chosen_by_search(owner: Any, two: Any) -> None:
    keep, other, url = two
    page = owner.open(f"/merge/{keep.id}")
    assert page.elements("a", href=url)
    assert owner.get(f"/merge/{keep.id}?other={other.id}").location == url
    assert owner.open("/students/A1").elements("a", href=f"/merge/{keep.id}")


def like(desk: Any, **typed: Any) -> list[dict[str, str]]:
    desk.get("/students/new")
    found: list[dict[str, str]] = desk.post("/students/like", typed).json
    return found


def test_while_typing_a_new_student(as_role: Any, register: Any) -> None:
    register.student("A1", birth_date=BORN)
    clerk = as_role("clerk")
    assert "data-like" in clerk.get("/students/new").text
    assert "data-like" not in clerk.get("/students/A1/edit").text
    (found,) = like(clerk, family_name="Klein", given_name="Ora", birth_date="2012-03-04")
    assert found["text"].startswith("Ora Klein, A1, born")
    assert found["url"] == "/students/A1"
    assert like(clerk, family_name="Weiss", given_name="Lea", birth_date="2012-03-04") == []
    assert like(clerk, family_name="Klein") == []
    assert like(clerk, family_name="Klein", given_name="Ora", birth_date="nonsense") != []
    assert as_role("teacher").post("/students/like").status_code == 403


def test_the_page_costs_the_same_however_much_hangs_there(owner: Any, register: Any) -> None:
    keep, other = register.student("A1"), register.student("A2")

    def cost() -> int:
        with count_queries() as seen:
            assert owner.get(f"/merge/{keep.id}/{other.id}").status_code == 200
        return len(seen)

    for _number in range(2):
        register.contact(other, register.person())
    few = cost()
    for _number in range(8):
        register.contact(other, register.person())
    assert cost() == few <= 50
