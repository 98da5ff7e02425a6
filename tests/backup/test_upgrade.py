"""An upgrade leaves the old register or the new one, whole, and loses nothing saved meanwhile."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from studentadmin.services import backup, migration, register_file, upgrade
from studentadmin.services.backup import Reason
from studentadmin.services.register_broken import RegisterBroken
from studentadmin.settings import Settings
from tests.backup.registers import (
    add_students,
    killed_after,
    revision,
    students,
)

Later = Callable[[str], Path]
HEAD = migration.revisions().head
ADD_COLUMN = 'op.add_column("student", sa.Column("house", sa.String(20)))'
THREE = {"S1", "S2", "S3"}


def test_pending_migrations_run_on_a_copy_and_are_poured_in(
    settings: Settings, file: Path, later: Later
) -> None:
    with closing(register_file.connect(file)) as open_all_day:
        assert open_all_day.execute("SELECT count(*) FROM student").fetchone() == (3,)
        prepared = upgrade.prepare(settings, later(ADD_COLUMN))
        assert prepared == upgrade.Prepared(settings.database_url, upgraded_from=HEAD)
        assert open_all_day.execute("SELECT house FROM student").fetchall() == [(None,)] * 3
    assert revision(file) == "later"
    assert students(file) == THREE
    (before,) = backup.list_backups(settings)
    assert (before.reason, before.revision, before.students) == (Reason.BEFORE_UPGRADE, HEAD, 3)
    assert not list(settings.data_dir.glob(".*"))


def test_a_rebuilt_table_keeps_the_rows_that_point_at_it(
    settings: Settings, file: Path, later: Later
) -> None:
    _add_identifier(file)
    body = """
    with op.batch_alter_table("student", recreate="always") as table:
        table.alter_column("status", type_=sa.String(40))
    """
    assert upgrade.prepare(settings, later(body)).upgraded_from == HEAD
    with closing(register_file.connect(file)) as connection:
        assert register_file.facts(connection).foreign_key_faults == 0
        assert connection.execute("SELECT count(*) FROM student_identifier").fetchone() == (1,)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ('op.execute("SELECT * FROM nowhere")', "nowhere"),
        (f'{ADD_COLUMN}\nraise ValueError("half-way")', "half-way"),
        ("op.execute(\"DELETE FROM student WHERE student_number = 'S2'\")", "student: 2 rows of 3"),
        (
            'op.execute("UPDATE student_identifier SET student_id = 99")',
            "point at rows that do not exist",
        ),
    ],
    ids=["bad SQL", "error half-way", "loses a row", "breaks a relation"],
)
def test_a_failing_migration_leaves_the_old_register_whole_and_readable(
    settings: Settings, file: Path, later: Later, body: str, reason: str
) -> None:
    _add_identifier(file)
    folder = later(body)
    before = _content(file)
    prepared = upgrade.prepare(settings, folder)
    assert prepared.read_only
    assert prepared.notice is not None
    assert reason in prepared.notice
    assert _content(file) == before
    assert not list(settings.data_dir.glob(".*"))
    assert backup.verify(settings, backup.list_backups(settings)[0].name).students == 3
    assert upgrade.prepare(settings) == upgrade.Prepared(settings.database_url)


def test_an_old_register_this_program_cannot_read_is_refused(
    settings: Settings, file: Path, later: Later
) -> None:
    """Its tables lack a column that this program reads: opening it would show errors."""
    with closing(register_file.connect(file)) as connection:
        connection.execute("ALTER TABLE student DROP COLUMN birth_place")
    before = _content(file)
    with pytest.raises(RegisterBroken, match="nothing in it was changed"):
        upgrade.prepare(settings, later('raise ValueError("no")'))
    assert _content(file) == before


def test_a_save_during_the_upgrade_is_not_lost(
    settings: Settings, file: Path, later: Later
) -> None:
    """The migration itself plays the other program, and saves a student the first time."""
    body = f"""
    import sqlite3
    other = sqlite3.connect({str(file)!r}, isolation_level=None)
    if other.execute("SELECT count(*) FROM organisation").fetchone() == (0,):
        other.execute(
            "INSERT INTO organisation (name, type, sourced_id, created_at, updated_at, version)"
            " VALUES ('late', 'school', 'late', '2026-01-01', '2026-01-01', 1)"
        )
    other.close()
    {ADD_COLUMN}
    """
    assert upgrade.prepare(settings, later(body)).upgraded_from == HEAD
    assert revision(file) == "later"
    with closing(register_file.connect(file)) as connection:
        assert connection.execute("SELECT name FROM organisation").fetchall() == [("late",)]
    assert len(backup.list_backups(settings)) == 2


def test_a_program_that_never_stops_saving_is_named(
    settings: Settings, file: Path, later: Later
) -> None:
    body = f"""
    import sqlite3
    other = sqlite3.connect({str(file)!r}, isolation_level=None)
    other.execute("UPDATE student SET version = version + 1")
    other.close()
    """
    prepared = upgrade.prepare(settings, later(body))
    assert prepared.read_only
    assert prepared.notice is not None
    assert "keeps writing" in prepared.notice
    assert revision(file) == HEAD


def test_a_newer_register_opens_for_reading(settings: Settings, file: Path, later: Later) -> None:
    upgrade.prepare(settings, later(ADD_COLUMN))
    before = _content(file)
    prepared = upgrade.prepare(settings)
    assert prepared.read_only
    assert prepared.notice is not None
    assert "Update the program" in prepared.notice
    assert _content(file) == before


def test_kill_9_during_the_upgrade_leaves_old_or_new(
    settings: Settings, file: Path, later: Later, tmp_path: Path
) -> None:
    add_students(file, *(f"T{number}" for number in range(1000)))
    expected = students(file)
    folder = later(ADD_COLUMN)
    start = tmp_path / "start.db"
    shutil.copy(file, start)

    def run() -> None:
        upgrade.prepare(settings, folder)

    began = time.perf_counter()
    assert not killed_after(60, run)
    whole = time.perf_counter() - began
    seen = set()
    rounds = 60
    for moment in range(rounds):
        register_file.remove(file)
        shutil.copy(start, file)
        killed_after(2 * whole * moment / rounds, run)
        assert students(file) == expected
        seen.add(revision(file))
        for made in backup.list_backups(settings):
            made.path.unlink()
    assert seen == {HEAD, "later"}
    upgrade.prepare(settings, folder)
    assert (revision(file), students(file)) == ("later", expected)
    assert not list(settings.data_dir.glob(".*"))


def _content(file: Path) -> str:
    """Everything the register holds, as SQL."""
    with closing(register_file.connect(file)) as connection:
        return "\n".join(connection.iterdump())


def _add_identifier(file: Path) -> None:
    with closing(register_file.connect(file)) as connection:
        connection.execute(
            "INSERT INTO student_identifier (student_id, scheme, value, sourced_id, created_at,"
            " updated_at, version) VALUES (1, 'state', '7', 'i', '2026-01-01', '2026-01-01', 1)"
        )
