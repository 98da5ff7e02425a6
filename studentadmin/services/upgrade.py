"""Before the register opens: is it there, whole, and of this program's making?

A newer program upgrades a proven copy and pours it into the register in one transaction, so a
crash at any moment leaves the old register or the new one. When that fails the old one opens for
reading. There is never an empty register in the place of a lost one.
"""

from __future__ import annotations

import logging
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import urlencode

from flask_babel import gettext as _
from sqlalchemy import URL

from studentadmin.errors import StudentAdminError
from studentadmin.services import backup, migration, register_file, storage
from studentadmin.services.migration import MigrationFailed
from studentadmin.services.prepared import Prepared, as_set, newer, open_old, read_only
from studentadmin.services.register_broken import RegisterBroken, broken, missing, not_ours
from studentadmin.services.storage import StorageFailed
from studentadmin.settings import Settings

log = logging.getLogger(__name__)

LOCK_FILE = "upgrade.lock"
LOCK_SECONDS = 600
TRIES = 3
CHECKED_AT_START = 6 * 1024 * 1024
"""Bytes up to which a register closed in order is checked at the start (2 ms a MiB).

A larger one is checked by the proof of its daily backup; one that was not closed in order is
checked whatever its size.
"""


class _WrittenMeanwhile(Exception):
    """Somebody saved something after the copy was made."""


def prepare(settings: Settings, migrations: Path | None = None) -> Prepared:
    """Make the register ready: create it, check it, upgrade it, or say how it may be opened.

    Raises RegisterBroken with a cure when it can neither be written nor read, StorageFailed when
    the disk, the folder or the server refuses.
    """
    file = settings.database_file
    if file is None:
        from studentadmin.services import upgrade_server

        return upgrade_server.prepare(settings, migrations)
    if not settings["READ_ONLY"] and _is_ready(file, migrations):
        return Prepared(settings.database_url)
    with storage.in_language(settings), storage.plain_errors(file.parent):
        return _prepare_file(settings, file, migrations)


def _is_ready(file: Path, migrations: Path | None) -> bool:
    """The usual start: a whole register at the newest revision that may be written."""
    try:
        size = file.stat().st_size
        left_open = file.with_name(f"{file.name}-wal").exists()
        if not size or not _writable(file):
            return False
        with closing(register_file.connect(file)) as connection:
            if register_file.revision_of(connection) != migration.revisions(migrations).head:
                return False
            must_check = left_open or size <= CHECKED_AT_START
            return not must_check or not register_file.faults(connection, quick=True)
    except (OSError, sqlite3.DatabaseError):
        return False


def _prepare_file(settings: Settings, file: Path, migrations: Path | None) -> Prepared:
    exists = file.exists() and file.stat().st_size > 0
    if exists and (settings["READ_ONLY"] or not _writable(file)):
        return _open_unwritable(settings, file, migrations)
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with storage.only_one(file.with_name(LOCK_FILE), wait=LOCK_SECONDS):
        if not file.exists() or file.stat().st_size == 0:
            return _create(settings, file, migrations)
        revision = _check(settings, file)
        known = migration.revisions(migrations)
        if revision == known.head:
            return Prepared(settings.database_url)
        if revision not in known.known:
            return open_old(newer(), settings.database_url)
        return _upgrade(settings, file, revision, migrations)


def _check(settings: Settings, file: Path) -> str:
    """The revision of a whole register. Raises RegisterBroken for anything else."""
    try:
        with closing(register_file.connect(file)) as connection:
            problems = register_file.faults(connection, quick=True)
            if problems:
                raise broken(settings, file, problems[0])
            revision = register_file.revision_of(connection)
    except sqlite3.DatabaseError as error:
        if not storage.is_damage(error):
            raise
        raise broken(settings, file, str(error)) from error
    if revision is None:
        raise not_ours(file)
    return revision


def _create(settings: Settings, file: Path, migrations: Path | None) -> Prepared:
    """A new register, put in place whole; refused where one has been lost."""
    lost = missing(settings, file)
    if lost:
        raise lost
    new = file.with_name(f".new-{file.name}")
    register_file.remove(new)
    try:
        os.close(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        migration.upgrade_copy(new, migrations)
        storage.sync(new)
        new.replace(file)
        storage.sync_folder(file.parent)
    except MigrationFailed as error:
        raise RegisterBroken(
            _(
                "The register could not be made: %(reason)s. Install the program again.",
                reason=error,
            )
        ) from error
    finally:
        register_file.remove(new)
    log.info("register made")
    return Prepared(settings.database_url, created=True)


def _upgrade(settings: Settings, file: Path, revision: str, migrations: Path | None) -> Prepared:
    try:
        for _again in range(TRIES):
            try:
                _upgrade_once(settings, file, migrations)
            except _WrittenMeanwhile:
                continue
            log.info("register upgraded from %s", revision)
            return Prepared(settings.database_url, upgraded_from=revision)
        raise StorageFailed(
            _("Another program keeps writing to the register. Close it, then start again.")
        )
    except (StudentAdminError, OSError, sqlite3.DatabaseError) as error:
        log.exception("the upgrade from %s failed", revision)
        reason = str(error).rstrip(".")
    why: str = _(
        "The register could not be upgraded, and nothing in it was changed: %(reason)s. Install"
        " the version used before, or send the log to whoever looks after this program.",
        reason=reason,
    )
    return open_old(why, settings.database_url)


def _upgrade_once(settings: Settings, file: Path, migrations: Path | None) -> None:
    """Back up, upgrade a copy of the backup, and pour it in unless somebody wrote meanwhile."""
    work = file.with_name(f".upgrading-{file.name}")
    register_file.remove(work)
    with closing(register_file.connect(file)) as watching:
        version = _data_version(watching)
        before = backup.create(settings, backup.Reason.BEFORE_UPGRADE)

        def refuse_if_written() -> None:
            if _data_version(watching) != version:
                raise _WrittenMeanwhile

        try:
            with closing(register_file.connect(before.path, read_only=True)) as source:
                register_file.copy(source, work)
            migration.upgrade_copy(work, migrations)
            register_file.replace_content(file, work, before=refuse_if_written)
        finally:
            register_file.remove(work)


def _data_version(connection: sqlite3.Connection) -> int:
    """A number that changes when any other connection, of any program, has committed."""
    return int(connection.execute("PRAGMA data_version").fetchone()[0])


def _open_unwritable(settings: Settings, file: Path, migrations: Path | None) -> Prepared:
    """Open without writing a byte, not even the files SQLite would put beside the register."""
    url, revision = _read_only_url(file)
    known = migration.revisions(migrations)
    if revision not in known.known:
        return open_old(newer(), url)
    if settings["READ_ONLY"]:
        why: str = as_set()
    else:
        why = _(
            "%(place)s may not be written. Give your account the right to write there.",
            place=file.parent,
        )
    return read_only(why, url) if revision == known.head else open_old(why, url)


def _read_only_url(file: Path) -> tuple[str, str]:
    """A URL under which the file opens, and the revision found there.

    Beside a WAL register SQLite needs an index file it may write; where it may not, the file is
    read as immutable, which is right only when nothing waits in the WAL.
    """
    query = {"mode": "ro"}
    waiting = file.with_name(f"{file.name}-wal")
    if not os.access(file.parent, os.W_OK) and not (
        waiting.exists() and waiting.stat().st_size > 0
    ):
        query["immutable"] = "1"
    address = file.absolute().as_uri()
    try:
        with closing(
            sqlite3.connect(f"{address}?{urlencode(query)}", uri=True, isolation_level=None)
        ) as connection:
            problems = register_file.faults(connection, quick=True)
            revision = register_file.revision_of(connection)
    except sqlite3.DatabaseError as error:
        problems, revision = [str(error)], None
    if problems or revision is None:
        raise RegisterBroken(
            _(
                "%(file)s cannot be read where it lies: %(problem)s. Copy the whole folder to a"
                " place where you may write and open it there.",
                file=file,
                problem=problems[0] if problems else "no revision",
            )
        )
    url = URL.create("sqlite", database=address, query=query | {"uri": "true"})
    return url.render_as_string(), revision


def _writable(file: Path) -> bool:
    """Whether the register may be written, and its folder, where SQLite puts the WAL."""
    return os.access(file, os.W_OK) and os.access(file.parent, os.W_OK)
