"""A register on a real MariaDB: upgraded in place, dumped, proven and put back."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pymysql
import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from studentadmin.errors import BadFile
from studentadmin.services import backup, dump, migration, upgrade
from studentadmin.services.backup import Reason
from studentadmin.services.register_broken import RegisterBroken
from studentadmin.services.restore import restore
from studentadmin.services.storage import StorageFailed
from studentadmin.settings import Settings, load
from tests.backup.registers import ROOT

Later = Callable[[str], Path]
HEAD = migration.revisions().head
ADD_COLUMN = 'op.add_column("student", sa.Column("house", sa.String(20)))'
NASTY = "O'Brien \\ \"张三\"\n(1),('x');-- Dump completed"
ADD_STUDENT = text(
    "INSERT INTO student (student_number, family_name, sort_name, search_name, status,"
    " sourced_id, created_at, updated_at, version)"
    " VALUES (:number, :name, 'n', 'n', 'registered', :number, '2026-01-01', '2026-01-01', 1)"
)


@pytest.fixture
def empty(tmp_path: Path, mariadb_url: str) -> Settings:
    return load({"DATA_DIR": str(tmp_path / "data"), "DATABASE_URL": mariadb_url}, environ={})


@pytest.fixture
def server(empty: Settings) -> Settings:
    """A register on MariaDB with three students, one with a name that is hard to quote."""
    upgrade.prepare(empty)
    with _engine(empty).begin() as connection:
        for number, name in (("S1", NASTY), ("S2", "Wang"), ("S3", "Li")):
            connection.execute(ADD_STUDENT, {"number": number, "name": name})
    return empty


def test_an_empty_database_gets_its_tables(empty: Settings) -> None:
    assert upgrade.prepare(empty).created
    assert upgrade.prepare(empty) == upgrade.Prepared(empty.database_url)
    assert _revision(empty) == HEAD


def test_pending_migrations_run_after_a_dump(server: Settings, later: Later) -> None:
    prepared = upgrade.prepare(server, later(ADD_COLUMN))
    assert prepared.upgraded_from == HEAD
    assert _revision(server) == "later"
    (before,) = backup.list_backups(server)
    assert (before.reason, before.revision, before.students) == (Reason.BEFORE_UPGRADE, HEAD, 3)


def test_a_failing_migration_says_how_far_it_came(server: Settings, later: Later) -> None:
    with pytest.raises(RegisterBroken, match=HEAD) as refused:
        upgrade.prepare(server, later('op.execute("SELECT * FROM nowhere")'))
    assert "nowhere" in str(refused.value)
    assert refused.value.backup == backup.list_backups(server)[0]
    assert _numbers(server) == {"S1", "S2", "S3"}


def test_a_newer_database_opens_for_reading(server: Settings, later: Later) -> None:
    upgrade.prepare(server, later(ADD_COLUMN))
    prepared = upgrade.prepare(server)
    assert prepared.read_only
    assert prepared.notice is not None
    assert "Update the program" in prepared.notice


def test_another_program_s_database_is_not_touched(empty: Settings) -> None:
    with _engine(empty).begin() as connection:
        connection.execute(text("CREATE TABLE recipe (name TEXT)"))
    with pytest.raises(RegisterBroken, match="another program"):
        upgrade.prepare(empty)


def test_a_server_that_is_not_there_is_said_without_its_password(tmp_path: Path) -> None:
    settings = load(
        {
            "DATA_DIR": str(tmp_path),
            "DATABASE_URL": "mysql+pymysql://office:very-secret@127.0.0.1:1/register",
        },
        environ={},
    )
    with pytest.raises(StorageFailed, match="cannot be reached") as refused:
        upgrade.prepare(settings)
    assert "very-secret" not in str(refused.value)


def test_several_machines_starting_at_once_upgrade_once(empty: Settings) -> None:
    script = (
        "from studentadmin.services import upgrade\n"
        "from studentadmin.settings import load\n"
        f"settings = load({{'DATA_DIR': {str(empty.data_dir)!r},"
        f" 'DATABASE_URL': {empty.database_url!r}}})\n"
        "print(upgrade.prepare(settings).created)\n"
    )
    started = [
        subprocess.Popen(
            [sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, cwd=ROOT
        )
        for _ in range(3)
    ]
    said = sorted(process.communicate(timeout=120)[0].strip() for process in started)
    assert said == ["False", "False", "True"]


def test_a_dump_holds_everything_and_is_private(server: Settings) -> None:
    made = backup.create(server, "by-hand")
    assert made.name.endswith(".sql.gz")
    assert made.path.stat().st_mode & 0o777 == 0o600
    assert (made.revision, made.students, made.tables["student"]) == (HEAD, 3, 3)
    assert backup.verify(server, made.name) == made
    assert "张三".encode() in gzip.decompress(made.path.read_bytes())


def test_a_dump_cut_short_is_found(server: Settings) -> None:
    made = backup.create(server, "by-hand")
    content = gzip.decompress(made.path.read_bytes())
    short = made.path.with_name("short.sql.gz")
    short.write_bytes(gzip.compress(content[: len(content) // 2]))
    with pytest.raises(BadFile, match="end is missing"):
        dump.read(short)
    short.write_bytes(made.path.read_bytes()[:-20])
    with pytest.raises(BadFile, match="cannot be unpacked"):
        dump.read(short)
    assert [found.name for found in backup.list_backups(server)] == [made.name]


def test_a_restore_brings_back_rows_and_takes_away_newer_tables(
    server: Settings, later: Later
) -> None:
    made = backup.create(server, "by-hand")
    with _engine(server).begin() as connection:
        connection.execute(ADD_STUDENT, {"number": "S4", "name": "Zhao"})
        connection.execute(text("DELETE FROM student WHERE student_number = 'S1'"))
    folder = later('op.create_table("house", sa.Column("name", sa.String(20)))')
    upgrade.prepare(server, folder)
    done = restore(server, made.name, folder)
    assert _revision(server) == "later"
    assert _numbers(server) == {"S1", "S2", "S3"}
    assert done.before is not None
    assert done.before.students == 3
    with _engine(server).connect() as connection:
        name = connection.scalar(
            text("SELECT family_name FROM student WHERE student_number = 'S1'")
        )
    assert name == NASTY


def test_a_restore_that_fails_puts_the_register_back(server: Settings) -> None:
    made = backup.create(server, "by-hand")
    spoilt = made.path.with_name("spoilt.sql.gz")
    content = gzip.decompress(made.path.read_bytes())
    spoilt.write_bytes(
        gzip.compress(content.replace(b"-- Dump completed", b"NO SQL;\n-- Dump completed"))
    )
    with _engine(server).begin() as connection:
        connection.execute(ADD_STUDENT, {"number": "S4", "name": "Zhao"})
    with pytest.raises(StorageFailed, match="put back as it was"):
        restore(server, spoilt.name)
    assert _numbers(server) == {"S1", "S2", "S3", "S4"}


def test_a_missing_program_is_named_with_its_package(
    server: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(StorageFailed, match="apt install mariadb-client"):
        backup.create(server, "daily")
    assert backup.list_backups(server) == []


@pytest.fixture
def account(server: Settings) -> Iterator[Settings]:
    """The register under an account whose password is hard to quote."""
    url = make_url(server.database_url)
    password = "a \"b' \\c#;=d"
    with _root(url) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE OR REPLACE USER office@'%%' IDENTIFIED BY %s", (password,))
        cursor.execute(f"GRANT ALL ON `{url.database}`.* TO office@'%'")
    office = url.set(username="office", password=password)
    server.values["DATABASE_URL"] = office.render_as_string(hide_password=False)
    yield server
    with _root(url) as connection, connection.cursor() as cursor:
        cursor.execute("DROP USER office@'%'")


def test_the_password_is_never_an_argument(
    account: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The real program, called through a script that writes down how it was called."""
    real = dump._program(dump.DUMPERS)
    listener = tmp_path / "bin" / "mariadb-dump"
    listener.parent.mkdir()
    seen = tmp_path / "seen"
    listener.write_text(
        f'#!/bin/sh\nprintf "%s\\n" "$@" > {seen}\nenv >> {seen}\nexec {real} "$@"\n'
    )
    listener.chmod(0o700)
    monkeypatch.setenv("PATH", f"{listener.parent}:{os.environ['PATH']}")
    made = backup.create(account, "by-hand")
    assert made.students == 3
    said = seen.read_text()
    assert "--single-transaction" in said
    assert "\\c#;=d" not in said
    restore(account, made.name)
    assert _numbers(account) == {"S1", "S2", "S3"}


def _engine(settings: Settings) -> Engine:
    return create_engine(settings.database_url, poolclass=NullPool)


def _revision(settings: Settings) -> str | None:
    with _engine(settings).connect() as connection:
        return connection.scalar(text("SELECT version_num FROM alembic_version"))


def _numbers(settings: Settings) -> set[str]:
    with _engine(settings).connect() as connection:
        return set(connection.scalars(text("SELECT student_number FROM student")))


def _root(url: Any) -> Any:
    return closing(pymysql.connect(host=url.host, port=url.port, user="root", autocommit=True))
