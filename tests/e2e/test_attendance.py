"""Attendance on a phone and at a keyboard, in both languages; axe finds nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from scripts.sample_school import YEAR
from tests.e2e.browser import watched
from tests.e2e.conftest import LOCALES
from tests.e2e.person import Person
from tests.e2e.program import Program
from tests.e2e.test_accessibility import AXE, WIDER, violations

pytestmark = pytest.mark.slow
PHONE = {"width": 360, "height": 740}
TAKEN = date(YEAR.start.year, 3, 1)
TAKEN += timedelta(days=-TAKEN.weekday() % 7)
"""A Monday with a sheet; see scripts/sample_teaching.py."""
FINGER = 44
"""CSS pixels that a finger hits."""


def school_day(number: int) -> date:
    """A Wednesday of last school year that nobody took attendance on; each test has its own."""
    april = date(YEAR.start.year, 4, 1)
    return april + timedelta(days=(2 - april.weekday()) % 7 + 7 * number)


@pytest.fixture
def at(browser: Browser, program: Program, locale: str) -> Iterator[Callable[..., Person]]:
    """`at(viewport)`: the owner at a screen of that size, on the list of classes."""
    opened: list[Any] = []

    def sit_down(**options: Any) -> Person:
        context = watched(browser, program.url, locale)
        page, watch = context.__enter__()
        opened.append(context)
        if "viewport" in options:
            page.set_viewport_size(options["viewport"])
        page.context.add_init_script(path=AXE)
        person = Person(page, watch, locale)
        person.go(program.new_ticket())
        return person

    yield sit_down
    for context in opened:
        context.__exit__(None, None, None)


def open_sheet(person: Person, day: date) -> None:
    person.go(f"/attendance/?day={day}")
    person.page.locator(".group-link", has_text="8A").first.click()
    person.page.wait_for_load_state()


def test_three_taps_on_a_phone(at: Callable[..., Person], locale: str) -> None:
    person = at(viewport=PHONE)
    day = school_day(LOCALES.index(locale))
    open_sheet(person, day)
    page = person.page
    taps = page.locator("[data-tap]")
    for tap in taps.all():
        box = tap.bounding_box()
        assert box is not None
        assert box["height"] >= FINGER
        assert box["width"] >= 2 * FINGER
    taps.nth(1).click()
    expect(taps.nth(1)).to_contain_text(person.say("Unexcused absence"))
    taps.nth(2).click()
    taps.nth(2).click()
    expect(taps.nth(2)).to_contain_text(person.say("Late"))
    page.locator("[data-marked] [name$=-minutes]").nth(1).fill("12")
    page.locator("[data-marked] [name$=-reason]").nth(1).fill("Bus 王")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], page.evaluate(
        WIDER
    )
    assert not violations(page)
    person.press("Save the sheet")
    person.sees(person.say("Taken by %(name)s", name="Ann Owner"))
    expect(taps.nth(0)).to_contain_text(person.say("Present"))
    expect(taps.nth(1)).to_contain_text(person.say("Unexcused absence"))
    expect(page.locator("[name$=-minutes]").nth(2)).to_have_value("12")
    expect(page.locator("[name$=-reason]").nth(2)).to_have_value("Bus 王")
    assert not violations(page)
    person.press("Undo", within=".flashes")
    person.is_told("The change was taken back.")
    expect(taps.nth(1)).to_contain_text(person.say("Present"))


def test_the_keyboard_goes_through_a_class(at: Callable[..., Person], locale: str) -> None:
    person = at()
    open_sheet(person, school_day(2 + LOCALES.index(locale)))
    taps = person.page.locator("[data-tap]")
    taps.nth(0).focus()
    for key in ("l", "ArrowDown", "Space", "ArrowDown", "s", "ArrowDown", "a", "p"):
        person.page.keyboard.press(key)
    for number, text in enumerate(("Late", "Unexcused absence", "Sick", "Present")):
        expect(taps.nth(number)).to_contain_text(person.say(text))
    counts = person.page.locator("[data-count]")
    expect(counts).to_contain_text(f"{person.say('Sick')} 1")
    person.page.keyboard.press("Control+s")
    expect(person.page.locator(".sheet-state")).to_contain_text("Ann Owner")
    expect(taps.nth(2)).to_contain_text(person.say("Sick"))


def test_going_back_to_present_empties_what_went_with_the_mark(
    at: Callable[..., Person], locale: str
) -> None:
    person = at()
    open_sheet(person, school_day(4 + LOCALES.index(locale)))
    row = person.page.locator("[data-mark]").first
    tap = row.locator("[data-tap]")
    tap.click()
    row.locator("[name$=-reason]").fill("flu")
    tap.press("p")
    expect(row.locator("[name$=-reason]")).to_be_hidden()
    tap.press("a")
    expect(row.locator("[name$=-reason]")).to_have_value("")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(at: Callable[..., Person], program: Program, theme: str) -> None:
    person = at()
    person.page.context.add_cookies([{"name": "theme", "value": theme, "url": program.url}])
    day = TAKEN
    open_sheet(person, day)
    room = re.search(r"homerooms/(\d+)", person.page.url)
    assert room
    found = []
    for path in (
        f"/attendance/?day={day}",
        f"/attendance/homerooms/{room[1]}?day={day}",
        f"/attendance/homerooms/{room[1]}?day=2020-01-01",
        f"/attendance/homerooms/{room[1]}/month?month={day:%Y-%m}",
        "/attendance/rates",
        f"/attendance/rates?homeroom={room[1]}",
    ):
        person.go(path)
        found += [f"{path}: {fault}" for fault in violations(person.page)]
        person.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        if person.page.evaluate("document.documentElement.scrollWidth") > PHONE["width"]:
            found.append(f"{path} is too wide: {person.page.evaluate(WIDER)}")
        person.page.set_viewport_size({"width": 1280, "height": 800})
    assert not found, "\n".join(found)


def test_the_month_is_printed_on_a4_landscape(
    at: Callable[..., Person], program: Program, tmp_path: Path
) -> None:
    person = at()
    open_sheet(person, school_day(8))
    person.follow("Monthly sheet")
    person.page.wait_for_load_state()
    paper = person.page.pdf(prefer_css_page_size=True)
    boxes = re.findall(rb"/MediaBox ?\[0 0 ([\d.]+) ([\d.]+)\]", paper)
    assert [(round(float(w)), round(float(h))) for w, h in boxes] == [(842, 595)]
