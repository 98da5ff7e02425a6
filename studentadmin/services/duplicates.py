"""Students who may be one: candidates by keys that an index answers, then a closer look.

Never all pairs. Keys of a block: the birth date with the beginning of a name, the sort name, a
phone, a number. What it costs is in docs/decisions/merge.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, String, and_, func, or_, select, union
from sqlalchemy.orm import aliased

from studentadmin.extensions import ReadSession
from studentadmin.models import HealthIgnore, Phone, Student, StudentIdentifier
from studentadmin.rules import likeness, names
from studentadmin.rules.likeness import Reason, Traits
from studentadmin.services.health_ignore import LIKELY_DUPLICATE

CANDIDATES = 300
"""Rows looked at for one typed name, and for one birth date."""

SHOWN = 5
CHUNK = 400
TONES = "12345"


@dataclass(frozen=True)
class Likely:
    """A student who may be the one being typed, `score` 0 to 100."""

    student: Student
    score: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Pair:
    """Two students who may be one; `first` is the older record. `mark`: what was compared."""

    first: int
    second: int
    score: int
    reasons: tuple[Reason, ...]
    mark: str


def like(session: ReadSession, typed: Traits) -> list[Likely]:
    """At most five students who may be the one being typed, likeliest first, in three queries."""
    found = []
    for student in _candidates(session, typed):
        score, reasons = likeness.likeness(typed, traits_of(student))
        if score:
            found.append(Likely(student, score, reasons))
    return sorted(found, key=lambda item: (-item.score, item.student.id))[:SHOWN]


def _candidates(session: ReadSession, typed: Traits) -> list[Student]:
    live = select(Student).where(Student.deleted_at.is_(None)).limit(CANDIDATES)
    found: dict[int, Student] = {}
    if typed.birth_date is not None:
        born = live.where(Student.birth_date == typed.birth_date)
        found |= {row.id: row for row in session.scalars(born)}
    ranges = [_begins(Student.sort_name, prefix) for prefix in _prefixes(typed)]
    if ranges:
        named = live.where(or_(*ranges)).order_by(Student.sort_name)
        found |= {row.id: row for row in session.scalars(named)}
    return list(found.values())


def _prefixes(typed: Traits) -> set[str]:
    """How the sort name of a likely student begins, in either order and however it is read."""
    found = set()
    for family, given in likeness.readings(typed):
        for first, second in ((family, given), (given, family)):
            if not first:
                continue
            found.add(f"{first}  {second[:2]}" if second else first)
            if first.isascii() and second:  # as a Chinese name read in pinyin stands there
                found |= {f"{first}{tone}  {second[:2]}" for tone in TONES}
    for given in typed.given or ("",):
        found.add(names.sort_form(typed.family, given[:1]))
    return {prefix for prefix in found if len(prefix) > 1}


def _begins(column: Any, prefix: str) -> ColumnElement[bool]:
    """A range of an index; LIKE is none on SQLite."""
    end = prefix[:-1] + chr(ord(prefix[-1]) + 1)
    return and_(column >= prefix, column < end)


def traits_of(student: Student, numbers: Iterable[str] = (), phones: Iterable[str] = ()) -> Traits:
    """What is compared of a student."""
    given = (student.given_name, student.preferred_name)
    return Traits(
        family=student.family_name,
        given=tuple(dict.fromkeys(name for name in given if name)),
        native=student.native_name or "",
        birth_date=student.birth_date,
        sex=student.sex,
        numbers=frozenset(numbers),
        phones=frozenset(phones),
    )


def pairs(session: ReadSession, low: int, high: int) -> list[Pair]:
    """The likely duplicates whose older record has a key in (low, high], those left apart.

    Raises nothing; the cost grows with the number of students in the range, not with its square.
    """
    keys = sorted(set(session.execute(_pair_keys(low, high))))
    wanted = _load(session, {key for pair in keys for key in pair})
    found = []
    for first, second in keys:
        if first in wanted and second in wanted:
            score, reasons = likeness.likeness(wanted[first], wanted[second])
            if score:
                mark = _mark(wanted[first], wanted[second])
                found.append(Pair(first, second, score, reasons, mark))
    left = _left(session, found)
    return [pair for pair in found if left.get((pair.first, pair.second)) != pair.mark]


def _pair_keys(low: int, high: int) -> Any:
    one, two = aliased(Student), aliased(Student)
    live = (
        one.id > low, one.id <= high, two.id > one.id,
        one.deleted_at.is_(None), two.deleted_at.is_(None),
    )  # fmt: skip
    mine, theirs = (func.substr(who.sort_name, 1, 2, type_=String) for who in (one, two))
    named = or_(
        mine == theirs,
        (" " + two.search_name).like("% " + mine + "%"),
        (" " + one.search_name).like("% " + theirs + "%"),
        (" " + two.search_name).like("% " + one.family_name + "%"),
        (" " + one.search_name).like("% " + two.family_name + "%"),
    )
    born = select(one.id, two.id).join(two, two.birth_date == one.birth_date).where(*live, named)
    same_name = select(one.id, two.id).join(two, two.sort_name == one.sort_name).where(*live)
    return union(
        born,
        same_name,
        _by_number(StudentIdentifier, StudentIdentifier.value, low, high),
        _by_number(Phone, Phone.digits, low, high),
    )


def _by_number(model: Any, column: Any, low: int, high: int) -> Any:
    """Two students with the same number, of whatever scheme, or the same phone."""
    mine, theirs = aliased(model), aliased(model)
    return (
        select(mine.student_id, theirs.student_id)
        .join(theirs, getattr(theirs, column.key) == getattr(mine, column.key))
        .where(
            mine.student_id > low, mine.student_id <= high,
            theirs.student_id > mine.student_id,
            mine.deleted_at.is_(None), theirs.deleted_at.is_(None),
        )
    )  # fmt: skip


def _load(session: ReadSession, keys: set[int]) -> dict[int, Traits]:
    """The traits of the live students of these keys, in three queries a chunk."""
    found: dict[int, Traits] = {}
    for part in _chunks(sorted(keys)):
        numbers = _texts(session, StudentIdentifier, StudentIdentifier.value, part)
        phones = _texts(session, Phone, Phone.digits, part)
        query = select(Student).where(Student.id.in_(part), Student.deleted_at.is_(None))
        for student in session.scalars(query):
            of = numbers.get(student.id, ()), phones.get(student.id, ())
            found[student.id] = traits_of(student, *of)
    return found


def _texts(
    session: ReadSession, model: Any, column: Any, keys: Sequence[int]
) -> dict[int, list[str]]:
    query = select(model.student_id, column).where(
        model.student_id.in_(keys), model.deleted_at.is_(None)
    )
    found: dict[int, list[str]] = {}
    for key, text in session.execute(query):
        if text:
            found.setdefault(key, []).append(text)
    return found


def _left(session: ReadSession, found: Sequence[Pair]) -> dict[tuple[int, int], str]:
    """The pairs that somebody said are two, with what was compared then."""
    left: dict[tuple[int, int], str] = {}
    for part in _chunks(found):
        query = select(HealthIgnore.row_id, HealthIgnore.other_id, HealthIgnore.mark).where(
            HealthIgnore.check_name == LIKELY_DUPLICATE,
            HealthIgnore.deleted_at.is_(None),
            HealthIgnore.row_id.in_([pair.first for pair in part]),
        )
        left |= {(row_id, other): mark for row_id, other, mark in session.execute(query)}
    return left


def _mark(one: Traits, two: Traits) -> str:
    """Changes with a name, a birth date, a number; not with anything else of the two."""
    told = [
        (t.family, t.given, t.native, str(t.birth_date), t.sex, sorted(t.numbers))
        for t in (one, two)
    ]
    return sha256(repr(told).encode()).hexdigest()


def _chunks(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]
