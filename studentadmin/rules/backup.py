"""Why a backup was made, and how long it stays."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum


class Reason(StrEnum):
    """What a backup was made for; part of its file name."""

    DAILY = "daily"
    BEFORE_UPGRADE = "before-upgrade"
    BEFORE_IMPORT = "before-import"
    BEFORE_RESTORE = "before-restore"
    BEFORE_ROLL_OVER = "before-roll-over"
    BY_HAND = "by-hand"


@dataclass(frozen=True)
class Kept:
    """A backup as the rule sees it; `at` is aware."""

    name: str
    reason: Reason
    at: datetime


def staying(backups: Collection[Kept], *, now: datetime, daily: int, monthly: int) -> set[str]:
    """Names of the backups that stay. Days and months are those of `now`'s time zone.

    1. Made by hand: until a person removes it.
    2. Made in the last 24 hours: all, so that a morning of imports can be taken back one by one.
    3. In the last `daily` days, today included: the last of each reason and day.
    4. In the last `monthly` months, this one included: the first daily one of each month.
    5. The newest of each reason, however old.
    """
    today = now.date()
    days = {today - timedelta(days=back) for back in range(daily)}
    months = {_months_before(today, back) for back in range(monthly)}

    def day(backup: Kept) -> date:
        return backup.at.astimezone(now.tzinfo).date()

    ordered = sorted(backups, key=lambda backup: (backup.at, backup.name))
    last_of_day = {(b.reason, day(b)): b.name for b in ordered if day(b) in days}
    first_of_month = {
        (day(b).year, day(b).month): b.name
        for b in reversed(ordered)
        if b.reason is Reason.DAILY and (day(b).year, day(b).month) in months
    }
    newest = {b.reason: b.name for b in ordered}
    recent = _names(b for b in ordered if now - b.at < timedelta(hours=24))
    by_hand = _names(b for b in ordered if b.reason is Reason.BY_HAND)
    return {
        *by_hand,
        *recent,
        *last_of_day.values(),
        *first_of_month.values(),
        *newest.values(),
    }


def _names(backups: Iterable[Kept]) -> list[str]:
    return [backup.name for backup in backups]


def _months_before(day: date, back: int) -> tuple[int, int]:
    months = day.year * 12 + day.month - 1 - back
    return months // 12, months % 12 + 1
