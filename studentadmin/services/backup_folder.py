"""The folder of backups: what lies in it, and the small JSON companion beside each file.

The companion is written first and the file gets its name last, so a file with a name is whole.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from flask_babel import gettext as _

from studentadmin import __version__
from studentadmin.errors import BadFile, StudentAdminError
from studentadmin.rules.backup import Kept, Reason
from studentadmin.services import dump, register_file, storage
from studentadmin.settings import Settings

log = logging.getLogger(__name__)

PARTIAL = ".partial-"
SUFFIXES = (".db", ".sql.gz")


@dataclass(frozen=True)
class Backup:
    """One backup: the file and what it holds. `at` is aware UTC, `size` is bytes.

    Every backup was proven when it was made; `damaged` says that it has not been whole since.
    """

    path: Path
    at: datetime
    reason: Reason
    size: int
    sha256: str
    revision: str | None
    students: int
    tables: Mapping[str, int]
    program: str
    damaged: bool = False

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def kept(self) -> Kept:
        return Kept(self.name, self.reason, self.at)


class Damaged(BadFile):
    """A register or a backup is broken; `problem` is what the check found, in its own words."""

    def __init__(self, message: str, problem: str) -> None:
        super().__init__(message)
        self.problem = problem


def open_folder(settings: Settings) -> Path:
    """The folder, made when missing, for this account's eyes only."""
    folder = settings.backups_dir
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def everything(settings: Settings) -> list[Backup]:
    """Every backup in the folder, newest first; files put there by hand are taken in."""
    folder = settings.backups_dir
    if not folder.is_dir():
        return []
    with storage.plain_errors(folder):
        paths = [
            path
            for path in folder.iterdir()
            if path.name.endswith(SUFFIXES) and not path.name.startswith(".")
        ]
    found = [_read(path) or _adopt(path) for path in paths]
    return sorted((b for b in found if b), key=lambda b: (b.at, b.name), reverse=True)


def free_path(folder: Path, settings: Settings, at: datetime, reason: Reason) -> Path:
    """A file name nobody has yet; call it while holding the folder's lock."""
    suffix = ".db" if settings.database_file else ".sql.gz"
    stem = f"register-{at:%Y-%m-%dT%H%M%SZ}-{reason}"
    path, again = folder / f"{stem}{suffix}", 1
    while path.exists():
        again += 1
        path = folder / f"{stem}-{again}{suffix}"
    return path


def describe(
    path: Path, named: Path, *, at: datetime, reason: Reason, facts: register_file.Facts
) -> Backup:
    """What will be written down about the file at `path`, which is or will be called `named`."""
    return Backup(
        path=named,
        at=at.astimezone(UTC),
        reason=reason,
        size=path.stat().st_size,
        sha256=sha256(path),
        revision=facts.revision,
        students=facts.students,
        tables=facts.tables,
        program=__version__,
    )


def prove(path: Path) -> register_file.Facts:
    """Read all of a backup file. Raises Damaged, or BadFile when it is no register at all."""
    if path.name.endswith(".sql.gz"):
        return dump.read(path)
    try:
        with closing(register_file.connect(path, read_only=True)) as connection:
            problems = register_file.faults(connection)
            facts = None if problems else register_file.facts(connection)
    except sqlite3.DatabaseError as error:
        if not storage.is_damage(error):
            raise
        problems, facts = [str(error)], None
    if facts is None:
        message = _("%(name)s is damaged: %(problem)s.", name=path.name, problem=problems[0])
        raise Damaged(message, problems[0])
    if facts.revision is None:
        raise BadFile(_("%(name)s is not a Student Admin register.", name=path.name))
    return facts


def sha256(path: Path) -> str:
    """The digest of the file, read in pieces."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def companion(path: Path) -> Path:
    """Where the facts about a backup stand: beside it."""
    return path.with_name(path.name + ".json")


def write_companion(backup: Backup) -> None:
    """Write the facts about a backup whole or not at all."""
    content = {
        "at": backup.at.isoformat(),
        "reason": str(backup.reason),
        "size": backup.size,
        "sha256": backup.sha256,
        "revision": backup.revision,
        "students": backup.students,
        "tables": dict(backup.tables),
        "program": backup.program,
        "damaged": backup.damaged,
    }
    partial = backup.path.with_name(f"{PARTIAL}{backup.name}.json")
    partial.unlink(missing_ok=True)
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
        json.dump(content, stream, indent=1)
        stream.flush()
        os.fsync(stream.fileno())
    partial.replace(companion(backup.path))


def clear_leftovers(folder: Path) -> None:
    """Remove what a killed backup left; call it while holding the folder's lock."""
    for path in folder.glob(f"{PARTIAL}*"):
        path.unlink(missing_ok=True)
    for path in folder.glob("*.json"):
        if not path.with_suffix("").exists():
            path.unlink(missing_ok=True)


def _read(path: Path) -> Backup | None:
    try:
        content = json.loads(companion(path).read_text())
        size = int(content["size"])
        return Backup(
            path=path,
            at=datetime.fromisoformat(content["at"]),
            reason=Reason(content["reason"]),
            size=size,
            sha256=str(content["sha256"]),
            revision=content["revision"],
            students=int(content["students"]),
            tables=dict(content["tables"]),
            program=str(content["program"]),
            damaged=bool(content.get("damaged")) or path.stat().st_size != size,
        )
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        log.warning("the companion of %s cannot be read: %s", path.name, type(error).__name__)
        return None


def _adopt(path: Path) -> Backup | None:
    """Look into a file without a companion and write one; None when it is no good backup."""
    try:
        with storage.plain_errors(path):
            backup = describe(
                path,
                path,
                at=datetime.fromtimestamp(path.stat().st_mtime, UTC),
                reason=Reason.BY_HAND,
                facts=prove(path),
            )
            write_companion(backup)
    except StudentAdminError as error:
        log.warning("%s is left out of the list of backups: %s", path.name, error)
        return None
    return backup
