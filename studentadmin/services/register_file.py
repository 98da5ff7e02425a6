"""The register's SQLite file: looked at, copied and replaced; never half of it."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from studentadmin.services import storage

WAIT_SECONDS = 20
"""How long a copy or a replacement waits for another program's write."""


@dataclass(frozen=True)
class Facts:
    """What a register holds, by which a copy is told from half a copy."""

    revision: str | None
    tables: Mapping[str, int]
    students: int
    foreign_key_faults: int


def connect(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """Open an existing file in autocommit mode; a missing one is an error, never made.

    Transactions are begun by hand, as everywhere in this program.
    """
    mode = "ro" if read_only else "rw"
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        isolation_level=None,
        timeout=WAIT_SECONDS,
        check_same_thread=False,
    )


def revision_of(connection: sqlite3.Connection) -> str | None:
    """The revision the file is at; None when it was never one of ours."""
    try:
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.OperationalError as error:
        if "no such table" in str(error):
            return None
        raise
    return str(row[0]) if row else None


def faults(connection: sqlite3.Connection, *, quick: bool = False) -> list[str]:
    """What SQLite finds broken, at most ten lines; empty when the file is whole."""
    check = "quick_check" if quick else "integrity_check"
    try:
        lines = [str(row[0]) for row in connection.execute(f"PRAGMA {check}(10)")]
    except sqlite3.DatabaseError as error:
        if not storage.is_damage(error):
            raise
        return [str(error)]
    return [] if lines == ["ok"] else lines


def facts(connection: sqlite3.Connection) -> Facts:
    """Count every table within one snapshot."""
    connection.execute("BEGIN")
    try:
        names = [
            str(row[0])
            for row in connection.execute(
                "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
                " AND name <> 'alembic_version' ORDER BY name"
            )
        ]
        tables = {name: _count(connection, name) for name in names}
        return Facts(
            revision=revision_of(connection),
            tables=tables,
            students=_present_students(connection) if "student" in tables else 0,
            foreign_key_faults=sum(1 for _row in connection.execute("PRAGMA foreign_key_check")),
        )
    finally:
        connection.execute("ROLLBACK")


def copy(source: sqlite3.Connection, target: Path) -> None:
    """Copy one snapshot into `target`, a new private file that needs no companion files.

    Others read and write the source meanwhile and are not held up; what they commit after the
    snapshot is not in the copy. The copy is on the disk when this returns.
    """
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    with closing(connect(target)) as written:
        written.execute("PRAGMA synchronous=OFF")
        source.backup(written)
        written.execute("PRAGMA journal_mode=DELETE")
    storage.sync(target)


def replace_content(live: Path, new: Path, *, before: Callable[[], None]) -> None:
    """Make `live` hold what `new` holds, in one SQLite transaction.

    `before` runs once, while every other writer is kept out and readers still see the old
    content; what it raises leaves `live` as it was. Connections that are open, also in other
    programs, see old or new, never a mixture; so does whoever opens it after a crash.
    """
    with closing(connect(new)) as source, closing(connect(live)) as target:
        target.execute("PRAGMA journal_mode=WAL")
        target.execute("PRAGMA synchronous=FULL")
        _same_page_size(source, target)
        page_count = source.execute("PRAGMA page_count").fetchone()[0]
        began = False
        deadline = time.monotonic() + WAIT_SECONDS

        def step(status: int, _remaining: int, _total: int) -> None:
            nonlocal began
            if status in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
                if time.monotonic() > deadline:
                    raise sqlite3.OperationalError("database is locked")
                return
            if not began and status == sqlite3.SQLITE_OK:
                began = True
                before()

        source.backup(target, pages=max(1, page_count // 50), progress=step, sleep=0.05)
        target.execute("PRAGMA busy_timeout=0")  # whoever still reads the old content may go on
        target.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def remove(path: Path) -> None:
    """Remove a file of ours and the companions SQLite may have left beside it."""
    for name in companions(path):
        name.unlink(missing_ok=True)
    path.unlink(missing_ok=True)


def companions(path: Path) -> list[Path]:
    """The files that SQLite may keep beside the register; without them it may be half."""
    return [path.with_name(path.name + end) for end in ("-journal", "-wal", "-shm")]


def _count(connection: sqlite3.Connection, table: str) -> int:
    quoted = table.replace('"', '""')
    return int(connection.execute(f'SELECT count(*) FROM "{quoted}"').fetchone()[0])  # noqa: S608


def _present_students(connection: sqlite3.Connection) -> int:
    columns = {row[1] for row in connection.execute("PRAGMA table_info(student)")}
    where = " WHERE deleted_at IS NULL" if "deleted_at" in columns else ""
    return int(connection.execute(f"SELECT count(*) FROM student{where}").fetchone()[0])  # noqa: S608


def _same_page_size(source: sqlite3.Connection, target: sqlite3.Connection) -> None:
    """A WAL file cannot change its page size, so the newcomer takes over that of the old."""
    wanted = target.execute("PRAGMA page_size").fetchone()[0]
    if source.execute("PRAGMA page_size").fetchone()[0] != wanted:
        source.execute(f"PRAGMA page_size={wanted}")
        source.execute("VACUUM")
