"""Many rows from a list: chosen, looked at, written, taken back; by the pages a person sees."""

from __future__ import annotations

import threading
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from studentadmin.extensions import db
from studentadmin.models import ChangeSet, Student
from studentadmin.services import bulk
from studentadmin.services.student import students
from studentadmin.views.admin import bulk_pages, bulk_work
from studentadmin.views.admin.bulk_jobs import State

BORN = date(2012, 5, 6)


@pytest.fixture
def pupils(register: Any) -> list[Any]:
    return [
        register.student(
            f"P{n}", given_name=f"Ora{n}", birth_date=BORN, sex="female" if n % 2 else None
        )
        for n in range(6)
    ]


def choose(who: Any, rows: list[Any], kind: str = "edit", query: str = "", **more: Any) -> Any:
    """The address of the page that the choice leads to."""
    who.get("/students/" + query)
    data = {"keys": [row.id for row in rows], **more}
    answer = who.post(f"/students/bulk-{kind}{query}", data)
    assert answer.status_code == 303, answer.text[-500:]
    return answer.location


def step(who: Any, url: str, name: str, answered: int = 303, **typed: Any) -> Any:
    who.get(url)
    data = {key.replace("__", "-"): value for key, value in typed.items()}
    answer = who.post(url, {"step": name, **data})
    assert answer.status_code == answered, answer.text[-2000:]
    return answer


def german(who: Any, rows: list[Any], **more: Any) -> str:
    """As far as the preview of one language for all of them."""
    url: str = choose(who, rows, **more)
    step(who, url, "try", do__language="set", language="German")
    return url


def languages(office: Any) -> list[str | None]:
    found: list[str | None] = office.ask(
        lambda session: list(session.scalars(select(Student.language).order_by(Student.id)))
    )
    return found


def test_from_the_list_to_the_undo(owner: Any, office: Any, pupils: list[Any]) -> None:
    url = german(owner, pupils[:4], query="?sort=-student_number")
    page = owner.open(url)
    assert page.elements("h1")[0].text == "4 rows would change"
    assert "Language at home changes in 4 rows." in page.words
    assert languages(office) == [None] * 6
    answer = step(owner, url, "write")
    answer = owner.get(answer.location)
    assert answer.location == "/students/?sort=-student_number"
    listed = owner.open(answer.location)
    assert "4 records were changed." in listed.words
    assert languages(office) == ["German"] * 4 + [None] * 2
    undo = next(f for f in listed.forms if "/undo" in f.action)
    owner.send("/students/", undo)
    assert languages(office) == [None] * 6
    assert owner.get(url).location == "/students/?sort=-student_number"
    assert "records were changed" not in owner.open("/students/").words


def test_all_that_match_are_worked_out_from_the_address(
    owner: Any, office: Any, pupils: list[Any]
) -> None:
    url = german(owner, [], query="?sex=female", all="1")
    step(owner, url, "write")
    assert languages(office) == [None, "German"] * 3


def test_the_choice_is_pinned_when_it_is_made(
    owner: Any, office: Any, pupils: list[Any], register: Any
) -> None:
    url = choose(owner, [], all="1")
    register.student("LATER")
    step(owner, url, "try", do__language="set", language="German")
    step(owner, url, "write")
    assert languages(office) == ["German"] * 6 + [None]


def test_refused_rows_are_named_and_left_out(owner: Any, office: Any, pupils: list[Any]) -> None:
    office.write(lambda unit: students.edit(unit, pupils[2].id, {"birth_date": date(2026, 1, 1)}))
    url = choose(owner, pupils[:3])
    step(owner, url, "try", do__birth_date="add_days", days__birth_date="+400")
    page = owner.open(url)
    assert page.elements("h1")[0].text == "2 rows would change"
    assert "1 row is refused" in page.words
    assert "The birth date must lie before today." in page.words
    step(owner, url, "write")
    days = office.ask(lambda s: list(s.scalars(select(Student.birth_date).order_by(Student.id))))
    assert days[2] == date(2026, 1, 1)
    assert days[0] == date(2013, 6, 10)


def test_giving_up_writes_nothing(owner: Any, office: Any, pupils: list[Any]) -> None:
    url = german(owner, pupils)
    assert step(owner, url, "cancel").location == "/students/"
    owner.open(url, 404)
    assert languages(office) == [None] * 6


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({}, "Say for at least one field"),
        ({"do__birth_date": "add_days", "days__birth_date": "x"}, "Type a number of days"),
        ({"do__birth_date": "add_days", "days__birth_date": "99999"}, "Type a number of days"),
        ({"do__language": "replace"}, "Type the text that shall be replaced."),
        ({"do__family_name": "set", "family_name": ""}, "This field is required."),
        ({"do__language": "set", "language": "x" * 101}, "longer than 100"),
        ({"do__family_name": "clear"}, "Say for at least one field"),
        ({"do__status": "set", "status": "left"}, "Say for at least one field"),
    ],
)
def test_what_is_typed_wrong_is_said_and_nothing_tried(
    owner: Any, pupils: list[Any], typed: dict[str, str], words: str
) -> None:
    url = choose(owner, pupils)
    assert words in step(owner, url, "try", 422, **typed).text


def test_a_change_meanwhile_is_a_clash_and_looked_at_again(
    owner: Any, office: Any, pupils: list[Any]
) -> None:
    url = german(owner, pupils[:2])
    office.write(lambda unit: students.edit(unit, pupils[0].id, {"language": "Dutch"}))
    step(owner, url, "write")
    page = owner.open(url)
    assert "Somebody changed some of these rows since you looked: Ora0 Klein." in page.words
    assert languages(office)[:2] == ["Dutch", None]
    step(owner, url, "again")
    step(owner, url, "write")
    assert languages(office)[:2] == ["German", "German"]


def test_written_twice_is_written_once(owner: Any, office: Any, pupils: list[Any]) -> None:
    url = german(owner, pupils)
    owner.open(url)
    for _ in range(2):
        assert owner.post(url, {"step": "write"}).status_code == 303
    count = office.ask(lambda s: len(list(s.scalars(select(ChangeSet).filter_by(why="bulk edit")))))
    assert count == 1


def test_bulk_delete_shows_the_radius_first(
    owner: Any, office: Any, pupils: list[Any], register: Any
) -> None:
    register.enrolment(pupils[0])
    url = choose(owner, pupils[:2], "delete")
    page = owner.open(url)
    assert page.elements("h1")[0].text == "Move 2 rows to the trash?"
    along = page.elements("ul", **{"class": "consequences"})[0].text
    assert along.strip().startswith("1Enrolment")
    step(owner, url, "write")
    back = owner.get(url).location
    assert "2 records were moved to the trash." in owner.open(back).words
    gone = office.ask(
        lambda s: s.scalars(select(Student.student_number).where(Student.deleted_at.is_not(None)))
    )
    assert sorted(gone) == ["P0", "P1"]


class TestRights:
    def test_who_may_not_edit_chooses_nothing(self, as_role: Any, pupils: list[Any]) -> None:
        teacher = as_role("teacher")
        assert "data-picks" not in teacher.get("/students/").text
        answer = teacher.post("/students/bulk-edit", {"keys": [pupils[0].id]})
        assert answer.status_code == 403

    def test_who_may_not_delete_is_not_offered_it(self, clerk: Any, pupils: list[Any]) -> None:
        text = clerk.get("/students/").text
        assert "bulk-edit" in text
        assert "bulk-delete" not in text
        assert clerk.post("/students/bulk-delete", {"keys": [pupils[0].id]}).status_code == 403

    def test_a_choice_opens_for_its_owner_alone(
        self, owner: Any, clerk: Any, pupils: list[Any]
    ) -> None:
        url = german(owner, pupils)
        clerk.open(url, 404)
        owner.open(url.replace("bulk-edit", "bulk-delete"), 404)
        owner.open(url.replace("students", "people"), 404)

    def test_a_field_one_may_not_change_is_not_offered(
        self, app: Flask, as_role: Any, pupils: list[Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from studentadmin.rules import rights

        line = {**rights.RIGHTS["student", "sensitive"], "clerk": frozenset({"view"})}
        monkeypatch.setitem(rights.RIGHTS, ("student", "sensitive"), line)
        clerk = as_role("clerk")
        url = choose(clerk, pupils)
        assert "do-ethnicity" not in clerk.get(url).text
        step(clerk, url, "try", 422, do__ethnicity="set", ethnicity="X")


def test_nothing_chosen_and_too_much_are_said(
    owner: Any, pupils: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert choose(owner, []) == "/students/"
    assert "Choose at least one row first." in owner.open("/students/").words
    monkeypatch.setattr(bulk_pages, "MOST", 3)
    assert choose(owner, [], all="1") == "/students/"
    assert "More than 3 rows match." in owner.open("/students/").words


class TestApart:
    """More rows than an answer waits for. What a thread does is done here at once: the connection
    of a test is one alone. Real threads are met in tests/durability and tests/e2e.
    """

    @pytest.fixture(autouse=True)
    def _apart(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(bulk_work, "AT_ONCE", 0)
        monkeypatch.setattr(bulk, "AT_ONCE", 2)

        def run(thread: threading.Thread) -> None:
            db.session.rollback()
            thread.run()

        monkeypatch.setattr(threading.Thread, "start", run)

    def test_it_is_watched_and_ends_with_undo(
        self, owner: Any, office: Any, pupils: list[Any]
    ) -> None:
        url = german(owner, pupils)
        answer = owner.get(url, headers={"HX-Request": "true"})
        assert answer.headers["HX-Redirect"] == url
        assert owner.open(url).elements("h1")[0].text == "6 rows would change"
        step(owner, url, "write")
        assert owner.get(url).location == "/students/"
        assert "6 records were changed." in owner.open("/students/").words
        assert languages(office) == ["German"] * 6

    def test_it_speaks_the_language_of_the_person(self, owner: Any, pupils: list[Any]) -> None:
        owner.get("/students/")
        owner.post("/language", {"locale": "zh_Hans_CN"})
        url = choose(owner, pupils)
        step(owner, url, "try", do__birth_date="add_days", days__birth_date="30000")
        assert "出生日期必须早于今天" in owner.open(url).words

    def test_its_progress_is_shown(
        self, app: Flask, owner: Any, pupils: list[Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        url = german(owner, pupils)
        token = url.rpartition("/")[2]
        with app.app_context():
            bulk_work.shelf().tell(token, State("writing", 2, 6))
        monkeypatch.setattr(bulk_work, "_working", {token})
        page = owner.open(url)
        assert page.elements("h1")[0].text == "Writing the rows"
        assert "2 of 6 rows" in page.words
        assert step(owner, url, "cancel").location == url
        with app.app_context():
            assert bulk_work.shelf().should_end(token)

    def test_cancelled_while_it_writes(
        self, app: Flask, owner: Any, office: Any, pupils: list[Any], monkeypatch: Any
    ) -> None:
        url = german(owner, pupils)
        pieces = bulk.pieces

        def cancelled(rows: Any) -> Any:
            for number, piece in enumerate(pieces(rows)):
                if number == 2:
                    bulk_work.shelf().ask_to_end(url.rpartition("/")[2])
                yield piece

        monkeypatch.setattr(bulk, "pieces", cancelled)
        step(owner, url, "write")
        assert "You cancelled it. Nothing was written." in owner.open(url).words
        assert languages(office) == [None] * 6

    def test_work_that_died_with_its_process_has_failed(
        self, owner: Any, office: Any, pupils: list[Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        url = german(owner, pupils)
        with monkeypatch.context() as dying:
            dying.setattr(threading.Thread, "start", lambda _thread: None)
            step(owner, url, "write")
        assert owner.open(url).elements("h1")[0].text == "Writing the rows"
        bulk_work._working.clear()
        assert "It was interrupted. Nothing was written." in owner.open(url).words
        step(owner, url, "again")
        step(owner, url, "write")
        assert languages(office) == ["German"] * 6
