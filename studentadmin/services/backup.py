"""Backups of the register: made while it is in use, proven, and kept by a rule."""

from __future__ import annotations

import logging
import shutil
import sqlite3
from contextlib import closing, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from flask_babel import gettext as _

from studentadmin.errors import BadFile, Missing
from studentadmin.rules.backup import Reason, staying
from studentadmin.services import backup_folder, dump, register_file, storage
from studentadmin.services.backup_folder import Backup, Damaged
from studentadmin.settings import Settings

__all__ = [
    "Backup",
    "Reason",
    "create",
    "daily",
    "get",
    "list_backups",
    "present",
    "prune",
    "verify",
]

log = logging.getLogger(__name__)

SPARE_BYTES = 1024 * 1024
LOCK_SECONDS = 600


def create(settings: Settings, reason: Reason | str, *, now: datetime | None = None) -> Backup:
    """Make a backup while others read and write, and prove it before it gets its name.

    Raises StorageFailed when the disk or the folder refuses, BadFile when the register itself is
    damaged; neither leaves a backup behind.
    """
    reason = Reason(reason)
    at = now or datetime.now(UTC)
    with storage.in_language(settings), storage.plain_errors(settings.backups_dir):
        folder = backup_folder.open_folder(settings)
        with storage.only_one(folder / ".lock", wait=LOCK_SECONDS):
            backup_folder.clear_leftovers(folder)
            path = backup_folder.free_path(folder, settings, at.astimezone(UTC), reason)
            partial = folder / f"{backup_folder.PARTIAL}{path.name}"
            try:
                facts = _write(settings, partial)
                backup = backup_folder.describe(partial, path, at=at, reason=reason, facts=facts)
                backup_folder.write_companion(backup)
                partial.replace(path)
                storage.sync_folder(folder)
            finally:
                backup_folder.clear_leftovers(folder)
    log.info("backup %s made, %d bytes", backup.name, backup.size)
    return backup


def list_backups(settings: Settings) -> list[Backup]:
    """Every backup there is, newest first."""
    with storage.in_language(settings):
        return backup_folder.everything(settings)


def get(settings: Settings, name: str) -> Backup:
    """The backup called `name`, which is compared, never used as a path. Raises Missing."""
    for backup in list_backups(settings):
        if backup.name == name:
            return backup
    with storage.in_language(settings):
        raise Missing(_("There is no backup called %(name)s.", name=name))


def verify(settings: Settings, name: str) -> Backup:
    """Read the whole backup and compare it with what was written down when it was made.

    Raises BadFile saying what is wrong, and remembers it for the list.
    """
    backup = get(settings, name)
    with storage.in_language(settings), storage.plain_errors(backup.path):
        try:
            _prove_same(backup)
        except BadFile:
            _remember(replace(backup, damaged=True))
            raise
        if backup.damaged:
            backup = replace(backup, damaged=False)
            _remember(backup)
    return backup


def present(settings: Settings) -> register_file.Facts:
    """What the register holds now, to set beside a backup that may take its place."""
    with storage.in_language(settings), storage.plain_errors(settings.data_dir):
        file = settings.database_file
        if file is None:
            return dump.present(settings)
        with closing(register_file.connect(file, read_only=True)) as connection:
            return register_file.facts(connection)


def prune(settings: Settings, *, now: datetime | None = None) -> list[str]:
    """Remove the backups that the rule in `rules/backup.py` lets go; returns their names.

    Nothing is removed unless one of those that stay has just been proven good.
    """
    moment = (now or datetime.now(UTC)).astimezone()
    with (
        storage.in_language(settings),
        storage.plain_errors(settings.backups_dir),
        storage.only_one(backup_folder.open_folder(settings) / ".lock", wait=LOCK_SECONDS),
    ):
        backups = backup_folder.everything(settings)
        names = staying(
            [backup.kept for backup in backups],
            now=moment,
            daily=settings["BACKUP_KEEP_DAILY"],
            monthly=settings["BACKUP_KEEP_MONTHLY"],
        )
        leaving = [backup for backup in backups if backup.name not in names]
        if not leaving or not any(_is_good(b) for b in backups if b.name in names):
            return []
        for backup in leaving:
            backup.path.unlink()
            backup_folder.companion(backup.path).unlink(missing_ok=True)
        storage.sync_folder(settings.backups_dir)
    log.info("%d old backups removed", len(leaving))
    return [backup.name for backup in leaving]


def daily(settings: Settings, *, now: datetime | None = None) -> Backup | None:
    """Make the backup of the day and let old ones go; None when today has one already.

    Called at the start and every hour. Days are those of the office's clock.
    """
    moment = (now or datetime.now(UTC)).astimezone()
    made = [b.at for b in list_backups(settings) if b.reason is Reason.DAILY]
    if made and max(made).astimezone().date() >= moment.date():
        return None
    backup = create(settings, Reason.DAILY, now=moment)
    prune(settings, now=moment)
    return backup


def _write(settings: Settings, partial: Path) -> register_file.Facts:
    file = settings.database_file
    if file is None:
        return dump.write(settings, partial)
    if shutil.disk_usage(partial.parent).free < file.stat().st_size + SPARE_BYTES:
        raise storage.StorageFailed(storage.full(partial.parent))
    try:
        with closing(register_file.connect(file)) as source:
            register_file.copy(source, partial)
        return backup_folder.prove(partial)
    except Damaged as error:
        raise _damaged_register(error.problem) from error
    except sqlite3.DatabaseError as error:
        if not storage.is_damage(error):
            raise
        raise _damaged_register(str(error)) from error


def _damaged_register(problem: str) -> Damaged:
    message = _(
        "The register is damaged (%(problem)s), so no backup of it was made. Restore the newest"
        " good backup.",
        problem=problem,
    )
    return Damaged(message, problem)


def _prove_same(backup: Backup) -> None:
    path = backup.path
    if path.stat().st_size != backup.size or backup_folder.sha256(path) != backup.sha256:
        raise BadFile(
            _(
                "The backup %(name)s was changed or damaged since it was made. Choose another one.",
                name=backup.name,
            )
        )
    facts = backup_folder.prove(path)
    if facts.revision != backup.revision or dict(facts.tables) != dict(backup.tables):
        raise BadFile(
            _(
                "The backup %(name)s does not hold what was written down when it was made."
                " Choose another one.",
                name=backup.name,
            )
        )


def _remember(backup: Backup) -> None:
    """Write down how a check ended; a folder that may not be written is no reason to fail it."""
    with suppress(OSError):
        backup_folder.write_companion(backup)


def _is_good(backup: Backup) -> bool:
    try:
        _prove_same(backup)
    except (BadFile, OSError) as error:
        log.warning("backup %s is not good: %s", backup.name, error)
        return False
    return True
