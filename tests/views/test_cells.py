"""A cell of a list, changed where it stands: form, rules and history of the record."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from studentadmin.services.enrolment import enrolments
from studentadmin.services.student import students
from tests.markup import Page

HTML = {"Accept": "text/html"}


def editor(who: Any, url: str, column: str, status: int = 200) -> Page:
    answer = who.get(f"{url}/cell?column={column}", headers=HTML)
    assert answer.status_code == status, answer.text[-500:]
    return Page(f"<body>{answer.text}</body>")


def save(who: Any, page: Page, status: int = 200, **typed: str) -> Page:
    form = page.forms[0]
    answer = who.client.post(form.action, data={**form.fields, **typed}, headers=HTML)
    assert answer.status_code == status, answer.text[-500:]
    return Page(f"<body>{answer.text}</body>")


def student(office: Any, key: int) -> Any:
    return office.ask(lambda session: students.find(session, key))


def test_the_editor_is_the_field_of_the_form(owner: Any, register: Any) -> None:
    register.student("A1", sex="female", birth_date=date(2012, 5, 6))
    page = editor(owner, "/students/A1", "sex")
    assert page.forms[0].fields["sex"] == "female"
    assert set(page.forms[0].fields) == {"csrf_token", "column", "version", "sex"}
    assert editor(owner, "/students/A1", "birth_date").forms[0].fields["birth_date"] == "2012-05-06"


def test_a_saved_cell_comes_back_with_an_undo(owner: Any, office: Any, register: Any) -> None:
    key = register.student("A1").id
    page = save(owner, editor(owner, "/students/A1", "sex"), sex="male")
    assert "Male" in page.words
    assert "Ora Klein was saved." in page.words
    assert student(office, key).sex == "male"
    undo = next(form for form in page.forms if "/undo" in form.action)
    owner.client.post(undo.action, data=undo.fields)
    assert student(office, key).sex is None
    assert "was saved" not in owner.open("/students/").words


def test_a_name_is_typed_in_its_parts(owner: Any, office: Any, register: Any) -> None:
    key = register.student("A1").id
    page = editor(owner, "/students/A1", "name")
    save(owner, page, family_name="Öz", given_name="Nele", middle_name="M")
    assert student(office, key).full_name == "Nele M Öz"


def test_a_related_record_is_chosen_by_typing(owner: Any, office: Any, register: Any) -> None:
    place = register.homeroom("9A")
    where = {
        "organisation_id": place.organisation_id,
        "academic_session_id": place.academic_session_id,
    }
    row = register.enrolment(register.student("A1"), **where)
    page = editor(owner, f"/enrolments/{row.id}", "homeroom_name")
    assert page.elements("div", **{"data-lookup": "/homerooms/lookup"})
    shown = save(owner, page, homeroom_id=str(place.id))
    assert "9A" in shown.words
    assert office.ask(lambda s: enrolments.find(s, row.id)).homeroom_id == place.id


@pytest.mark.parametrize(
    ("column", "typed", "reason"),
    [
        ("birth_date", {"birth_date": "2999-01-01"}, "The birth date must lie before today."),
        ("birth_date", {"birth_date": "yesterday"}, "Not a valid date value."),
        ("student_number", {"student_number": "B2"}, "Number B2 already belongs to Ora Klein."),
        ("name", {"family_name": " "}, "This field is required."),
    ],
)
def test_a_refused_value_stays_with_its_reason(
    owner: Any, office: Any, register: Any, column: str, typed: dict[str, str], reason: str
) -> None:
    key = register.student("A1").id
    register.student("B2")
    before = student(office, key).version
    page = save(owner, editor(owner, "/students/A1", column), 422, **typed)
    assert reason in page.words
    for name, value in typed.items():
        assert page.forms[0].fields[name].strip() == value.strip()
    assert student(office, key).version == before


def test_two_people_in_different_fields_both_stay(owner: Any, office: Any, register: Any) -> None:
    key = register.student("A1").id
    page = editor(owner, "/students/A1", "sex")
    office.write(lambda unit: students.edit(unit, key, {"native_name": "张三"}))
    save(owner, page, sex="male")
    found = student(office, key)
    assert (found.sex, found.native_name) == ("male", "张三")


def test_two_people_in_one_field_see_both_values(owner: Any, office: Any, register: Any) -> None:
    key = register.student("A1").id
    page = editor(owner, "/students/A1", "native_name")
    office.write(lambda unit: students.edit(unit, key, {"native_name": "张三"}))
    clash = save(owner, page, 409, native_name="李四")
    assert "张三" in clash.words
    assert clash.forms[0].fields["native_name"] == "李四"
    assert student(office, key).native_name == "张三"
    theirs = save(owner, clash, **{"clash-native_name": "theirs"})
    assert "张三" in theirs.words
    save(owner, clash, **{"clash-native_name": "mine"})
    assert student(office, key).native_name == "李四"


class TestWhatMayBeChanged:
    def test_heads_say_which_cells(self, owner: Any, register: Any) -> None:
        register.student("A1")
        heads = owner.open("/students/").elements("th", scope="col")
        assert [head.attributes.get("data-edits") for head in heads] == [
            "student_number", "name", "native_name", "sex", "birth_date", None,
        ]  # fmt: skip

    def test_none_for_who_may_only_look(self, as_role: Any, register: Any) -> None:
        register.student("A1")
        teacher = as_role("teacher")
        page = teacher.open("/students/")
        assert not page.elements("table", **{"data-cells": "Press Enter to change this cell."})
        assert teacher.get("/students/A1/cell?column=sex", headers=HTML).status_code == 403

    @pytest.mark.parametrize("column", ["status", "version", "nothing", ""])
    def test_no_other_column(self, owner: Any, register: Any, column: str) -> None:
        register.student("A1")
        assert owner.get(f"/students/A1/cell?column={column}").status_code == 400

    def test_nothing_in_the_trash(self, owner: Any, register: Any, office: Any) -> None:
        key = register.student("A1").id
        office.write(lambda unit: students.remove(unit, key))
        page = owner.open("/students/?trash=1")
        assert not [h for h in page.elements("th") if h.attributes.get("data-edits")]
        assert owner.get("/students/A1/cell?column=sex").status_code == 404
