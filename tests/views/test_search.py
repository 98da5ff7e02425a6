"""The search box: what it answers to whom, in both languages, and the lists on the same index."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from studentadmin.services.person import EmailDraft, PhoneDraft, emails, phones
from studentadmin.services.student import StudentIdentifierDraft, student_identifiers
from studentadmin.services.unit import write
from tests.factories import SYSTEM


def found(desk: Any, text: str, **more: Any) -> dict[str, list[str]]:
    """The titles by group, as the script of the box gets them."""
    answer = desk.post("/search", data={"q": text}, **more)
    assert answer.status_code == 200
    return {g["label"]: [item["title"] for item in g["items"]] for g in answer.json["groups"]}


@pytest.fixture
def school(app: Flask, register: Any) -> Any:
    """A student with a class, a contact, telephones, an e-mail and an identity number."""
    student = register.student("00731", family_name="王", given_name="小明")
    other = register.student("00732", family_name="Öztürk", given_name="Çağla")
    person = register.person(family_name="仇", given_name="芳")
    for one in (student, other):
        register.contact(one, person)
    room = register.homeroom("9A")
    place = (room.organisation_id, room.academic_session_id, room.id)
    names = ("organisation_id", "academic_session_id", "homeroom_id")
    register.enrolment(student, **dict(zip(names, place, strict=True)))
    drafts = (
        (phones, PhoneDraft("mobile", person_id=person.id, number="+86 138 0013 8000")),
        (emails, EmailDraft("home", student_id=student.id, address="Ming@mail.example")),
        (student_identifiers, StudentIdentifierDraft(student.id, "passport", "E-1234567")),
    )
    with app.app_context():
        for service, draft in drafts:
            write(lambda unit, s=service, d=draft: s.create(unit, d), by=SYSTEM, why="create")
    return student


@pytest.mark.parametrize(
    ("typed", "students", "people"),
    [
        ("00731", ["王小明"], []),
        ("731", ["王小明"], []),
        ("wang xiaoming", ["王小明"], []),
        ("wxm", ["王小明"], []),
        ("ozturk", ["Çağla Öztürk"], []),
        ("Ming@Mail", ["王小明"], []),
        ("8000", [], ["仇芳"]),
        ("138 0013", [], ["仇芳"]),
        ("+86138", [], ["仇芳"]),
        ("013800138000", [], ["仇芳"]),
        ("qiú fāng", [], ["仇芳"]),
        ("567", [], []),
        ("4567", ["王小明"], []),
        ("e1234", [], []),
        ("E1234567", ["王小明"], []),
        ("9A", [], []),
    ],
)
def test_students_and_contacts_are_found(
    owner: Any, school: Any, typed: str, students: list[str], people: list[str]
) -> None:
    groups = found(owner, typed)
    assert groups.get("Students", []) == students
    assert groups.get("People", []) == people


def test_what_is_found_is_told_apart(owner: Any, school: Any) -> None:
    answer = owner.post("/search", data={"q": "王"}).json
    assert answer["groups"][0]["items"][0] | {"icon": "", "tone": ""} == {
        "title": "王小明",
        "detail": "00731 · 9A",
        "url": "/students/00731",
        "chip": None,
        "icon": "",
        "tone": "",
    }
    contact = owner.post("/search", data={"q": "qiufang"}).json["groups"][0]["items"][0]
    assert contact["detail"] == "Çağla Öztürk · 王小明"
    room = owner.post("/search", data={"q": "9a"}).json["groups"][0]
    assert (room["label"], room["items"][0]["title"]) == ("Classes", "9A")
    assert answer["said"] == "1 result"


@pytest.mark.parametrize(
    ("role", "identity", "phone", "people"),
    [
        ("owner", True, True, True),
        ("registrar", True, True, True),
        ("clerk", True, True, True),
        ("head", True, True, True),
        ("teacher", False, True, True),
        ("viewer", False, False, False),
    ],
)
def test_nobody_finds_by_what_they_may_not_see(
    as_role: Callable[[str], Any],
    school: Any,
    role: str,
    identity: bool,
    phone: bool,
    people: bool,
) -> None:
    desk = as_role(role)
    assert ("Students" in found(desk, "4567")) == identity
    assert ("People" in found(desk, "13800138000")) == phone
    assert ("People" in found(desk, "qiufang")) == people
    assert found(desk, "00731")["Students"] == ["王小明"]
    listed = desk.get("/students/?search=4567").text
    assert ("王小明" in listed) == identity


def test_strangers_and_forgeries_find_nothing(owner: Any, app: Flask, school: Any) -> None:
    stranger = app.test_client()
    assert stranger.post("/search", data={"q": "王"}).status_code == 400
    assert stranger.get("/search?q=王").status_code == 302
    assert owner.client.post("/search", data={"q": "王"}).status_code == 400


def test_pages_and_commands_are_found_in_both_languages(
    owner: Any, as_role: Callable[[str], Any]
) -> None:
    group = "Pages and commands"
    assert found(owner, "trash")[group] == ["Trash"]
    assert found(owner, "回收站")[group] == ["Trash"]
    assert found(owner, "new stud")[group] == ["New: Student"]
    assert found(owner, "chinese")[group] == ["Switch to 简体中文"]
    assert "Log out" in found(owner, "")[group]
    owner.post("/language", data={"locale": "zh_Hans_CN"})
    assert found(owner, "trash") == found(owner, "huishouzhan") == {"页面和命令": ["回收站"]}
    assert found(owner, "english")["页面和命令"] == ["切换为 English"]
    viewer = as_role("viewer")
    assert found(viewer, "trash") == found(viewer, "new") == {}


def test_the_page_without_script_leads_to_the_same(owner: Any, school: Any) -> None:
    page = owner.get("/search?q=wang").text
    assert 'href="/students/00731"' in page
    assert "Nothing matches" in owner.get("/search?q=zzxq").text
    switch = owner.open("/search?q=chinese").form("locale")
    assert switch.action == "/language"
    assert 'href="/students/new"' in owner.get("/search?q=").text


def test_more_than_is_shown_leads_to_the_list(owner: Any, register: Any) -> None:
    for number in range(12):
        register.student(f"L{number}", family_name="Quist", given_name=f"A{number}")
    group = owner.post("/search", data={"q": "quist"}).json["groups"][0]
    assert len(group["items"]) == 8
    assert group["more"] == "/students/?search=quist"
    assert owner.get(group["more"]).text.count('data-row="') == 12


def test_lists_and_look_ups_ask_the_same_index(owner: Any, school: Any) -> None:
    assert "王小明" in owner.get("/students/?search=wangxi").text
    assert "王小明" not in owner.get("/students/?search=zhang").text
    assert "仇芳" in owner.get("/people/?search=8000").text
    shown = owner.get("/students/lookup?q=xiaoming+wang").json
    assert [item["text"] for item in shown] == ["王小明 (00731)"]


def test_the_trash_is_searched_as_before(owner: Any, school: Any, app: Flask) -> None:
    owner.press("/students/00732/delete")
    assert "Students" not in found(owner, "ozturk")
    row = 'data-row="/students/00732"'
    assert row not in owner.get("/students/?search=ozturk").text
    assert row in owner.get("/students/?search=ozturk&trash=1").text


def test_no_log_and_no_answer_keeps_what_was_typed(
    owner: Any, school: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        answer = owner.post("/search", data={"q": "Secretname"})
        owner.get("/search?q=Secretname")
    assert "Secretname" not in caplog.text
    assert "Secretname" not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "typed", ["%", "_", "'", '"', "\\", "\x00", "\ud7ff", "𠮷", "a" * 5000, " "]
)
def test_whatever_is_typed_is_answered(owner: Any, school: Any, typed: str) -> None:
    assert "Students" not in found(owner, typed)
    owner.open("/students/", query_string={"search": typed})
