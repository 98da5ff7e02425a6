"""A restore loses nothing: not the register before it, not what others save meanwhile."""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from studentadmin.errors import BadFile, Missing
from studentadmin.models.engine import prepare_engine
from studentadmin.services import backup, migration, register_file, upgrade
from studentadmin.services.backup import Reason
from studentadmin.services.restore import restore
from studentadmin.services.storage import StorageFailed
from studentadmin.settings import Settings
from tests.backup.registers import (
    add_students,
    killed_after,
    revision,
    students,
    writer,
    written_by,
)

Later = Callable[[str], Path]
THREE = {"S1", "S2", "S3"}
HEAD = migration.revisions().head


def test_the_register_becomes_the_backup_and_the_one_before_is_kept(
    settings: Settings, file: Path
) -> None:
    chosen = backup.create(settings, "by-hand")
    add_students(file, "S4")
    done = restore(settings, chosen.name)
    assert students(file) == THREE
    assert done.before is not None
    assert (done.before.reason, done.before.students) == (Reason.BEFORE_RESTORE, 4)
    assert upgrade.prepare(settings) == upgrade.Prepared(settings.database_url)
    restore(settings, done.before.name)
    assert students(file) == THREE | {"S4"}
    assert not list(settings.data_dir.glob(".*"))


def test_open_connections_see_the_restored_register(settings: Settings, file: Path) -> None:
    """The running app keeps its pool of connections, prepared statements and all."""
    chosen = backup.create(settings, "by-hand")
    engine = create_engine(settings.database_url)
    prepare_engine(engine)
    count = text("SELECT count(*) FROM student")
    with engine.connect() as first, engine.connect() as second:
        add_students(file, "S4")
        assert first.scalar(count) == second.scalar(count) == 4
        second.rollback()
        restore(settings, chosen.name)
        assert first.scalar(count) == 4  # its snapshot from before, whole
        first.rollback()
        assert first.scalar(count) == second.scalar(count) == 3
    engine.dispose()
    add_students(file, "S5")
    assert students(file) == THREE | {"S5"}


def test_an_older_backup_is_upgraded_on_the_way(
    settings: Settings, file: Path, later: Later
) -> None:
    chosen = backup.create(settings, "by-hand")
    folder = later('op.add_column("student", sa.Column("house", sa.String(20)))')
    upgrade.prepare(settings, folder)
    restore(settings, chosen.name, folder)
    assert revision(file) == "later"
    assert students(file) == THREE
    assert backup.verify(settings, chosen.name).revision == HEAD


def test_a_backup_of_a_newer_program_is_refused(
    settings: Settings, file: Path, later: Later
) -> None:
    upgrade.prepare(settings, later('op.execute("SELECT 1")'))
    newer = backup.create(settings, "by-hand")
    with pytest.raises(BadFile, match="Update the program"):
        restore(settings, newer.name)
    assert revision(file) == "later"


def test_a_spoilt_backup_is_refused(settings: Settings, file: Path) -> None:
    chosen = backup.create(settings, "by-hand")
    chosen.path.write_bytes(chosen.path.read_bytes()[:-1])
    add_students(file, "S4")
    with pytest.raises(BadFile, match="changed or damaged"):
        restore(settings, chosen.name)
    assert students(file) == THREE | {"S4"}


def test_an_unknown_name_is_missing(settings: Settings, file: Path) -> None:
    with pytest.raises(Missing):
        restore(settings, "../register.db")


def test_a_lost_register_comes_back(settings: Settings, file: Path) -> None:
    chosen = backup.create(settings, "daily")
    register_file.remove(file)
    assert restore(settings, chosen.name).before is None
    assert students(file) == THREE
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("where", [0, 0.5])
def test_a_broken_register_is_put_aside_and_replaced(
    settings: Settings, file: Path, where: float
) -> None:
    chosen = backup.create(settings, "daily")
    add_students(file, *(f"T{number}" for number in range(500)))
    with file.open("rb+") as stream:
        stream.seek(int(file.stat().st_size * where))
        stream.write(b"\xff" * 8192)
    broken = file.read_bytes()
    done = restore(settings, chosen.name)
    assert students(file) == THREE
    assert done.damaged is not None
    assert done.damaged.read_bytes() == broken
    assert upgrade.prepare(settings) == upgrade.Prepared(settings.database_url)


def test_the_wal_of_a_broken_register_is_not_played_into_the_new_one(
    settings: Settings, file: Path
) -> None:
    chosen = backup.create(settings, "daily")

    def die_with_a_wal() -> None:
        connection = register_file.connect(file)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("UPDATE student SET family_name = 'Zhao'")
        os.kill(os.getpid(), signal.SIGKILL)

    killed_after(60, die_with_a_wal)
    assert file.with_name("register.db-wal").stat().st_size > 0
    with file.open("rb+") as stream:
        stream.write(b"\xff" * 100)
    restore(settings, chosen.name)
    with closing(register_file.connect(file)) as connection:
        names = {row[0] for row in connection.execute("SELECT family_name FROM student")}
    assert names == {"Wang"}


def test_another_program_s_saves_are_in_the_register_or_in_the_backup_before(
    settings: Settings, file: Path
) -> None:
    """Not one student that the other program was told is saved may be in neither."""
    chosen = backup.create(settings, "by-hand")
    with writer(file) as process:
        assert process.stdout is not None
        process.stdout.readline()
        first = restore(settings, chosen.name)
        process.stdout.readline()
        second = restore(settings, chosen.name)
        process.stdout.readline()
        acknowledged = set(written_by(process)) | {"W1"}
    assert first.before is not None
    assert second.before is not None
    kept = [students(first.before.path), students(second.before.path), students(file)]
    assert acknowledged <= kept[0] | kept[1] | kept[2]
    for one in kept:
        assert one >= THREE
    assert "W1" in kept[0] - kept[1]
    for path in (first.before.path, second.before.path, file):
        with closing(register_file.connect(path)) as connection:
            counted = register_file.facts(connection).tables
        assert counted["student"] == counted["organisation"] + 3


def test_a_program_in_the_middle_of_saving_is_waited_for_and_then_named(
    settings: Settings, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = backup.create(settings, "by-hand")
    add_students(file, "S4")
    monkeypatch.setattr(register_file, "WAIT_SECONDS", 0.2)
    with closing(register_file.connect(file)) as saving:
        saving.execute("BEGIN IMMEDIATE")
        saving.execute("UPDATE student SET family_name = 'Zhao'")
        with pytest.raises(StorageFailed, match="Another program is writing"):
            restore(settings, chosen.name)
        saving.execute("COMMIT")
    assert students(file) == THREE | {"S4"}


def test_no_restore_without_the_backup_before(
    settings: Settings, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The backups folder takes no file any more: the register stays."""
    chosen = backup.create(settings, "by-hand")
    add_students(file, "S4")
    monkeypatch.setattr(backup, "SPARE_BYTES", shutil.disk_usage(file).total * 2)
    with pytest.raises(StorageFailed, match="is full"):
        restore(settings, chosen.name)
    assert students(file) == THREE | {"S4"}


def test_kill_9_during_a_restore_leaves_old_or_new(settings: Settings, file: Path) -> None:
    chosen = backup.create(settings, "by-hand")
    added = {f"T{number}" for number in range(1000)}
    add_students(file, *added)
    full = backup.create(settings, "by-hand")

    def run() -> None:
        restore(settings, chosen.name)

    began = time.perf_counter()
    assert not killed_after(60, run)
    whole = time.perf_counter() - began
    outcomes = []
    rounds = 60
    for moment in range(rounds):
        if students(file) == THREE:
            restore(settings, full.name)
        killed_after(2 * whole * moment / rounds, run)
        outcomes.append(len(students(file)))
    assert set(outcomes) == {3, 1003}
    restore(settings, chosen.name)
    assert students(file) == THREE
    assert not list(settings.data_dir.glob(".*"))
