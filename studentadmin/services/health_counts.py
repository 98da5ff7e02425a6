"""Counts of the checks by day: for the trend, and for the number on the start page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from studentadmin.extensions import ReadSession
from studentadmin.models import ChangeSet, HealthCount, Student
from studentadmin.services import health
from studentadmin.services.health_checks import CHECKS
from studentadmin.services.unit import bookkeeping

TREND_DAYS = 30
AT_ONCE = 20_000
"""Students up to whom the checks are asked again by whoever opens the page."""


@dataclass(frozen=True)
class Figures:
    """The newest counts by check; `current` while nothing was written to the register since."""

    counts: dict[str, int]
    at: datetime | None
    current: bool


def keep(session: ReadSession, now: datetime | None = None) -> dict[str, int]:
    """Ask every check and keep the answer as that of the day; the counts by check.

    The day is that of the office's clock. Somebody who counts at the same moment may win.
    """
    moment = (now or datetime.now(UTC)).astimezone()
    newest = _newest_change(session)
    found = {name: health.count(session, check, moment.date()) for name, check in CHECKS.items()}
    try:
        with bookkeeping() as writer:
            kept = {
                row.check_name: row
                for row in writer.scalars(select(HealthCount).filter_by(day=moment.date()))
            }
            for name, number in found.items():
                row = kept.get(name) or HealthCount(day=moment.date(), check_name=name)
                row.count, row.counted_at, row.change_set_id = number, moment, newest
                writer.add(row)
    except IntegrityError:
        return found
    return found


def daily(session: ReadSession, now: datetime | None = None) -> bool:
    """Keep the counts of the day unless today has them; whether it did."""
    moment = (now or datetime.now(UTC)).astimezone()
    query = select(HealthCount.id).filter_by(day=moment.date()).limit(1)
    if session.scalar(query) is not None:
        return False
    keep(session, moment)
    return True


def figures(session: ReadSession, now: datetime | None = None) -> Figures:
    """The newest counts, without counting."""
    today = (now or datetime.now(UTC)).astimezone().date()
    newest_day = select(func.max(HealthCount.day)).scalar_subquery()
    rows = session.scalars(select(HealthCount).where(HealthCount.day == newest_day)).all()
    if not rows:
        return Figures({}, None, current=False)
    change = _newest_change(session)
    return Figures(
        {row.check_name: row.count for row in rows},
        min(row.counted_at for row in rows),
        current=all(row.day == today and row.change_set_id == change for row in rows)
        and len(rows) == len(CHECKS),
    )


def small(session: ReadSession) -> bool:
    """Whether the register is small enough to ask every check at once."""
    keys = select(Student.id).limit(AT_ONCE + 1).subquery()
    return (session.scalar(select(func.count()).select_from(keys)) or 0) <= AT_ONCE


def trend(
    session: ReadSession, names: Sequence[str], now: datetime | None = None
) -> dict[str, list[tuple[date, int]]]:
    """The counts of the last thirty days by check, oldest first; a day may lack."""
    today = (now or datetime.now(UTC)).astimezone().date()
    query = (
        select(HealthCount.check_name, HealthCount.day, HealthCount.count)
        .where(HealthCount.check_name.in_(names))
        .where(HealthCount.day > today - timedelta(days=TREND_DAYS))
        .order_by(HealthCount.day)
    )
    found: dict[str, list[tuple[date, int]]] = {}
    for name, day, number in session.execute(query):
        found.setdefault(name, []).append((day, number))
    return found


def _newest_change(session: ReadSession) -> int:
    return session.scalar(select(func.max(ChangeSet.id))) or 0
