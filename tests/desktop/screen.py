"""A real X server with a window manager, and hands that press its keys."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.desktop.waiting import until

NEEDED = ("Xvfb", "openbox", "xdotool", "import")
CURE = "install it with: make services"


class Screen:
    """One display. `environ` is what a program needs to draw on it."""

    def __init__(self, number: str) -> None:
        self.display = f":{number}"
        self.environ = {"DISPLAY": self.display}

    def run(self, *command: str) -> str:
        environ = {**os.environ, **self.environ}
        done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
        return done.stdout.strip()

    def press(self, *keys: str) -> None:
        self.run("xdotool", "key", "--clearmodifiers", *keys)

    def type(self, text: str) -> None:
        self.run("xdotool", "type", "--clearmodifiers", "--delay", "4", text)

    def windows(self, title: str) -> list[str]:
        """Visible windows whose title contains `title`."""
        return self.run("xdotool", "search", "--onlyvisible", "--name", title).split()

    def window(self, title: str) -> str:
        return until(lambda: self.windows(title), f"a window called {title}")[0]

    def active(self) -> str:
        return self.run("xdotool", "getactivewindow")

    def close(self, window: str) -> None:
        """What a person does: the window manager's own key for the cross in the title bar."""
        self.run("xdotool", "windowactivate", "--sync", window)
        self.press("alt+F4")

    def geometry(self, window: str) -> dict[str, int]:
        lines = self.run("xdotool", "getwindowgeometry", "--shell", window).splitlines()
        return {name: int(value) for name, value in (line.split("=") for line in lines)}

    def picture(self, path: Path) -> Path:
        self.run("import", "-window", "root", str(path))
        return path


@contextmanager
def open_screen(size: str = "1400x900x24") -> Iterator[Screen]:
    """Start a display on a free number; a missing program is a skip that names the cure."""
    for program in NEEDED:
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed; {CURE}")
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", size, "-nolisten", "tcp", "-noreset"],
        pass_fds=[writing],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    with os.fdopen(reading) as answer:
        screen = Screen(answer.readline().strip())
    manager = subprocess.Popen(
        ["openbox"],
        env={**os.environ, **screen.environ},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    until(lambda: screen.run("xdotool", "getactivewindow") is not None, "a window manager")
    try:
        yield screen
    finally:
        for process in (manager, server):
            process.terminate()
            process.wait()
