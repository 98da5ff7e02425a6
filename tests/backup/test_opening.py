"""A register is made, checked, or refused with a cure; never an empty one for a lost one."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from studentadmin.services import backup, migration, register_file, upgrade
from studentadmin.services.migration import MigrationFailed
from studentadmin.services.register_broken import RegisterBroken
from studentadmin.services.storage import StorageFailed
from studentadmin.settings import Settings, load
from tests.backup.registers import (
    ROOT,
    add_students,
    give_away,
    killed_after,
    ordinary_account,
    revision,
)

HEAD = migration.revisions().head
THREE = {"S1", "S2", "S3"}


def test_a_new_register_is_made_whole_and_private(settings: Settings) -> None:
    prepared = upgrade.prepare(settings)
    file = settings.database_file
    assert file is not None
    assert prepared.created
    assert not prepared.read_only
    assert revision(file) == HEAD
    assert file.stat().st_mode & 0o777 == 0o600
    assert upgrade.prepare(settings) == upgrade.Prepared(settings.database_url)


@pytest.mark.parametrize("name", ["a%20b", "what?now", "100%", "school #1", "学校 名册"])
@pytest.mark.parametrize("only_reading", [False, True])
def test_the_app_opens_the_register_that_was_prepared(
    tmp_path: Path, name: str, *, only_reading: bool
) -> None:
    """Whatever the folder is called: in a URL some of these signs mean something else."""
    folder = tmp_path / name
    upgrade.prepare(load({"DATA_DIR": folder}, environ={}))
    add_students(folder / "register.db", *THREE)
    settings = load({"DATA_DIR": folder, "READ_ONLY": only_reading}, environ={})
    settings.values["DATABASE_URL"] = upgrade.prepare(settings).database_url
    assert settings.database_file == folder / "register.db"
    with create_engine(settings.database_url, poolclass=NullPool).connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM student")) == 3
    assert backup.create(settings, "by-hand").students == 3
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_the_usual_start_loads_no_alembic_and_costs_little(file: Path) -> None:
    """Below 20 ms; the best of several, for other programs run on this machine too."""
    script = (
        "import sys, time\n"
        "from studentadmin.services import upgrade\n"
        "from studentadmin.settings import load\n"
        f"settings = load({{'DATA_DIR': {str(file.parent)!r}}})\n"
        "taken, loaded = [], {name for name in sys.modules if name.startswith('alembic')}\n"
        "for _ in range(7):\n"
        "    start = time.perf_counter()\n"
        "    assert upgrade.prepare(settings) == upgrade.Prepared(settings.database_url)\n"
        "    taken.append(time.perf_counter() - start)\n"
        "assert min(taken) < 0.02, taken\n"
        "assert {name for name in sys.modules if name.startswith('alembic')} == loaded\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, cwd=ROOT)


def test_a_lost_register_is_never_replaced_by_an_empty_one(settings: Settings, file: Path) -> None:
    saved = backup.create(settings, "daily")
    register_file.remove(file)
    with pytest.raises(RegisterBroken, match=f"restore {saved.name}") as refused:
        upgrade.prepare(settings)
    assert refused.value.backup == saved
    assert not file.exists()
    file.touch()
    with pytest.raises(RegisterBroken):
        upgrade.prepare(settings)


def test_a_wal_without_its_register_is_a_lost_register(settings: Settings, file: Path) -> None:
    file.replace(file.with_name("moved.db"))
    file.with_name("register.db-wal").write_bytes(b"x")
    with pytest.raises(RegisterBroken, match="put it back"):
        upgrade.prepare(settings)


@pytest.mark.parametrize("where", [0, 0.5])
def test_a_broken_register_is_refused_and_names_the_newest_good_backup(
    settings: Settings, file: Path, where: float
) -> None:
    add_students(file, *(f"T{number}" for number in range(500)))
    good = backup.create(settings, "daily")
    newer = backup.create(settings, "by-hand")
    newer.path.write_bytes(b"spoilt")
    with file.open("rb+") as stream:
        stream.seek(int(file.stat().st_size * where))
        stream.write(b"\xff" * 8192)
    broken = file.read_bytes()
    with pytest.raises(RegisterBroken, match="damaged") as refused:
        upgrade.prepare(settings)
    assert refused.value.backup == good
    assert file.read_bytes() == broken


def test_a_broken_register_without_a_backup_is_refused_too(settings: Settings, file: Path) -> None:
    file.write_bytes(b"not a database " * 1000)
    with pytest.raises(RegisterBroken, match="no backup") as refused:
        upgrade.prepare(settings)
    assert refused.value.backup is None


def test_another_program_s_database_is_not_touched(settings: Settings) -> None:
    file = settings.database_file
    assert file is not None
    with closing(sqlite3.connect(file)) as other:
        other.execute("CREATE TABLE recipe (name)")
    before = file.read_bytes()
    with pytest.raises(RegisterBroken, match="not a register"):
        upgrade.prepare(settings)
    assert file.read_bytes() == before


def test_a_folder_that_may_not_be_written_opens_for_reading(open_folder: Path) -> None:
    settings = load({"DATA_DIR": str(open_folder / "data % 1")}, environ={})
    upgrade.prepare(settings)
    file = settings.database_file
    assert file is not None
    add_students(file, *THREE)
    give_away(settings.data_dir)
    settings.data_dir.chmod(0o500)
    file.chmod(0o400)
    with ordinary_account():
        prepared = upgrade.prepare(settings)
        assert prepared.read_only
        assert prepared.notice is not None
        assert "may not be written" in prepared.notice
        engine = create_engine(prepared.database_url, poolclass=NullPool)
        with engine.connect() as connection:
            assert connection.scalar(text("SELECT count(*) FROM student")) == 3
            connection.exec_driver_sql("PRAGMA journal_mode=WAL")
    settings.data_dir.chmod(0o700)


def test_a_wal_that_cannot_be_read_is_not_passed_over(open_folder: Path) -> None:
    """Reading the file without its WAL would show yesterday's register as today's."""
    settings = load({"DATA_DIR": str(open_folder / "data")}, environ={})
    upgrade.prepare(settings)
    file = settings.database_file
    assert file is not None

    def die_with_a_wal() -> None:
        add_students(file, "S0")
        connection = register_file.connect(file)
        connection.execute("UPDATE student SET family_name = 'Zhao'")
        os._exit(1)

    killed_after(10, die_with_a_wal)
    file.with_name("register.db-shm").unlink()
    give_away(settings.data_dir)
    settings.data_dir.chmod(0o500)
    with ordinary_account(), pytest.raises(RegisterBroken, match="Copy the whole folder"):
        upgrade.prepare(settings)
    settings.data_dir.chmod(0o700)


def test_a_folder_in_which_nothing_can_be_made_is_said_plainly(open_folder: Path) -> None:
    settings = load({"DATA_DIR": str(open_folder / "data")}, environ={})
    give_away(settings.data_dir)
    settings.data_dir.chmod(0o500)
    with ordinary_account(), pytest.raises(StorageFailed, match="may not be written"):
        upgrade.prepare(settings)
    settings.data_dir.chmod(0o700)


def test_read_only_by_setting_changes_nothing(settings: Settings, file: Path) -> None:
    settings.values["READ_ONLY"] = True
    prepared = upgrade.prepare(settings)
    assert prepared.read_only
    assert not prepared.created
    assert create_engine(prepared.database_url).url.query["mode"] == "ro"


def test_a_damaged_installation_is_said_plainly(tmp_path: Path) -> None:
    (tmp_path / "versions").mkdir()
    with pytest.raises(MigrationFailed, match="Install the program again"):
        migration.revisions(tmp_path)


def test_two_starts_at_once_make_one_register(settings: Settings) -> None:
    script = (
        "import sys\n"
        "from studentadmin.services import upgrade\n"
        "from studentadmin.settings import load\n"
        f"print(upgrade.prepare(load({{'DATA_DIR': {str(settings.data_dir)!r}}})).created)\n"
    )
    started = [
        subprocess.Popen(
            [sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, cwd=ROOT
        )
        for _ in range(3)
    ]
    said = sorted(process.communicate(timeout=60)[0].strip() for process in started)
    assert said == ["False", "False", "True"]


def test_kill_9_while_a_register_is_made_leaves_none_or_a_whole_one(settings: Settings) -> None:
    file = settings.database_file
    assert file is not None

    def run() -> None:
        upgrade.prepare(settings)

    began = time.perf_counter()
    assert not killed_after(60, run)
    whole = time.perf_counter() - began
    rounds = 25
    for moment in range(rounds):
        register_file.remove(file)
        killed_after(2 * whole * moment / rounds, run)
        assert not file.exists() or revision(file) == HEAD
    upgrade.prepare(settings)
    assert revision(file) == HEAD
    assert not list(settings.data_dir.glob(".*"))
