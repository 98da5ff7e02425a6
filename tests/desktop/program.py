"""The program as a person starts it: a process, with its data folder and its log."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from tests.desktop.devtools import Page
from tests.desktop.waiting import until
from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
NO_DISPLAY = {"DISPLAY": "", "WAYLAND_DISPLAY": "", "BROWSER": ""}
ENGLISH = {"LC_ALL": "C.UTF-8", "LANG": "C.UTF-8"}


def bare_environment(**more: str) -> dict[str, str]:
    """What a session gives a program, without this session's settings of ours."""
    kept = {name: value for name, value in os.environ.items() if "STUDENTADMIN" not in name}
    return {**kept, **NO_DISPLAY, **ENGLISH, "PYTHONPATH": str(ROOT), **more}


class Program:
    """One start. Leaving the `with` block ends it, if it has not ended."""

    def __init__(self, folder: Path, *words: str, environ: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self.debug_port = free_port()
        self.shown = Page(self.debug_port)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "studentadmin", "--data-dir", str(folder), *words],
            cwd=folder.parent,
            env=bare_environment(
                QTWEBENGINE_REMOTE_DEBUGGING=str(self.debug_port),
                HOME=str(folder.parent),
                **(environ or {}),
            ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.shown.close()
        if self.process.poll() is None:
            self.process.terminate()
        self.process.communicate(timeout=60)

    @property
    def log(self) -> str:
        file = self.folder / "logs" / "studentadmin.log"
        return file.read_text(encoding="utf-8") if file.exists() else ""

    def until_logged(self, text: str, times: int = 1) -> None:
        until(
            lambda: self.log.count(text) >= times or self.process.poll() is not None,
            f"“{text}” in the log:\n{self.log}",
        )
        assert self.log.count(text) >= times, self.log

    def printed_url(self) -> str:
        """The address on the terminal, as soon as it stands there."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if found := re.search(r"http://\S+", line):
                return found[0]
        raise AssertionError(f"no address was printed: {self.log}")

    def page(self) -> Page:
        """The page in the window, once the register has been loaded."""
        self.until_logged("window: loaded")
        return self.shown

    def end(self, by: int = signal.SIGTERM) -> int:
        self.process.send_signal(by)
        return self.finished()

    def finished(self, seconds: float = 60) -> int:
        """The exit code, once every process of it is gone."""
        code = self.process.wait(seconds)
        until(lambda: not self.left(), f"an end of {self.left()}")
        return code

    def output(self) -> tuple[str, str]:
        return self.process.communicate(timeout=60)

    def left(self) -> list[str]:
        """What still runs of it: everything that names its data folder."""
        return [
            line for pid, line in processes() if str(self.folder) in line and pid != os.getpid()
        ]

    def window_pid(self) -> int:
        found = [pid for pid, line in processes() if "window_process" in line and self.mine(line)]
        return found[0]

    def renderer_pids(self) -> list[int]:
        """The processes that draw pages of this window."""
        family = {self.window_pid()}
        grown = True
        while grown:
            children = {pid for pid in all_pids() if parent_of(pid) in family} - family
            grown = bool(children)
            family |= children
        return [pid for pid in family if "--type=renderer" in command_line(pid)]

    def mine(self, line: str) -> bool:
        return str(self.folder) in line

    def card(self) -> dict[str, object]:
        found: dict[str, object] = json.loads((self.folder / "instance.json").read_bytes())
        return found


def all_pids() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def processes() -> list[tuple[int, str]]:
    """Every live process and its command line; one that only waits to be counted is gone."""
    return [(pid, line) for pid in all_pids() if (line := command_line(pid))]


def command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def parent_of(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])
    except OSError:
        return 0
