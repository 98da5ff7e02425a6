"""Why the register cannot be opened, in words a person can act on, and the exit code of each."""

from __future__ import annotations

import errno
import sqlite3
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

from studentadmin.desktop.words import _
from studentadmin.errors import StudentAdminError


class Exit(IntEnum):
    """Exit codes of a launch. They are written in the user guide; scripts rely on them."""

    OK = 0
    FAILED = 1
    USAGE = 2
    FOLDER = 3
    PORT = 4
    DATABASE = 5
    DISK_FULL = 6
    BUSY = 7


@dataclass(frozen=True)
class Failure:
    """One refusal to open: what happened, what to do, the exit code."""

    reason: str
    cure: str
    code: Exit


class CannotOpen(Exception):
    """Raised within a launch; carries its failure."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.reason)
        self.failure = failure


def explain(error: BaseException, folder: Path | None) -> Failure:
    """The failure that `error` means for a person who wanted to open the register in `folder`."""
    if isinstance(error, CannotOpen):
        return error.failure
    code = _code(error)
    if isinstance(error, StudentAdminError):
        return Failure(_("The register cannot be opened."), error.message, code)
    where = folder or getattr(error, "filename", None) or ""
    if code is Exit.DISK_FULL:
        return Failure(
            _("The disk is full."),
            _(
                "Make room on the disk that holds %(folder)s, then open the program again.",
                folder=where,
            ),
            code,
        )
    if code is Exit.FOLDER:
        return Failure(
            _("The data folder cannot be used: %(folder)s", folder=where),
            _(
                "Give your account the right to write there, or choose another folder with"
                " --data-dir."
            ),
            code,
        )
    if code is Exit.DATABASE:
        return Failure(
            _("The register's database cannot be opened."),
            _("Run “studentadmin doctor”: it names what is wrong and how to mend it."),
            code,
        )
    return Failure(
        _(
            "The register could not be opened: an error in the program (%(kind)s).",
            kind=type(error).__name__,
        ),
        _("Open it again. If that does not help, send the log file to whoever looks after it."),
        code,
    )


def _code(error: BaseException | None) -> Exit:
    """By the error itself, or by what it was raised from."""
    if error is None:
        return Exit.FAILED
    name = type(error).__name__
    if isinstance(error, OSError):
        if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
            return Exit.DISK_FULL
        return Exit.FOLDER
    if isinstance(error, sqlite3.DatabaseError):
        full = getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_FULL
        return Exit.DISK_FULL if full else Exit.DATABASE
    if name == "BadSetting":
        return Exit.USAGE
    if name in {"RegisterBroken", "OperationalError", "DatabaseError"}:
        return Exit.DATABASE
    if name == "StorageFailed":
        found = _code(error.__cause__)
        return Exit.FOLDER if found is Exit.FAILED else found
    return Exit.FAILED
