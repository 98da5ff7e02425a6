"""Is the data folder in order: rights, space, database, backups. Nothing is changed."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from studentadmin.desktop.finding import Finding
from studentadmin.errors import StudentAdminError
from studentadmin.settings import Settings

if TYPE_CHECKING:
    from studentadmin.services.migration import Revisions

FREE_FAIL, FREE_WARN = 200, 1024
"""MiB free on the register's disk below which saving is in danger, or soon will be."""

STALE_DAYS = 3
PRIVATE = ("register.db", "secret.key", "settings.toml", "instance.json")
CHOOSE_ANOTHER = (
    "Give your account the right to write there, or choose another folder with --data-dir."
)


def data_folder(settings: Settings) -> Finding:
    subject, folder = "data folder", settings.data_dir
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        return Finding(subject, "fail", f"{folder}: {error.strerror}", CHOOSE_ANOTHER)
    if os.name == "posix" and folder.stat().st_mode & 0o077:
        return Finding(subject, "warn", f"{folder} is open to others", f"chmod 700 '{folder}'")
    return Finding(subject, "ok", str(folder))


def private_files(settings: Settings) -> Finding:
    """The register, its key and its passwords are for this account only."""
    if os.name != "posix":
        return Finding("private files", "ok", "kept by the account's own folder")
    files = [settings.data_dir / name for name in PRIVATE]
    files += settings.backups_dir.glob("*") if settings.backups_dir.is_dir() else []
    loose = [file for file in files if file.is_file() and file.stat().st_mode & 0o077]
    if not loose:
        return Finding("private files", "ok", "for this account only")
    cure = f"chmod go-rwx '{settings.data_dir}'/* '{settings.backups_dir}'/*"
    return Finding("private files", "warn", ", ".join(f.name for f in loose), cure)


def free_disk(settings: Settings) -> Finding:
    free = shutil.disk_usage(settings.data_dir).free >> 20
    if free < FREE_FAIL:
        return Finding("free disk", "fail", f"{free} MB", "Make room before you go on working.")
    if free < FREE_WARN:
        return Finding("free disk", "warn", f"{free} MB", "Make room soon.")
    return Finding("free disk", "ok", f"{free} MB")


def database(settings: Settings) -> Finding:
    file = settings.database_file
    return _server(settings.database_url) if file is None else _file(file)


def _file(file: Path) -> Finding:
    from studentadmin.services import migration, register_file

    subject = "database"
    if not file.exists():
        return Finding(subject, "warn", f"{file} is not there yet", "The first start makes it.")
    try:
        with closing(register_file.connect(file, read_only=True)) as connection:
            faults = register_file.faults(connection, quick=True)
            revision = None if faults else register_file.revision_of(connection)
    except sqlite3.DatabaseError as error:
        faults, revision = [str(error)], None
    if faults:
        cure = "studentadmin backup list, then: studentadmin backup restore NAME"
        return Finding(subject, "fail", f"{file} is damaged: {faults[0]}", cure)
    return _revision(revision, migration.revisions(), str(file))


def _revision(revision: str | None, known: Revisions, where: str) -> Finding:
    if revision == known.head:
        return Finding("database", "ok", f"{where} at {revision}")
    if revision in known.known:
        return Finding("database", "warn", f"{where} is older", "The next start upgrades it.")
    if revision is None:
        cure = "Choose another data folder, or move this file away."
        return Finding("database", "fail", f"{where} is not a register of Student Admin", cure)
    cure = "Update the program."
    return Finding("database", "fail", f"{where} was made by a newer version", cure)


def _server(url: str) -> Finding:
    from sqlalchemy import create_engine, text
    from sqlalchemy.exc import DatabaseError, SQLAlchemyError

    from studentadmin.services import migration

    try:
        engine = create_engine(url, connect_args={"connect_timeout": 5})
        with engine.connect() as connection:
            where = engine.url.render_as_string(hide_password=True)
            try:
                found = connection.execute(text("SELECT version_num FROM alembic_version"))
                revision = found.scalar()
            except DatabaseError:
                return Finding("database", "warn", f"{where} is empty", "The first start fills it.")
    except SQLAlchemyError as error:
        said = str(getattr(error, "orig", None) or error)
        cure = "Is the server running, and are address, name and password of DATABASE_URL right?"
        return Finding("database", "fail", said, cure)
    return _revision(revision, migration.revisions(), where)


def search(settings: Settings) -> Finding:
    """Whether the search box is answered from its index, or by reading the tables through."""
    from sqlalchemy import create_engine
    from sqlalchemy.exc import SQLAlchemyError
    from sqlalchemy.pool import NullPool

    from studentadmin.services import search_index

    file = settings.database_file
    if file is not None and not file.exists():
        return Finding("search", "ok", "nothing to find yet")
    try:
        with create_engine(settings.database_url, poolclass=NullPool).connect() as connection:
            whole = search_index.is_whole(connection)
    except SQLAlchemyError:
        return Finding("search", "warn", "no index yet", "The next start makes it.")
    if whole:
        return Finding("search", "ok", "the index is whole")
    cure = "The next start goes on with it; now: studentadmin search rebuild"
    return Finding("search", "warn", "the index is not whole: searching is slow", cure)


def backups(settings: Settings) -> Finding:
    from studentadmin.services import backup

    try:
        found = [kept for kept in backup.list_backups(settings) if not kept.damaged]
    except (StudentAdminError, OSError) as error:
        return Finding("backups", "warn", str(error), "studentadmin backup create")
    if not found:
        return Finding("backups", "warn", "none yet", "studentadmin backup create")
    newest = max(kept.at for kept in found)
    if (datetime.now(UTC) - newest).days >= STALE_DAYS:
        made = newest.astimezone().date().isoformat()
        return Finding("backups", "warn", f"the newest is of {made}", "studentadmin backup create")
    return Finding("backups", "ok", f"{len(found)}")


LOOKS: tuple[Callable[[Settings], Finding], ...] = (
    data_folder,
    private_files,
    free_disk,
    database,
    search,
    backups,
)
