"""The real window on a real display: opened, looked at, worked in, closed."""

from __future__ import annotations

import os
import signal
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from PIL import Image

from tests.desktop.conftest import NotedBrowser
from tests.desktop.devtools import Page
from tests.desktop.program import Program
from tests.desktop.screen import Screen
from tests.desktop.waiting import until

Start = Callable[..., Program]
pytestmark = pytest.mark.slow
TITLE = "Student Admin"
PASSWORD = "correct horse battery"


@pytest.fixture
def opened(start: Start, screen: Screen, noted_browser: NotedBrowser) -> Program:
    """The program in its window, on a register without anybody."""
    program = start(environ={**screen.environ, **noted_browser.environ})
    program.page().until("location.pathname == '/first-run'")
    return program


def found_school(page: Page, locale: str = "en") -> None:
    page.fill("[name=school]", "Lindenschule")
    page.fill("[name=full_name]", "Ada Meyer")
    page.fill("[name=email]", "ada@example.org")
    page.fill("[name=password]", PASSWORD)
    page.fill("[name=password_again], [name=password_confirm], [name=confirm]", PASSWORD)
    page.evaluate(f"document.querySelector('[name=locale]').value = '{locale}', 1")
    page.click("main form button[type=submit], main form .btn-primary")
    page.until("location.pathname == '/'")


@pytest.fixture
def at_work(opened: Program) -> Page:
    """The owner's first page in the window."""
    page = opened.page()
    found_school(page)
    return page


def add_student(page: Page, number: str, family: str, given: str) -> None:
    page.evaluate("location.href = '/students/new', 1")
    page.fill("[name=student_number]", number)
    page.fill("[name=family_name]", family)
    page.fill("[name=given_name]", given)
    page.evaluate("document.querySelector('main form').requestSubmit(), 1")
    page.until(
        f"document.body.innerText.includes('{number}') && !location.pathname.endsWith('new')"
    )


def look(screen: Screen, path: Path) -> None:
    """Wait until the middle of the window shows words, and keep the picture."""

    def words() -> bool:
        with Image.open(screen.picture(path)) as picture:
            middle = picture.convert("RGB").crop((200, 150, 1200, 750))
            return len(middle.getcolors(1000 * 600) or []) > 20

    until(words, f"words on {path}")


def test_a_school_is_founded_a_student_added_and_the_window_closed(
    opened: Program, screen: Screen, folder: Path, tmp_path: Path
):
    page = opened.page()
    window = screen.window(TITLE)
    look(screen, tmp_path / "first-run.png")
    found_school(page)
    add_student(page, "S0001", "Lee", "Lin")
    page.evaluate("location.href = '/students/', 1")
    page.until("document.body.innerText.includes('S0001')")
    look(screen, tmp_path / "students.png")
    screen.close(window)
    assert opened.finished() == 0
    with closing(sqlite3.connect(folder / "register.db")) as register:
        assert register.execute("SELECT student_number FROM student").fetchall() == [("S0001",)]
    assert "Traceback" not in opened.log


def test_the_page_and_the_desktops_words_are_chinese(
    start: Start, screen: Screen, folder: Path, tmp_path: Path
):
    folder.mkdir(parents=True)
    (folder / "settings.toml").write_text('locale = "zh_Hans_CN"\n')
    program = start(environ=screen.environ)
    page = program.page()
    page.until("document.documentElement.lang.startsWith('zh')")
    look(screen, tmp_path / "chinese.png")
    found_school(page, "zh_Hans_CN")
    page.until("document.documentElement.lang.startsWith('zh')")
    assert program.end() == 0


def save_as(screen: Screen, path: Path, title: str = "Save as") -> None:
    """Type a path into the desktop's own dialog."""
    dialog = screen.window(title)
    screen.run("xdotool", "windowactivate", "--sync", dialog)
    screen.press("ctrl+a")
    screen.type(str(path))
    screen.press("Return")
    until(lambda: not screen.windows(title), "the dialog closes")


def test_an_export_is_saved_where_the_person_says(
    at_work: Page, screen: Screen, tmp_path: Path, opened: Program
):
    add_student(at_work, "S0001", "Lee", "Lin")
    at_work.evaluate("location.href = '/students/', 1")
    target = tmp_path / "students.csv"
    at_work.click(".page-actions summary")
    at_work.click("a[href*='export.csv']")
    save_as(screen, target)
    until(target.exists, "a file")
    at_work.until(
        "document.querySelector('[data-saving=saved]')?.innerText.includes('students.csv')"
    )
    assert "S0001" in target.read_text(encoding="utf-8-sig")
    assert opened.end() == 0


def test_a_dialog_that_is_cancelled_saves_nothing(at_work: Page, screen: Screen, tmp_path: Path):
    at_work.evaluate("location.href = '/students/', 1")
    at_work.click(".page-actions summary")
    at_work.click("a[href*='export.csv']")
    dialog = screen.window("Save as")
    screen.run("xdotool", "windowactivate", "--sync", dialog)
    screen.press("Escape")
    until(lambda: not screen.windows("Save as"), "the dialog closes")
    at_work.until("!document.querySelector('[data-saving]')")


def test_a_page_is_printed_to_a_pdf(at_work: Page, screen: Screen, tmp_path: Path):
    target = tmp_path / "page.pdf"
    at_work.evaluate("setTimeout(() => window.print()), 1")
    save_as(screen, target)
    at_work.until("!!document.querySelector('[data-saving=saved]')")
    assert target.read_bytes().startswith(b"%PDF-")
    assert len(target.read_bytes()) > 5_000


def test_a_file_is_chosen_in_the_desktops_dialog(at_work: Page, screen: Screen, tmp_path: Path):
    chosen = tmp_path / "chosen.csv"
    chosen.write_text("SIS ID\nS1\n")
    at_work.evaluate(
        "(() => { const field = document.createElement('input'); field.type = 'file';"
        " field.id = 'probe'; document.body.append(field); setTimeout(() => field.click()); })()"
    )
    save_as(screen, chosen, "Open")
    at_work.until("document.querySelector('#probe').files[0]?.name == 'chosen.csv'")


def test_other_sites_open_in_the_browser_never_in_the_window(
    at_work: Page, noted_browser: NotedBrowser
):
    link = "{href: 'https://example.org/2', target: '_blank', rel: 'noopener'}"
    scripts = (
        "location.href = 'https://example.org/0'",
        "window.open('https://example.org/1')",
        f"Object.assign(document.createElement('a'), {link}).click()",
    )
    for number, script in enumerate(scripts):
        at_work.evaluate(f"setTimeout(() => {{ {script} }}), 1")
        url = f"https://example.org/{number}"
        until(lambda url=url: url in noted_browser.opened, url)
    assert at_work.evaluate("location.pathname") == "/"
    assert at_work.evaluate("typeof window.pywebview") == "undefined"
    assert at_work.evaluate("typeof qt") == "undefined"


def test_an_own_page_in_a_new_tab_opens_in_the_window(at_work: Page, noted_browser: NotedBrowser):
    at_work.evaluate("setTimeout(() => window.open('/students/')), 1")
    at_work.until("location.pathname == '/students/'")
    assert noted_browser.opened == []


@pytest.mark.parametrize("address", ["file:///etc/passwd", "data:text/html,hello"])
def test_files_and_data_are_not_opened(at_work: Page, noted_browser: NotedBrowser, address: str):
    at_work.evaluate(f"setTimeout(() => {{ location.href = '{address}' }}), 1")
    at_work.evaluate("setTimeout(() => { location.href = '/students/' }, 200), 1")
    at_work.until("location.pathname == '/students/'")
    assert noted_browser.opened == []


def test_a_crash_of_the_pages_process_loads_the_page_again(opened: Program, at_work: Page):
    times = opened.log.count("window: loaded")
    for pid in opened.renderer_pids():
        os.kill(pid, signal.SIGKILL)
    opened.until_logged("window: loaded", times + 1)
    opened.page().until("location.pathname == '/'")
    assert opened.end() == 0


def test_a_crash_of_the_window_opens_it_again_where_nothing_is_lost(
    opened: Program, screen: Screen
):
    os.kill(opened.window_pid(), signal.SIGKILL)
    opened.until_logged("window: loaded", 2)
    assert screen.window(TITLE)
    assert opened.end() == 0


def test_a_second_start_brings_the_window_forward(opened: Program, start: Start, screen: Screen):
    window = screen.window(TITLE)
    screen.run("xdotool", "windowminimize", "--sync", window)
    until(lambda: not screen.windows(TITLE), "it is minimized")
    second = start(environ=screen.environ)
    second.output()
    assert second.process.returncode == 0
    assert screen.window(TITLE) == window
    until(lambda: screen.active() == window, "it is in front")
    assert opened.end() == 0


def test_size_and_place_are_remembered(opened: Program, start: Start, screen: Screen):
    window = screen.window(TITLE)
    screen.run("xdotool", "windowsize", "--sync", window, "900", "640")
    screen.run("xdotool", "windowmove", "--sync", window, "200", "120")
    before = screen.geometry(window)
    screen.close(window)
    assert opened.finished() == 0
    second = start(environ=screen.environ)
    second.page()
    after = screen.geometry(screen.window(TITLE))
    assert (after["WIDTH"], after["HEIGHT"]) == (900, 640)
    assert abs(after["X"] - before["X"]) <= 2
    assert abs(after["Y"] - before["Y"]) <= 2
    assert second.end() == 0


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGHUP])
def test_it_ends_with_a_dialog_open(
    opened: Program, at_work: Page, screen: Screen, by: signal.Signals
):
    at_work.evaluate("setTimeout(() => window.print()), 1")
    screen.window("Save as")
    assert opened.end(by) == 0
    assert not screen.windows(TITLE)
    assert "was ended" not in opened.log, "it closed by itself"


def test_kill_nine_of_the_program_closes_its_window(opened: Program, screen: Screen):
    assert opened.end(signal.SIGKILL) == -signal.SIGKILL
    until(lambda: not screen.windows(TITLE), "the window closes")


def test_without_libraries_that_work_the_browser_is_used(
    start: Start, screen: Screen, noted_browser: NotedBrowser
):
    """Qt ends the process that it cannot draw in; here it may not find its own plugin."""
    broken = {"QT_QPA_PLATFORM": "there-is-no-such-platform"}
    program = start(environ={**screen.environ, **noted_browser.environ, **broken})
    until(lambda: noted_browser.opened, "a browser")
    assert program.process.poll() is None
    assert "there-is-no-such-platform" in program.log
    assert program.end() == 0


def test_the_reason_of_a_failed_start_is_shown_in_the_window(
    start: Start, screen: Screen, folder: Path, tmp_path: Path
):
    folder.mkdir(parents=True)
    (folder / "register.db").write_bytes(b"SQLite format 3\0" + os.urandom(8192))
    program = start(environ=screen.environ)
    program.until_logged("window: failed")
    page = program.shown
    page.until("document.body.innerText.includes('register.db')")
    assert "studentadmin.log" in page.text()
    look(screen, tmp_path / "failed.png")
    screen.close(screen.window(TITLE))
    assert program.finished() == 5


def test_the_end_of_the_display_ends_the_program(start: Start, noted_browser: NotedBrowser):
    """Logging off takes the display away first, often without a word."""
    from tests.desktop.screen import open_screen

    with open_screen() as passing:
        program = start(environ={**passing.environ, **noted_browser.environ})
        program.page()
    assert program.finished() == 0
    assert noted_browser.opened == []


@pytest.fixture(autouse=True)
def nothing_left(screen: Screen) -> Iterator[None]:
    yield
    until(lambda: not screen.windows(TITLE), "every window of the test closes")


def test_the_window_is_known_by_its_name_and_mark(opened: Program, screen: Screen, tmp_path: Path):
    assert screen.run("xdotool", "search", "--onlyvisible", "--class", "studentadmin")
    place = screen.geometry(screen.window(TITLE))

    def mark() -> bool:
        with Image.open(screen.picture(tmp_path / "mark.png")) as picture:
            left, top = place["X"], place["Y"]
            corner = picture.convert("RGB").crop((left, top - 24, left + 30, top))
            blue = (32, 80, 144)
            return any(
                all(abs(part - wanted) < 24 for part, wanted in zip(colour, blue, strict=True))
                for _count, colour in corner.getcolors(1000) or []
            )

    until(mark, "the program's mark in the title bar")
