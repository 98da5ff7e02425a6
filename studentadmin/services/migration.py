"""The revisions this program knows, and bringing a database to the newest one."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from studentadmin.errors import StudentAdminError
from studentadmin.models.migrations import migrations_dir
from studentadmin.services import register_file

if TYPE_CHECKING:
    from sqlalchemy import Connection

HEADER = re.compile(r"^(down_revision|revision)\b[^=\n]*=(.*)$", re.MULTILINE)
QUOTED = re.compile(r"""["']([^"']+)["']""")


class MigrationFailed(StudentAdminError):
    """The database could not be brought to the newest revision; says what was found."""

    status = 503


@dataclass(frozen=True)
class Revisions:
    """What the migrations folder holds: the newest revision, and all."""

    head: str
    known: frozenset[str]


def revisions(folder: Path | None = None) -> Revisions:
    """Read the headers of the migration files; Alembic itself takes 20 times as long to load.

    Raises MigrationFailed when there is not exactly one newest revision: a damaged installation.
    """
    known: set[str] = set()
    replaced: set[str] = set()
    for file in sorted(((folder or migrations_dir()) / "versions").glob("*.py")):
        for name, value in HEADER.findall(file.read_text(encoding="utf-8")):
            (known if name == "revision" else replaced).update(QUOTED.findall(value))
    heads = known - replaced
    if len(heads) != 1:
        raise MigrationFailed(
            f"The program's migrations are damaged: {len(heads)} newest revisions where one is"
            " needed. Install the program again."
        )
    return Revisions(heads.pop(), frozenset(known))


def upgrade(connection: Connection, folder: Path | None = None) -> None:
    """Run every pending migration on `connection`; errors of a migration come out as they are."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(folder or migrations_dir()).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def upgrade_copy(file: Path, folder: Path | None = None) -> None:
    """Bring a private SQLite file to the newest revision and prove that nothing got lost.

    Foreign keys are off while tables are rebuilt (a rebuilt table is dropped for a moment, which
    would cascade) and are checked afterwards. Raises MigrationFailed; the file is then worthless.
    """
    from sqlalchemy import create_engine
    from sqlalchemy.pool import NullPool

    with closing(register_file.connect(file)) as connection:
        before = register_file.facts(connection)
    engine = create_engine(
        "sqlite://", creator=lambda: register_file.connect(file), poolclass=NullPool
    )
    try:
        with engine.connect() as migrating:
            migrating.exec_driver_sql("PRAGMA foreign_keys=OFF")
            migrating.exec_driver_sql("PRAGMA synchronous=OFF")
            upgrade(migrating, folder)
            migrating.commit()
    except Exception as error:  # a migration is a program: anything may come out of it
        raise MigrationFailed(f"{type(error).__name__}: {error}") from error
    finally:
        engine.dispose()
    with closing(register_file.connect(file)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
        _prove(connection, before, revisions(folder).head)


def lacking(url: str) -> list[str]:
    """Tables and columns that this program reads and the database at `url` has not."""
    from sqlalchemy import create_engine, inspect
    from sqlalchemy.pool import NullPool

    from studentadmin.models import Base

    with create_engine(url, poolclass=NullPool).connect() as connection:
        inspector = inspect(connection)
        present = {
            (table, column["name"])
            for table in inspector.get_table_names()
            for column in inspector.get_columns(table)
        }
    return [
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if (table.name, column.name) not in present
    ]


def _prove(connection: sqlite3.Connection, before: register_file.Facts, head: str) -> None:
    """Refuse an upgraded copy that is damaged, unfinished or poorer than what it was made from."""
    problems = register_file.faults(connection)
    after = register_file.facts(connection)
    if after.revision != head:
        problems.append(f"revision {after.revision} instead of {head}")
    if after.foreign_key_faults > before.foreign_key_faults:
        problems.append(f"{after.foreign_key_faults} rows point at rows that do not exist")
    problems += [
        f"{table}: {after.tables[table]} rows of {rows}"
        for table, rows in before.tables.items()
        if after.tables.get(table, rows) < rows
    ]
    if problems:
        raise MigrationFailed("; ".join(problems))
