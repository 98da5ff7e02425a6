"""Rows into the trash with what they own, many at a time; and what holds them fast."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from studentadmin.extensions import ReadSession
from studentadmin.models import Record
from studentadmin.services.lookups import AT_ONCE, parts

if TYPE_CHECKING:
    from studentadmin.services.records import Link, RecordService
    from studentadmin.services.unit import Unit


def follow(unit: Unit, service: RecordService[Any], rows: Sequence[Any]) -> None:
    """After `rows` were marked as removed and flushed: what they own goes too, the rest is settled.

    Raises RuleBroken when a row that would go along is needed by others, NotAllowed.
    """
    from studentadmin.services.records import service_of

    for link in service.links():
        if not link.owned or not (owned := _owned(unit, link, [row.id for row in rows])):
            continue
        other = service_of(link.model)
        other.require(unit, "delete", ())
        for key in held(unit.session, other, [row.id for row in owned]):
            other.refuse_held(unit.session, key)
        for row in owned:
            row.deleted_at = unit.now
        unit.session.flush()
        follow(unit, other, owned)
    if len(rows) > 1:
        service.warm(unit, rows)
    with unit.at_once():
        for row in rows:
            service.settle(unit, row)


def held(session: ReadSession, service: RecordService[Any], keys: Sequence[int]) -> Counter[int]:
    """How many rows, not their own, still need each of `keys`; those that nothing needs are out."""
    found: Counter[int] = Counter()
    for link in service.links():
        if not link.owned:
            found += hanging(session, link, keys)
    return found


def hanging(session: ReadSession, link: Link, keys: Sequence[int]) -> Counter[int]:
    """How many live rows point through `link` at each of `keys`."""
    found: Counter[int] = Counter()
    for part in parts(keys, AT_ONCE):
        query = (
            select(link.column, func.count())
            .where(link.column.in_(part), link.model.deleted_at.is_(None))
            .group_by(link.column)
        )
        for key, count in session.execute(query):
            found[key] += count
    return found


def _owned(unit: Unit, link: Link, keys: Sequence[int]) -> list[Record]:
    found: list[Record] = []
    for part in parts(keys, AT_ONCE):
        query = select(link.model).where(link.column.in_(part), link.model.deleted_at.is_(None))
        found += unit.session.scalars(query.order_by(link.model.id))
    return found
