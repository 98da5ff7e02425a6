"""A list narrowed, arranged and kept by keyboard alone, in both languages; on a phone; on paper."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import ViewportSize, expect

from tests.e2e.pages import FILTERED
from tests.e2e.person import Person
from tests.e2e.test_accessibility import AXE, violations
from tests.e2e.test_keyboard import tab_to

pytestmark = pytest.mark.slow


def asked(person: Person) -> list[tuple[str, str]]:
    return parse_qsl(urlsplit(person.page.url).query)


def ready_for_axe(person: Person) -> None:
    person.page.context.add_init_script(path=AXE)


def test_a_list_is_filtered_arranged_and_kept_by_keyboard(owner: Person) -> None:
    ready_for_axe(owner)
    page, keys = owner.page, owner.page.keyboard
    owner.go("/students/")
    tab_to(owner, "button[value=filters]")
    keys.press("Enter")
    expect(page.locator("#list-panel [data-panel-title]")).to_be_focused()
    tab_to(owner, "input[name=v0][value=enrolled]")
    keys.press("Space")
    tab_to(owner, "#filter-new")
    page.select_option("#filter-new", "family_name")
    keys.press("Tab")
    keys.press("Enter")
    line = page.locator("[data-filter-line]").last
    expect(line.locator("[data-filter-operator]")).to_be_focused()
    keys.press("Tab")
    keys.type("a")
    assert not violations(page)
    keys.press("Enter")
    owner.stands_on(r"/students/\?.*f=.*")
    assert ("f", "status:enrolled") in asked(owner)
    assert ("f", "family_name:contains:a") in asked(owner)
    expect(page.locator(".filter-chips li:has(a .icon)")).to_have_count(2)
    assert not violations(page)

    tab_to(owner, "th a[data-sort-add]:has-text('" + owner.say("Birth date") + "')")
    keys.press("Shift+Enter")
    expect(page.locator(".sort-place")).to_have_count(2)
    assert ("sort", "name,birth_date") in asked(owner)
    expect(page.locator("th a:focus")).to_have_count(1)

    page.locator("#list-search").focus()
    tab_to(owner, "button[value=columns]")
    keys.press("Enter")
    expect(page.locator("[data-columns]")).to_be_visible()
    assert not violations(page)
    tab_to(owner, "[data-column]:nth-child(2) input")
    keys.press("Alt+ArrowUp")
    expect(page.locator("[data-column]").first.locator("input")).to_be_focused()
    expect(page.locator("[data-column]").first.locator("input")).to_have_value("name")
    tab_to(owner, "input[name=col][value=class]")
    keys.press("Space")
    tab_to(owner, "button[name=do][value=keep]")
    keys.press("Enter")
    owner.is_told("These columns are kept for you.")
    heads = page.locator("thead th")
    expect(heads.first).to_contain_text(owner.say("Name"))
    expect(heads.last).to_contain_text(owner.say("Class"))

    page.locator("summary", has_text=owner.say("Views")).focus()
    keys.press("Enter")
    tab_to(owner, "button[name=panel][value=views]")
    keys.press("Enter")
    expect(page.locator("#view-name")).to_be_visible()
    assert not violations(page)
    name = f"With an a ({owner.locale})"
    tab_to(owner, "#view-name")
    keys.type(name)
    keys.press("Enter")
    owner.is_told("The view %(name)s was saved.", name=name)
    owner.stands_on(r"/students/\?.*view=\d+")
    owner.go("/students/?view=0")
    page.locator("summary", has_text=owner.say("Views")).focus()
    keys.press("Enter")
    tab_to(owner, f".menu-item:has-text('{name}')")
    keys.press("Enter")
    owner.stands_on(r"/students/\?.*view=\d+")
    expect(page.locator(".filter-chips li:has(a .icon)")).to_have_count(2)

    page.locator("#list-search").focus()
    tab_to(owner, "button[value=columns]")
    keys.press("Enter")
    tab_to(owner, "button[name=do][value=reset]")
    keys.press("Enter")
    owner.is_told("The columns are as at first.")


def test_escape_closes_a_panel_and_gives_the_focus_back(owner: Person) -> None:
    owner.go("/students/")
    button = owner.page.locator("button[value=filters]")
    button.click()
    expect(owner.page.locator("#filter-editor")).to_be_visible()
    owner.page.keyboard.press("Escape")
    expect(owner.page.locator("#list-panel")).to_be_hidden()
    expect(button).to_be_focused()
    expect(button).to_have_attribute("aria-expanded", "false")


def test_a_search_typed_meanwhile_stays_when_filters_are_applied(owner: Person) -> None:
    owner.go("/students/?sort=-name")
    owner.page.locator("button[value=filters]").click()
    with owner.page.expect_response("**search=ma*"):
        owner.page.locator("#list-search").press_sequentially("ma")
    owner.page.locator("input[name=v0][value=enrolled]").check()
    owner.press("Apply")
    owner.stands_on(r"/students/\?.*f=status.*")
    assert sorted(asked(owner)) == [("f", "status:enrolled"), ("search", "ma"), ("sort", "-name")]


def test_a_letter_and_a_page_number_lead_there(owner: Person) -> None:
    owner.go("/students/")
    owner.page.locator(".letters a", has_text="M").click()
    expect(owner.page.locator(".letters a[aria-current]")).to_have_text("M")
    first = owner.page.locator("tbody tr").first
    expect(first).to_contain_text("M")
    owner.go("/students/")
    owner.page.locator("#page-jump").fill("2")
    owner.page.keyboard.press("Enter")
    owner.stands_on(r"/students/\?.*page=2")
    expect(owner.page.locator("#page-jump")).to_have_value("2")


@pytest.mark.parametrize("panel", ["filters", "columns", "views"])
def test_the_panels_fit_a_phone(owner: Person, panel: str) -> None:
    owner.page.set_viewport_size(ViewportSize(width=360, height=780))
    owner.go(f"/students/?{FILTERED}")
    if panel == "views":
        owner.page.locator("summary", has_text=owner.say("Views")).click()
    owner.page.locator(f"button[name=panel][value={panel}]").click()
    expect(owner.page.locator("#list-panel")).to_be_visible()
    assert owner.page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_list_is_filtered_without_script(owner: Person) -> None:
    """Links and forms alone: the panel is then a page."""
    browser = owner.page.context.browser
    assert browser is not None
    context = browser.new_context(
        storage_state=owner.page.context.storage_state(), java_script_enabled=False
    )
    page = context.new_page()
    page.goto(owner.page.url.rstrip("/") + "/students/")
    page.locator("button[value=filters]").click()
    page.locator("input[name=v0][value=left]").check()
    page.select_option("#filter-new", "native_name")
    page.locator("button[value=add]").click()
    page.locator("select[name^=o]").last.select_option("empty")
    page.locator(".filter-buttons button").first.click()
    assert parse_qsl(urlsplit(page.url).query) == [
        ("f", "status:left"), ("f", "native_name:empty"),
    ]  # fmt: skip
    context.close()


def test_a_list_on_paper(owner: Person, tmp_path: Path) -> None:
    owner.go(f"/students/?{FILTERED}")
    owner.page.emulate_media(media="print")
    for gone in (
        ".rail",
        ".list-tools",
        ".letters",
        ".page-jump",
        ".filter-chips",
        ".page-actions",
    ):
        expect(owner.page.locator(gone).first).to_be_hidden()
    expect(owner.page.locator("h1")).to_be_visible()
    expect(owner.page.locator(".print-only")).to_contain_text(owner.say("Status"))
    head = owner.page.locator("thead").evaluate("e => getComputedStyle(e).display")
    assert head == "table-header-group"
    whole = "cols=student_number,name,native_name,sex,birth_date,status,class,grade,school,entry"
    owner.go(
        f"/students/?{whole},school_year,birth_place,citizenship,language,created_at,updated_at"
    )
    landscape = 1030  # pixels of A4 on its side, without its margins
    owner.page.set_viewport_size(ViewportSize(width=landscape, height=700))
    table = owner.page.locator("table.data").evaluate("e => e.getBoundingClientRect().right")
    assert table <= landscape
    made = owner.page.pdf(path=tmp_path / "list.pdf", prefer_css_page_size=True)
    sizes = set(re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", made))
    assert all(float(wide) > float(high) for wide, high in sizes)
    assert sizes
