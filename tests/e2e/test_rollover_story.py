"""A school year at the office: admitted, moved, rolled over, taken back; on a phone, too."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from scripts import sample_school
from tests.e2e import school
from tests.e2e.person import Person
from tests.e2e.program import Program
from tests.e2e.sample import fill
from tests.e2e.test_accessibility import AXE, violations

pytestmark = pytest.mark.slow
SCHOOL = sample_school.SCHOOLS["10001"]


@pytest.fixture(scope="module")
def year_end(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """The program on a sample school that has a next year."""
    folder: Path = tmp_path_factory.mktemp("year") / "register"
    app = school.open_register(folder)
    fill(app)
    school.make(app, sample_school.next_year)
    with Program(folder) as running:
        yield running
        assert "Traceback" not in running.log


@pytest.fixture
def office(person_at: Callable[[Program, str], Person], year_end: Program, locale: str) -> Person:
    """The owner, with axe at hand."""
    person = person_at(year_end, locale)
    person.page.context.add_init_script(path=AXE)
    person.go(year_end.new_ticket())
    person.stands_on("/")
    return person


def act(person: Person, label: str) -> None:
    """Open the menu of a student's page and choose."""
    person.page.locator("summary", has_text=person.say("Enrolment")).first.click()
    person.page.locator(".action-list a", has_text=person.say(label)).first.click()
    person.page.wait_for_load_state()


def total(person: Person, label: str) -> int:
    """A number of the sum at the top of the plan."""
    part = person.page.locator(".sum-line a", has_text=person.say(label))
    return int(re.findall(r"\d+", part.inner_text())[0])


def test_a_student_is_admitted_moved_and_leaves(office: Person, locale: str) -> None:
    path = office.add_student(f"R-{locale[:2]}", family_name="Rolle")
    act(office, "Admit")
    assert not violations(office.page)
    office.page.locator("[name=organisation_id]").select_option(label=SCHOOL)
    office.page.locator("[name=grade_level_id]").select_option(label="Grade 9")
    office.page.locator("[name=homeroom_id]").select_option(label="9A")
    office.press("Admit")
    office.stands_on(path)
    office.is_told("%(name)s was admitted.", name="Rolle")

    office.page.set_viewport_size({"width": 360, "height": 780})
    office.page.locator("summary", has_text=office.say("Enrolment")).first.click()
    box = office.page.locator(".action-list").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 360
    office.page.keyboard.press("Escape")
    office.page.set_viewport_size({"width": 1280, "height": 800})

    act(office, "Change grade or class")
    office.page.locator("[name=homeroom_id]").select_option(label="9B")
    office.press("Change grade or class")
    office.stands_on(path)
    office.sees("9B")

    act(office, "Leave")
    with office.refused():
        office.type(exit_date="1999-01-01")
        office.press("Leave")
        office.page.wait_for_selector(".notice-danger")
    assert not violations(office.page)
    office.go(path)
    act(office, "Leave")
    office.press("Leave")
    office.stands_on(path)
    office.sees(office.say("Left"))
    office.press("Undo", within=".flashes")
    office.go(path)
    office.sees(office.say("Enrolled"))

    office.go("/homerooms/")
    office.page.locator("main").get_by_role("link", name="9B", exact=True).first.click()
    office.follow("Somebody missing?")
    office.type(who=f"R-{locale[:2]}")
    office.press("Find out")
    office.page.wait_for_selector(".why")
    assert not violations(office.page)


def test_the_year_is_rolled_over_and_taken_back(office: Person) -> None:
    office.go("/rollover/")
    office.page.locator("[name=organisation_id]").select_option(label=SCHOOL)
    office.page.locator("[name=to_id]").select_option(index=1)
    office.page.locator("[name=from_id]").select_option(index=2)
    office.press("Propose")
    office.stands_on("/rollover/[^/]{22}")
    office.page.locator("details.fold > summary").click()
    assert not violations(office.page)
    promoted, graduates = total(office, "Promote"), total(office, "Graduate")
    assert promoted
    assert graduates

    office.page.locator(".tick input").first.check()
    office.type(destination="repeat")
    office.press("Change the ticked")
    office.page.wait_for_selector(".flashes .notice-success")
    office.page.reload()
    assert total(office, "Repeat") == 1
    assert total(office, "Promote") + total(office, "Graduate") == promoted + graduates - 1

    office.page.set_viewport_size({"width": 360, "height": 780})
    office.page.locator("details.fold > summary").click()
    assert office.page.evaluate("document.documentElement.scrollWidth") == 360
    assert not violations(office.page)
    office.page.set_viewport_size({"width": 1280, "height": 800})

    office.press("Roll over")
    office.confirm()
    office.stands_on(r"/changes/\d+")
    office.page.wait_for_selector(".flashes .notice-success")
    office.press("Undo", within=".flashes")
    office.page.wait_for_selector(".chip-warning")
    expect(office.page.locator(".page-head")).to_contain_text(office.say("Taken back"))
    office.go("/rollover/")
    office.misses(office.say("In preparation"))
