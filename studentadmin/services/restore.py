"""Putting a backup in the place of the register, so that nothing is lost on the way.

For a SQLite register the swap is one transaction of SQLite. Other programs may be using the
register: what they committed until then is in the before-restore backup, to the last row.
"""

from __future__ import annotations

import logging
import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from flask_babel import gettext as _

from studentadmin.errors import BadFile, StudentAdminError
from studentadmin.services import backup, dump, migration, register_file, storage
from studentadmin.services.backup import Backup
from studentadmin.services.backup_folder import Damaged
from studentadmin.services.upgrade import LOCK_FILE, LOCK_SECONDS, prepare
from studentadmin.settings import Settings

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Restored:
    """What was done: the backup now in force, and where the register before it is kept.

    `before` is the backup of the old register; `damaged` its file, when it was too broken for one.
    """

    backup: Backup
    before: Backup | None = None
    damaged: Path | None = None


def restore(settings: Settings, name: str, migrations: Path | None = None) -> Restored:
    """Replace the register by the backup called `name`, upgraded where it is older.

    Raises Missing, BadFile (damaged, or of a newer program), StorageFailed; the register then is
    what it was.
    """
    with storage.in_language(settings), storage.plain_errors(settings.data_dir):
        lock = settings.data_dir / LOCK_FILE
        with storage.only_one(lock, wait=LOCK_SECONDS):
            chosen = backup.verify(settings, name)
            if chosen.revision not in migration.revisions(migrations).known:
                raise BadFile(
                    _(
                        "The backup %(name)s was made by a newer version of Student Admin."
                        " Update the program, then restore it.",
                        name=name,
                    )
                )
            file = settings.database_file
            if file is None:
                done = _restore_server(settings, chosen)
            else:
                done = _restore_file(settings, chosen, file, migrations)
        if file is None:
            prepare(settings, migrations)
    log.info("backup %s restored", name)
    return done


def _restore_file(
    settings: Settings, chosen: Backup, file: Path, migrations: Path | None
) -> Restored:
    work = file.with_name(f".restoring-{file.name}")
    register_file.remove(work)
    try:
        with closing(register_file.connect(chosen.path, read_only=True)) as source:
            register_file.copy(source, work)
        if chosen.revision != migration.revisions(migrations).head:
            migration.upgrade_copy(work, migrations)
            storage.sync(work)
        if not file.exists() or file.stat().st_size == 0:
            return Restored(chosen, damaged=_put_in_place(work, file))
        before: list[Backup] = []
        try:
            register_file.replace_content(
                file,
                work,
                before=lambda: before.append(backup.create(settings, backup.Reason.BEFORE_RESTORE)),
            )
        except (Damaged, sqlite3.DatabaseError) as error:
            if before or not _is_broken(error):
                raise
            return Restored(chosen, damaged=_put_in_place(work, file))
        return Restored(chosen, before=before[0])
    finally:
        register_file.remove(work)


def _is_broken(error: Damaged | sqlite3.DatabaseError) -> bool:
    """Whether the old register itself is what failed, so that there is nothing to pour into."""
    return isinstance(error, Damaged) or storage.is_damage(error)


def _put_in_place(work: Path, file: Path) -> Path | None:
    """Move a broken register aside, for whoever may rescue more from it, and `work` into its place.

    The WAL goes first: SQLite would play it into whatever bears the register's name.
    """
    stamp = datetime.now(UTC).strftime("%Y-%m-%dT%H%M%SZ")
    aside = file.with_name(f"{file.name}.damaged-{stamp}")
    for companion in register_file.companions(file):
        if companion.exists():
            ending = companion.name.removeprefix(file.name)
            companion.replace(companion.with_name(aside.name + ending))
    kept = file.exists() and file.stat().st_size > 0
    if kept:
        os.link(file, aside)
    work.replace(file)
    storage.sync_folder(file.parent)
    return aside if kept else None


def _restore_server(settings: Settings, chosen: Backup) -> Restored:
    before = backup.create(settings, backup.Reason.BEFORE_RESTORE)
    try:
        dump.load(settings, chosen.path)
    except StudentAdminError as error:
        log.exception("restoring %s failed; putting %s back", chosen.name, before.name)
        dump.load(settings, before.path)
        raise storage.StorageFailed(
            _(
                "The backup could not be restored, so the register was put back as it was."
                " %(reason)s",
                reason=error,
            )
        ) from error
    return Restored(chosen, before=before)
