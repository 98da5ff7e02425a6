"""The log file: rotated, for this person's eyes only, without tokens or personal data."""

from __future__ import annotations

import logging
import os
import re
import sys
from logging.handlers import RotatingFileHandler
from pathlib import Path

FOLDER, FILE = "logs", "studentadmin.log"
BYTES, FILES = 1_000_000, 5

VALUES = re.compile(r"\[parameters: .*?(?=\n\(Background|\nTraceback|\Z)", re.DOTALL)
SCRUBS = (
    (re.compile(r"Duplicate entry '.*?' for"), "Duplicate entry … for"),
    (re.compile(r"(\bException on) /\S*"), r"\1 …"),
    (re.compile(r"\?\S+=\S*"), "?…"),
    (re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+"), "…@…"),
    (re.compile(r"\b\d{6,}[\dXx]?\b"), "######"),
    (re.compile(r"(?<![\w/.-])[A-Za-z0-9_-]{40,}(?![\w/.-])"), "…"),
)
"""What may name a person or open a door, and what stands in its place: values of a statement, the
address of a page, query strings, e-mail addresses, long numbers, tokens."""


class Scrubbed(logging.Formatter):
    """Formats a record, then takes out what a log may not keep."""

    def format(self, record: logging.LogRecord) -> str:
        return scrub(super().format(record))


def scrub(text: str) -> str:
    lines = VALUES.sub("[parameters left out]", text).split("\n")
    return "\n".join(_scrub_line(line) for line in lines)


def _scrub_line(line: str) -> str:
    stamp, line = line[:STAMP_LENGTH], line[STAMP_LENGTH:]
    if not STAMP.fullmatch(stamp):
        stamp, line = "", stamp + line
    for pattern, instead in SCRUBS:
        line = pattern.sub(instead, line)
    return stamp + line


STAMP = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}")
STAMP_LENGTH = 23


def private_file(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


class PrivateFile(RotatingFileHandler):
    """A rotating file of mode 0600 from its first byte on."""

    def _open(self):  # type: ignore[no-untyped-def]  # the base class has no better type for it
        return open(self.baseFilename, self.mode, encoding=self.encoding, opener=private_file)


def path_in(data_dir: Path) -> Path:
    return data_dir / FOLDER / FILE


def start(data_dir: Path, level: str) -> Path:
    """Log to the data folder from here on, uncaught exceptions of every thread included.

    Raises OSError when the folder cannot be written.
    """
    path = path_in(data_dir)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handler = PrivateFile(path, maxBytes=BYTES, backupCount=FILES, encoding="utf-8", delay=False)
    handler.setFormatter(Scrubbed("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(level)
    for chatty in ("alembic", "werkzeug", "sqlalchemy"):
        logging.getLogger(chatty).setLevel("WARNING")
    logging.captureWarnings(capture=True)
    _catch_all()
    return path


def _catch_all() -> None:
    import threading

    log = logging.getLogger("studentadmin.crash")
    sys.excepthook = lambda *error: log.critical("ended by an error", exc_info=error)
    threading.excepthook = lambda error: log.error(
        "a thread ended by an error",
        exc_info=(error.exc_type, error.exc_value or error.exc_type(), error.exc_traceback),
    )
