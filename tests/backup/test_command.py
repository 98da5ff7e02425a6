"""Backups from the command line, as a person types it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from studentadmin.services import backup, register_file
from studentadmin.settings import Settings
from tests.backup.registers import ROOT, add_students, students

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def run(settings: Settings) -> Run:
    """`studentadmin --data-dir ... backup ...`, or of another `group`, in a process of its own."""
    environ = {name: value for name, value in os.environ.items() if "STUDENTADMIN" not in name}

    def command(
        *words: str, answer: str = "", group: str = "backup"
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [
                sys.executable,
                "-m",
                "studentadmin",
                "--data-dir",
                str(settings.data_dir),
                group,
                *words,
            ],
            input=answer,
            capture_output=True,
            text=True,
            check=False,
            cwd=ROOT,
            env=environ,
        )

    return command


def test_create_list_and_verify(settings: Settings, file: Path, run: Run) -> None:
    assert "There is no backup yet" in run("list").stdout
    made = Path(run("create").stdout.strip())
    assert made.parent == settings.backups_dir
    assert made.name in run("list").stdout
    (described,) = json.loads(run("list", "--json").stdout)
    assert (described["name"], described["students"]) == (made.name, 3)
    assert run("verify").stdout.strip() == f"{made.name} is good."
    made.write_bytes(made.read_bytes()[:-1])
    failed = run("verify", made.name)
    assert failed.returncode == 1
    assert "changed or damaged" in failed.stderr


def test_restore_asks_first(settings: Settings, file: Path, run: Run) -> None:
    made = backup.create(settings, "daily")
    add_students(file, "S4")
    refused = run("restore", made.name, answer="n\n")
    assert refused.returncode == 1
    assert "Nothing was changed" in refused.stderr
    assert "S4" in students(file)
    done = run("restore", made.name, answer="y\n")
    assert done.returncode == 0, done.stderr
    assert students(file) == {"S1", "S2", "S3"}
    before = backup.list_backups(settings)[0]
    assert f"studentadmin backup restore {before.name}" in done.stdout


@pytest.mark.parametrize("loss", ["missing", "broken"])
def test_restore_works_when_no_window_would_open(
    settings: Settings, file: Path, run: Run, loss: str
) -> None:
    made = backup.create(settings, "daily")
    if loss == "missing":
        register_file.remove(file)
    else:
        file.write_bytes(b"not a database " * 1000)
    done = run("restore", made.name, "--yes")
    assert done.returncode == 0, done.stderr
    assert students(file) == {"S1", "S2", "S3"}


def test_an_unknown_name_is_refused_plainly(settings: Settings, file: Path, run: Run) -> None:
    failed = run("restore", "nothing.db", "--yes")
    assert failed.returncode == 1
    assert failed.stderr.strip() == "There is no backup called nothing.db."


def test_a_structure_changed_by_hand_is_backed_up_first(
    settings: Settings, file: Path, run: Run
) -> None:
    done = run("downgrade", group="db")
    assert done.returncode == 0, done.stderr
    (before,) = backup.list_backups(settings)
    assert (before.reason, before.students) == (backup.Reason.BEFORE_UPGRADE, 3)
    assert not before.damaged
