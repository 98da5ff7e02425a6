"""What the tests of backups do to registers: fill, read, kill, write from another program."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from studentadmin.services import register_file

NOBODY = 65534
ROOT = Path(__file__).parents[2]

ADD_STUDENT = (
    "INSERT INTO student (student_number, family_name, sort_name, search_name, status,"
    " sourced_id, created_at, updated_at, version)"
    " VALUES (?, 'Wang', 'wang', 'wang', 'registered', ?, '2026-01-01', '2026-01-01', 1)"
)


def add_students(file: Path, *numbers: str) -> None:
    with closing(register_file.connect(file)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(ADD_STUDENT, [(number, number) for number in numbers])
        connection.execute("COMMIT")


def students(file: Path) -> set[str]:
    with closing(register_file.connect(file)) as connection:
        assert register_file.faults(connection) == []
        return {row[0] for row in connection.execute("SELECT student_number FROM student")}


def revision(file: Path) -> str | None:
    with closing(register_file.connect(file)) as connection:
        return register_file.revision_of(connection)


@contextmanager
def ordinary_account() -> Iterator[None]:
    """Act as an account whom file modes bind; root is bound by none."""
    if os.geteuid() != 0:
        yield
        return
    os.setresuid(NOBODY, NOBODY, 0)
    try:
        yield
    finally:
        os.setresuid(0, 0, 0)


def give_away(folder: Path) -> None:
    """Let the ordinary account own everything in `folder`."""
    if os.geteuid() == 0:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, NOBODY, NOBODY)


def killed_after(seconds: float, work: Callable[[], object]) -> bool:
    """Run `work` in a process of its own and kill -9 it; False when it ended before that."""
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(0)
    watched = os.pidfd_open(child)
    try:
        ended, _, _ = select.select([watched], [], [], seconds)
        os.kill(child, signal.SIGKILL)
    finally:
        os.close(watched)
        os.waitpid(child, 0)
    return not ended


@contextmanager
def writer(file: Path, first: int = 0) -> Iterator[subprocess.Popen[str]]:
    """Another program that saves student after student and says which ones were acknowledged.

    Each transaction writes a student and an organisation, so that half of one can be seen.
    """
    with subprocess.Popen(
        [
            sys.executable,
            str(Path(__file__).with_name("writing_program.py")),
            str(file),
            str(first),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def written_by(process: subprocess.Popen[str]) -> list[str]:
    """Ask the writer to stop; every number it was told is saved."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("stop\n")
    process.stdin.close()
    said = process.stdout.read()
    assert process.wait(60) == 0, said
    return said.split()
