"""Displays, browsers and starts of the program for the tests of the desktop."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.desktop.program import Program
from tests.desktop.screen import Screen, open_screen


@pytest.fixture(scope="session")
def screen() -> Iterator[Screen]:
    with open_screen() as found:
        yield found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder that is not there yet, with a space and a name that is not ASCII."""
    return tmp_path / "school 学校" / "register"


class NotedBrowser:
    """The person's default browser: a program that writes down what it is asked to open."""

    def __init__(self, folder: Path) -> None:
        self._notes = folder / "opened"
        self.program = folder / "browser"
        self.program.write_text(f'#!/bin/sh\necho "$1" >> "{self._notes}"\n')
        self.program.chmod(self.program.stat().st_mode | stat.S_IEXEC)
        self.environ = {"BROWSER": f"{self.program} %s"}

    @property
    def opened(self) -> list[str]:
        return self._notes.read_text().split() if self._notes.exists() else []


@pytest.fixture
def noted_browser(tmp_path: Path) -> NotedBrowser:
    return NotedBrowser(tmp_path)


@pytest.fixture
def start(folder: Path) -> Iterator[Callable[..., Program]]:
    """`start("--headless", environ={...})`: a start of the program on `folder`."""
    folder.parent.mkdir(exist_ok=True)
    with ExitStack() as running:

        def begin(*words: str, environ: dict[str, str] | None = None) -> Program:
            return running.enter_context(Program(folder, *words, environ=environ))

        yield begin
