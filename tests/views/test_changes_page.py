"""The Changes page, the page of one change, Undo by a button, and a clash decided by a person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from studentadmin.extensions import db
from studentadmin.models import ChangeSet, Student
from studentadmin.services.student import students
from studentadmin.services.unit import Actor, write
from tests.factories import SYSTEM
from tests.markup import Page
from tests.views.looking import flashed, student_of


def newest(app: Flask) -> int:
    with app.app_context():
        return db.session.scalars(select(ChangeSet.id).order_by(ChangeSet.id.desc())).first() or 0


def listed(page: Page) -> list[str]:
    """The names of the change sets on a page, top to bottom."""
    links = [e.attributes.get("href", "") for e in page.elements("a")]
    return [link for link in links if link.startswith("/changes/") and link[9:].isdigit()]


def edit(app: Flask, student: Student, by: Actor = SYSTEM, **values: Any) -> int:
    with app.app_context():
        work = lambda unit: students.edit(unit, student.id, values)  # noqa: E731
        return write(work, by=by, why="edit").change_set_id or 0


class TestTheList:
    """Narrowed by person, table and days."""

    def test_newest_first_with_what_was_done(self, owner: Any, register: Any, app: Flask) -> None:
        register.student("A1", family_name="Klein")
        owner.fill("/students/A1/edit", given_name="Nora")
        page = owner.open("/changes/")
        assert listed(page)[0] == f"/changes/{newest(app)}"
        assert "Owner Person" in page.words
        assert "Students" in page.words
        assert "Edited · Nora Klein" in page.words
        assert "Edited · Nora Klein" in owner.open("/").words

    def test_by_person(self, owner: Any, clerk: Any, register: Any, app: Flask) -> None:
        register.student("A1")
        owner.fill("/students/A1/edit", given_name="Nora")
        clerk.fill("/students/A1/edit", given_name="Dora")
        page = owner.open(f"/changes/?person={clerk.user_id}")
        assert listed(page) == [f"/changes/{newest(app)}"]

    def test_by_table(self, owner: Any, register: Any, app: Flask) -> None:
        register.student("A1")
        register.organisation()
        of_school = newest(app)
        register.person()
        page = owner.open("/changes/?table=organisation")
        assert listed(page) == [f"/changes/{of_school}"]
        assert listed(owner.open("/changes/?table=sqlite_master"))

    def test_by_days_both_inclusive(self, owner: Any, register: Any, app: Flask) -> None:
        keys = []
        for day in (1, 2, 3):
            register.organisation(f"School {day}")
            keys.append(newest(app))
            at = datetime(2020, 5, day, 12).astimezone(UTC)
            with app.app_context():
                write(
                    lambda unit, key=keys[-1], at=at: [
                        unit.session.execute(
                            update(ChangeSet).where(ChangeSet.id == key).values(at=at)
                        ),
                        unit.session.commit(),
                    ],
                    by=SYSTEM,
                    why="set the clock",
                )
        for first, last, expected in (
            ("2020-05-02", "2020-05-02", keys[1:2]),
            ("2020-05-01", "2020-05-02", keys[:2]),
            ("2020-05-03", "2020-06-01", keys[2:]),
            ("2019-01-01", "2020-04-30", []),
        ):
            page = owner.open(f"/changes/?from={first}&to={last}")
            assert listed(page) == [f"/changes/{key}" for key in reversed(expected)]

    def test_pages_go_on_where_the_last_one_ended(
        self, owner: Any, register: Any, app: Flask
    ) -> None:
        for number in range(55):
            register.grade_level(f"P{number}")
        first = owner.open("/changes/?table=grade_level")
        assert len(listed(first)) == 50
        link = next(e for e in first.elements("a", rel="next")).attributes["href"]
        second = owner.open(link)
        assert len(listed(second)) == 5
        assert not second.elements("a", rel="next")

    def test_a_teacher_sees_none(self, as_role: Callable[[str], Any]) -> None:
        assert as_role("teacher").get("/changes/").status_code == 403


class TestUndoOnAPage:
    """A button in the message, on the change, in the history."""

    def test_it_says_what_it_did_and_can_be_undone(
        self, owner: Any, register: Any, app: Flask
    ) -> None:
        register.student("A1", given_name="Ora")
        owner.fill("/students/A1/edit", given_name="Nora")
        edited = newest(app)
        page = owner.open("/students/A1")
        form = next(form for form in page.forms if form.action == f"/changes/{edited}/undo")
        assert owner.send("/students/A1", form).location == f"/changes/{edited}"
        assert student_of(app, "A1").given_name == "Ora"
        page = owner.open(f"/changes/{edited}")
        assert "taken back" in flashed(page)
        assert "Taken back" in page.words
        assert [f.action for f in page.forms if f.action == f"/changes/{edited}/undo"] == []
        again = next(form for form in page.forms if form.action == f"/changes/{newest(app)}/undo")
        owner.send("/", again)
        assert student_of(app, "A1").given_name == "Nora"
        page = owner.open(f"/changes/{edited}")
        assert [f.action for f in page.forms if f.action == f"/changes/{edited}/undo"]

    def test_pressed_twice_it_happens_once_and_says_so(
        self, owner: Any, register: Any, app: Flask
    ) -> None:
        student = register.student("A1", given_name="Ora")
        edited = edit(app, student, given_name="Nora")
        owner.open(f"/changes/{edited}")
        owner.press(f"/changes/{edited}/undo")
        before = newest(app)
        answer = owner.press(f"/changes/{edited}/undo")
        assert newest(app) == before
        assert "undone already" in flashed(owner.open(answer.location))

    def test_looking_undoes_nothing(self, owner: Any, register: Any, app: Flask) -> None:
        register.student("A1")
        assert owner.get(f"/changes/{newest(app)}/undo").status_code == 405

    def test_it_needs_a_token(self, owner: Any, register: Any, app: Flask) -> None:
        register.student("A1")
        assert owner.client.post(f"/changes/{newest(app)}/undo").status_code == 400
        assert owner.get("/students/A1").status_code == 200

    def test_a_refusal_stands_on_the_page_of_the_change(
        self, owner: Any, register: Any, app: Flask
    ) -> None:
        student = register.student("A1")
        made = newest(app)
        register.contact(student, register.person())
        owner.open(f"/changes/{made}")
        answer = owner.press(f"/changes/{made}/undo")
        page = owner.open(answer.location)
        assert "was added to it since" in flashed(page)

    def test_a_change_that_is_not_there_is_missing(self, owner: Any) -> None:
        owner.get("/changes/")
        assert owner.post("/changes/999999/undo").status_code == 404

    def test_a_clerk_may_not_undo_others(self, clerk: Any, register: Any, app: Flask) -> None:
        student = register.student("A1", given_name="Ora")
        edited = edit(app, student, given_name="Nora")
        page = clerk.open(f"/changes/{edited}")
        assert not [form for form in page.forms if "/undo" in form.action]
        assert clerk.post(f"/changes/{edited}/undo").status_code == 403
        assert student_of(app, "A1").given_name == "Nora"


class TestAClash:
    """Somebody worked on the same fields since."""

    @pytest.fixture
    def clash(self, owner: Any, register: Any, app: Flask) -> tuple[int, Page]:
        student = register.student("A1", given_name="Ora", middle_name="M")
        first = edit(app, student, given_name="Nora", middle_name="N", birth_place="Ulm")
        anna = Actor(None, "Anna", frozenset({"system"}))
        edit(app, student, by=anna, given_name="Lora", middle_name="L", citizenship="de")
        owner.open(f"/changes/{first}")
        answer = owner.post(f"/changes/{first}/undo")
        assert answer.status_code == 409
        return first, Page(answer.text)

    def test_it_shows_all_three_values_and_writes_nothing(
        self, clash: tuple[int, Page], app: Flask
    ) -> None:
        table = clash[1].elements("table", **{"class": "clash"})[0].text
        for value in ("Ora", "Nora", "Lora", "Anna", "Given name", "Middle name"):
            assert value in table
        assert "Birth place" not in table
        assert student_of(app, "A1").given_name == "Lora"

    @pytest.mark.parametrize(
        ("given", "middle", "expected"),
        [
            ("mine", "mine", ("Ora", "M")),
            ("theirs", "theirs", ("Lora", "L")),
            ("mine", "theirs", ("Ora", "L")),
            ("theirs", "mine", ("Lora", "M")),
        ],
    )
    def test_each_field_is_kept_or_put_back(
        self,
        owner: Any,
        clash: tuple[int, Page],
        app: Flask,
        given: str,
        middle: str,
        expected: tuple[str, str],
    ) -> None:
        key, page = clash
        row = student_of(app, "A1")
        form = page.form("resolve")
        names = {f"clash-student.{row.id}.{field}" for field in ("given_name", "middle_name")}
        assert names <= form.fields.keys()
        typed = {
            f"clash-student.{row.id}.given_name": given,
            f"clash-student.{row.id}.middle_name": middle,
        }
        answer = owner.send("/", form, **typed)
        assert (answer.status_code, answer.location) == (303, f"/changes/{key}")
        row = student_of(app, "A1")
        assert (row.given_name, row.middle_name) == expected
        assert (row.birth_place, row.citizenship) == (None, "de")

    def test_haste_overwrites_nobody(self, owner: Any, clash: tuple[int, Page], app: Flask) -> None:
        """What is chosen to begin with is what stands there."""
        assert owner.send("/", clash[1].form("resolve")).status_code == 303
        row = student_of(app, "A1")
        assert (row.given_name, row.middle_name, row.birth_place) == ("Lora", "L", None)

    @pytest.mark.parametrize(
        "name",
        ["clash-student.²", "clash-student.²?.given_name", "clash-", "clash-student.1.given_name.x",
         "clash-nothing.1.x", "clash-student.99999999999999999999.given_name"],
    )  # fmt: skip
    def test_a_nonsense_decision_decides_nothing(
        self, owner: Any, clash: tuple[int, Page], name: str
    ) -> None:
        answer = owner.post(f"/changes/{clash[0]}/undo", {name: "mine"})
        assert answer.status_code == 409


def test_a_change_names_no_row_of_a_table_one_may_not_see(
    owner: Any, clerk: Any, app: Flask
) -> None:
    """A clerk sees that accounts changed, and not whose."""
    from tests.conftest import make_user

    with app.app_context():
        make_user("teacher")
    assert "Teacher Person" in owner.open(f"/changes/{newest(app)}").words
    assert "Teacher Person" not in clerk.open(f"/changes/{newest(app)}").words


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_every_page_of_a_record_speaks_both_languages(
    owner: Any, register: Any, app: Flask, language: str
) -> None:
    student = register.student("A1", birth_date=date.today() - timedelta(days=5000))  # noqa: DTZ011
    register.enrolment(student)
    edit(app, student, given_name="Nora")
    pages = [
        "/", "/students/", "/students/new", "/students/A1", "/students/A1/edit",
        "/students/A1/history", "/students/A1/delete", "/changes/", f"/changes/{newest(app)}",
        "/trash", "/about", "/students/?search=nobody", "/students/?trash=1",
    ]  # fmt: skip
    for url in pages:
        page = owner.open(url, headers={"Accept-Language": language})
        expected = "zh-Hans-CN" if language == "zh-CN" else "en"
        assert page.elements("html")[0].attributes["lang"] == expected, url
        assert page.elements("title")[0].text.strip()
        assert len(page.elements("h1")) == 1, url
