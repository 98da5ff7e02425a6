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
