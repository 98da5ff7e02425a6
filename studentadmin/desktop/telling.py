"""Saying something where the person is looking: a terminal, the window, else a page of its own."""

from __future__ import annotations

import sys
from contextlib import suppress
from html import escape
from pathlib import Path
from typing import TextIO

from studentadmin.desktop import display
from studentadmin.desktop.failure import Failure
from studentadmin.desktop.words import _


def say(*lines: str) -> None:
    """On standard output; nowhere when the program was started without one."""
    _write(sys.stdout, lines)


def complain(why: Failure, log_file: Path | None) -> None:
    """Say on standard error why the register cannot be opened, what to do and where the log is."""
    lines = [why.reason, why.cure]
    if log_file:
        lines.append(_("Log file: %(path)s", path=log_file))
    _write(sys.stderr, lines)


def _write(stream: TextIO | None, lines: tuple[str, ...] | list[str]) -> None:
    if stream is not None:
        with suppress(OSError, ValueError):
            stream.write("\n".join(lines) + "\n")
            stream.flush()


def has_terminal() -> bool:
    return sys.stderr is not None and sys.stderr.isatty()


def show_in_browser(why: Failure, log_file: Path | None) -> None:
    """For a double-click without window and terminal: the reason as a page in the browser."""
    import tempfile

    lines = [f"<h1>{escape(why.reason)}</h1>", f"<p>{escape(why.cure)}</p>"]
    if log_file:
        where = _("Log file: %(path)s", path=log_file)
        lines.append(f"<p>{escape(where)}</p>")
    title = escape(_("Student Admin"))
    page = f"<!doctype html><meta charset=utf-8><title>{title}</title>" + "".join(lines)
    with suppress(OSError):
        folder = Path(tempfile.mkdtemp(prefix="student-admin-"))
        (folder / "reason.html").write_text(page, encoding="utf-8")
        display.open_browser((folder / "reason.html").as_uri())
