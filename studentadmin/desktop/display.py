"""Is there a screen to show a window on, and a browser to fall back to.

Qt ends the whole process when a display cannot be used, so nothing here loads it: the sockets are
asked, and the window itself runs in a process of its own (see `window.py`).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

SECONDS_TO_ANSWER = 2.0


def named(environ: Mapping[str, str] = os.environ) -> bool:
    """True when this session names a display; Windows and macOS always have one."""
    if sys.platform in {"win32", "darwin"}:
        return True
    return bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))


def answers(environ: Mapping[str, str] = os.environ) -> bool:
    """True when the named display takes a connection; costs about a millisecond."""
    if sys.platform in {"win32", "darwin"}:
        return True
    return any(_connects(*where) for where in _sockets(environ))


def _sockets(environ: Mapping[str, str]) -> list[tuple[str, tuple[str, int] | str]]:
    """Where the display server listens: ("tcp", (host, port)) or ("unix", path)."""
    found: list[tuple[str, tuple[str, int] | str]] = []
    if wayland := environ.get("WAYLAND_DISPLAY"):
        found.append(("unix", os.path.join(environ.get("XDG_RUNTIME_DIR", ""), wayland)))  # noqa: PTH118
    import re

    match = re.fullmatch(r"(?:(?:unix/)?([^:]*))?:(\d+)(?:\.\d+)?", environ.get("DISPLAY", ""))
    if match:
        host, number = match[1], int(match[2])
        if host:
            found.append(("tcp", (host, 6000 + number)))
        else:
            path = f"/tmp/.X11-unix/X{number}"  # noqa: S108  the X server's own fixed place
            found += [("unix", path), ("unix", "\0" + path)]
    return found


def _connects(family: str, address: tuple[str, int] | str) -> bool:
    import socket

    kind = socket.AF_INET if family == "tcp" else socket.AF_UNIX
    with socket.socket(kind) as probe:
        probe.settimeout(SECONDS_TO_ANSWER)
        try:
            probe.connect(address)
        except (OSError, ValueError):
            return False
    return True


def open_browser(url: str) -> bool:
    """Open `url` in the person's default browser; False when there is none that could show it.

    Without a display only a browser named by the person (BROWSER) is tried: the others that
    `webbrowser` finds then run inside the terminal and would take it over.
    """
    if not (named() or os.environ.get("BROWSER")):
        return False
    import webbrowser

    try:
        return webbrowser.open(url)
    except (webbrowser.Error, OSError):
        return False
