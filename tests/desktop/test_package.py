"""The wheel, installed where nothing of the checkout is."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.desktop.program import ROOT, bare_environment

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from what git knows, so that what was forgotten is missing here."""
    place = tmp_path_factory.mktemp("package")
    source = place / "source"
    source.mkdir()
    tar = subprocess.run(
        ["git", "archive", "HEAD"], cwd=ROOT, capture_output=True, check=True
    ).stdout
    subprocess.run(["tar", "-x"], cwd=source, input=tar, check=True)
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--outdir", str(place), str(source)],
        check=True,
        capture_output=True,
        env={**os.environ, "PYTHONWARNINGS": ""},
    )
    [found] = place.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `studentadmin` command of a new environment; only the libraries are this one's."""
    folder = tmp_path_factory.mktemp("installed")
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    python = folder / "bin" / "python"
    where = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    (Path(where) / "libraries.pth").write_text(sysconfig.get_path("purelib"))
    subprocess.run(
        [python, "-m", "pip", "install", "--no-deps", "--no-index", str(wheel)],
        check=True,
        capture_output=True,
    )
    return folder / "bin" / "studentadmin"


def run(command: Path, *words: str, home: Path) -> subprocess.CompletedProcess[str]:
    environ = bare_environment(HOME=str(home))
    del environ["PYTHONPATH"]
    return subprocess.run(
        [command, *words], env=environ, capture_output=True, text=True, check=False, cwd=home
    )


def test_it_carries_everything_a_page_and_a_database_need(wheel: Path):
    names = set(zipfile.ZipFile(wheel).namelist())
    for needed in (
        *("templates/base.html", "templates/pages/home.html", "templates/errors/404.html"),
        *("static/app.css", "static/js/app.js", "static/js/desktop.js", "static/logo.svg"),
        *("static/vendor/htmx.min.js", "migrations/env.py", "migrations/script.py.mako"),
        *("desktop/launch.py", "__main__.py"),
    ):
        assert f"studentadmin/{needed}" in names, needed
    assert any(re.fullmatch(r"studentadmin/migrations/versions/\w+\.py", name) for name in names)
    tracked = subprocess.run(
        ["git", "ls-tree", "-r", "--name-only", "HEAD", "studentadmin"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    wanted = {name for name in tracked if not name.endswith((".po", ".pot"))}
    assert wanted - names == set()
    assert not any(name.startswith("tests") for name in names)


def test_the_command_works_on_a_new_register(installed: Path, tmp_path: Path):
    assert run(installed, "--version", home=tmp_path).stdout.startswith("Student Admin ")
    folder = str(tmp_path / "r")
    done = run(installed, "--data-dir", folder, "db", "current", home=tmp_path)
    assert done.returncode == 0, done.stderr
    healthy = run(installed, "--data-dir", folder, "doctor", home=tmp_path)
    assert healthy.returncode == 0, healthy.stdout
    assert "ok    database" in healthy.stdout


def test_without_a_command_it_serves(installed: Path, tmp_path: Path):
    environ = bare_environment(HOME=str(tmp_path))
    del environ["PYTHONPATH"]
    with subprocess.Popen(
        [installed, "--headless", "--data-dir", str(tmp_path / "r")],
        env=environ,
        stdout=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
    ) as program:
        assert program.stdout is not None
        address = program.stdout.readline().split()[-1].split("/enter")[0]
        with urlopen(f"{address}/static/app.css") as answer:
            assert answer.status == 200
        program.terminate()
        assert program.wait() == 0
