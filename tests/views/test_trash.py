"""To the trash, with what hangs on a record, and back."""

from __future__ import annotations

from typing import Any

from flask import Flask

from studentadmin.extensions import db
from studentadmin.models import StudentContact
from tests.markup import Page
from tests.views.looking import NOT_SAVED, changes, flashed, student_of


class TestRemoving:
    """To the trash, with what hangs on it, and back."""

    def test_the_page_says_what_goes_along(self, owner: Any, register: Any) -> None:
        student = register.student("A1")
        register.enrolment(student)
        for _number in range(4):
            register.contact(student, register.person())
        page = owner.open("/students/A1/delete")
        words = page.elements("ul", **{"class": "consequences"})[0].text
        assert "1Enrolment" in words
        assert "4Contacts" in words
        assert "…" in words

    def test_looking_removes_nothing(self, owner: Any, register: Any, app: Flask) -> None:
        register.student("A1")
        before = changes(app)
        owner.open("/students/A1/delete")
        assert owner.get("/students/A1/restore").status_code == 405
        assert changes(app) == before

    def test_it_goes_and_comes_back_whole(self, owner: Any, register: Any, app: Flask) -> None:
        student = register.student("A1")
        register.enrolment(student)
        register.contact(student, register.person())
        owner.open("/students/A1/delete")
        assert owner.press("/students/A1/delete").location == "/students/"
        assert "moved to the trash" in flashed(owner.open("/students/"))
        assert student_of(app, "A1").status == "enrolled", "in the trash it stays as it was"
        page = owner.open("/students/A1")
        assert "in the trash" in page.words
        assert owner.get("/students/A1/edit").status_code == 404
        owner.open("/students/A1")
        assert owner.press("/students/A1/restore").location == "/students/A1"
        page = owner.open("/students/A1")
        assert "put back" in flashed(page)
        assert "Mara" in page.words
        assert student_of(app, "A1").status == "enrolled"

    def test_the_button_pressed_twice_is_no_error(
        self, owner: Any, register: Any, app: Flask
    ) -> None:
        register.student("A1")
        form = owner.open("/students/A1/delete").form("version")
        owner.send("/students/A1/delete", form)
        before = changes(app)
        assert owner.send("/students/A1/delete", form).location == "/students/"
        assert "in the trash already" in flashed(owner.open("/students/"))
        assert changes(app) == before

    def test_what_somebody_changed_meanwhile_is_looked_at_first(
        self, owner: Any, clerk: Any, register: Any, app: Flask
    ) -> None:
        register.student("A1")
        form = owner.open("/students/A1/delete").form("version")
        clerk.fill("/students/A1/edit", given_name="Nora")
        answer = owner.send("/students/A1/delete", form)
        assert answer.status_code == NOT_SAVED
        assert "Somebody changed it since" in Page(answer.text).words
        assert student_of(app, "A1").deleted_at is None

    def test_what_was_removed_before_stays_removed(
        self, owner: Any, register: Any, app: Flask
    ) -> None:
        student = register.student("A1")
        first = register.contact(student, register.person())
        register.contact(student, register.person())
        owner.open(f"/student-contacts/{first.id}/delete")
        owner.press(f"/student-contacts/{first.id}/delete")
        owner.press("/students/A1/delete")
        owner.open("/students/?trash=1")
        owner.press("/students/A1/restore")
        with app.app_context():
            rows = db.session.query(StudentContact).filter_by(student_id=student.id)
            assert [row.deleted_at is None for row in rows.order_by(StudentContact.id)] == [
                False,
                True,
            ]

    def test_what_others_need_is_refused_with_their_names(self, owner: Any, register: Any) -> None:
        homeroom = register.homeroom()
        url = f"/organisations/{homeroom.organisation_id}/delete"
        page = owner.open(url)
        assert "9A" in page.words
        assert not [form for form in page.forms if "idempotency_key" in form.fields]
        owner.open("/students/new")
        answer = owner.post(url)
        assert answer.status_code == NOT_SAVED
        assert "9A" in Page(answer.text).words

    def test_restoring_what_breaks_a_rule_by_now_is_refused(
        self, owner: Any, register: Any, app: Flask
    ) -> None:
        student = register.student("A1")
        first = register.enrolment(student)
        url = f"/enrolments/{first.id}"
        owner.open(f"{url}/delete")
        owner.press(f"{url}/delete")
        register.enrolment(student)
        owner.open(url)
        answer = owner.press(f"{url}/restore")
        assert answer.location == url
        assert "already enrolled" in flashed(owner.open(url))
        answer = owner.post(f"{url}/restore", headers={"Accept": "application/json"})
        assert answer.status_code == NOT_SAVED

    def test_a_part_does_not_come_back_without_the_whole(self, owner: Any, register: Any) -> None:
        student = register.student("A1", family_name="Klein")
        enrolment = register.enrolment(student)
        owner.open("/students/A1/delete")
        owner.press("/students/A1/delete")
        owner.open(f"/enrolments/{enrolment.id}")
        owner.press(f"/enrolments/{enrolment.id}/restore")
        assert "Put Ora Klein back first" in flashed(owner.open(f"/enrolments/{enrolment.id}"))

    def test_the_trash_lists_it_with_who_and_a_way_back(
        self, owner: Any, clerk: Any, register: Any
    ) -> None:
        register.student("A1", family_name="Klein")
        owner.open("/students/A1/delete")
        owner.press("/students/A1/delete")
        page = clerk.open("/trash")
        assert "Ora Klein" in page.words
        assert "Owner Person" in page.words
        assert not [form for form in page.forms if form.action.endswith("/restore")]
        page = owner.open("/trash?kind=student")
        form = next(form for form in page.forms if form.action.endswith("/restore"))
        assert owner.send("/trash", form).status_code == 303
        assert owner.get("/students/A1/edit").status_code == 200
        assert "Klein, Ora" in owner.open("/students/").words
