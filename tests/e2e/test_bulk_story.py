"""Cells in place and many rows at once, by keyboard, in both languages, under the eyes of axe."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.browser import watched
from tests.e2e.person import Person
from tests.e2e.program import Program
from tests.e2e.test_accessibility import AXE, violations

pytestmark = pytest.mark.slow
_families = count(100)


@pytest.fixture
def person(browser: Browser, program: Program, locale: str) -> Iterator[Person]:
    """The owner with three students of a name of their own, and axe at hand."""
    with watched(browser, program.url, locale) as (page, watch):
        page.context.add_init_script(path=AXE)
        person = Person(page, watch, locale)
        person.go(program.new_ticket())
        person.stands_on("/")
        person.own = own = f"Bulk{next(_families)}"  # type: ignore[attr-defined]
        for number in range(3):
            person.add_student(f"{own}-{number}", family_name=own, given_name=f"N{number}")
        person.go(f"/students/?search={own}&sort=student_number")
        yield person


def cell(page: Page, row: int, kind: str) -> Any:
    return page.locator("[data-rows] tbody tr").nth(row).locator(f"td[data-editable].kind-{kind}")


def test_cells_by_keyboard(person: Person) -> None:
    page, keys = person.page, person.page.keyboard
    page.locator("[data-editable][tabindex='0']").focus()
    keys.press("ArrowRight")
    keys.press("ArrowRight")
    expect(cell(page, 0, "text").first).to_be_focused()
    keys.press("Enter")
    field = page.locator("[data-cell-editor] [name=native_name]")
    expect(field).to_be_focused()
    assert not violations(page)
    keys.type("张三")
    keys.press("Enter")
    expect(cell(page, 0, "text").first).to_have_text("张三")
    expect(cell(page, 1, "text").first).to_be_focused()
    expect(page.locator("#voice")).not_to_be_empty()
    keys.press("F2")
    expect(field).to_be_focused()
    keys.type("李四")
    keys.press("Tab")
    expect(cell(page, 1, "text").first).to_have_text("李四")
    expect(cell(page, 1, "code").first).to_be_focused()
    keys.press("Enter")
    expect(page.locator("[data-cell-editor] [name=sex]")).to_be_focused()
    keys.press("Escape")
    expect(cell(page, 1, "code").first).to_be_focused()
    assert not violations(page)


def test_a_refused_cell_and_its_undo(person: Person) -> None:
    page, keys = person.page, person.page.keyboard
    cell(page, 0, "date").dblclick()
    field = page.locator("[data-cell-editor] [name=birth_date]")
    field.fill("2999-01-01")
    with person.refused():
        keys.press("Enter")
    error = page.locator("[data-cell-editor] .field-error")
    expect(error).to_contain_text(person.say("The birth date must lie before today."))
    expect(field).to_have_value("2999-01-01")
    assert not violations(page)
    field.fill("2012-05-06")
    keys.press("Enter")
    expect(cell(page, 0, "date")).to_contain_text("2012")
    page.locator(".flashes button[type=submit]").click()
    person.is_told("The change was taken back.")
    expect(cell(page, 0, "date")).not_to_contain_text("2012")


def test_a_clash_is_settled_in_the_cell(
    person: Person, program: Program, person_at: Callable[[Program, str], Person]
) -> None:
    page, keys = person.page, person.page.keyboard
    cell(page, 2, "text").first.dblclick()
    field = page.locator("[data-cell-editor] [name=native_name]")
    field.fill("我的")
    other = person_at(program, person.locale)
    other.go(program.new_ticket())
    other.go(f"/students/{person.own.upper()}-2/edit")  # type: ignore[attr-defined]
    other.type(native_name="他的")
    other.press("Save")
    other.stands_on("/students/.*-2")
    with person.refused(409):
        keys.press("Enter")
    person.sees("他的", within="[data-cell-editor]")
    assert not violations(page)
    page.locator("[data-cell-editor] [value=mine]").check()
    page.locator("[data-cell-editor] [type=submit]").click()
    expect(cell(page, 2, "text").first).to_have_text("我的")


def test_many_rows_by_keyboard(person: Person) -> None:
    page, keys = person.page, person.page.keyboard
    page.locator("[data-pick]").nth(0).focus()
    keys.press("Space")
    page.locator("[data-pick]").nth(2).focus()
    keys.press("Shift+Space")
    expect(page.locator("tr.chosen")).to_have_count(3)
    text = page.locator("[data-selection-text]")
    expect(text).to_have_text(person.say("%(count)s rows chosen", count=3))
    assert not violations(page)
    page.locator("[data-selection] [type=submit]").first.focus()
    keys.press("Enter")
    person.stands_on("/students/bulk-edit/.*")
    page.locator("#do-language").select_option("set")
    page.locator("[name=language]").fill("Deutsch")
    page.locator("#do-birth_place").select_option("replace")
    assert not violations(page)
    page.locator("#do-birth_place").select_option("")
    page.locator("[value=try]").focus()
    keys.press("Enter")
    expect(page.locator("[value=write]")).to_be_visible()
    assert not violations(page)
    page.locator("[value=write]").focus()
    keys.press("Enter")
    person.stands_on("/students/.*sort=student_number")
    expect(page.locator(".flashes .notice-success")).to_contain_text("3")
    page.locator(".flashes button[type=submit]").click()
    person.is_told("The change was taken back.")


def test_many_rows_to_the_trash_and_back(person: Person) -> None:
    page = person.page
    page.locator("[data-pick-all]").check()
    person.press("Move to the trash")
    person.stands_on("/students/bulk-delete/.*")
    expect(page.locator("[value=write]")).to_be_visible()
    assert not violations(page)
    page.locator("[value=write]").click()
    person.stands_on("/students/.*")
    expect(page.locator("[data-rows] tbody tr")).to_have_count(0)
    page.locator(".flashes button[type=submit]").click()
    person.is_told("The change was taken back.")
    person.go(f"/students/?search={person.own}")  # type: ignore[attr-defined]
    expect(page.locator("[data-rows] tbody tr")).to_have_count(3)


def test_on_a_phone_no_cell_is_offered(person: Person) -> None:
    page = person.page
    page.set_viewport_size({"width": 360, "height": 780})
    page.reload()
    expect(page.locator("[data-pick]").first).to_be_visible()
    expect(page.locator("[data-editable]")).to_have_count(0)
    page.locator("[data-pick]").first.check()
    assert not violations(page)
    assert page.evaluate("document.documentElement.scrollWidth") == 360
