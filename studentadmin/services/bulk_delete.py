"""Many rows into the trash at once: first what would go along and what forbids it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from studentadmin.errors import RuleBroken
from studentadmin.extensions import ReadSession
from studentadmin.services import removal
from studentadmin.services.bulk import (
    REFUSALS_TOLD,
    SAMPLES,
    Pinned,
    Tell,
    Tried,
    let_go,
    pieces,
    pin,
    refuse_moved,
)
from studentadmin.services.lookups import AT_ONCE, parts
from studentadmin.services.records import Consequence, Link, RecordService
from studentadmin.services.unit import Actor, Unit, rehearsal

LINK_SAMPLES = 3


@dataclass
class Radius(Tried):
    """What a removal would touch: `along` by table, `names` of some of the rows themselves."""

    along: list[Consequence] = field(default_factory=list)
    names: list[str] = field(default_factory=list)


def look(by: Actor, service: RecordService[Any], keys: Sequence[int], tell: Tell) -> Radius:
    """What would go along with each row, and which rows others still need. Raises NotAllowed."""
    radius = Radius()
    with rehearsal(by) as unit:
        service.require(unit, "delete", ())
        session = unit.session
        pinned = pin(session, service, keys)
        radius.gone = len(set(keys)) - len(pinned)
        held = removal.held(session, service, [one.id for one in pinned])
        for number, key in enumerate(held):
            if not number % AT_ONCE:
                tell(number, len(held))
            _refuse(radius, service, session, key)
        radius.changed = [one for one in pinned if one.id not in held]
        going = [one.id for one in radius.changed]
        for link in service.links():
            if link.owned and (found := _along(session, link, going, tell)):
                radius.along.append(found)
        query = select(service.model).where(service.model.id.in_(going[:SAMPLES]))
        radius.names = [row.label for row in session.scalars(query)]
    return radius


def _refuse(radius: Radius, service: RecordService[Any], session: ReadSession, key: int) -> None:
    if len(radius.refusals) >= REFUSALS_TOLD:
        radius.refused += 1
        return
    try:
        service.refuse_held(session, key)
    except RuleBroken as error:
        radius.refuse(service.find(session, key), error)


def _along(session: ReadSession, link: Link, keys: Sequence[int], tell: Tell) -> Consequence | None:
    found: Counter[int] = Counter()
    done = 0
    for part in parts(keys, AT_ONCE):
        tell(done, len(keys))
        found += removal.hanging(session, link, part)
        done += len(part)
    if not found:
        return None
    first = sorted(found)[:LINK_SAMPLES]
    query = (
        select(link.model)
        .where(link.column.in_(first), link.model.deleted_at.is_(None))
        .order_by(link.model.id)
        .limit(LINK_SAMPLES)
    )
    labels = tuple(row.label for row in session.scalars(query))
    return Consequence(link.model.__tablename__, found.total(), labels, owned=True)


def remove_rows(
    unit: Unit, service: RecordService[Any], pinned: Sequence[Pinned], tell: Tell
) -> int:
    """Move all of `pinned`, and what they own, to the trash, or none; gives their number.

    Raises Clash when one was changed since it was pinned, RuleBroken when others need one now,
    NotAllowed, whatever `tell` raises.
    """
    service.require(unit, "delete", ())
    done = 0
    for piece in pieces(pinned):
        tell(done, len(pinned))
        keys = [one.id for one in piece]
        rows = unit.lookups.lock_all(service.model, keys)
        refuse_moved(unit, rows, piece, None)
        for key in removal.held(unit.session, service, keys):
            service.refuse_held(unit.session, key)
        for row in rows.values():
            row.deleted_at = unit.now
        unit.session.flush()
        removal.follow(unit, service, list(rows.values()))
        done += len(piece)
        let_go(unit)
    tell(done, len(pinned))
    return done
