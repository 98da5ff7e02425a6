"""A register of any size, made straight into a migrated SQLite file and kept in a cache folder."""

from __future__ import annotations

import sqlite3
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

from flask_security import hash_password

from benchmarks import people
from studentadmin.app import create_app
from studentadmin.extensions import db
from studentadmin.rules.password import normalise
from studentadmin.services import backup, migration, search_rebuild, upgrade
from studentadmin.services import user as users
from studentadmin.services.unit import Actor, write
from studentadmin.settings import load

OWNER, PASSWORD = "ann@school.example", "a lamp beside the harbour"
CLASSES, SCHOOLS, GRADES = 2000, 50, 10
FORMAT = 2
"""Counted up when the rows below change, so that an older file is made anew."""

NOW = "2026-09-01 08:00:00.000000"
STUDENT = (
    "id, student_number, family_name, given_name, middle_name, native_name, sex, birth_date,"
    " status, sort_name, search_name"
)
ENROLMENT = (
    "id, student_id, organisation_id, academic_session_id, grade_level_id, homeroom_id, entry_date,"
    " entry_type, exit_date, exit_type, is_primary, is_repeat"
)
KEEPING = "sourced_id, created_at, updated_at, version, deleted_at"
FAST = ("journal_mode=OFF", "synchronous=OFF", "cache_size=-200000", "foreign_keys=OFF")


def ready(cache: Path, students: int) -> Path:
    """The data folder of a register with so many students, made unless it is there.

    Its backup of the day is made as well: the program would do it while it is measured.
    """
    head = migration.revisions(None).head
    folder = cache / f"students-{students}-{FORMAT}-{head}"
    if not (folder / "whole").exists():
        began = time.perf_counter()
        _make(folder, students)
        (folder / "whole").touch()
        took = time.perf_counter() - began
        print(f"made a register of {students:,} students in {took:.0f} s", file=sys.stderr)
    backup.daily(load({"DATA_DIR": str(folder)}))
    return folder


def _make(folder: Path, students: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    settings = load({"DATA_DIR": str(folder)})
    upgrade.prepare(settings)
    app = create_app(settings)
    with app.app_context():
        owner = users.OwnerDraft(
            "Harbour School", "Ann Owner", OWNER, hash_password(normalise(PASSWORD)), "en"
        )
        by = Actor.system("benchmark")
        if not users.any_user(db.session()):
            write(lambda unit: users.found(unit, owner), by=by, why="first run")
        db.session.remove()
        db.engine.dispose()
    fill(folder / "register.db", students)
    with app.app_context():
        search_rebuild.rebuild()
        db.session.remove()
        db.engine.dispose()


def fill(file: Path, students: int) -> None:
    """Put schools, classes, students and enrolments in; indexes are dropped meanwhile."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        for pragma in FAST:
            connection.execute(f"PRAGMA {pragma}")
        indexes = connection.execute(
            "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL"
            " AND tbl_name IN ('student', 'enrolment', 'homeroom')"
        ).fetchall()
        connection.execute("BEGIN")
        for name, _sql in indexes:
            connection.execute(f'DROP INDEX "{name}"')
        for table, columns, rows in _tables(students):
            _insert(connection, table, columns, rows)
        for _name, sql in indexes:
            connection.execute(sql)
        connection.execute("COMMIT")
        connection.execute("PRAGMA journal_mode=WAL")


def _insert(
    connection: sqlite3.Connection, table: str, columns: str, rows: Iterable[tuple[Any, ...]]
) -> None:
    names = f"{columns}, {KEEPING}"
    marks = ", ".join("?" for _name in names.split(","))
    kept = ((*row[:-1], *_keeping(table, row[0]), row[-1]) for row in rows)
    connection.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", kept)


def _keeping(table: str, key: int) -> tuple[str, str, str, int]:
    return f"{table}-{key:012d}", NOW, NOW, 1


def _tables(students: int) -> Iterator[tuple[str, str, Iterable[tuple[Any, ...]]]]:
    """Table, columns and rows; the last value of a row is when it went to the trash, or None."""
    yield (
        "organisation",
        "id, name, type",
        ((100 + n, f"School {n:02d}", "school", None) for n in range(SCHOOLS)),
    )
    yield (
        "academic_session",
        "id, title, type, start_date, end_date",
        [(1, "2026/27", "schoolYear", "2026-09-01", "2027-08-31", None)],
    )
    yield (
        "grade_level",
        "id, code, name, sequence",
        ((n + 1, str(n + 1), f"Grade {n + 1}", n + 1, None) for n in range(GRADES)),
    )
    yield (
        "homeroom",
        "id, name, organisation_id, academic_session_id, grade_level_id, capacity",
        (_class(place) for place in range(CLASSES)),
    )
    yield (
        "student",
        STUDENT,
        map(_student, range(1, students + 1), people.invent(students)),
    )
    yield (
        "enrolment",
        ENROLMENT,
        _enrolments(students),
    )


def _class(place: int) -> tuple[Any, ...]:
    school, own = divmod(place, CLASSES // SCHOOLS)
    grade, letter = own % GRADES + 1, "ABCD"[own // GRADES]
    return place + 1, f"{grade}{letter}", 100 + school, 1, grade, 30, None


def _student(key: int, one: people.Invented) -> tuple[Any, ...]:
    return (
        key,
        one.number,
        one.family,
        one.given,
        one.middle,
        one.native,
        one.sex,
        one.born.isoformat(),
        one.status,
        people.sort_name(one.family, one.given),
        people.search_name(one.family, one.given, one.middle, None, one.native),
        NOW if one.deleted else None,
    )


def _enrolments(students: int) -> Iterator[tuple[Any, ...]]:
    random = Random(5)
    first, last = date(2026, 9, 1).isoformat(), date(2026, 10, 30).isoformat()
    for student, one in enumerate(people.invent(students), 1):
        place = random.randrange(CLASSES)
        _key, _name, school, year, grade, _capacity, _gone = _class(place)
        left = one.status in {"left", "graduated"}
        yield (
            student, student, school, year, grade, place + 1, first, "new",
            last if left else None, "transfer" if left else None, True, False,
            NOW if one.deleted else None,
        )  # fmt: skip
