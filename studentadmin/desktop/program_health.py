"""Is the program itself whole: Python, libraries, a window, a browser, fonts."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

from studentadmin.desktop import display, window
from studentadmin.desktop.finding import Finding

REQUIREMENTS = Path(__file__).resolve().parents[2] / "requirements" / "app.txt"
DRAWING_PROBE = (
    "from PySide6 import QtWebEngineWidgets; from PySide6.QtWidgets import QApplication;"
    "QApplication([]); print('drawn')"
)
PROBE_SECONDS = 30
QT_PACKAGES = (
    "libegl1 libgl1 libnss3 libnspr4 libasound2 libxkbcommon-x11-0 libxkbfile1 libxcb-cursor0"
    " libxcb-icccm4 libxcb-keysyms1 libxcb-image0 libxcb-render-util0 libxcb-randr0 libxcb-shape0"
    " libxcb-xkb1 libxcomposite1 libxdamage1 libxrandr2 libxtst6 libgbm1 libfontconfig1"
)


def python() -> Finding:
    return Finding("python", "ok", f"{'.'.join(map(str, sys.version_info[:3]))} in {sys.prefix}")


def libraries() -> Finding:
    """Installed versions against the locked list, or against what the package declares."""
    from packaging.requirements import Requirement

    wrong = []
    needs = [Requirement(line) for line in _declared()]
    needs = [need for need in needs if need.marker is None or need.marker.evaluate({"extra": ""})]
    for need in needs:
        try:
            version = metadata.version(need.name)
        except metadata.PackageNotFoundError:
            wrong.append(f"{need.name} is missing")
            continue
        if not need.specifier.contains(version, prereleases=True):
            wrong.append(f"{need.name} is {version}, tested with {need.specifier}")
    if not wrong:
        return Finding("libraries", "ok", f"{len(needs)} as tested")
    cure = "Delete the folder .venv beside launcher.py and start launcher.py, or install again."
    return Finding("libraries", "fail", "; ".join(wrong), cure)


def _declared() -> list[str]:
    if REQUIREMENTS.exists():
        lines = REQUIREMENTS.read_text(encoding="utf-8").splitlines()
        return [line.rstrip(" \\") for line in lines if line and line[0] not in " #"]
    return metadata.requires("student-admin") or []


def display_and_window() -> Finding:
    """Draws in a child process: without what it needs, Qt ends the process it is in."""
    subject = "window"
    if not display.named():
        return Finding(subject, "warn", "no display here", "The register prints its address.")
    if not display.answers():
        return Finding(
            subject,
            "warn",
            f"the display {_display_name()} does not answer",
            "Log in to the desktop, or correct DISPLAY. Until then it opens in the browser.",
        )
    if not window.installed():
        cure = "Start launcher.py with a network once, or: pip install student-admin[window]"
        return Finding(subject, "warn", "the window's libraries are not installed", cure)
    try:
        drawn = subprocess.run(  # noqa: S603  our own Python, our own words
            [sys.executable, "-c", DRAWING_PROBE],
            capture_output=True,
            text=True,
            timeout=PROBE_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Finding(subject, "warn", "Qt does not answer", "Try: studentadmin --browser")
    if drawn.stdout.strip() == "drawn":
        return Finding(subject, "ok", f"Qt draws on {_display_name()}")
    said = drawn.stderr.strip().splitlines() or [f"exit code {drawn.returncode}"]
    cure = f"Debian, Ubuntu: sudo apt install {QT_PACKAGES}\nUntil then it opens in the browser."
    return Finding(subject, "warn", f"Qt cannot draw: {said[-1]}", cure)


def _display_name() -> str:
    return os.environ.get("WAYLAND_DISPLAY") or os.environ.get("DISPLAY") or sys.platform


def browser() -> Finding:
    import webbrowser

    if not (display.named() or os.environ.get("BROWSER")):
        cure = "Start with --headless and open the printed address on a computer that has one."
        return Finding("browser", "warn", "none without a display", cure)
    try:
        found = webbrowser.get()
    except webbrowser.Error:
        cure = "Install a browser, such as Firefox; it is used when no window can be drawn."
        return Finding("browser", "warn", "none found", cure)
    return Finding("browser", "ok", getattr(found, "name", type(found).__name__))


def fonts() -> Finding:
    """Chinese names are boxes without a Chinese font; only Linux may lack one."""
    if sys.platform in {"win32", "darwin"}:
        return Finding("fonts", "ok", "those of the system")
    lister = shutil.which("fc-list")
    if lister is None:
        return Finding("fonts", "warn", "cannot be listed", "sudo apt install fontconfig")
    listed = subprocess.run(  # noqa: S603  fontconfig's own program
        [lister, ":lang=zh", "family"], capture_output=True, text=True, check=False
    )
    families = sorted({line.split(",")[0] for line in listed.stdout.splitlines()})
    if families:
        return Finding("fonts", "ok", f"Chinese: {families[0]}")
    return Finding("fonts", "warn", "none for Chinese names", "sudo apt install fonts-noto-cjk")


LOOKS: tuple[Callable[[], Finding], ...] = (python, libraries, display_and_window, browser, fonts)
