"""kill -9 during an import of 86 students leaves none of them or all."""

from __future__ import annotations

import http.client
import re
import shutil
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from time import perf_counter

import pytest

from studentadmin.services import register_file
from tests.durability.clerk import email
from tests.durability.warm import WarmServer
from tests.e2e.school import PASSWORD
from tests.e2e.visitor import Answer, Visitor

FILE = Path(__file__).parents[1] / "cases" / "imports" / "sds-students" / "input.csv"
STUDENTS = 86
MOMENTS = 8
"""The time an import takes is divided into so many, and the server killed at each."""
KEY = re.compile(r'name="idempotency_key" value="([^"]+)"')


@pytest.mark.slow
def test_a_killed_import_leaves_no_student_or_all(
    register: Path, warm: WarmServer, tmp_path: Path
) -> None:
    served = warm.serve(register)
    visitor, page, key = preview(served.port)
    began = perf_counter()
    assert commit(visitor, page, key).status == 303
    takes = perf_counter() - began
    warm.kill(served)
    assert students_in(register) == STUDENTS

    seen = set()
    for moment in range(MOMENTS):
        folder = tmp_path / f"register{moment}"
        seen.add(import_and_kill(warm, fresh_copy(register, folder), takes * moment / MOMENTS))
    assert 0 in seen


def import_and_kill(warm: WarmServer, folder: Path, after: float) -> int:
    """How many students a killed import left. Sent again, it leaves all of them."""
    served = warm.serve(folder)
    visitor, page, key = preview(served.port)
    with ThreadPoolExecutor(1) as thread:
        sent = thread.submit(commit, visitor, page, key)
        warm.kill(served, after)
        acknowledged = sent.exception() is None
    served = warm.serve(folder)
    left = students_in(folder)
    assert left in ({STUDENTS} if acknowledged else {0, STUDENTS})
    again = commit(visitor, page, key)
    assert again.status == 303
    assert "/import/done/" in again.location
    warm.kill(served)
    assert students_in(folder) == STUDENTS
    return left


def preview(port: int) -> tuple[Visitor, str, str]:
    """Somebody who looks at the preview, its path, and the key that names it."""
    visitor = Visitor(port)
    visitor.log_in(email(0), PASSWORD)
    visitor.get("/import/")
    taken = visitor.upload("/import/", FILE)
    assert taken.status == 303, taken.page
    path = taken.location
    page = visitor.get(path).page
    found = KEY.search(page)
    assert found, page
    return visitor, path, found[1]


def commit(visitor: Visitor, path: str, key: str) -> Answer:
    try:
        return visitor.post(f"{path}/commit", {"idempotency_key": key})
    except http.client.HTTPException as error:
        raise ConnectionError from error


def fresh_copy(register: Path, folder: Path) -> Path:
    """The same school before the import, in a folder of its own."""
    folder.mkdir(mode=0o700)
    shutil.copy(register / "secret.key", folder)
    before = min((register / "backups").glob("*.db"), key=lambda file: file.stat().st_mtime)
    shutil.copy(before, folder / "register.db")
    return folder


def students_in(folder: Path) -> int:
    """How many there are, after holding the register against its history."""
    with closing(register_file.connect(folder / "register.db")) as register:
        assert not register_file.faults(register)
        return count(register, "SELECT count(*) FROM student") or no_trace(register)


def no_trace(register: sqlite3.Connection) -> int:
    """Nothing that an import makes beside the students is there without them."""
    assert count(register, "SELECT count(*) FROM enrolment") == 0
    assert count(register, "SELECT count(*) FROM import_job") == 0
    assert count(register, "SELECT count(*) FROM change_set WHERE source = 'import'") == 0
    return 0


def count(register: sqlite3.Connection, query: str) -> int:
    found: int = register.execute(query).fetchone()[0]
    return found
