"""What can go wrong with a disk, said plainly; and the locks that keep two programs apart."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

from flask import Flask, has_app_context
from flask_babel import Babel
from flask_babel import gettext as _

from studentadmin.errors import StudentAdminError
from studentadmin.settings import Settings


class StorageFailed(StudentAdminError):
    """The disk, the folder or another program stood in the way; nothing was changed."""

    status = 503


def in_language(settings: Settings) -> AbstractContextManager[object]:
    """Texts in the office's language, also before there is an app (start, background thread)."""
    if has_app_context():
        return nullcontext()
    app = Flask("studentadmin")
    Babel(app, default_locale=settings["LOCALE"])
    return app.app_context()


@contextmanager
def plain_errors(place: Path) -> Iterator[None]:
    """Turn what the disk or SQLite says about `place` into a StorageFailed with its cure."""
    try:
        yield
    except OSError as error:
        raise StorageFailed(_os_words(error, place)) from error
    except sqlite3.DatabaseError as error:
        raise StorageFailed(_sqlite_words(error, place)) from error


@contextmanager
def only_one(lock_file: Path, *, wait: float) -> Iterator[None]:
    """Hold `lock_file`; a lock dies with its process, so a killed one leaves nothing to clear.

    Raises StorageFailed when another program still holds it after `wait` seconds.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(lock_file, timeout=wait, mode=0o600)
    try:
        lock.acquire()
    except Timeout as error:
        raise StorageFailed(
            _(
                "Another program is already backing up, upgrading or restoring this register."
                " Wait until it has finished, then try again."
            )
        ) from error
    try:
        yield
    finally:
        lock.release()


def sync(path: Path) -> None:
    """Make a written file outlive a power cut."""
    with path.open("rb+") as stream:
        os.fsync(stream.fileno())


def sync_folder(folder: Path) -> None:
    """Make new, renamed and removed names in `folder` outlive a power cut (POSIX only)."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def full(place: Path) -> str:
    """What is said when the disk that holds `place` is full."""
    text: str = _(
        "The disk that holds %(place)s is full. Free some space and try again."
        " Nothing was changed.",
        place=place,
    )
    return text


def _refused(place: Path) -> str:
    text: str = _(
        "%(place)s may not be written. Give your account the right to write there, or choose"
        " another data folder. Nothing was changed.",
        place=place,
    )
    return text


def _full_or_failing(place: Path, reason: str) -> str:
    text: str = _(
        "The disk that holds %(place)s is full or failing (%(reason)s). Free some space, or have"
        " the disk checked, and try again.",
        place=place,
        reason=reason,
    )
    return text


def _locked() -> str:
    text: str = _(
        "Another program is writing to the register and did not finish in time."
        " Close it, then try again. Nothing was changed."
    )
    return text


def _failing(place: Path, reason: str) -> str:
    text: str = _(
        "%(place)s could not be read or written: %(reason)s. Check the disk and try again.",
        place=place,
        reason=reason,
    )
    return text


def _os_words(error: OSError, place: Path) -> str:
    if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
        return full(place)
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return _refused(place)
    return _failing(place, error.strerror or str(error))


def _sqlite_words(error: sqlite3.DatabaseError, place: Path) -> str:
    code = sqlite_code(error)
    if code == sqlite3.SQLITE_FULL:
        return full(place)
    if code in {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN}:
        return _refused(place)
    if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return _locked()
    if code == sqlite3.SQLITE_IOERR:  # also what SQLite makes of a used-up quota
        return _full_or_failing(place, str(error))
    return _failing(place, str(error))


def is_damage(error: sqlite3.DatabaseError) -> bool:
    """Whether the file is broken, as against busy, locked away or on a full disk."""
    return sqlite_code(error) in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def sqlite_code(error: sqlite3.DatabaseError) -> int:
    """SQLite's primary result code; Python's backup call gives only SQLite's words for it."""
    words = {
        "database or disk is full": sqlite3.SQLITE_FULL,
        "disk I/O error": sqlite3.SQLITE_IOERR,
        "attempt to write a readonly database": sqlite3.SQLITE_READONLY,
        "unable to open database file": sqlite3.SQLITE_CANTOPEN,
        "database is locked": sqlite3.SQLITE_BUSY,
        "database table is locked": sqlite3.SQLITE_LOCKED,
        "file is not a database": sqlite3.SQLITE_NOTADB,
        "database disk image is malformed": sqlite3.SQLITE_CORRUPT,
    }
    code: int | None = getattr(error, "sqlite_errorcode", None)
    return words.get(str(error), 0) if code is None else code & 0xFF
