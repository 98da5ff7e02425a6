"""The register of a MariaDB or MySQL server as one compressed SQL file, and back.

The server's own programs do the work: they know its types, and what they write can be read by
any of its tools. The password goes through a private options file, never through the process list.
"""

from __future__ import annotations

import gzip
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, BinaryIO

from flask_babel import gettext as _
from sqlalchemy import URL, create_engine, inspect, make_url, text
from sqlalchemy.pool import NullPool

from studentadmin.errors import BadFile
from studentadmin.services.register_file import Facts
from studentadmin.services.storage import StorageFailed
from studentadmin.settings import Settings, engine_options

DUMPERS = ("mariadb-dump", "mysqldump")
CLIENTS = ("mariadb", "mysql")
INSERT = re.compile(rb"INSERT INTO `([^`]+)` VALUES \(")
CREATE = re.compile(rb"CREATE TABLE `([^`]+)`")
REVISION = re.compile(rb"INSERT INTO `alembic_version` VALUES \('([^']+)'\)")
END = b"-- Dump completed"


def available() -> bool:
    """Whether the server's dump program is installed on this machine."""
    return any(map(shutil.which, DUMPERS))


def write(settings: Settings, target: Path) -> Facts:
    """Dump one consistent snapshot into `target`, a new private file, while others write."""
    url = make_url(settings.database_url)
    students = present(settings).students
    with _options(url) as options, tempfile.TemporaryFile() as complaints:
        command = [
            _program(DUMPERS),
            f"--defaults-file={options}",
            "--single-transaction",
            "--skip-lock-tables",
            "--skip-extended-insert",
            "--no-autocommit",
            "--no-tablespaces",
            "--hex-blob",
            "--default-character-set=utf8mb4",
            str(url.database),
        ]
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with (
            os.fdopen(descriptor, "wb") as file,
            subprocess.Popen(  # noqa: S603 - a fixed program, no shell
                command, stdout=subprocess.PIPE, stderr=complaints
            ) as dumping,
        ):
            with gzip.open(file, "wb", compresslevel=6) as packed:
                shutil.copyfileobj(_pipe(dumping.stdout), packed, 1024 * 1024)
            file.flush()
            os.fsync(file.fileno())
        if dumping.returncode != 0:
            raise StorageFailed(_said(complaints, _("The database server refused the backup")))
    facts = read(target)
    return Facts(facts.revision, facts.tables, students, 0)


def read(path: Path) -> Facts:
    """Count what a dump holds, to its last line. Raises BadFile when the end is missing."""
    tables: dict[str, int] = {}
    revision: str | None = None
    last = b""
    try:
        with gzip.open(path, "rb") as lines:
            for line in lines:
                if line.startswith(b"INSERT INTO `") and (found := INSERT.match(line)):
                    name = found[1].decode()
                    tables[name] = tables.get(name, 0) + 1
                    if name == "alembic_version" and (at := REVISION.match(line)):
                        revision = at[1].decode()
                elif line.startswith(b"CREATE TABLE `") and (found := CREATE.match(line)):
                    tables.setdefault(found[1].decode(), 0)
                last = line if line.strip() else last
    except (EOFError, gzip.BadGzipFile) as error:
        raise BadFile(_("%(name)s is damaged: it cannot be unpacked.", name=path.name)) from error
    if not last.startswith(END):
        raise BadFile(_("%(name)s is damaged: its end is missing.", name=path.name))
    tables.pop("alembic_version", None)
    return Facts(revision, tables, tables.get("student", 0), 0)


def present(settings: Settings) -> Facts:
    """Count what the server holds now."""
    url = make_url(settings.database_url)
    engine = create_engine(url, poolclass=NullPool, **connecting(url))
    with engine.connect() as connection:
        names = inspect(connection).get_table_names()
        quote = connection.dialect.identifier_preparer.quote
        tables = {
            name: int(connection.scalar(text(f"SELECT count(*) FROM {quote(name)}")) or 0)  # noqa: S608
            for name in names
            if name != "alembic_version"
        }
        revision = students = None
        if "alembic_version" in names:
            revision = connection.scalar(text("SELECT version_num FROM alembic_version"))
        if "student" in names:
            students = connection.scalar(
                text("SELECT count(*) FROM student WHERE deleted_at IS NULL")
            )
    return Facts(revision, tables, int(students or 0), 0)


def load(settings: Settings, path: Path) -> None:
    """Put the content of a dump in the place of every table of the register.

    The server commits each table by itself, so a failure leaves a part: the caller loads the
    backup made just before. Nobody else may be using the register.
    """
    url = make_url(settings.database_url)
    _drop_tables(url)
    with _options(url) as options, tempfile.TemporaryFile() as complaints:
        command = [
            _program(CLIENTS),
            f"--defaults-file={options}",
            "--default-character-set=utf8mb4",
            str(url.database),
        ]
        with (
            gzip.open(path, "rb") as lines,
            subprocess.Popen(  # noqa: S603 - a fixed program, no shell
                command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=complaints
            ) as loading,
            suppress(BrokenPipeError),  # the client has stopped; its complaint says why
        ):
            shutil.copyfileobj(lines, _pipe(loading.stdin), 1024 * 1024)
        if loading.returncode != 0:
            raise StorageFailed(_said(complaints, _("The database server refused the backup")))


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    """The pipe that was asked for; Popen types it as perhaps absent."""
    if pipe is None:
        raise OSError("no pipe")
    return pipe


def _program(names: tuple[str, ...]) -> str:
    for name in names:
        if found := shutil.which(name):
            return found
    raise StorageFailed(
        _(
            "Backups of a database server need the program %(program)s."
            " Install it (Debian, Ubuntu: apt install mariadb-client) and try again.",
            program=names[0],
        )
    )


@contextmanager
def _options(url: URL) -> Iterator[Path]:
    """An options file that only this account can read, gone when the work is done."""
    values = {
        "user": url.username,
        "password": url.password,
        "host": url.host,
        "port": str(url.port) if url.port else None,
        "socket": url.query.get("unix_socket"),
        "ssl-ca": url.query.get("ssl_ca"),
        "ssl-cert": url.query.get("ssl_cert"),
        "ssl-key": url.query.get("ssl_key"),
    }
    lines = ["[client]"]
    for name, value in values.items():
        if isinstance(value, str):
            escaped = value.replace("\\", "\\\\").replace('"', '\\"')
            lines.append(f'{name}="{escaped}"')
    with tempfile.TemporaryDirectory(prefix="studentadmin-") as folder:
        file = Path(folder, "options.cnf")
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
            stream.write("\n".join(lines) + "\n")
        yield file


def _said(complaints: BinaryIO, what: str) -> str:
    complaints.seek(0)
    lines = complaints.read().decode(errors="replace").strip().splitlines()
    return f"{what}: {lines[-1]}" if lines else f"{what}."


def _drop_tables(url: URL) -> None:
    engine = create_engine(url, poolclass=NullPool, **connecting(url))
    with engine.connect() as connection:
        connection.execute(text("SET FOREIGN_KEY_CHECKS = 0"))
        for name in inspect(connection).get_table_names():
            quoted = connection.dialect.identifier_preparer.quote(name)
            connection.execute(text(f"DROP TABLE {quoted}"))


def connecting(url: URL) -> dict[str, object]:
    """The engine options of the app without those of its pool: one command needs none."""
    options = engine_options(url.render_as_string(hide_password=True))
    return {name: value for name, value in options.items() if not name.startswith("pool")}
