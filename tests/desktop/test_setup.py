"""The first start: an environment of pinned and hashed libraries, made once, safely."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from studentadmin.desktop import bootstrap
from tests.desktop.program import ENGLISH, NO_DISPLAY, ROOT
from tests.desktop.waiting import until

pytestmark = pytest.mark.slow


def locked(name: str) -> str:
    """The lines of one requirement in our own lists."""
    for group in ("app", "dev"):
        text = (ROOT / "requirements" / f"{group}.txt").read_text()
        if found := re.search(rf"^{name}==.*?(?=^\S|\Z)", text, re.MULTILINE | re.DOTALL):
            return found[0]
    raise LookupError(name)


class Checkout:
    """A copy of the real launcher and its set-up, whose lists hold one small library each."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.cache = folder.parent / "cache"
        desktop = folder / "studentadmin" / "desktop"
        desktop.mkdir(parents=True)
        shutil.copy(ROOT / "launcher.py", folder)
        shutil.copy(ROOT / "studentadmin" / "__init__.py", desktop.parent)
        for file in (ROOT / "studentadmin" / "desktop").glob("*.py"):
            shutil.copy(file, desktop)
        (desktop.parent / "rules").mkdir()
        for name in ("__init__.py", "languages.py"):
            shutil.copy(ROOT / "studentadmin" / "rules" / name, desktop.parent / "rules")
        (folder / "requirements").mkdir()
        self.need("app", locked("itsdangerous"))
        self.need("window", locked("blinker"))
        self.need("dev", locked("iniconfig"))

    def need(self, group: str, text: str) -> None:
        (self.folder / "requirements" / f"{group}.txt").write_text(text)

    @property
    def stamp(self) -> dict[str, object]:
        found: dict[str, object] = json.loads(
            (self.folder / ".venv" / bootstrap.STAMP).read_bytes()
        )
        return found

    def command(self, *words: str, prefix: tuple[str, ...] = ()) -> list[str]:
        return [*prefix, base_python(), str(self.folder / "launcher.py"), *words]

    def environ(self, **more: str) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        home = {"HOME": str(self.folder.parent), "XDG_CACHE_HOME": str(self.cache)}
        return {**kept, **NO_DISPLAY, **ENGLISH, **home, **more}

    def run(
        self, *words: str, prefix: tuple[str, ...] = (), **environ: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*words, prefix=prefix),
            env=self.environ(**environ),
            capture_output=True,
            text=True,
            check=False,
            cwd=self.folder.parent,
        )


def base_python() -> str:
    """A Python outside of every environment, as on a new machine."""
    return str(Path(sys.base_prefix) / "bin" / f"python{bootstrap.VERSION}")


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path / "a check-out 学生")


def has(python: str, module: str) -> bool:
    command = [python.strip(), "-c", f"import {module}"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_it_is_made_once_and_completed_when_more_is_needed(checkout: Checkout):
    first = checkout.run("--prepare")
    assert first.returncode == 0, first.stderr
    python = first.stdout.strip()
    assert Path(python).parent.parent == checkout.folder / ".venv"
    assert "sets itself up" in first.stderr
    assert "[1/1]" in first.stderr
    assert has(python, "itsdangerous")
    assert not has(python, "blinker")

    again = checkout.run("--prepare")
    assert (again.stdout, again.stderr) == (first.stdout, "")

    more = checkout.run("--prepare", "window")
    assert more.returncode == 0
    assert has(python, "blinker")
    assert "sets itself up" not in more.stderr
    assert set(checkout.stamp["groups"]) == {"app", "window"}  # type: ignore[call-overload]


def test_a_changed_list_is_installed_at_the_next_start(checkout: Checkout):
    python = checkout.run("--prepare").stdout
    checkout.need("app", locked("itsdangerous") + locked("blinker"))
    assert checkout.run("--prepare").returncode == 0
    assert has(python, "blinker")


def test_an_interrupted_set_up_is_begun_again(checkout: Checkout):
    with subprocess.Popen(
        checkout.command("--prepare"),
        env=checkout.environ(),
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    ) as first:
        until((checkout.folder / ".venv" / "pyvenv.cfg").exists, "half an environment")
        os.killpg(first.pid, signal.SIGKILL)
    (checkout.folder / ".venv" / "half-written").write_text("left over")
    done = checkout.run("--prepare")
    assert done.returncode == 0, done.stderr
    assert has(done.stdout, "itsdangerous")
    assert not (checkout.folder / ".venv" / "half-written").exists()


def test_two_first_starts_make_it_once(checkout: Checkout):
    both = [
        subprocess.Popen(
            checkout.command("--prepare"),
            env=checkout.environ(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _number in range(2)
    ]
    told = [process.communicate() for process in both]
    assert [process.returncode for process in both] == [0, 0], told
    assert sum("sets itself up" in errors for _out, errors in told) == 1
    assert told[0][0] == told[1][0]


def test_an_environment_that_another_start_has_just_begun_is_the_one(checkout: Checkout):
    begun = checkout.folder / ".venv" / bootstrap.LOCK
    begun.parent.mkdir()
    begun.touch()
    done = checkout.run("--prepare")
    assert done.returncode == 0, done.stderr
    assert ".venv-studentadmin" not in done.stdout


def test_somebody_elses_environment_is_left_alone(checkout: Checkout):
    theirs = checkout.folder / ".venv" / "pyvenv.cfg"
    theirs.parent.mkdir()
    theirs.write_text("mine")
    done = checkout.run("--prepare")
    assert done.returncode == 0, done.stderr
    assert theirs.read_text() == "mine"
    assert ".venv-studentadmin" in done.stdout


def test_a_read_only_checkout_uses_the_cache_folder(checkout: Checkout):
    powerless = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")
    checkout.folder.chmod(0o555)
    try:
        done = checkout.run("--prepare", prefix=powerless if os.geteuid() == 0 else ())
    finally:
        checkout.folder.chmod(0o755)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(str(checkout.cache / "student-admin"))
    assert not (checkout.folder / ".venv").exists()


OFFLINE = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "", "PIP_CONFIG_FILE": os.devnull}


def test_without_a_network_it_says_so_and_the_next_start_goes_on(checkout: Checkout):
    done = checkout.run("--prepare", **OFFLINE)
    assert done.returncode == 1
    assert "could not reach the internet" in done.stderr
    assert "Traceback" not in done.stderr
    assert checkout.run("--prepare").returncode == 0


def test_without_the_windows_libraries_the_register_opens_all_the_same(checkout: Checkout):
    """They are fetched at the first start with a display; without a network it goes on."""
    assert checkout.run("--prepare").returncode == 0
    done = checkout.run(DISPLAY=":4711", **OFFLINE)
    assert "opens in your browser" in done.stderr
    assert "studentadmin.__main__" in done.stderr, "handed over, to a program this copy lacks"


def test_a_library_that_was_changed_on_the_way_is_not_used(checkout: Checkout):
    good = locked("itsdangerous")
    checkout.need("app", re.sub(r"sha256:\w{8}", "sha256:00000000", good))
    done = checkout.run("--prepare")
    assert done.returncode == 1
    assert "not the one Student Admin was tested with" in done.stderr


def test_an_unknown_group_is_refused(checkout: Checkout):
    assert checkout.run("--prepare", "kitchen").returncode == 1


def test_the_launcher_parses_on_old_pythons_and_names_the_cure():
    source = (ROOT / "launcher.py").read_text()
    ast.parse(source, feature_version=(3, 4))
    assert "python.org/downloads" in source
    assert len(source.splitlines()) <= 38


def test_the_programs_own_lists_are_pinned_and_hashed():
    for group in bootstrap.GROUPS:
        text = bootstrap.requirements(group).read_text()
        for block in re.split(r"(?m)^(?=\S)", text):
            assert not block or ("==" in block and "--hash=sha256:" in block), block
        assert "://" not in text, "no registry's address"
