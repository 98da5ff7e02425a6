"""How long from a double-click to the splash and to the register? Run by `make bench`.

Starts the real launcher on a display of its own (Xvfb) and watches the pixels. The first start,
which makes the register, is not counted. Prints medians against the bound of 1.5 s for the first
paint. Only on a machine that does nothing else do the numbers mean anything.
"""

from __future__ import annotations

import argparse
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from PIL import ImageGrab

ROOT = Path(__file__).resolve().parents[1]
BOUND = 1.5
LONGEST = 300.0
"""Seconds; the very first start also fetches the program's libraries."""

MIDDLE, CORNER = (400, 300, 1000, 600), (60, 50, 460, 150)
"""Where the splash has its words; where only a page of the register has something, its mark."""

DRAWN = 8
"""So many colours mean words and not a plain ground."""


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--times", type=int, default=9)
    times = asked.parse_args().times
    reading, writing = os.pipe()
    with subprocess.Popen(
        [
            "Xvfb",
            "-displayfd",
            str(writing),
            "-screen",
            "0",
            "1400x900x24",
            "-nolisten",
            "tcp",
            "-noreset",
        ],
        pass_fds=[writing],
        stderr=subprocess.DEVNULL,
    ) as screen:
        os.close(writing)
        with os.fdopen(reading) as answer:
            display = f":{answer.readline().strip()}"
        try:
            with tempfile.TemporaryDirectory() as folder:
                start(display, Path(folder))
                found = [start(display, Path(folder)) for _number in range(times)]
        finally:
            screen.terminate()
    splash, register = (statistics.median(column) for column in zip(*found, strict=True))
    worst = max(first for first, _second in found)
    print(f"double-click to first paint (splash): median {splash:.2f} s, worst {worst:.2f} s")
    print(f"double-click to the register's page:  median {register:.2f} s")
    print(f"bound for the first paint: {BOUND:.1f} s, {'kept' if splash <= BOUND else 'BROKEN'}")
    return 0 if splash <= BOUND else 1


def start(display: str, folder: Path) -> tuple[float, float]:
    """Seconds to the splash and to the register of one start; the program is ended afterwards."""
    environ = {**os.environ, "DISPLAY": display, "STUDENTADMIN_DATA_DIR": str(folder / "register")}
    environ.pop("PYTHONDONTWRITEBYTECODE", None)
    began = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, str(ROOT / "launcher.py")],
        env=environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as program:
        try:
            splash = until(lambda: colours(display, MIDDLE) >= DRAWN, began)
            register = until(lambda: colours(display, CORNER) >= DRAWN, began)
        finally:
            program.send_signal(signal.SIGTERM)
    until(lambda: colours(display, MIDDLE) < DRAWN, time.perf_counter())
    return splash, register


def until(true: Callable[[], bool], began: float) -> float:
    while not true():
        if time.perf_counter() - began > LONGEST:
            raise TimeoutError("nothing was drawn")
    return time.perf_counter() - began


def colours(display: str, where: tuple[int, int, int, int]) -> int:
    """How many colours that part of the screen shows."""
    with ImageGrab.grab(bbox=where, xdisplay=display) as picture:
        return len(picture.convert("RGB").getcolors(picture.width * picture.height) or [])


if __name__ == "__main__":
    sys.exit(main())
