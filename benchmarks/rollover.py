"""How long does a school of 600 take to roll over? Run it by hand; prints seconds and a ratio.

Makes a register of its own, plans the roll-over, carries it out (without the backup, whose time is
the register's size) and takes it back, several times. The bare rows are the same inserts and
updates as plain `executemany`, in the same run and database: what no program could do without.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from flask import Flask
from sqlalchemy import insert, text

from studentadmin.app import create_app
from studentadmin.extensions import db
from studentadmin.models import (
    AcademicSession,
    ChangeRow,
    Enrolment,
    GradeLevel,
    Homeroom,
    Organisation,
    Student,
)
from studentadmin.services import rollover, rollover_commit, undo, upgrade
from studentadmin.services.rollover_plan import Plan
from studentadmin.services.unit import Actor, Unit, write
from studentadmin.settings import load

BOUND, USUAL = 2.0, 600
"""Seconds that a school of so many students may take."""

BY = Actor.system("benchmark")
GRADES, ROOMS = 6, 4
NOW = datetime.now(UTC)
STAMPS: dict[str, Any] = {"created_at": NOW, "updated_at": NOW, "version": 1}


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--students", type=int, default=USUAL)
    asked.add_argument("--times", type=int, default=5)
    asked.add_argument("--database-url", help="An empty database of a server; default: SQLite.")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        settings = load({"DATA_DIR": Path(folder), "DATABASE_URL": given.database_url}, environ={})
        upgrade.prepare(settings)
        app = create_app(settings)
        with app.app_context():
            plan = fill(given.students)
            took = measure(app, plan, given.students, given.times)
            db.session.remove()
            db.engine.dispose()
    for name, seconds in took.items():
        print(f"{name:>12}: {seconds:.3f} s")
    print(f"roll-over / bare rows: {took['roll-over'] / took['bare rows']:.1f}")
    return 0 if took["roll-over"] < BOUND or given.students > USUAL else 1


def fill(count: int) -> Plan:
    """A school with two years; everyone is in a class of one of six grades."""

    def work(unit: Unit) -> None:
        unit.session.execute(insert(Organisation), [row(1, name="School", type="school")])
        years = [(1, 2026), (2, 2027)]
        unit.session.execute(
            insert(AcademicSession),
            [
                row(key, title=str(year), type="schoolYear", start_date=date(year, 9, 1),
                    end_date=date(year + 1, 8, 31))
                for key, year in years
            ],
        )  # fmt: skip
        for key in range(GRADES, 0, -1):
            following = key + 1 if key < GRADES else None
            level = row(key, code=str(key), name=f"Grade {key}", sequence=key, next_id=following)
            unit.session.execute(insert(GradeLevel), [level])
        rooms = [(grade * ROOMS + n, grade, n) for grade in range(1, GRADES + 1) for n in range(4)]
        unit.session.execute(
            insert(Homeroom),
            [
                row(key, name=f"{grade}{'ABCD'[n]}", organisation_id=1, academic_session_id=1,
                    grade_level_id=grade)
                for key, grade, n in rooms
            ],
        )  # fmt: skip
        unit.session.execute(insert(Student), [student(key) for key in range(1, count + 1)])
        places = [(key, *rooms[key % len(rooms)]) for key in range(1, count + 1)]
        unit.session.execute(
            insert(Enrolment), [enrolment(key, room, grade) for key, room, grade, _n in places]
        )
        unit.session.add(unit.change_set)  # so that the rows are committed

    change = {"at": NOW, "by_name": "benchmark", "why": "fill", "source": "cli"}

    def with_change(unit: Unit) -> None:
        for name, value in change.items():
            setattr(unit.change_set, name, value)
        work(unit)

    write(with_change, by=BY, why="fill")
    return rollover.start(db.session, 1, 1, 2, "benchmark")


def row(key: int, **values: Any) -> dict[str, Any]:
    return {"id": key, "sourced_id": str(uuid4()), **STAMPS, **values}


def student(key: int) -> dict[str, Any]:
    name = f"Klein{key:05}"
    return row(
        key, student_number=f"S{key:05}", family_name=name, sort_name=name.lower(),
        search_name=name.lower(), status="enrolled", birth_date=date(2014, 1, 1 + key % 28),
    )  # fmt: skip


def enrolment(key: int, room: int, grade: int) -> dict[str, Any]:
    return row(
        key, student_id=key, organisation_id=1, academic_session_id=1, grade_level_id=grade,
        homeroom_id=room, entry_date=date(2026, 9, 1), entry_type="new", is_primary=True,
        is_repeat=False,
    )  # fmt: skip


def measure(app: Flask, plan: Plan, count: int, times: int) -> dict[str, float]:
    """Medians in seconds of looking, writing, taking back, and of the bare rows."""
    took: dict[str, list[float]] = {
        "look": [],
        "roll-over": [],
        "undo": [],
        "bare rows": [],
    }

    def timed(name: str, act: Callable[[], Any]) -> Any:
        db.session.remove()
        begun = time.perf_counter()
        value = act()
        took[name].append(time.perf_counter() - begun)
        return value

    for _round in range(times):
        plan = one_round(timed, plan, count)
    return {name: statistics.median(seconds) for name, seconds in took.items()}


def one_round(timed: Callable[..., Any], plan: Plan, count: int) -> Plan:
    """Look, write, take back; the plan as it is to be used next."""
    preview = timed("look", lambda: rollover.look(db.session, plan))
    if sum(preview.totals.values()) != count:
        raise AssertionError("the totals do not reconcile")
    written = timed(
        "roll-over",
        lambda: write(
            lambda unit: rollover_commit.apply(unit, plan, preview.digest), by=BY, why="roll over"
        ),
    )
    key = written.change_set_id
    timed("undo", lambda: write(lambda unit: undo.undo(unit, key), by=BY, why="undo", undoes=key))
    timed("bare rows", lambda: bare(count))
    return rollover.noticed(rollover.look(db.session, plan))


def bare(count: int) -> None:
    """Two rows and two lines of history for each student, then all taken away again."""
    keys = range(1, count + 1)
    with db.engine.connect() as connection:
        transaction = connection.begin()
        connection.execute(
            text("UPDATE enrolment SET exit_date = :day, exit_type = 'x' WHERE id = :key"),
            [{"day": date(2027, 8, 31), "key": key} for key in keys],
        )
        connection.execute(
            insert(Enrolment.__table__),  # type: ignore[arg-type]
            [enrolment(1_000_000 + key, ROOMS, 1) | {"student_id": key} for key in keys],
        )
        connection.execute(
            insert(ChangeRow.__table__),  # type: ignore[arg-type]
            [
                {"change_set_id": 1, "table_name": "enrolment", "row_id": key, "version": 1,
                 "action": "update", "before": {"a": 1}, "after": {"a": 2}}
                for key in (*keys, *keys)
            ],
        )  # fmt: skip
        transaction.rollback()


if __name__ == "__main__":
    raise SystemExit(main())
