"""The pages of a record: what a person types, sees, and may not see."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask import Flask

from studentadmin.extensions import db
from studentadmin.models import Phone
from studentadmin.services.student import students
from studentadmin.services.unit import write
from tests.factories import SYSTEM
from tests.markup import Page
from tests.views.looking import NOT_SAVED, changes, flashed, student_of


class TestAdding:
    """A new record."""

    def test_it_is_shown_with_its_undo(self, owner: Any) -> None:
        answer = owner.fill("/students/new", student_number="a 1", family_name="Klein")
        assert (answer.status_code, answer.location) == (303, "/students/A1")
        page = owner.open("/students/A1")
        assert "Klein was added." in flashed(page)
        undo = next(form for form in page.forms if form.action.endswith("/undo"))
        assert undo.method == "post"
        assert owner.send("/students/A1", undo).status_code == 303
        assert owner.get("/students/A1").status_code == 404

    def test_a_refusal_keeps_everything_typed(self, owner: Any, register: Any) -> None:
        register.student("A1")
        typed = {
            "student_number": "a1", "family_name": "<b>Klein</b> & Söhne", "given_name": "Ora",
            "middle_name": "", "preferred_name": "O'Ra", "native_name": "张", "sex": "female",
            "birth_date": "2012-02-29", "birth_place": '"Ulm"', "citizenship": "de",
            "ethnicity": "-", "language": "中文",
        }  # fmt: skip
        answer = owner.fill("/students/new", **typed)
        assert answer.status_code == NOT_SAVED
        page = Page(answer.text)
        form = page.form("student_number")
        assert {name: form.fields[name] for name in typed} == typed
        assert "already belongs to Ora Klein" in page.words
        assert not page.elements("b")

    def test_sent_twice_it_is_added_once(self, owner: Any, app: Flask) -> None:
        form = owner.open("/students/new").form("family_name")
        typed = {"student_number": "A1", "family_name": "Klein"}
        first = owner.send("/students/new", form, **typed)
        before = changes(app)
        again = owner.send("/students/new", form, **typed)
        assert (again.status_code, again.location) == (303, first.location)
        assert changes(app) == before
        assert "saved already" in flashed(owner.open(again.location))

    def test_typed_anew_on_the_same_page_it_is_another(self, owner: Any) -> None:
        """Back in the browser, another name, Save: the second student must not be lost."""
        form = owner.open("/students/new").form("family_name")
        owner.send("/students/new", form, student_number="A1", family_name="Klein")
        answer = owner.send("/students/new", form, student_number="A2", family_name="Gross")
        assert answer.location == "/students/A2"
        assert "Gross" in owner.open("/students/A2").words

    def test_another_persons_key_says_nothing_about_mine(
        self, owner: Any, clerk: Any, app: Flask
    ) -> None:
        typed = {"family_name": "Klein", "idempotency_key": "the same"}
        owner.fill("/students/new", student_number="A1", **typed)
        answer = clerk.fill("/students/new", student_number="A1", **typed)
        assert answer.status_code == NOT_SAVED

    def test_one_more_shall_follow(self, owner: Any, register: Any) -> None:
        student = register.student("A1")
        url = f"/student-identifiers/new?student_id={student.id}&next=/students/A1"
        form = owner.open(url).form("value")
        answer = owner.send(url, form, scheme="passport", value="P1", then="another")
        assert answer.location == url.replace("/students/A1", "%2Fstudents%2FA1")
        form = owner.open(answer.location).form("value")
        assert form.fields["student_id"] == str(student.id)
        assert form.fields["value"] == ""

    def test_the_owner_is_filled_in_from_the_address(self, owner: Any, register: Any) -> None:
        student = register.student("A1", family_name="Klein")
        page = owner.open(f"/phones/new?student_id={student.id}&number=1&person_id=x&type=work")
        form = page.form("student_id")
        assert form.fields["student_id"] == str(student.id)
        assert form.fields["person_id"] == ""
        assert form.fields["number"] == ""
        texts = [e.attributes.get("value") for e in page.elements("input", id="student_id-text")]
        assert texts == ["Ora Klein"]

    @pytest.mark.parametrize(
        ("back", "goes"),
        [
            ("/students/A1", "/students/A1"),
            ("/students/?search=%E5%BC%A0", "/students/?search=%E5%BC%A0"),
            ("https://evil.example/", "/"),
            ("//evil.example/", "/"),
            ("/\\evil.example", "/"),
            ("\\\\evil.example", "/"),
            ("javascript:alert(1)", "/"),
            (" /students/", "/"),
            ("/\t/evil.example", "/"),
            ("http:evil.example", "/"),
            ("students/A1", "/"),
        ],
    )
    def test_it_goes_on_only_to_a_page_of_ours(
        self, owner: Any, register: Any, back: str, goes: str
    ) -> None:
        register.student("A1")
        form = owner.open("/people/new").form("family_name")
        data = {**form.fields, "family_name": "Klein"}
        answer = owner.client.post("/people/new", query_string={"next": back}, data=data)
        assert (answer.status_code, answer.location) == (303, goes)
        page = Page(owner.client.get("/people/new", query_string={"next": back}).text)
        assert [a for a in page.elements("a") if "evil" in a.attributes.get("href", "")] == []


class TestEditing:
    """Two people at one record."""

    def test_only_what_differs_is_written(self, owner: Any, register: Any, app: Flask) -> None:
        register.student("A1", given_name="Ora")
        before = changes(app)
        answer = owner.fill("/students/A1/edit", given_name="Ora")
        assert answer.status_code == 303
        assert changes(app) == before
        assert "Nothing was changed" in flashed(owner.open("/students/A1"))

    def test_different_fields_merge(
        self, owner: Any, clerk: Any, register: Any, app: Flask
    ) -> None:
        register.student("A1", given_name="Ora", middle_name="M")
        mine = owner.open("/students/A1/edit").form("given_name")
        theirs = clerk.open("/students/A1/edit").form("given_name")
        assert clerk.send("/students/A1/edit", theirs, middle_name="Maria").status_code == 303
        assert owner.send("/students/A1/edit", mine, given_name="Nora").status_code == 303
        row = student_of(app, "A1")
        assert (row.given_name, row.middle_name) == ("Nora", "Maria")

    def clash(self, owner: Any, clerk: Any, register: Any) -> Page:
        register.student(
            "A1", given_name="Ora", middle_name="M", birth_date=date(2012, 1, 1), sex="female"
        )
        mine = owner.open("/students/A1/edit").form("given_name")
        theirs = clerk.open("/students/A1/edit").form("given_name")
        clerk.send(
            "/students/A1/edit",
            theirs,
            given_name="Lora",
            birth_date="2013-03-03",
            sex="other",
            middle_name="",
        )
        answer = owner.send("/students/A1/edit", mine, given_name="Nora", language="de")
        assert answer.status_code == 409
        return Page(answer.text)

    def test_a_clash_shows_both_values_and_writes_nothing(
        self, owner: Any, clerk: Any, register: Any, app: Flask
    ) -> None:
        page = self.clash(owner, clerk, register)
        table = page.elements("table", **{"class": "clash"})[0].text
        assert all(name in table for name in ("Ora", "Lora", "Nora", "Clerk Person"))
        assert student_of(app, "A1").given_name == "Lora"
        choices = page.elements("input", name="clash-given_name", type="radio")
        assert [c.attributes["value"] for c in choices] == ["theirs", "mine"]
        assert "checked" in choices[0].attributes

    @pytest.mark.parametrize(("choice", "name"), [("mine", "Nora"), ("theirs", "Lora")])
    def test_a_clash_is_decided_field_by_field(
        self,
        owner: Any,
        clerk: Any,
        register: Any,
        app: Flask,
        choice: str,
        name: str,
    ) -> None:
        """And what the colleague changed elsewhere stays, though the form held the old values."""
        page = self.clash(owner, clerk, register)
        form = page.form("given_name", "version")
        answer = owner.send("/students/A1/edit", form, **{"clash-given_name": choice})
        assert answer.status_code == 303
        row = student_of(app, "A1")
        assert (row.given_name, row.language) == (name, "de")
        assert (row.birth_date, row.sex, row.middle_name) == (date(2013, 3, 3), "other", None)

    def test_a_second_clash_is_shown_again(
        self, owner: Any, clerk: Any, register: Any, app: Flask
    ) -> None:
        page = self.clash(owner, clerk, register)
        assert clerk.fill("/students/A1/edit", given_name="Dora").status_code == 303
        form = page.form("given_name", "version")
        answer = owner.send("/students/A1/edit", form, **{"clash-given_name": "mine"})
        assert answer.status_code == 409
        assert "Dora" in answer.text
        assert student_of(app, "A1").given_name == "Dora"

    def test_a_form_without_its_version_overwrites_nobody(
        self, owner: Any, register: Any, app: Flask
    ) -> None:
        register.student("A1", given_name="Ora")
        form = owner.open("/students/A1/edit").form("given_name")
        del form.fields["version"]
        assert owner.send("/students/A1/edit", form, given_name="Nora").status_code == 400
        assert student_of(app, "A1").given_name == "Ora"

    def test_a_cell_clashes_too(self, owner: Any, register: Any, app: Flask) -> None:
        register.student("A1", given_name="Ora")
        owner.fill("/students/A1/edit", given_name="Nora")
        owner.open("/students/A1")
        data = {"name": "given_name", "value": "Lora", "version": "1"}
        answer = owner.post("/students/A1/cell", data, headers={"Accept": "application/json"})
        assert answer.status_code == 409
        assert student_of(app, "A1").given_name == "Nora"
        data["version"] = "2"
        answer = owner.post("/students/A1/cell", data, headers={"Accept": "application/json"})
        assert answer.get_json()["version"] == 3
        assert student_of(app, "A1").given_name == "Lora"

    def test_a_new_number_moves_the_page(self, owner: Any, register: Any) -> None:
        register.student("A1")
        answer = owner.fill("/students/A1/edit", student_number="b1")
        assert answer.location == "/students/B1"
        assert owner.get("/students/A1").status_code == 404

    def test_an_unusual_age_is_a_warning(self, owner: Any, register: Any) -> None:
        register.student("A1")
        owner.fill("/students/A1/edit", birth_date="1950-01-01")
        assert owner.open("/students/A1").words.count("unusual age") == 1

    def test_an_unusual_age_is_said_before_the_next_is_added(
        self, owner: Any, register: Any
    ) -> None:
        register.student("A1")
        form = owner.open("/students/new").form("family_name")
        typed = {"student_number": "A2", "given_name": "Bo", "family_name": "Li"}
        owner.send("/students/new", form, birth_date="1950-01-01", then="another", **typed)
        assert "unusual age" in flashed(owner.open("/students/new"))

    def test_a_record_removed_meanwhile_is_missing(
        self, owner: Any, register: Any, app: Flask
    ) -> None:
        student = register.student("A1")
        form = owner.open("/students/A1/edit").form("given_name")
        with app.app_context():
            write(lambda unit: students.remove(unit, student.id), by=SYSTEM, why="delete")
        assert owner.send("/students/A1/edit", form, given_name="X").status_code == 404


class TestRelatedTables:
    """What hangs on a record stands on its page, newest rules first."""

    def test_a_new_row_comes_back_to_the_record(self, owner: Any, register: Any) -> None:
        student = register.student("A1")
        page = owner.open("/students/A1")
        link = next(
            a.attributes["href"]
            for a in page.elements("a")
            if a.attributes.get("href", "").startswith("/phones/new")
        )
        answer = owner.fill(link, number="+49 30 1234", student_id=student.id)
        assert answer.location == "/students/A1"
        assert "+49 30 1234" in owner.open("/students/A1").words

    def test_an_address_has_one_owner(self, owner: Any, register: Any, app: Flask) -> None:
        student, person = register.student("A1"), register.person()
        typed = {"number": "1", "student_id": student.id, "person_id": person.id}
        assert owner.fill("/phones/new", **typed).status_code == NOT_SAVED
        typed = {"number": "1", "student_id": "", "person_id": ""}
        assert owner.fill("/phones/new", **typed).status_code == NOT_SAVED
        with app.app_context():
            assert db.session.query(Phone).count() == 0
