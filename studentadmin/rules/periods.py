"""Spans of days, first and last day included; no end means still running."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Period:
    """From `start` to `end`, both inclusive, in that order; `end` None is open."""

    start: date
    end: date | None = None

    def __post_init__(self) -> None:
        if self.end is not None and self.end < self.start:
            raise ValueError("a period ends on or after its first day")

    @property
    def is_open(self) -> bool:
        return self.end is None

    @property
    def day_before(self) -> date:
        """The last day a period may have that ends just before this one begins."""
        return self.start - timedelta(days=1)

    def overlaps(self, other: Period) -> bool:
        """Whether the two share at least one day."""
        return self.start <= (other.end or date.max) and other.start <= (self.end or date.max)

    def contains(self, what: date | Period) -> bool:
        """Whether a day, or every day of another period, lies in this one."""
        if isinstance(what, Period):
            return self.start <= what.start and (what.end or date.max) <= (self.end or date.max)
        return self.start <= what <= (self.end or date.max)


def first_overlap(period: Period, others: Iterable[Period]) -> Period | None:
    """The earliest of `others` that shares a day with `period`, or None."""
    shared = [other for other in others if period.overlaps(other)]
    return min(shared, key=lambda other: other.start, default=None)


def covered(what: Period, by: Iterable[Period]) -> bool:
    """Whether every day of `what` lies in one of `by`; an open `what` needs its first day only.

    An open period ends with whatever holds it, so that only its beginning can lie outside.
    """
    day = what.start
    last = what.end or what.start
    for held in sorted(by, key=lambda period: period.start):
        if held.contains(day):
            if held.end is None or held.end >= last:
                return True
            day = held.end + timedelta(days=1)
    return False


def most_at_once(periods: Iterable[Period]) -> int:
    """The largest number of `periods` that share one day."""
    steps: list[tuple[date, int]] = []
    for period in periods:
        steps.append((period.start, 1))
        if period.end is not None and period.end < date.max:
            steps.append((period.end + timedelta(days=1), -1))
    most = now = 0
    for _day, step in sorted(steps):
        now += step
        most = max(most, now)
    return most
