"""The pages in a real Chromium: the policy refuses nothing, axe finds nothing, the keys work."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from werkzeug.serving import make_server

from tests.frontend import samples
from tests.frontend.conftest import make_pages_app

pytestmark = pytest.mark.slow
AXE = Path(__file__).parents[1] / "vendor" / "axe.min.js"
LEFT_OUT = {"arriving"} | {f"error-{code}" for code in (400, 401, 403, 405, 409, 413, 422, 500)}
"""One leaves at once; the others are told apart by words only."""
RUN_AXE = """async () => {
    const late = new Promise((_, fail) => setTimeout(fail, 30_000, Error("axe took too long")));
    const result = await Promise.race([axe.run(document, {resultTypes: ["violations"]}), late]);
    return result.violations.map(
        found => [found.id, ...found.nodes.map(node => node.html.slice(0, 120))]);
}"""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    server = make_server("127.0.0.1", 0, make_pages_app(), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def listen(context: BrowserContext) -> list[str]:
    """Everything the console complains about: errors of scripts, refusals of the policy."""
    said: list[str] = []
    context.on("console", lambda m: said.append(m.text) if m.type in {"error", "warning"} else None)
    context.on("weberror", lambda error: said.append(str(error.error)))
    return said


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    context = browser.new_context(base_url=site, viewport={"width": 1280, "height": 800})
    said = listen(context)
    yield context.new_page()
    context.close()
    assert said == []


@pytest.mark.parametrize(("theme", "width"), [("light", 360), ("light", 1440), ("dark", 1440)])
def test_axe_finds_nothing_and_nothing_overflows(
    browser: Browser, site: str, theme: Any, width: int
) -> None:
    context = browser.new_context(
        base_url=site,
        viewport={"width": width, "height": 800},
        color_scheme=theme,
        reduced_motion="reduce",
    )
    said, found = listen(context), {}
    context.add_init_script(path=AXE)
    shown = context.new_page()
    for name in samples.pages():
        if name in LEFT_OUT:
            continue
        shown.goto(f"/{name}")
        faults = shown.evaluate(RUN_AXE)
        if shown.evaluate("document.documentElement.scrollWidth > innerWidth"):
            faults.append("wider than the window")
        if faults:
            found[name] = faults
    context.close()
    assert found == {}
    assert said == []


def test_a_colour_choice_is_kept(page: Page) -> None:
    page.goto("/list")
    page.get_by_label("Appearance").first.click()
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.reload()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == dark
    page.get_by_label("Appearance").first.click()
    page.get_by_role("button", name="Like the system").click()
    page.reload()
    assert page.evaluate("document.documentElement.dataset.bsTheme") is None


def test_keys_reach_search_rows_and_help(page: Page) -> None:
    page.goto("/list")
    page.keyboard.press("/")
    expect(page.locator("#palette")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator("table.data tbody tr").nth(1).locator("a").first).to_be_focused()
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()
    page.get_by_label("Language").first.click()
    expect(page.get_by_role("button", name="简体中文")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="简体中文")).to_be_hidden()


def test_the_first_tab_stop_skips_to_the_content(page: Page) -> None:
    page.goto("/list")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_typing_a_search_exchanges_the_results_only(page: Page) -> None:
    page.goto("/list")
    page.evaluate("document.querySelector('h1').dataset.kept = 'yes'")
    with page.expect_response("**/list?search=w%C3%A1ng*"):
        page.locator("#list-search").press_sequentially("wáng")
    expect(page).to_have_url("/list?search=w%C3%A1ng&sort=name&status=enrolled")
    expect(page.locator("#list-search")).to_be_focused()
    expect(page.locator("h1[data-kept]")).to_be_visible()


def test_a_relation_is_chosen_from_the_keyboard(page: Page) -> None:
    page.goto("/create")
    box = page.get_by_role("combobox", name="Class")
    hidden = page.locator("input[type=hidden][name=homeroom]")
    box.fill("8")
    expect(page.get_by_role("option")).to_have_count(2)
    expect(page.locator("#voice")).to_have_text("2 found")
    box.press("ArrowDown")
    box.press("ArrowDown")
    box.press("Enter")
    expect(box).to_have_value("8a")
    expect(hidden).to_have_value("8")
    box.fill("nonsense")
    box.press("Tab")
    expect(box).to_have_value("8a")
    box.fill("")
    box.press("Tab")
    expect(hidden).to_have_value("")


def test_a_dangerous_button_asks_first(page: Page) -> None:
    page.goto("/change")
    asked: list[str] = []
    page.on("request", lambda sent: asked.append(sent.method))
    page.get_by_role("button", name="Undo this change").click()
    expect(page.locator("#ask")).to_contain_text("Take back this change of 86 rows?")
    expect(page.get_by_role("button", name="Cancel")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#ask")).to_be_hidden()
    assert "POST" not in asked


def test_what_was_typed_is_not_lost_by_leaving(page: Page) -> None:
    page.goto("/edit")
    page.get_by_label("Given name").fill("Anna")
    asked: list[str] = []

    def stay(dialog: Any) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.get_by_role("link", name="Cancel").click()
    expect(page.get_by_label("Given name")).to_have_value("Anna")
    assert asked == ["beforeunload"]


def test_a_refused_form_is_read_from_its_summary(page: Page) -> None:
    page.goto("/edit-broken")
    expect(page.locator("[data-focus]")).to_be_focused()
    page.locator("[data-focus]").get_by_role("link", name="Family name").click()
    expect(page.get_by_label("Family name")).to_be_focused()


def test_a_file_that_is_too_large_does_not_travel(page: Page, tmp_path: Path) -> None:
    page.goto("/import-upload")
    large = tmp_path / "large.csv"
    large.write_bytes(b"x" * 50_000_001)
    box = page.locator("input[type=file]")
    box.set_input_files(large)
    expect(page.locator("[data-dropzone-note]")).to_have_text("This file is larger than 50 MB.")
    expect(box).to_have_value("")
    small = tmp_path / "学生.csv"
    small.write_bytes(b"x" * 1500)
    box.set_input_files(small)
    expect(page.locator("[data-dropzone-note]")).to_have_text("学生.csv · 1.5 kB")


def test_a_day_is_said_in_words_below_its_field(page: Page) -> None:
    page.goto("/create")
    note = page.locator("[data-day-of=birth_date]")
    expect(note).to_be_hidden()
    page.get_by_label("Birth date").fill("2015-04-03")
    expect(note).to_have_text("Friday, April 3, 2015")
    page.get_by_label("Birth date").fill("")
    expect(note).to_be_hidden()


def test_the_navigation_slides_in_on_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/list")
    expect(page.get_by_role("link", name="Enrolments")).to_be_hidden()
    page.get_by_role("button", name="Menu").click()
    expect(page.get_by_role("link", name="Enrolments")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Enrolments")).to_be_hidden()
    expect(page.get_by_role("button", name="Menu")).to_be_focused()


def test_a_click_on_a_row_opens_it_but_selecting_does_not(page: Page) -> None:
    opened = '<link rel="icon" href="data:,"><title>opened</title>'
    page.route(
        "**/students/0001", lambda route: route.fulfill(body=opened, content_type="text/html")
    )
    page.goto("/list")
    cell = page.locator("table.data tbody tr").first.locator("td").nth(2)
    cell.select_text()
    cell.dispatch_event("click")
    expect(page).to_have_url("/list")
    page.evaluate("getSelection().removeAllRanges()")
    cell.click()
    expect(page).to_have_title("opened")
