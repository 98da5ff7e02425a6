"""The one search box: students, contacts, classes and schools that fit what is being typed."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, bindparam, select

from studentadmin.extensions import ReadSession
from studentadmin.models import (
    RECORDS,
    AcademicSession,
    Enrolment,
    Homeroom,
    Organisation,
    Person,
    Student,
    StudentContact,
)
from studentadmin.rules import names, rights, search
from studentadmin.rules.search import Rank
from studentadmin.services import search_index, search_numbers, search_words
from studentadmin.services.listing import ListQuery, contains_words, unindexed

LONGEST = 100
"""Characters of a question; the rest is not read."""

SHOWN = {"student": 8, "person": 5, "homeroom": 5, "organisation": 3}
"""The tables that are searched, in the order of their groups, and how many of each are shown."""

POOL = 40
"""Rows looked at before the best are chosen: of very many equals, those made last."""

STUDENTS_SHOWN = 3
"""Students named beside a contact."""


@dataclass(frozen=True)
class Hit:
    """A row that was found. `key` is how its page is named; `details` tell it from others."""

    table: str
    id: int
    key: int | str
    title: str
    details: tuple[str, ...]
    rank: Rank
    status: str | None = None


@dataclass(frozen=True)
class Group:
    """The hits of one table, best first, and whether there are more than are shown."""

    table: str
    hits: tuple[Hit, ...]
    more: bool


def find(session: ReadSession, text: str, roles: Collection[str]) -> list[Group]:
    """What `text` finds among the tables that `roles` may see; empty groups are left out.

    Every word must be found in the same row, in any order; or the whole is a number or an address.
    Until the index is whole the tables are read through instead: slower, and without readings.
    """
    text = text[:LONGEST]
    question = search.asked(text)
    connection = session.connection()
    whole = search_index.is_whole(connection)
    numbers = search_numbers.ranked(connection, text, roles, POOL) if whole else {}
    groups = []
    for table, shown in SHOWN.items():
        if not rights.allowed(roles, table, "view"):
            continue
        if whole:
            ranked = search_words.ranked(connection, table, question, POOL)
            for key, rank in numbers[table].items():
                ranked[key] = min(rank, ranked.get(key, rank))
        else:
            ranked = _scan(session, table, text, shown + 1)
        hits = _TELL[table](connection, ranked, roles) if ranked else []
        if hits:
            groups.append(Group(table, tuple(hits[:shown]), len(ranked) > shown))
    return groups


def _scan(session: ReadSession, table: str, text: str, limit: int) -> dict[int, Rank]:
    paths = {"student": ("search_name", "student_number"), "person": ("search_name",)}
    query = ListQuery(RECORDS[table], where=[contains_words(paths.get(table, ("name",)), text)])
    return {row.id: Rank.START for row in query.read(session, (), (), limit=limit).rows}


def _students(connection: Connection, ranked: dict[int, Rank], roles: Collection[str]) -> list[Hit]:
    rows: list[Any] = list(connection.execute(_STUDENTS, {"keys": list(ranked)}))
    rows.sort(key=lambda row: (ranked[row.id], row.status != "enrolled", row.sort_name, row.id))
    rows = rows[: SHOWN["student"]]
    classes: dict[int, str] = {}
    if all(rights.allowed(roles, table, "view") for table in ("enrolment", "homeroom")):
        found = connection.execute(_CLASSES, {"keys": [row.id for row in rows]})
        classes = {student: name for student, name in found}  # noqa: C416  the last one stays
    hits = []
    for row in rows:
        title, native = _names(row)
        details = (row.student_number, native, classes.get(row.id))
        shown = tuple(filter(None, details))
        number, rank = row.student_number, ranked[row.id]
        hits.append(Hit("student", row.id, number, title, shown, rank, row.status))
    return hits


def _people(connection: Connection, ranked: dict[int, Rank], roles: Collection[str]) -> list[Hit]:
    rows: list[Any] = list(connection.execute(_PEOPLE, {"keys": list(ranked)}))
    rows.sort(key=lambda row: (ranked[row.id], row.sort_name, row.id))
    rows = rows[: SHOWN["person"]]
    students: dict[int, list[str]] = {}
    if all(rights.allowed(roles, table, "view") for table in ("student_contact", "student")):
        for student in connection.execute(_STUDENTS_OF, {"keys": [row.id for row in rows]}):
            students.setdefault(student.person_id, []).append(_names(student)[0])
    hits = []
    for row in rows:
        title, native = _names(row)
        details = (native, *students.get(row.id, [])[:STUDENTS_SHOWN])
        shown = tuple(filter(None, details))
        hits.append(Hit("person", row.id, row.id, title, shown, ranked[row.id]))
    return hits


def _homerooms(
    connection: Connection, ranked: dict[int, Rank], _roles: Collection[str]
) -> list[Hit]:
    rows = connection.execute(_HOMEROOMS, {"keys": list(ranked)}).all()
    return [
        Hit("homeroom", row.id, row.id, row.name, (row.title, row.school), ranked[row.id])
        for row in sorted(rows, key=lambda row: ranked[row.id])
    ]


def _organisations(
    connection: Connection, ranked: dict[int, Rank], _roles: Collection[str]
) -> list[Hit]:
    rows = connection.execute(_ORGANISATIONS, {"keys": list(ranked)}).all()
    hits = []
    for row in sorted(rows, key=lambda row: (ranked[row.id], row.name, row.id)):
        details = (row.identifier,) if row.identifier else ()
        hits.append(Hit("organisation", row.id, row.id, row.name, details, ranked[row.id]))
    return hits


def _names(row: Any) -> tuple[str, str | None]:
    """How a person is named, and the native name where it says something else."""
    title = names.display_name(row.family_name, row.given_name or "", row.middle_name)
    return title, row.native_name if row.native_name != title else None


_TELL: dict[str, Callable[[Connection, dict[int, Rank], Collection[str]], list[Hit]]] = {
    "student": _students,
    "person": _people,
    "homeroom": _homerooms,
    "organisation": _organisations,
}

# Plain tables: a statement of mapped classes takes twice as long to begin.
_student, _person, _contact, _enrolment, _room, _year, _school = (
    model.__table__.c
    for model in (
        Student,
        Person,
        StudentContact,
        Enrolment,
        Homeroom,
        AcademicSession,
        Organisation,
    )
)


def _live(of: Any, key: str = "id") -> Any:
    keys: Any = bindparam("keys", expanding=True)
    return and_(of[key].in_(keys), unindexed(of.deleted_at).is_(None))


def _named(of: Any) -> tuple[Any, ...]:
    return of.family_name, of.given_name, of.middle_name, of.native_name


_STUDENTS = select(
    _student.id, *_named(_student), _student.student_number, _student.status, _student.sort_name
).where(_live(_student))
_CLASSES = (
    select(_enrolment.student_id, _room.name)
    .where(_live(_enrolment, "student_id"), _room.id == _enrolment.homeroom_id)
    .order_by(_enrolment.entry_date, _enrolment.id)
)
_PEOPLE = select(_person.id, *_named(_person), _person.sort_name).where(_live(_person))
_STUDENTS_OF = (
    select(_contact.person_id, *_named(_student))
    .where(_live(_contact, "person_id"), _student.id == _contact.student_id)
    .where(unindexed(_student.deleted_at).is_(None))
    .order_by(_student.sort_name, _student.id)
)
_HOMEROOMS = (
    select(_room.id, _room.name, _year.title, _school.name.label("school"))
    .where(_live(_room), _school.id == _room.organisation_id)
    .where(_year.id == _room.academic_session_id)
    .order_by(_year.start_date.desc(), _room.name, _room.id)
)
_ORGANISATIONS = select(_school.id, _school.name, _school.identifier).where(_live(_school))
