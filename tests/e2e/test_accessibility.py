"""axe-core finds nothing on any page, light or dark; no page is wider than a phone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from tests.e2e import pages
from tests.e2e.browser import watched
from tests.e2e.conftest import Filled
from tests.e2e.person import Person
from tests.e2e.program import Program
from tests.e2e.sample import OWNER
from tests.e2e.school import PASSWORD

pytestmark = pytest.mark.slow
AXE = Path(__file__).parents[1] / "vendor" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
RUN = """
async (tags) => {
  const found = await axe.run(document, {runOnly: tags, resultTypes: ["violations"]});
  return found.violations.map((rule) => `${rule.id}: ${rule.nodes.slice(0, 3).map(
    (node) => node.html.slice(0, 200) + " - " + node.failureSummary).join(" | ")}`);
}
"""
WIDER = """
() => [...document.querySelectorAll("body *")].filter((e) => {
  const box = e.getBoundingClientRect();
  return box.right > innerWidth + 1 && box.width && !e.closest(".table-scroll, .rail, [hidden]")
    && getComputedStyle(e).position !== "absolute";
}).slice(0, 5).map((e) => e.outerHTML.slice(0, 160))
"""


@pytest.fixture(scope="module", params=["light", "dark"])
def reader(request: pytest.FixtureRequest, browser: Browser, program: Program) -> Iterator[Person]:
    """The owner, with pages painted light or dark."""
    with looking(browser, program, request.param) as person:
        person.go(program.new_ticket())
        yield person


@contextmanager
def looking(browser: Browser, program: Program, theme: str, **more: Any) -> Iterator[Person]:
    with watched(browser, program.url, "en", **more) as (page, watch):
        page.context.add_init_script(path=AXE)
        page.context.add_cookies([{"name": "theme", "value": theme, "url": program.url}])
        yield Person(page, watch, "en")


def violations(page: Page) -> list[str]:
    found: list[str] = page.evaluate(RUN, TAGS)
    return found


def check_all(person: Person, paths: dict[str, str]) -> None:
    found = []
    for name, path in paths.items():
        person.go(path)
        found += [f"{name}: {violation}" for violation in violations(person.page)]
    assert not found, "\n".join(found)


def test_every_page_behind_the_log_in(reader: Person, filled: Filled) -> None:
    check_all(reader, pages.of_the_owner(filled.sample))


def test_pages_that_refuse(reader: Person) -> None:
    """A form with errors, a page that is not there, a clash."""
    reader.go("/students/new")
    with reader.refused():
        reader.press("Save")
        reader.page.wait_for_selector(".notice-danger")
    found = violations(reader.page)
    with reader.refused(404):
        reader.go("/nowhere")
    found += violations(reader.page)
    reader.go(f"{pages.STUDENT}/edit")
    version = reader.page.locator("[name=version]")
    version.evaluate("field => { field.value = 1 }")
    reader.type(birth_place="Bremen")
    with reader.refused(409):
        reader.press("Save")
        reader.page.wait_for_selector("table.clash")
    found += violations(reader.page)
    assert not found, "\n".join(found)


def test_the_steps_of_an_import(reader: Person, students_file: Path) -> None:
    reader.go("/import/")
    reader.page.set_input_files("#file", students_file)
    reader.press("Check the file")
    reader.stands_on("/import/[^/]+")
    assert not violations(reader.page)
    reader.page.locator("details.fold > summary").click()
    assert not violations(reader.page)


def test_menus_and_dialogs(reader: Person) -> None:
    reader.go("/students/")
    found = []
    for menu in reader.page.locator("details.menu > summary").all():
        menu.click()
        found += violations(reader.page)
        reader.page.keyboard.press("Escape")
    reader.page.keyboard.press("?")
    found += violations(reader.page)
    reader.page.keyboard.press("Escape")
    for typed in ("", "wang", "qqqq"):
        reader.page.keyboard.press("Control+k")
        with reader.page.expect_response("**/search"):
            reader.page.locator("#palette-text").fill(typed or " ")
        reader.page.wait_for_function("document.querySelector('#palette [data-said]').textContent")
        found += violations(reader.page)
        reader.page.keyboard.press("Escape")
    assert not found, "\n".join(found)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_pages_before_the_log_in(browser: Browser, program: Program, theme: str) -> None:
    with looking(browser, program, theme) as stranger:
        check_all(stranger, pages.of_strangers())
        stranger.go("/login")
        stranger.type(email=OWNER, password="wrong")
        stranger.press("Log in")
        stranger.sees("The e-mail address or the password is not right.")
        assert not violations(stranger.page)


def test_no_page_is_wider_than_a_phone(browser: Browser, program: Program, filled: Filled) -> None:
    narrow = ViewportSize(width=360, height=780)
    with looking(browser, program, "light", has_touch=True) as person:
        person.page.set_viewport_size(narrow)
        person.log_in(OWNER, PASSWORD)
        found = []
        for name, path in pages.of_the_owner(filled.sample).items():
            person.go(path)
            width = person.page.evaluate("document.documentElement.scrollWidth")
            if width > narrow["width"]:
                found.append(f"{name} is {width} wide: {person.page.evaluate(WIDER)}")
    assert not found, "\n".join(found)
