"""Starts with and without a display, a second start, and every way to end."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from http.client import HTTPConnection
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPCookieProcessor, Request, build_opener

import pytest

from tests.desktop.conftest import NotedBrowser
from tests.desktop.program import Program, bare_environment
from tests.desktop.waiting import until
from tests.ports import free_port

Start = Callable[..., Program]
pytestmark = pytest.mark.slow


def visit(asked: str | Request) -> tuple[int, str]:
    """Status and final address, as for a browser with a jar of cookies of its own."""
    try:
        with build_opener(HTTPCookieProcessor()).open(asked) as answer:
            return answer.status, answer.url
    except HTTPError as refused:
        with refused:
            return refused.code, refused.url or ""


def lets_in(url: str) -> bool:
    status, address = visit(url)
    return status == 200 and "/first-run" in address


def test_headless_prints_an_address_that_opens_the_register_once(start: Start):
    program = start("--headless")
    url = program.printed_url()
    assert lets_in(url)
    assert visit(url)[0] == 403
    assert program.end() == 0


def test_without_a_display_the_default_browser_is_used(start: Start, noted_browser: NotedBrowser):
    program = start(environ=noted_browser.environ)
    printed = program.printed_url()
    [opened] = until(lambda: noted_browser.opened, "a browser")
    assert urlsplit(opened).port == urlsplit(printed).port
    assert lets_in(opened)
    assert program.end() == 0


def test_without_display_and_browser_the_address_is_printed(start: Start):
    program = start()
    assert "/enter?ticket=" in program.printed_url()
    assert program.end() == 0


def test_a_display_that_does_not_answer_is_no_display(start: Start, noted_browser: NotedBrowser):
    program = start(environ={"DISPLAY": ":4711", **noted_browser.environ})
    assert program.printed_url()
    assert "window" not in program.log
    assert program.end() == 0


def test_the_folder_is_for_its_owner_only(start: Start, folder: Path):
    program = start("--headless")
    program.printed_url()
    made = [folder, *(path for path in folder.rglob("*"))]
    assert {oct(path.stat().st_mode & 0o077) for path in made} == {"0o0"}
    assert program.end() == 0


def test_a_second_start_shows_the_first_and_ends(start: Start, noted_browser: NotedBrowser):
    first = start("--headless")
    url = first.printed_url()
    second = start("--headless")
    told, _errors = second.output()
    assert second.process.returncode == 0
    assert urlsplit(url).netloc in told
    third = start("--browser", environ=noted_browser.environ)
    third.output()
    assert third.process.returncode == 0
    [opened] = until(lambda: noted_browser.opened, "a browser")
    assert lets_in(opened)
    assert first.end() == 0


def test_a_second_start_during_the_first_waits_for_it(start: Start):
    both = [start("--headless"), start("--headless")]
    ended = until(lambda: [p for p in both if p.process.poll() is not None], "one of them ends")[0]
    both.remove(ended)
    assert ended.process.returncode == 0
    assert urlsplit(both[0].printed_url()).netloc in ended.output()[0]
    assert both[0].end() == 0


def test_after_kill_nine_the_next_start_opens_the_same_register(start: Start, folder: Path):
    first = start("--headless")
    url = first.printed_url()
    assert first.end(signal.SIGKILL) == -signal.SIGKILL
    assert (folder / "instance.json").exists()
    second = start("--headless")
    again = second.printed_url()
    assert lets_in(again)
    assert urlsplit(again).port == urlsplit(url).port, "a browser keeps what it knows by port"
    assert second.end() == 0
    assert not (folder / "instance.json").exists()


def test_a_chosen_port_that_is_taken_is_said_and_nothing_is_opened(start: Start):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        program = start("--headless", "--port", str(port))
        _told, errors = program.output()
    assert program.process.returncode == 4
    assert str(port) in errors
    assert "--port" in errors
    assert "studentadmin.log" in errors


def test_the_own_port_of_a_folder_that_is_taken_is_replaced(start: Start):
    first = start("--headless")
    port = urlsplit(first.printed_url()).port
    assert first.end() == 0
    with socket.create_server(("127.0.0.1", port or 0)):
        second = start("--headless")
        assert urlsplit(second.printed_url()).port != port
        assert second.end() == 0


def test_a_chosen_port_is_used(start: Start):
    port = free_port()
    program = start("--headless", "--port", str(port))
    assert urlsplit(program.printed_url()).port == port
    assert program.end() == 0


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_every_polite_end_leaves_nothing_behind(start: Start, folder: Path, by: signal.Signals):
    program = start("--headless")
    program.printed_url()
    assert program.end(by) == 0
    assert not (folder / "instance.json").exists()
    assert not (folder / "register.db-wal").exists()


def test_a_broken_register_is_left_alone_and_named(start: Start, folder: Path):
    folder.mkdir(parents=True)
    broken = b"SQLite format 3\0" + os.urandom(8192)
    (folder / "register.db").write_bytes(broken)
    program = start("--headless")
    _told, errors = program.output()
    assert program.process.returncode == 5
    assert "register.db" in errors
    assert "studentadmin.log" in errors
    assert (folder / "register.db").read_bytes() == broken


def test_a_wrong_setting_is_named_with_its_cure(start: Start, folder: Path):
    folder.mkdir(parents=True)
    (folder / "settings.toml").write_text("session_hours = 0\n")
    program = start("--headless")
    _told, errors = program.output()
    assert program.process.returncode == 2
    assert "SESSION_HOURS" in errors
    assert "settings.toml" in errors


def without_roots_powers() -> list[str]:
    """Root may write everywhere unless it gives that power away."""
    return ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] * (os.geteuid() == 0)


def test_a_folder_that_cannot_be_written_is_said(folder: Path):
    folder.mkdir(parents=True)
    folder.chmod(0o500)
    done = subprocess.run(
        [
            *without_roots_powers(),
            *(sys.executable, "-m", "studentadmin", "--headless", "--data-dir", str(folder)),
        ],
        env=bare_environment(HOME=str(folder.parent)),
        capture_output=True,
        text=True,
        check=False,
    )
    folder.chmod(0o700)
    assert done.returncode == 3, done.stderr
    assert str(folder) in done.stderr
    assert "--data-dir" in done.stderr


def test_a_folder_below_a_file_is_said(tmp_path: Path):
    (tmp_path / "file").touch()
    done = subprocess.run(
        [
            *(sys.executable, "-m", "studentadmin", "--headless"),
            *("--data-dir", str(tmp_path / "file" / "register")),
        ],
        env=bare_environment(HOME=str(tmp_path)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 3, done.stderr
    assert "--data-dir" in done.stderr


def test_without_a_terminal_at_all_it_still_serves(start: Start, tmp_path: Path, folder: Path):
    """Started by a double-click without a terminal, `sys.stdout` is None."""
    program = subprocess.Popen(
        f'exec "{sys.executable}" -m studentadmin --headless --data-dir "{folder}" <&- >&- 2>&-',
        shell=True,
        env=bare_environment(HOME=str(tmp_path)),
    )
    try:
        card = folder / "instance.json"
        until(lambda: card.exists() and program.poll() is None, "a running program")
        told, _errors = start("--headless").output()
        assert "http://127.0.0.1" in told
    finally:
        program.terminate()
        assert program.wait() == 0


def test_the_log_holds_no_ticket_and_no_query(start: Start):
    program = start("--headless")
    url = program.printed_url()
    assert lets_in(url)
    assert visit(f"{url}&student=Lee")[0] == 403
    ticket = url.split("ticket=")[1]
    assert program.end() == 0
    assert ticket not in program.log
    assert "ticket=" not in program.log
    assert "Lee" not in program.log


def test_a_request_to_another_host_name_is_refused(start: Start):
    program = start("--headless")
    url = urlsplit(program.printed_url())
    line = HTTPConnection(url.hostname or "", url.port, timeout=20)
    line.request("GET", "/enter", headers={"Host": "evil.example"})
    assert line.getresponse().status == 400
    line.close()
    assert program.end() == 0


def test_a_browser_can_close_the_program(start: Start, noted_browser: NotedBrowser):
    """Only who is logged in, only by a form: the address alone closes nothing."""
    program = start(environ=noted_browser.environ)
    url = program.printed_url()
    root = url.split("/enter")[0]
    assert visit(Request(f"{root}/desktop/close", method="POST"))[0] in {400, 401, 403}
    assert program.process.poll() is None
    assert program.end() == 0
