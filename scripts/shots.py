"""What the pictures show: for each its page, and what is done there before it is taken."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import Page

from scripts.sample_school import TODAY

Act = Callable[[Page], None]
SCHOOL_DAY = TODAY - timedelta(days=max(0, TODAY.isoweekday() - 5))

MIXED = """\
Student ID,Last Name,First Name,Birthdate,Gender,Password
13001,Klein,Ora,2000-04-02,F,not-for-us
13002,McMillan,Beulah,1999-11-12,,not-for-us
20001,Silva,João,2011-05-30,M,not-for-us
20002,Nguyễn,Thị Minh Khai,2011-08-17,F,not-for-us
20003,Okafor,Chidi,2011-02-30,M,not-for-us
"""
"""A file with a row of each outcome: one changed, one the same, two new, one refused."""

UNCLEAR = """\
学号,姓名,出生日期
20011,陈思远,04/02/2012
20012,林小雨,11/12/2011
20013,何雨桐,05/05/2012
"""
"""Dates that can be read in two ways."""


def find(page: Page) -> None:
    """What the search box finds."""
    page.keyboard.press("/")
    page.locator("#palette-text").fill("wang")
    page.wait_for_selector("#palette [aria-selected=true]")


def nothing(page: Page) -> None:
    """The page as it opens."""


def save(page: Page) -> None:
    page.locator("main [data-save]").first.click()


def refused(page: Page) -> None:
    """A number that is taken and a birth date to come."""
    page.fill("[name=student_number]", "13001")
    page.fill("[name=family_name]", "Klein")
    page.fill("[name=given_name]", "Ora")
    page.fill("[name=birth_date]", str(TODAY.replace(year=TODAY.year + 1, day=1)))
    save(page)
    page.wait_for_selector(".notice-danger")


def saved(page: Page) -> None:
    """An edit, just saved; another value each time."""
    box = page.locator("[name=birth_place]")
    box.fill("上海" if box.input_value() == "北京" else "北京")
    save(page)
    page.wait_for_selector(".flashes .notice-success")


def clash(page: Page) -> None:
    """Somebody else saves the same field first."""
    other = page.context.new_page()
    other.goto(page.url)
    box = other.locator("[name=preferred_name]")
    box.fill("Maxi" if box.input_value() == "Max" else "Max")
    save(other)
    other.wait_for_selector(".flashes .notice-success")
    other.close()
    page.fill("[name=preferred_name]", "Mark")
    save(page)
    page.wait_for_selector("input[type=radio][value=mine]")


def contact(page: Page) -> None:
    """From the page of a student to a new contact; the person is being looked for."""
    page.locator("main a[href*='/student-contacts/new']").first.click()
    page.locator("[id='person_id-text']").press_sequentially("李")
    page.wait_for_selector("[id='person_id-list'] [role=option]")


def upload(content: str) -> Act:
    def act(page: Page) -> None:
        file = {"name": "list.csv", "mimeType": "text/csv", "buffer": content.encode()}
        page.set_input_files("#file", [file])  # type: ignore[list-item]
        page.locator("main form[enctype] .btn-primary").click()
        page.wait_for_selector(".tabs")

    return act


def check_rows(page: Page) -> None:
    """The mixed file, its columns folded away so that its rows are seen."""
    upload(MIXED)(page)
    page.locator("details.fold > summary").click()


def press(selector: str, awaited: str) -> Act:
    """Press what `selector` finds and wait for `awaited`."""

    def act(page: Page) -> None:
        page.locator(selector).first.click()
        page.wait_for_selector(awaited)

    return act


def invite(page: Page) -> None:
    page.fill("[name=full_name]", "Carl Clerk")
    page.fill("[name=email]", f"carl-{page.evaluate('Date.now()')}@school.example")
    page.check("input[value=clerk]")
    page.locator("main [data-save]").click()
    page.wait_for_selector(".link-out")


def rollover(page: Page) -> None:
    """The proposal for the year that follows."""
    page.locator("[name=organisation_id]").select_option(index=1)
    page.locator("main form .btn-primary").last.click()
    page.wait_for_selector(".sum-line")


def sheet(page: Page) -> None:
    """The sheet of the first class, one student late."""
    page.locator(".group-link", has_text="9A").first.click()
    taps = page.locator("[data-tap]")
    taps.nth(0).click()
    taps.nth(0).click()


def month(page: Page) -> None:
    page.locator(".group-link", has_text="9A").first.click()
    page.locator("main a[href*='/month']").click()
    page.wait_for_selector("table.month")


def keys(page: Page) -> None:
    page.keyboard.press("?")
    page.wait_for_selector("#keys[open]")


def entered_twice(page: Page) -> None:
    """A student who is there already, typed again; the likely duplicates."""
    page.fill("[name=student_number]", "20261")
    page.fill("[name=family_name]", "Klein")
    page.fill("[name=given_name]", "Ora")
    page.fill("[name=birth_date]", "2000-04-02")
    page.fill("[name=birth_place]", "Springfield")
    save(page)
    page.wait_for_load_state()
    page.goto("/health/likely_duplicate")
    page.wait_for_selector(".findings")


def compared(page: Page) -> None:
    """The two side by side."""
    entered_twice(page)
    page.locator(".finding-do a").first.click()
    page.wait_for_selector(".merge-heads")


SHOTS: dict[str, tuple[str, Act]] = {
    "home": ("/", nothing),
    "students": ("/students/", nothing),
    "search": ("/students/", find),
    "filters": ("/students/", press("button[value=filters]", "#filter-editor")),
    "student": ("/students/00731", nothing),
    "student-refused": ("/students/new", refused),
    "contact": ("/students/00732", contact),
    "enrolment": ("/students/00731", press("main a[href*='/enrolments/new']", "[name=entry_date]")),
    "saved": ("/students/00731/edit", saved),
    "clash": ("/students/00731/edit", clash),
    "enrolment-menu": ("/students/00731", press(".page-actions details summary", ".action-list")),
    "rollover": ("/rollover/", rollover),
    "history": ("/students/00731/history", nothing),
    "attendance-sheet": (f"/attendance/?day={SCHOOL_DAY}", sheet),
    "attendance-month": (f"/attendance/?day={SCHOOL_DAY}", month),
    "changes": ("/changes/", nothing),
    "change": ("/students/00731/history", press("main a[href*='/changes/']", ".row-change")),
    "delete": ("/students/00732/delete", nothing),
    "trash": ("/trash", nothing),
    "import": ("/import/", nothing),
    "import-preview": ("/import/", check_rows),
    "import-dates": ("/import/", upload(UNCLEAR)),
    "import-done": ("/import/done/1", nothing),
    "backups": ("/backups/", nothing),
    "restore": ("/backups/", press("main a[href$='/restore']", "main form .btn-danger")),
    "users": ("/users", nothing),
    "invited": ("/users/invite", invite),
    "account": ("/account", nothing),
    "about": ("/about", nothing),
    "keys": ("/students/", keys),
    "health": ("/health/", nothing),
    "duplicates": ("/students/new", entered_twice),
    "merge": ("/students/new", compared),
    "language": ("/", press("header .topbar-end details.menu summary", "button[name=locale]")),
}
"""Name -> page, and what is done on it."""

EVERYWHERE = {"home", "students", "student", "import-preview"}
"""Taken in the dark and on a phone, too."""
