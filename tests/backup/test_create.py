"""Backups are whole, private, proven, and made while others write."""

from __future__ import annotations

import json
import resource
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from studentadmin.errors import BadFile, Missing
from studentadmin.services import backup, backup_folder, migration, register_file, upgrade
from studentadmin.services.backup import Reason
from studentadmin.services.storage import StorageFailed
from studentadmin.settings import Settings, load
from tests.backup.registers import (
    add_students,
    give_away,
    killed_after,
    ordinary_account,
    students,
    writer,
    written_by,
)

NOON = datetime(2026, 3, 5, 12, tzinfo=UTC)


def test_a_backup_is_one_private_file_that_says_what_it_holds(
    settings: Settings, file: Path
) -> None:
    made = backup.create(settings, "by-hand", now=NOON)
    assert made.name == "register-2026-03-05T120000Z-by-hand.db"
    assert made.path.stat().st_mode & 0o777 == 0o600
    assert settings.backups_dir.stat().st_mode & 0o777 == 0o700
    assert made.students == made.tables["student"] == 3
    assert made.revision == migration.revisions().head
    assert students(made.path) == {"S1", "S2", "S3"}
    assert sorted(path.name for path in settings.backups_dir.iterdir()) == [
        ".lock",
        made.name,
        f"{made.name}.json",
    ]
    assert backup.list_backups(settings) == [made]
    assert backup.verify(settings, made.name) == made


def test_what_waits_in_the_wal_is_in_the_backup(settings: Settings, file: Path) -> None:
    with closing(register_file.connect(file)) as open_all_day:
        open_all_day.execute("SELECT count(*) FROM student").fetchone()
        add_students(file, "S4")
        assert file.with_name("register.db-wal").stat().st_size > 0
        assert backup.create(settings, "daily").students == 4


def test_students_in_the_trash_are_not_counted(settings: Settings, file: Path) -> None:
    with closing(register_file.connect(file)) as connection:
        connection.execute("UPDATE student SET deleted_at = '2026-01-01' WHERE id = 1")
    made = backup.create(settings, "daily")
    assert (made.students, made.tables["student"]) == (2, 3)


def test_two_backups_of_one_second_have_two_names(settings: Settings, file: Path) -> None:
    names = {backup.create(settings, "by-hand", now=NOON).name for _ in range(3)}
    assert len(names) == len(backup.list_backups(settings)) == 3


def test_a_writer_is_never_refused_and_never_copied_half(settings: Settings, file: Path) -> None:
    with writer(file) as process:
        assert process.stdout is not None
        made = []
        for _ in range(10):
            process.stdout.readline()
            made.append(backup.create(settings, "before-import"))
        written_by(process)
    for one in made:
        assert one.tables["student"] == one.tables["organisation"] + 3
    counts = [one.students for one in made]
    assert counts == sorted(counts)
    assert counts[-1] > counts[0]


def test_an_unknown_reason_is_refused(settings: Settings, file: Path) -> None:
    with pytest.raises(ValueError, match="because"):
        backup.create(settings, "because")


def test_a_name_is_compared_and_never_a_path(settings: Settings, file: Path) -> None:
    backup.create(settings, "daily")
    for name in ("../register.db", str(file), "", ".lock"):
        with pytest.raises(Missing):
            backup.get(settings, name)


def test_one_changed_byte_is_found(settings: Settings, file: Path) -> None:
    made = backup.create(settings, "daily")
    content = bytearray(made.path.read_bytes())
    content[-100] ^= 1
    made.path.write_bytes(content)
    with pytest.raises(BadFile, match="changed or damaged"):
        backup.verify(settings, made.name)


def test_a_companion_that_tells_another_story_is_found(settings: Settings, file: Path) -> None:
    made = backup.create(settings, "daily")
    companion = backup_folder.companion(made.path)
    content = json.loads(companion.read_text())
    content["tables"]["student"] = 4
    companion.write_text(json.dumps(content))
    with pytest.raises(BadFile, match="does not hold"):
        backup.verify(settings, made.name)


@pytest.mark.parametrize("companion", [None, "{", '{"at": 5}'])
def test_a_file_put_there_by_hand_is_taken_in(
    settings: Settings, file: Path, companion: str | None
) -> None:
    made = backup.create(settings, "daily")
    brought = made.path.with_name("from the old computer.db")
    made.path.replace(brought)
    if companion:
        backup_folder.companion(brought).write_text(companion)
    (found,) = backup.list_backups(settings)
    assert (found.name, found.reason, found.students) == (brought.name, Reason.BY_HAND, 3)
    assert backup.verify(settings, brought.name) == found


def test_a_stray_file_is_left_out_of_the_list(settings: Settings, file: Path) -> None:
    backup.create(settings, "daily")
    (settings.backups_dir / "broken.db").write_bytes(b"not a database" * 100)
    (settings.backups_dir / "notes.txt").write_text("hello")
    with closing(sqlite3.connect(settings.backups_dir / "other.db")) as other:
        other.execute("CREATE TABLE recipe (name)")
    assert len(backup.list_backups(settings)) == 1


def test_a_damaged_register_is_not_taken_for_a_backup(settings: Settings, file: Path) -> None:
    add_students(file, *(f"T{number}" for number in range(500)))
    _spoil(file)
    with pytest.raises(backup_folder.Damaged, match="register is damaged"):
        backup.create(settings, "daily")
    assert backup.list_backups(settings) == []
    assert [path.name for path in settings.backups_dir.iterdir()] == [".lock"]


def test_a_full_disk_is_said_plainly_and_leaves_nothing(settings: Settings, file: Path) -> None:
    with (
        _largest_file(file.stat().st_size // 2),
        pytest.raises(StorageFailed, match="Free some space"),
    ):
        backup.create(settings, "daily")
    assert [path.name for path in settings.backups_dir.iterdir()] == [".lock"]
    assert students(file) == {"S1", "S2", "S3"}
    assert backup.create(settings, "daily").students == 3


def test_a_read_only_folder_is_said_plainly(open_folder: Path) -> None:
    settings = load({"DATA_DIR": str(open_folder / "data")}, environ={})
    upgrade.prepare(settings)
    backup.create(settings, "daily")
    give_away(settings.data_dir)
    settings.backups_dir.chmod(0o500)
    with ordinary_account(), pytest.raises(StorageFailed, match="may not be written"):
        backup.create(settings, "daily")
    settings.backups_dir.chmod(0o700)


def test_a_missing_register_makes_no_backup(settings: Settings) -> None:
    with pytest.raises(StorageFailed):
        backup.create(settings, "daily")


def test_daily_is_once_a_day_of_the_office(settings: Settings, file: Path) -> None:
    local = NOON.astimezone()
    morning = local.replace(hour=8)
    first = backup.daily(settings, now=morning)
    assert first is not None
    assert first.reason is Reason.DAILY
    assert backup.daily(settings, now=morning.replace(hour=23)) is None
    backup.create(settings, "by-hand", now=morning + timedelta(days=1))
    assert backup.daily(settings, now=morning + timedelta(days=1)) is not None


def test_prune_removes_what_the_rule_lets_go(settings: Settings, file: Path) -> None:
    old = backup.create(settings, "daily", now=NOON - timedelta(days=20))
    older = backup.create(settings, "daily", now=NOON - timedelta(days=21))
    new = backup.create(settings, "daily", now=NOON)
    settings.values["BACKUP_KEEP_MONTHLY"] = 0
    assert set(backup.prune(settings, now=NOON)) == {old.name, older.name}
    assert backup.list_backups(settings) == [new]
    assert not backup_folder.companion(old.path).exists()


def test_prune_never_removes_the_last_good_one(settings: Settings, file: Path) -> None:
    old = backup.create(settings, "daily", now=NOON - timedelta(days=20))
    new = backup.create(settings, "daily", now=NOON)
    _spoil(new.path)
    settings.values["BACKUP_KEEP_MONTHLY"] = 0
    assert backup.prune(settings, now=NOON) == []
    assert old.path.exists()


def test_kill_9_leaves_no_half_backup(settings: Settings, file: Path) -> None:
    """Every file with a name is whole, whenever the program that made it was killed."""
    add_students(file, *(f"T{number}" for number in range(2000)))
    rounds = 25
    for moment in range(rounds):
        killed_after(0.002 * moment, lambda: backup.create(settings, "before-import"))
    for path in settings.backups_dir.glob("register-*.db"):
        assert backup.verify(settings, path.name).students == 2003
    last = backup.create(settings, "daily")
    assert backup.verify(settings, last.name).students == 2003
    assert not list(settings.backups_dir.glob(".partial-*"))
    assert len(list(settings.backups_dir.glob("*.json"))) == len(backup.list_backups(settings))


def test_the_message_is_in_the_language_of_the_office(settings: Settings) -> None:
    settings.values["LOCALE"] = "zh_Hans_CN"
    with pytest.raises(StorageFailed) as refused:
        backup.create(settings, "daily")
    assert str(refused.value)


def _spoil(file: Path) -> None:
    """Overwrite the middle of a closed SQLite file."""
    with file.open("rb+") as stream:
        stream.seek(file.stat().st_size // 2)
        stream.write(b"\xff" * 8192)


@contextmanager
def _largest_file(size: int) -> Iterator[None]:
    """No file may grow beyond `size` bytes: what a full disk does to a program, for real."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_disk_with_no_room_is_refused_before_it_is_filled(settings: Settings, file: Path) -> None:
    with file.open("rb+") as stream:
        stream.truncate(shutil.disk_usage(file).free * 2)  # a file with a hole: no space taken
    with pytest.raises(StorageFailed, match="is full"):
        backup.create(settings, "daily")
    assert [path.name for path in settings.backups_dir.iterdir()] == [".lock"]
