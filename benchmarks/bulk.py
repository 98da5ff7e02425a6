"""How long does one change of 20,000 rows take, and how much memory? Run by `make bench`.

Fills a register with students and their enrolments, then, on SQLite and on a MariaDB of its own:
a bare executemany UPDATE of the same rows as the yardstick; the preview of setting one field; the
change with rules and history; its Undo; the preview of moving all to the trash; the removal; its
Undo. Prints seconds, rows a second, the ratio to the yardstick and the growth of memory at its
peak (Linux). Only on a machine that does nothing else do the numbers mean anything.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import insert, select, text

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from studentadmin.app import create_app
from studentadmin.extensions import db
from studentadmin.models import Enrolment, Student
from studentadmin.services import bulk, bulk_delete
from studentadmin.services import undo as undoing
from studentadmin.services.academic_session import AcademicSessionDraft, academic_sessions
from studentadmin.services.bulk_change import Change, Operation
from studentadmin.services.grade_level import GradeLevelDraft, grade_levels
from studentadmin.services.lookups import parts
from studentadmin.services.organisation import OrganisationDraft, organisations
from studentadmin.services.student import students
from studentadmin.services.unit import Actor, Unit, write
from studentadmin.settings import load

BY = Actor.system("benchmark")
NOW = datetime.now(UTC)
STAMPS: dict[str, Any] = {"created_at": NOW, "updated_at": NOW, "version": 1}
FIRST_DAY = date(2026, 9, 1)


def fill(unit: Unit, rows: int) -> None:
    """`rows` students, each with an enrolment, past the services: this is not measured."""
    school = organisations.create(unit, OrganisationDraft("School", "school")).id
    end = date(2027, 7, 31)
    year = academic_sessions.create(
        unit, AcademicSessionDraft("2026/27", "schoolYear", date(2026, 8, 1), end)
    ).id
    grade = grade_levels.create(unit, GradeLevelDraft("G9", "Grade 9", 9)).id
    for part in parts(range(1, rows + 1), 5000):
        people = [
            {
                "id": n, "sourced_id": f"s{n}", "student_number": f"{n:07}", "status": "enrolled",
                "family_name": "Klein", "given_name": f"Ora {n}", "sort_name": f"klein ora {n}",
                "search_name": f"klein ora {n}", "birth_date": date(2012, 1, 1 + n % 28), **STAMPS,
            }
            for n in part
        ]  # fmt: skip
        places = [
            {
                "id": n, "sourced_id": f"e{n}", "student_id": n, "organisation_id": school,
                "academic_session_id": year, "grade_level_id": grade, "entry_date": FIRST_DAY,
                "entry_type": "new", "is_primary": True, "is_repeat": False, **STAMPS,
            }
            for n in part
        ]  # fmt: skip
        unit.session.execute(insert(Student.__table__), people)
        unit.session.execute(insert(Enrolment.__table__), places)


class Watch:
    """Prints what each step took; the first is the yardstick."""

    def __init__(self, kind: str, rows: int) -> None:
        self.kind = kind
        self.rows = rows
        self.yardstick = 0.0

    def step(self, name: str, work: Callable[[], Any]) -> Any:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
        before, start = _memory("VmRSS"), time.perf_counter()
        value = work()
        seconds = time.perf_counter() - start
        self.yardstick = self.yardstick or seconds
        print(
            f"{self.kind:8} {name:28} {seconds:7.2f} s {self.rows / seconds:9,.0f} rows/s"
            f" {seconds / self.yardstick:6.1f}x  +{max(0, _memory('VmHWM') - before):4.0f} MB",
            flush=True,
        )
        return value


def _memory(name: str) -> float:
    """Of this process, in MB: VmRSS now, VmHWM at its highest since it was last cleared."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith(name))
    return int(line.split()[1]) / 1024


def measure(app: Flask, kind: str, rows: int) -> None:
    with app.app_context():
        upgrade()
        write(lambda unit: fill(unit, rows), by=BY, why="fill")
        keys = list(db.session.scalars(select(Student.id)))
        db.session.remove()
        watch = Watch(kind, rows)
        watch.step("bare UPDATE", lambda: write(lambda unit: bare(unit, keys), by=BY, why="bare"))
        write(lambda unit: unit.session.execute(text("SELECT 1")), by=BY, why="warm")
        change = lambda: Change([Operation("language", "set", "German")], lambda _n, v: v)  # noqa: E731
        tried = watch.step(
            "preview of one field",
            lambda: bulk.rehearse(BY, students, keys, change(), quiet),
        )
        edited = watch.step(
            "change of one field",
            lambda: write(
                lambda unit: bulk.edit_rows(unit, students, tried.changed, change(), quiet),
                by=BY,
                why="bulk edit",
            ),
        )
        watch.step("its Undo", lambda: take_back(edited.change_set_id))
        radius = watch.step(
            "preview of removal", lambda: bulk_delete.look(BY, students, keys, quiet)
        )
        removed = watch.step(
            "removal with enrolments",
            lambda: write(
                lambda unit: bulk_delete.remove_rows(unit, students, radius.changed, quiet),
                by=BY,
                why="bulk delete",
            ),
        )
        watch.step("its Undo", lambda: take_back(removed.change_set_id))


def bare(unit: Unit, keys: list[int]) -> None:
    unit.session.connection().execute(
        text("UPDATE student SET language = :language WHERE id = :id"),
        [{"id": key, "language": None} for key in keys],
    )
    unit.session.commit()


def take_back(change_set_id: int) -> None:
    write(lambda unit: undoing.undo(unit, change_set_id), by=BY, why="undo", undoes=change_set_id)


def quiet(_done: int, _all: int) -> None:
    """Nobody watches."""


@contextmanager
def databases(asked: list[str], folder: Path) -> Iterator[dict[str, str | None]]:
    from tests.servers import _start_mariadb, _stop

    found: dict[str, str | None] = {}
    server = None
    if "sqlite" in asked:
        found["sqlite"] = None
    if "mariadb" in asked:
        port, server = _start_mariadb(folder / "mariadb")
        import pymysql

        with pymysql.connect(host="127.0.0.1", port=port, user="root") as link:
            link.cursor().execute("CREATE DATABASE bench CHARACTER SET utf8mb4 COLLATE utf8mb4_bin")
        found["mariadb"] = f"mysql+pymysql://root@127.0.0.1:{port}/bench?charset=utf8mb4"
    try:
        yield found
    finally:
        if server is not None:
            _stop(server)


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rows", type=int, default=20_000)
    asked.add_argument("--on", nargs="*", default=["sqlite", "mariadb"])
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder, databases(given.on, Path(folder)) as found:
        for kind, url in found.items():
            data = Path(folder) / kind / "data"
            arguments: dict[str, Any] = {"DATA_DIR": data, "PROFILE": "testing"}
            if url:
                arguments["DATABASE_URL"] = url
            measure(create_app(load(arguments, environ={})), kind, given.rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
