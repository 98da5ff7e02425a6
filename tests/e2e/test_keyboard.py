"""Log in and add a student with the keyboard alone, as a screen reader's user would."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e import school
from tests.e2e.person import Person
from tests.e2e.program import Program

pytestmark = pytest.mark.slow
FAR = 80
"""More stops of the Tab key than any page here has before its form."""


def tab_to(person: Person, selector: str) -> None:
    """Press Tab until the element has the focus, and see that the focus is visible there."""
    target = person.page.locator(selector).first
    for _ in range(FAR):
        person.page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            break
    expect(target).to_be_focused()
    shown = "e => { const s = getComputedStyle(e); return s.outlineStyle + s.boxShadow }"
    assert target.evaluate(shown) != "nonenone", f"{selector} does not show that it has the focus"


def test_log_in_and_add_a_student_by_keyboard(
    program: Program, person_at: Callable[[Program, str], Person], locale: str
) -> None:
    person = person_at(program, locale)
    keys = person.page.keyboard
    person.go("/students/")
    person.stands_on("/login.*")
    tab_to(person, "[name=email]")
    keys.type(school.CLERKS[0][0])
    keys.press("Tab")
    keys.type(school.PASSWORD)
    keys.press("Enter")
    person.stands_on("/students/")

    keys.press("Tab")
    expect(person.page.locator(".skip-link")).to_be_focused()
    keys.press("Enter")
    expect(person.page.locator("#content")).to_be_focused()
    keys.press("n")
    person.stands_on("/students/new")
    tab_to(person, "[name=student_number]")
    keys.type(f"K-{locale[:2]}")
    keys.press("Tab")
    keys.type("Kayser")
    tab_to(person, "[name=sex]")
    keys.press("ArrowDown")
    keys.press("Control+s")
    person.stands_on(f"/students/K-{locale[:2].upper()}")
    person.is_told("%(name)s was added.", name="Kayser")

    keys.press("e")
    person.stands_on(".*/edit")
    tab_to(person, "[name=family_name]")
    keys.press("Control+a")
    keys.press("Delete")
    with person.refused():
        keys.press("Control+s")
    expect(person.page.locator(".notice-danger")).to_be_focused()
    tab_to(person, ".notice-danger a")
    keys.press("Enter")
    expect(person.page.locator("[name=family_name]")).to_be_focused()


def test_a_record_is_looked_up_by_keyboard(owner: Person) -> None:
    owner.go("/enrolments/new")
    box = owner.page.locator("#academic_session_id-text")
    box.focus()
    owner.page.keyboard.press("ArrowDown")
    expect(owner.page.locator("#academic_session_id-list [role=option]")).not_to_have_count(0)
    owner.page.keyboard.press("ArrowDown")
    owner.page.keyboard.press("Enter")
    expect(owner.page.locator("#academic_session_id")).not_to_have_value("")
    expect(box).to_have_attribute("aria-expanded", "false")


def test_the_menus_open_and_close_by_keyboard(owner: Person) -> None:
    menu = owner.page.locator("summary.account")
    menu.focus()
    owner.page.keyboard.press("Enter")
    expect(owner.page.locator("details.menu[open]")).to_have_count(1)
    owner.page.keyboard.press("Escape")
    expect(owner.page.locator("details.menu[open]")).to_have_count(0)
    expect(menu).to_be_focused()
    owner.page.keyboard.press("?")
    expect(owner.page.locator("#keys")).to_be_visible()
    owner.page.keyboard.press("Escape")
    expect(owner.page.locator("#keys")).to_be_hidden()
    owner.page.keyboard.press("/")
    expect(owner.page.locator("#palette-text")).to_be_focused()
    owner.page.keyboard.press("Escape")
    expect(owner.page.locator("#palette")).to_be_hidden()


def test_anything_is_found_and_opened_by_keyboard(owner: Person) -> None:
    page, keys = owner.page, owner.page.keyboard
    option = page.locator("#palette [role=option]")
    chosen = page.locator("#palette [role=option][aria-selected=true]")
    owner.go("/changes/")
    keys.press("Control+k")
    keys.type("wang")
    expect(chosen).to_contain_text("王小明")
    expect(page.locator("#palette [data-said]")).not_to_be_empty()
    keys.press("ArrowDown")
    expect(chosen).to_contain_text("王小雨")
    expect(page.locator("#palette-text")).to_have_attribute(
        "aria-activedescendant", chosen.get_attribute("id") or "none"
    )
    keys.press("Enter")
    owner.stands_on("/students/00732")

    keys.press("/")
    keys.type("qqqq")
    expect(option).to_have_count(0)
    expect(page.locator("#palette [data-note]")).to_be_visible()
    keys.press("Control+a")
    keys.type("trash")
    keys.press("Enter")
    owner.stands_on("/trash")

    page.locator("[data-palette-open]").click()
    keys.type("dark")
    expect(chosen).to_have_count(1)
    keys.press("Enter")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    keys.press("Control+k")
    keys.type("english" if owner.locale != "en" else "chinese")
    keys.press("Enter")
    expect(page.locator("html")).to_have_attribute(
        "lang", "en" if owner.locale != "en" else "zh-Hans-CN"
    )
    owner.stands_on("/trash")
