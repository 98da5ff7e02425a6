"""Three servers of one register: the program, a stock Flask-Admin app, and a bare page."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Self
from urllib.parse import quote, urlsplit

from benchmarks import people
from benchmarks.client import Client
from benchmarks.register import OWNER

ROOT = Path(__file__).resolve().parents[1]
EDITED = "preferred_name"
PATIENCE = 120.0
POLL = 0.002


@dataclass
class Site:
    """One server: how it is started, and the address of each measured page.

    `edit` has the place of `{key}` or `{number}`; a student's key is its place and one.
    """

    name: str
    words: list[str]
    pages: dict[str, str]
    edit: str
    export: str
    log_in: bool = False
    port: int = 0
    process: subprocess.Popen[str] | None = None
    cookies: dict[str, str] = field(default_factory=dict)
    took: float = 0.0
    """Seconds from the start of the process to its first answer."""

    def start(self) -> Self:
        self.port = free_port()
        words = [word.format(port=self.port) for word in self.words]
        began = time.perf_counter()
        self.process = subprocess.Popen(
            [sys.executable, *words],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), "DISPLAY": "", "LC_ALL": "C.UTF-8"},
            stdout=subprocess.PIPE,
            text=True,
        )
        await_port(self.port, self.process)
        with Client(self.port) as client:
            client.get("/")
            self.took = time.perf_counter() - began
            if self.log_in:
                assert self.process.stdout is not None
                found = re.search(r"http://\S+", self.process.stdout.readline())
                assert found is not None
                client.follow("/enter?" + urlsplit(found[0]).query)
                page = client.get("/account").body.decode()
                assert OWNER in page, "not logged in"
            self.cookies = client.cookies
        return self

    def client(self) -> Client:
        return Client(self.port, cookies=self.cookies)

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(60)

    def form_of(self, place: int) -> str:
        return self.edit.format(key=place + 1, number=people.number_of(place))

    def memory(self, what: str = "VmRSS") -> int:
        """Bytes in memory now, or at most so far (`VmHWM`)."""
        assert self.process is not None
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        found = re.search(rf"{what}:\s+(\d+) kB", status)
        assert found is not None
        return int(found[1]) * 1024


def all_sites(folder: Path, deep_key: int, students: int) -> list[Site]:
    """The three on the register in `folder`; `deep_key` is the row before the page at 90 %."""
    number = people.number_of(students * 3 // 7)
    rare, chinese = people.RARE[0].lower(), "".join(people.RARE_CHINESE)[1:]
    searched = {"rare": rare, "chinese": chinese, "number": number, "common": "an"}
    ours = Site(
        "student admin",
        ["-m", "studentadmin", "--headless", "--data-dir", str(folder), "--port", "{port}"],
        {
            "list": "/students/",
            "page at 90 %": f"/students/?after={deep_key}",
            "sort by name": "/students/?sort=-name",
            "filter": "/students/?status=left",
            **{f"search {n}": f"/students/?search={quote(t)}" for n, t in searched.items()},
        },
        "/students/{number}/edit",
        "/students/export.csv",
        log_in=True,
    )
    stock = Site(
        "flask-admin",
        ["-W", "ignore", "-m", "benchmarks.stock_site", "{port}", str(folder)],
        {
            "list": "/admin/student/",
            "page at 90 %": f"/admin/student/?page={students * 9 // 500}",
            "sort by name": "/admin/student/?sort=1",
            "filter": "/admin/student/?flt1_0=left",
            **{f"search {n}": f"/admin/student/?search={quote(t)}" for n, t in searched.items()},
        },
        "/admin/student/edit/?id={key}",
        "/admin/student/export/csv/",
    )
    bare = Site(
        "bare page",
        ["-m", "benchmarks.bare_site", "{port}", str(folder)],
        {
            "list": "/",
            "page at 90 %": f"/?after={deep_key}",
            "sort by name": "/",
            "filter": "/?status=left",
            **{f"search {n}": f"/?q={quote(t)}" for n, t in searched.items()},
        },
        "/edit?id={key}",
        "/export",
    )
    return [ours, stock, bare]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def await_port(port: int, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if process.poll() is not None:
            break
        time.sleep(POLL)
    raise RuntimeError(f"{process.args} did not start")


class Form(HTMLParser):
    """The values of the form that has the field of a student's name, as a browser sends them."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self._now: dict[str, str] = {}
        self._select: str | None = None
        self.feed(page.decode())
        if EDITED not in self.values:
            raise RuntimeError("this page has no form of a student")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self._now = {}
        elif tag == "input" and given.get("name") and given.get("type") != "submit":
            self._now[str(given["name"])] = given.get("value") or ""
        elif tag == "select":
            self._select = given.get("name")
        elif tag == "option" and (name := self._select):
            first = name not in self._now
            if first or "selected" in given:
                self._now[name] = given.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = None
        if tag == "form" and EDITED in self._now:
            self.values = self._now
