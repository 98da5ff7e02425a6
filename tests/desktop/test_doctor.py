"""`studentadmin doctor` and the other commands, as a person runs them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.desktop.program import bare_environment
from tests.desktop.screen import Screen

pytestmark = pytest.mark.slow


def run(folder: Path, *words: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "studentadmin", "--data-dir", str(folder), *words],
        env=bare_environment(HOME=str(folder.parent), **environ),
        capture_output=True,
        text=True,
        check=False,
        cwd=folder.parent,
    )


def examined(folder: Path, **environ: str) -> dict[str, dict[str, str]]:
    done = run(folder, "doctor", "--json", **environ)
    found = {finding["subject"]: finding for finding in json.loads(done.stdout)}
    failed = any(finding["state"] == "fail" for finding in found.values())
    assert done.returncode == int(failed)
    for finding in found.values():
        assert bool(finding["cure"]) is (finding["state"] != "ok"), finding
    return found


def test_a_new_folder_is_well(tmp_path: Path):
    found = examined(tmp_path / "r")
    assert {name for name, finding in found.items() if finding["state"] == "fail"} == set()
    assert found["database"]["state"] == "warn"
    assert "first start" in found["database"]["cure"]


def test_a_register_in_use_is_well(tmp_path: Path):
    assert run(tmp_path / "r", "db", "current").returncode == 0
    found = examined(tmp_path / "r")
    assert found["database"]["state"] == "ok"
    assert found["private files"]["state"] == "ok"


def test_a_window_can_be_drawn(tmp_path: Path, screen: Screen):
    assert examined(tmp_path / "r", **screen.environ)["window"]["state"] == "ok"


def test_qt_that_cannot_draw_is_named_with_the_packages_it_needs(tmp_path: Path, screen: Screen):
    found = examined(tmp_path / "r", **screen.environ, QT_QPA_PLATFORM="nothing")["window"]
    assert found["state"] == "warn"
    assert "libxcb-cursor0" in found["cure"]


def test_a_display_that_does_not_answer_is_named(tmp_path: Path):
    assert ":4711" in examined(tmp_path / "r", DISPLAY=":4711")["window"]["found"]


def test_a_damaged_register_fails_and_names_the_restore(tmp_path: Path):
    folder = tmp_path / "r"
    folder.mkdir()
    (folder / "register.db").write_bytes(b"SQLite format 3\0" + os.urandom(8192))
    found = examined(folder)["database"]
    assert found["state"] == "fail"
    assert "backup restore" in found["cure"]


def test_files_open_to_others_are_named(tmp_path: Path):
    run(tmp_path / "r", "db", "current")
    (tmp_path / "r" / "register.db").chmod(0o644)
    (tmp_path / "r").chmod(0o755)
    found = examined(tmp_path / "r")
    assert "register.db" in found["private files"]["found"]
    assert "chmod 700" in found["data folder"]["cure"]


def test_a_server_that_is_not_there_fails(tmp_path: Path):
    url = "mysql+pymysql://me:secret@127.0.0.1:1/register"
    found = examined(tmp_path / "r", STUDENTADMIN_DATABASE_URL=url)["database"]
    assert found["state"] == "fail"
    assert "secret" not in json.dumps(found)


def test_a_wrong_setting_fails(tmp_path: Path):
    found = examined(tmp_path / "r", STUDENTADMIN_PORT="many")["settings"]
    assert "PORT" in found["found"]


def test_the_plain_answer_names_cures(tmp_path: Path):
    done = run(tmp_path / "r", "doctor")
    assert done.stdout.startswith("ok    python")
    assert "studentadmin backup create" in done.stdout


@pytest.mark.parametrize("command", [["--help"], ["doctor", "--help"], ["db", "--help"]])
def test_help_costs_nothing_and_makes_nothing(tmp_path: Path, command: list[str]):
    done = run(tmp_path / "r", *command)
    assert done.returncode == 0
    assert "Usage: studentadmin" in done.stdout
    assert not (tmp_path / "r").exists()


def test_an_unknown_command_is_wrong_use(tmp_path: Path):
    done = run(tmp_path / "r", "dance")
    assert done.returncode == 2
    assert "dance" in done.stderr


def test_the_version_is_printed(tmp_path: Path):
    assert run(tmp_path / "r", "--version").stdout.startswith("Student Admin ")
