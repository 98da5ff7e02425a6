"""Asking the checks: their findings page by page, their counts, and mending what is certain."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, exists, func, select

from studentadmin.errors import Missing
from studentadmin.extensions import ReadSession
from studentadmin.models import HealthIgnore, Student, StudentIdentifier
from studentadmin.services import duplicates
from studentadmin.services.health_checks import CHECKS, Check, Facts, Source
from studentadmin.services.health_ignore import LIKELY_DUPLICATE
from studentadmin.services.person import people
from studentadmin.services.student import students
from studentadmin.services.unit import Unit

PAGE = 50
BATCH = 1000
"""Findings of a page, and rows read at a time where Python has the last word."""

COUNT_CAP = 10_000
Allowed = Callable[[str, str, str], bool]
"""(resource, action, field class) -> whether the person may."""


@dataclass(frozen=True)
class Finding:
    """One thing that a check found: a row of the check's table, of a pair the other one too."""

    check: str
    key: int
    mark: str
    other: int = 0
    facts: Facts = field(default_factory=dict)


def seen_by(may: Allowed) -> list[Check]:
    """The checks whose subject the person may see."""
    return [
        check
        for check in CHECKS.values()
        if all(may(resource, "view", field_class) for resource, field_class in check.needs)
    ]


def check_named(name: str) -> Check:
    """Raises Missing."""
    if name not in CHECKS:
        raise Missing(_("There is no such check."))
    return CHECKS[name]


def findings(
    session: ReadSession, check: Check, today: date, after: int = 0, limit: int = PAGE
) -> tuple[list[Finding], int | None]:
    """The findings whose row has a key above `after`, in the order of keys, and where the next
    page begins, None at the end. The findings about one row are never parted, so a page may be
    longer than `limit`.
    """
    found: list[Finding] = []
    for finding in _walk(session, check, today, after):
        if len(found) >= limit and finding.key != found[-1].key:
            return found, found[-1].key
        found.append(finding)
    return found, None


def find(session: ReadSession, check: Check, today: date, key: int, other: int = 0) -> Finding:
    """The finding about one row as it stands now. Raises Missing when all is well there."""
    for finding in _walk(session, check, today, key - 1, key):
        if (finding.key, finding.other) == (key, other):
            return finding
    raise Missing(_("This was mended already."))


def count(session: ReadSession, check: Check, today: date) -> int:
    """How many findings there are, counted no further than one past `COUNT_CAP`."""
    if check.source is not None and check.confirm is None:
        query = _query(check, check.source(today)).limit(COUNT_CAP + 1)
        return session.scalar(select(func.count()).select_from(query.subquery())) or 0
    number = 0
    for number, _finding in enumerate(_walk(session, check, today, 0), 1):
        if number > COUNT_CAP:
            break
    return number


def _walk(
    session: ReadSession, check: Check, today: date, after: int, until: int | None = None
) -> Iterator[Finding]:
    """Every finding after a key, and up to another, read in batches."""
    if check.source is None:
        yield from _duplicates(session, after, until)
        return
    source = check.source(today)
    names = [column.key for column in source.facts]
    while True:
        query = _query(check, source).where(source.key > after).order_by(source.key).limit(BATCH)
        if until is not None:
            query = query.where(source.key <= until)
        rows = session.execute(query).all()
        for key, other, mark, *values in rows:
            facts: Facts | None = dict(zip(names, values, strict=True))
            if check.confirm is not None:
                facts = check.confirm(facts or {})
            if facts is not None:
                yield Finding(check.name, key, mark, other, facts)
        if len(rows) < BATCH:
            return
        after = rows[-1][0]


def _duplicates(session: ReadSession, after: int, until: int | None) -> Iterator[Finding]:
    while True:
        query = select(Student.id).where(Student.id > after, Student.deleted_at.is_(None))
        if until is not None:
            query = query.where(Student.id <= until)
        keys = session.scalars(query.order_by(Student.id).limit(BATCH)).all()
        if not keys:
            return
        for pair in duplicates.pairs(session, after, keys[-1]):
            facts = {"score": pair.score, "reasons": pair.reasons}
            yield Finding(LIKELY_DUPLICATE, pair.first, pair.mark, pair.second, facts)
        after = keys[-1]


def _query(check: Check, source: Source) -> Select[Any]:
    columns = (source.key.label("key_"), source.other.label("other_"), source.mark.label("mark_"))
    query = source.joined(select(*columns, *source.facts))
    return query.where(*source.where, ~_left_as_it_is(check, source))


def _left_as_it_is(check: Check, source: Source) -> ColumnElement[bool]:
    return exists().where(
        HealthIgnore.check_name == check.name,
        HealthIgnore.row_id == source.key,
        HealthIgnore.other_id == source.other,
        HealthIgnore.mark == source.mark,
        HealthIgnore.deleted_at.is_(None),
    )


def left(
    session: ReadSession, names: Iterable[str], before: int | None = None
) -> list[HealthIgnore]:
    """What was left as it is, newest first, one more than a page."""
    query = select(HealthIgnore).where(
        HealthIgnore.check_name.in_(list(names)), HealthIgnore.deleted_at.is_(None)
    )
    if before:
        query = query.where(HealthIgnore.id < before)
    return list(session.scalars(query.order_by(HealthIgnore.id.desc()).limit(PAGE + 1)))


# -- mending what is certain ------------------------------------------------------------------


def mend(unit: Unit, check: Check, finding: Finding) -> None:
    """Do what the check is sure of. Raises Missing where it is not, and what services raise."""
    if check.name not in MENDS:
        raise Missing(_("There is no such check."))
    MENDS[check.name](unit, finding)


def _take_stated(unit: Unit, finding: Finding) -> None:
    identifier = unit.get(StudentIdentifier, finding.key)
    students.edit(unit, identifier.student_id, finding.facts)


def _remove_person(unit: Unit, finding: Finding) -> None:
    people.remove(unit, finding.key)


MENDS: dict[str, Callable[[Unit, Finding], None]] = {
    "stated_by_number": _take_stated,
    "lonely_person": _remove_person,
}
"""The checks that know the cure."""
