"""The data-health inbox: counts, findings with their cure, what is left as it is."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask import Flask

from studentadmin.services import health_counts
from tests.queries import count_queries
from tests.views.looking import changes, flashed, student_of

BORN = date(2012, 3, 4)


def number_of(page: Any, title: str) -> str:
    """The count that stands behind a check."""
    item = next(e for e in page.elements("li") if title in e.text)
    return str(item.text.split()[-1])


def test_counts_are_asked_anew_when_the_register_changed(owner: Any, register: Any) -> None:
    assert number_of(owner.open("/health/"), "No birth date") == "0"
    register.student("A1")
    assert number_of(owner.open("/health/"), "No birth date") == "1"
    tiles = owner.open("/").elements("a", href="/health/")
    assert any("2" in tile.text for tile in tiles), "not enrolled, and no birth date"


def test_a_large_register_is_counted_when_asked(
    owner: Any, register: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health_counts, "AT_ONCE", 0)
    owner.open("/health/")
    register.student("A1")
    page = owner.open("/health/")
    assert number_of(page, "No birth date") == "0"
    assert page.elements("form", action="/health/count")
    assert owner.press("/health/count").location == "/health/"
    assert number_of(owner.open("/health/"), "No birth date") == "1"


def test_the_cure_opens_the_right_field_and_comes_back(owner: Any, register: Any) -> None:
    register.student("A1")
    page = owner.open("/health/no_birth_date")
    (link,) = [a for a in page.elements("a") if "/edit" in a.attributes["href"]]
    href = link.attributes["href"]
    assert href == "/students/A1/edit?next=/health/no_birth_date#birth_date"
    answer = owner.fill(href.partition("#")[0], birth_date="2012-03-04")
    assert answer.location == "/health/no_birth_date"
    assert "Nothing found" in owner.open("/health/no_birth_date").words


def test_a_certain_cure_is_one_press(owner: Any, register: Any, app: Flask) -> None:
    register.person(family_name="Lonely")
    page = owner.open("/health/lonely_person")
    form = next(form for form in page.forms if form.action == "/health/lonely_person/mend")
    assert owner.send("/health/lonely_person", form).location == "/health/lonely_person"
    page = owner.open("/health/lonely_person")
    assert "It is mended." in flashed(page)
    assert "Nothing found" in page.words
    assert owner.post("/health/lonely_person/mend", form.fields).status_code == 404


def test_left_with_a_reason_and_shown_again(owner: Any, register: Any, app: Flask) -> None:
    student = register.student("A1")
    url = "/health/no_birth_date"
    before = changes(app)
    assert owner.fill(url, reason=" ").location == url
    assert changes(app) == before
    assert "Say why" in flashed(owner.open(url))
    owner.fill(url, reason="Nobody knows it")
    assert "Nothing found" in owner.open(url).words
    assert number_of(owner.open("/health/"), "No birth date") == "0"
    page = owner.open("/health/left")
    assert "Nobody knows it" in page.words
    form = next(form for form in page.forms if form.action.endswith("/again"))
    owner.send("/health/left", form)
    assert "Klein" in owner.open(url).words
    owner.fill(url, reason="Nobody knows it")
    owner.open("/students/A1/edit")
    owner.fill("/students/A1/edit", preferred_name="O")
    assert student_of(app, "A1").id == student.id
    assert "Klein" in owner.open(url).words


def test_two_that_are_not_one(owner: Any, register: Any) -> None:
    one, two = (register.student(number, birth_date=BORN) for number in ("A1", "A2"))
    url = "/health/likely_duplicate"
    page = owner.open(url)
    assert f"/merge/{one.id}/{two.id}?next={url}" in [
        a.attributes["href"] for a in page.elements("a")
    ]
    owner.fill(url, reason="Cousins")
    assert "Nothing found" in owner.open(url).words
    assert "Ora Klein – Ora Klein" in owner.open("/health/left").words


@pytest.mark.parametrize(
    ("role", "status", "seen", "unseen"),
    [
        ("head", 200, "Likely duplicates", ""),
        ("clerk", 200, "Likely duplicates", ""),
        ("teacher", 403, "", ""),
        ("viewer", 403, "", ""),
    ],
)
def test_who_sees_what(as_role: Any, role: str, status: int, seen: str, unseen: str) -> None:
    desk = as_role(role)
    page = desk.open("/health/", status)
    assert seen in page.words
    assert desk.get("/health/likely_duplicate").status_code == status
    assert bool(desk.open("/").elements("a", href="/health/")) is (status == 200)
    desk.get("/about")
    allowed = {"clerk": 404}.get(role, 403)
    assert desk.post("/health/no_phone/leave", {"key": 1, "reason": "x"}).status_code == allowed


def test_a_head_may_look_and_mend_nothing(as_role: Any, register: Any, app: Flask) -> None:
    person = register.person()
    head = as_role("head")
    page = head.open("/health/lonely_person")
    assert not [form for form in page.forms if "/health/lonely" in form.action]
    before = changes(app)
    answer = head.post("/health/lonely_person/mend", {"key": person.id})
    assert answer.status_code == 403
    assert changes(app) == before


def test_there_is_no_such_check(owner: Any) -> None:
    assert owner.get("/health/nonsense").status_code == 404
    owner.open("/health/")
    assert owner.post("/health/no_phone/leave", {"reason": "x"}).status_code == 404


def test_a_page_costs_the_same_at_three_and_at_thirty(owner: Any, register: Any) -> None:
    def cost() -> list[int]:
        found = []
        for url in ("/health/enrolled_nowhere", "/health/likely_duplicate", "/health/no_phone"):
            with count_queries() as seen:
                assert owner.get(url).status_code == 200
            found.append(len(seen))
        return found

    for number in range(3):
        register.enrolment(register.student(f"A{number}", birth_date=BORN))
        register.student(f"B{number}", birth_date=BORN)
    few = cost()
    for number in range(3, 15):
        register.enrolment(register.student(f"A{number}", birth_date=BORN))
        register.student(f"B{number}", birth_date=BORN)
    assert cost() == few
    assert max(few) <= 16
