"""What a role may see and take on the pages of a record."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from studentadmin.extensions import db
from studentadmin.models import ChangeSet, Student
from tests.views.looking import changes, student_of


class TestWhatARoleMaySee:
    """Sensitive fields are shown, and taken, by right only."""

    SECRET = "Secretville"

    def make(self, register: Any, owner: Any) -> Student:
        student: Student = register.student("A1", birth_place=self.SECRET, ethnicity="E-Secret")
        owner.fill("/students/A1/edit", birth_place="Other" + self.SECRET)
        return student

    @pytest.mark.parametrize(
        ("role", "sees"),
        [
            *((role, True) for role in ("owner", "registrar", "clerk", "head")),
            *((role, False) for role in ("teacher", "viewer")),
        ],
    )
    def test_on_no_page(
        self,
        owner: Any,
        register: Any,
        as_role: Callable[[str], Any],
        app: Flask,
        role: str,
        sees: bool,
    ) -> None:
        student = self.make(register, owner)
        desk = as_role(role)
        pages = [
            f"/students/{student.student_number}",
            f"/students/{student.student_number}/edit",
            f"/students/{student.student_number}/history",
            "/students/",
            "/students/export.csv",
            f"/students/?search={self.SECRET}",
            f"/students/lookup?q={self.SECRET}",
            "/changes/",
            "/",
        ]
        with app.app_context():
            newest = db.session.scalar(select(func.max(ChangeSet.id))) or 0
        pages += [f"/changes/{key}" for key in range(newest - 3, newest + 1)]
        found = {}
        for url in pages:
            answer = desk.get(url)
            text = answer.get_data(as_text=True)
            for echo in ("search={}", 'value="{}"', "Search: {}"):
                text = text.replace(echo.format(self.SECRET), "")
            found[url] = self.SECRET in text
        assert any(found.values()) is sees, found

    def test_a_teacher_sees_that_there_is_something(
        self, owner: Any, register: Any, as_role: Callable[[str], Any]
    ) -> None:
        self.make(register, owner)
        page = as_role("teacher").open("/students/A1")
        assert "Birth place" in page.words

    def test_who_may_not_edit_a_field_cannot_post_it(
        self, register: Any, clerk: Any, app: Flask, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from studentadmin.rules import rights

        register.student("A1", birth_place="Ulm", given_name="Ora")
        allowed = {
            name for name in rights.RIGHTS["student", "sensitive"]["clerk"] if name == "none"
        }
        line = {**rights.RIGHTS["student", "sensitive"], "clerk": frozenset(allowed)}
        monkeypatch.setitem(rights.RIGHTS, ("student", "sensitive"), line)
        form = clerk.open("/students/A1/edit").form("given_name")
        assert "birth_place" not in form.fields
        answer = clerk.send("/students/A1/edit", form, birth_place="Rome", given_name="Nora")
        assert answer.status_code == 303
        row = student_of(app, "A1")
        assert (row.birth_place, row.given_name) == ("Ulm", "Nora")
        data = {"name": "birth_place", "value": "Rome", "version": "2"}
        assert clerk.post("/students/A1/cell", data).status_code == 400
        form = clerk.open("/students/new").form("family_name")
        clerk.send("/students/new", form, student_number="A2", family_name="X", birth_place="Rome")
        assert student_of(app, "A2").birth_place is None

    @pytest.mark.parametrize("name", ["id", "version", "status", "sourced_id", "deleted_at"])
    def test_what_no_form_offers_cannot_be_posted(
        self, register: Any, owner: Any, app: Flask, name: str
    ) -> None:
        before = register.student("A1")
        form = owner.open("/students/A1/edit").form("given_name")
        version = form.fields["version"]
        owner.send("/students/A1/edit", form, **{name: "2026-01-01", "version": version})
        after = student_of(app, "A1")
        assert getattr(after, name) == getattr(before, name)

    @pytest.mark.parametrize("role", ["viewer", "teacher", "head"])
    def test_readers_write_nothing(
        self, register: Any, as_role: Callable[[str], Any], app: Flask, role: str
    ) -> None:
        student = register.student("A1")
        contact = register.contact(student, register.person())
        before = changes(app)
        desk = as_role(role)
        before = changes(app)
        for url in (
            "/students/new", "/students/A1/edit", "/students/A1/delete", "/students/A1/restore",
            "/students/A1/cell", f"/student-contacts/{contact.id}/delete", "/changes/1/undo",
        ):  # fmt: skip
            desk.get("/students/A1")
            answer = desk.post(url, {"family_name": "X", "name": "family_name", "version": "1"})
            assert answer.status_code == 403, url
        assert changes(app) == before
        page = desk.open("/students/A1")
        assert not [f for f in page.forms if f.method == "post" and "/students" in f.action]
        assert not [a for a in page.elements("a") if a.attributes.get("href", "").endswith("/edit")]

    def test_the_history_of_the_trash_is_for_who_sees_the_trash(
        self, owner: Any, register: Any, as_role: Callable[[str], Any]
    ) -> None:
        register.student("A1")
        owner.open("/students/A1/delete")
        owner.press("/students/A1/delete")
        head = as_role("head")
        assert head.get("/students/A1").status_code == 404
        assert head.get("/students/A1/history").status_code == 404
        assert owner.get("/students/A1/history").status_code == 200

    def test_a_clerk_is_offered_undo_of_own_changes_only(
        self, owner: Any, clerk: Any, register: Any
    ) -> None:
        register.student("A1")
        owner.fill("/students/A1/edit", given_name="Nora")
        clerk.fill("/students/A1/edit", given_name="Dora")
        for desk, offered in ((clerk, 1), (owner, 3)):
            forms = desk.open("/students/A1/history").forms
            assert len({form.action for form in forms if "/undo" in form.action}) == offered
