"""On which days there is school: the days of a week, holidays, and days that are made up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from studentadmin.rules.periods import Period

USUAL_WEEK = "12345"
WEEKEND = "weekend"
MAKE_UP = "make_up"
OUTSIDE = "outside"


@dataclass(frozen=True)
class SpecialDays:
    """Days that are not as their weekday says; `type` is one of `codes.CALENDAR_TYPES`."""

    period: Period
    type: str
    title: str


@dataclass(frozen=True)
class Closure:
    """Why there is no school: a type of `codes.CALENDAR_TYPES`, WEEKEND or OUTSIDE; its name."""

    type: str
    title: str = ""


@dataclass(frozen=True)
class SchoolDays:
    """The days of one school in one session.

    `weekdays`: ISO numbers as text. `special`: the nearest calendar's first, as the first match
    counts. `span`: the session; outside of it there is no school.
    """

    span: Period
    weekdays: str = USUAL_WEEK
    special: tuple[SpecialDays, ...] = ()

    def closure(self, day: date) -> Closure | None:
        """Why there is no school on `day`; None when there is."""
        if not self.span.contains(day):
            return Closure(OUTSIDE)
        for days in self.special:
            if days.period.contains(day):
                return None if days.type == MAKE_UP else Closure(days.type, days.title)
        return None if str(day.isoweekday()) in self.weekdays else Closure(WEEKEND)

    def neighbour(self, day: date, step: int) -> date | None:
        """The nearest day with school after (`step` 1) or before (-1) `day`, within the session."""
        return next((other for other in self._from(day, step) if not self.closure(other)), None)

    def _from(self, day: date, step: int) -> Iterator[date]:
        last = self.span.end or date.max
        day = min(max(day, self.span.start - timedelta(days=1)), last + timedelta(days=1))
        while self.span.contains(day := day + timedelta(days=step)):
            yield day
