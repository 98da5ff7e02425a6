"""The roll-over in a browser: proposed, changed, written, taken back."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask import Flask

from studentadmin.extensions import db
from studentadmin.models import ChangeSet, Enrolment, Student
from studentadmin.services import backup
from studentadmin.services.enrolment import enrolments
from studentadmin.services.unit import write
from tests.factories import SYSTEM, Register
from tests.markup import Page
from tests.rollovers import SEP_1, School, make_school
from tests.views.looking import NOT_SAVED, changes, flashed


@pytest.fixture(autouse=True)
def backups(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The reasons of the backups asked for; none is made."""
    asked: list[str] = []
    monkeypatch.setattr(backup, "create", lambda _settings, reason: asked.append(str(reason)))
    return asked


@pytest.fixture
def school(app: Flask) -> School:
    """Two in 7A, one in 8A, one in 9A."""
    with app.app_context():
        made = make_school(Register())
        for number, grade in enumerate("7789"):
            made.student(grade, f"{grade}A", number=f"R{number}", family_name=f"Klein{number}")
        db.session.remove()
    return made


@pytest.fixture
def plan(owner: Any, school: School) -> str:
    """The address of a plan."""
    values = {
        "organisation_id": school.organisation,
        "from_id": school.old,
        "to_id": school.new,
    }
    answer = owner.fill("/rollover/", **values)
    assert answer.status_code == 303
    return str(answer.location)


def sums(page: Page) -> str:
    line = next(e for e in page.all if e.attributes.get("class") == "card sum-line")
    return " ".join(line.text.split())


def shown(page: Page) -> list[str]:
    """The numbers of the students in the table."""
    return [e.text for e in page.elements("span", **{"class": "cell-sub"})]


def keys(page: Page) -> dict[str, str]:
    """Student number -> the value of the box to tick."""
    boxes = [e.attributes["value"] for e in page.elements("input", type="checkbox", name="row")]
    return dict(zip(shown(page), boxes, strict=True))


def tick(desk: Any, url: str, *numbers: str, scope: str = "rows", **typed: Any) -> Any:
    page = desk.open(url)
    form = page.form("destination")
    data = {**form.fields, **typed, "scope": scope, "row": [keys(page)[n] for n in numbers]}
    return desk.client.post(form.action, data=data)


def commit(desk: Any, url: str) -> Any:
    form = desk.open(url).form("idempotency_key")
    return desk.send(url, form)


def test_the_sum_is_right_and_each_part_is_a_filter(owner: Any, plan: str) -> None:
    page = owner.open(plan)
    assert sums(page) == "4 students = 3 Promote + 0 Repeat + 0 Leave + 1 Graduate + 0 Not moved"
    assert shown(page) == ["R0", "R1", "R2", "R3"]
    assert shown(owner.open(f"{plan}?to=graduate")) == ["R3"]
    assert shown(owner.open(f"{plan}?to=repeat")) == []


def test_filters_of_grade_and_class(owner: Any, plan: str, school: School) -> None:
    assert shown(owner.open(f"{plan}?grade={school.grades['8']}")) == ["R2"]
    assert shown(owner.open(f"{plan}?room={school.rooms['7A']}")) == ["R0", "R1"]
    assert shown(owner.open(f"{plan}?room=0")) == []


def test_one_by_one_and_by_group(owner: Any, plan: str, school: School) -> None:
    tick(owner, plan, "R0", destination="leave", exit_type="expelled")
    page = owner.open(plan)
    assert sums(page).startswith("4 students = 2 Promote + 0 Repeat + 1 Leave + 1 Graduate")
    assert "Expelled" in page.words
    listed = f"{plan}?room={school.rooms['7A']}"
    answer = tick(owner, listed, scope="list", destination="repeat", homeroom="7B")
    assert answer.location.endswith(listed)
    page = owner.open(plan)
    assert sums(page).startswith("4 students = 1 Promote + 2 Repeat + 0 Leave + 1 Graduate")
    assert "7B" in page.words
    tick(owner, f"{plan}?hand=1", scope="list", destination="proposed")
    assert sums(owner.open(plan)).startswith("4 students = 3 Promote + 0 Repeat")


def test_nothing_is_ticked(owner: Any, plan: str) -> None:
    tick(owner, plan, destination="leave")
    page = owner.open(plan)
    assert "Tick students first." in flashed(page)
    assert "3 Promote" in sums(page)


def test_the_plan_survives_and_others_may_go_on_with_it(
    owner: Any, as_role: Any, plan: str, app: Flask
) -> None:
    before = changes(app)
    tick(owner, plan, "R0", destination="repeat")
    registrar = as_role("registrar")
    assert registrar.open("/rollover/").elements("a", href=plan)
    assert "1 Repeat" in sums(registrar.open(plan))
    assert changes(app) <= before + 2, "only the account of the registrar was written"


def test_days_and_classes_are_remembered(owner: Any, plan: str, school: School) -> None:
    room = f"room-{school.rooms['7A']}"
    owner.fill(plan, last_day="2027-06-30", first_day="2027-09-02", **{room: "8 Blue"})
    page = owner.open(plan)
    assert page.form("last_day").fields[room] == "8 Blue"
    assert page.form("last_day").fields["last_day"] == "2027-06-30"
    assert "Grade 8 · 8 Blue" in page.words
    owner.fill(plan, last_day="2027-09-30")
    page = owner.open(plan)
    assert "does not lie in 2026/27" in page.words
    assert not any("idempotency_key" in form.fields for form in page.forms)


def test_written_with_a_backup_and_taken_back(
    app: Flask, owner: Any, plan: str, backups: list[str]
) -> None:
    answer = commit(owner, plan)
    assert answer.location.startswith("/changes/")
    assert backups == ["before-roll-over"]
    page = owner.open(answer.location)
    assert "The school year was rolled over. Promote: 3, Graduate: 1" in flashed(page)
    with app.app_context():
        assert db.session.query(Enrolment).filter_by(entry_date=SEP_1).count() == 3
        assert db.session.query(Student).filter_by(status="graduated").count() == 1
    assert owner.get(plan).status_code == 404
    assert "Roll-over" in owner.open("/changes/").words
    undo = next(form for form in page.forms if form.action.endswith("/undo"))
    owner.send(answer.location, undo)
    with app.app_context():
        assert db.session.query(Enrolment).filter_by(entry_date=SEP_1).count() == 0
        assert db.session.query(Student).filter_by(status="enrolled").count() == 4


def test_sent_twice_it_is_written_once(owner: Any, app: Flask, plan: str) -> None:
    form = owner.open(plan).form("idempotency_key")
    first, again = (owner.send(plan, form) for _time in range(2))
    assert first.location == again.location
    with app.app_context():
        assert db.session.query(ChangeSet).filter_by(source="rollover").count() == 1


def test_what_changed_since_is_marked_and_nothing_is_written_before_a_look(
    app: Flask, owner: Any, plan: str, school: School
) -> None:
    form = owner.open(plan).form("idempotency_key")
    with app.app_context():
        query = db.session.query(Enrolment).join(Student).order_by(Student.student_number)
        first, second = (row.id for row in query.limit(2))
        db.session.remove()
        leave = {"exit_date": date(2027, 1, 31), "exit_type": "withdrawn"}
        write(lambda unit: enrolments.edit(unit, first, leave), by=SYSTEM, why="edit")
        write(lambda unit: enrolments.edit(unit, second, {"homeroom_id": None}), by=SYSTEM, why="e")
    before = changes(app)
    owner.send(plan, form)
    page = owner.open(plan)
    assert "Nothing was written: look again." in flashed(page)
    assert changes(app) == before
    assert "No longer here:" in page.words
    assert page.elements("a", href="/students/R0")
    assert shown(owner.open(f"{plan}?since=1")) == ["R1"]
    assert not any("idempotency_key" in form.fields for form in page.forms)
    looked = next(form for form in page.forms if form.action.endswith("/noticed"))
    owner.send(plan, looked)
    page = owner.open(plan)
    assert "No longer here:" not in page.words
    assert commit(owner, plan).location.startswith("/changes/")


def test_a_plan_is_let_go(owner: Any, plan: str) -> None:
    form = next(form for form in owner.open(plan).forms if form.action.endswith("/remove"))
    assert owner.send(plan, form).location == "/rollover/"
    assert owner.get(plan).status_code == 404


def test_a_refused_start_says_so_at_its_field(owner: Any, school: School) -> None:
    values = {"organisation_id": school.organisation, "from_id": school.new, "to_id": school.old}
    answer = owner.fill("/rollover/", **values)
    assert answer.status_code == NOT_SAVED
    assert 'id="to_id-note"' in answer.text
    assert owner.fill("/rollover/", from_id="", to_id="").status_code == NOT_SAVED


@pytest.mark.parametrize("role", ["clerk", "teacher", "head", "viewer"])
def test_it_is_not_for_everybody(as_role: Any, role: str, plan: str) -> None:
    desk = as_role(role)
    assert not desk.open("/about").elements("a", href="/rollover/")
    for url in ("/rollover/", plan):
        assert desk.get(url).status_code == 403
    assert desk.client.post(f"{plan}/commit").status_code in {400, 403}


def test_a_plan_whose_year_is_gone_leaves_the_list(
    app: Flask, owner: Any, plan: str, school: School
) -> None:
    from studentadmin.services.academic_session import academic_sessions

    with app.app_context():
        write(lambda unit: academic_sessions.remove(unit, school.new), by=SYSTEM, why="delete")
    assert owner.get(plan).status_code == 404
    assert not owner.open("/rollover/").elements("a", href=plan)
