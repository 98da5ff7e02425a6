"""A clerk's afternoon: a student entered twice is noticed, merged, and the merge taken back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e import school
from tests.e2e.browser import watched
from tests.e2e.person import Person
from tests.e2e.program import Program
from tests.e2e.test_accessibility import AXE, WIDER, violations

pytestmark = pytest.mark.slow
PHONE = {"width": 360, "height": 740}


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Program]:
    """The program on a school of nobody yet."""
    folder = tmp_path / "register"
    app = school.open_register(folder)
    school.found_school(app)
    with Program(folder) as program:
        yield program
        assert "Traceback" not in program.log


def test_entered_twice_merged_and_taken_back(small: Program, browser: Browser, locale: str) -> None:
    with watched(browser, small.url, locale) as (page, watch):
        page.context.add_init_script(path=AXE)
        person = Person(page, watch, locale)
        person.go(small.new_ticket())
        person.stands_on("/")
        enter_twice(person)
        left_and_shown_again(person)
        merge(person)
        take_back(person)
        page.set_viewport_size(PHONE)
        for path in ("/health/", "/health/likely_duplicate", "/merge/1/2", "/health/left"):
            person.go(path)
            assert page.evaluate(WIDER) == []


def enter_twice(person: Person) -> None:
    """The second time the form says so, and lets her save all the same."""
    person.add_student("0001", family_name="张", given_name="小明", birth_date="2012-03-04")
    person.go("/students/new")
    person.type(student_number="0002", family_name="Zhang", given_name="Xiaoming")
    person.type(birth_date="2012-03-04", birth_place="Ulm")
    box = person.page.locator("[data-like]")
    expect(box).to_contain_text("张小明")
    expect(box).to_contain_text("0001")
    expect(box.get_by_role("link")).to_have_attribute("href", "/students/0001")
    assert violations(person.page) == []
    person.press("Save")
    person.stands_on("/students/0002")


def left_and_shown_again(person: Person) -> None:
    person.follow("Data health", within="nav")
    person.follow("Likely duplicates")
    person.sees("张小明, 0001", "Xiaoming Zhang, 0002", person.say("same birth date"))
    assert violations(person.page) == []
    person.page.locator("main summary").first.click()
    person.page.locator("main [name=reason]").fill("Two cousins")
    person.press("Not a duplicate")
    person.is_told("It is left as it is.")
    person.sees(person.say("Nothing found"))
    person.press("Undo", within=".flashes")
    person.is_told("The change was taken back.")


def merge(person: Person) -> None:
    person.go("/health/likely_duplicate")
    words = re.compile(re.escape(person.say("Compare and merge")))
    person.page.locator("main").get_by_role("link", name=words).click()
    person.stands_on(r"/merge/1/2\?.*")
    assert violations(person.page) == []
    person.page.locator("[name=field-family_name][value=mine]").check()
    person.page.locator("[name=field-given_name][value=mine]").check()
    person.press("Merge")
    person.is_told("%(number)s was merged into %(name)s.", number="0002", name="张小明")
    person.go("/students/0002")
    person.stands_on("/students/0001")
    person.sees("Ulm", "0002")
    person.go("/students/?search=0002")
    person.sees("0001")


def take_back(person: Person) -> None:
    person.follow("Changes", within="nav")
    person.page.locator(".change-list a").first.click()
    person.press("Undo this change")
    person.confirm()
    person.is_told("The change was taken back.")
    person.go("/students/0002")
    person.stands_on("/students/0002")
    person.sees("Xiaoming Zhang", "Ulm")
