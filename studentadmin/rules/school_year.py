"""The school year that is meant when nobody wrote one down."""

from __future__ import annotations

from datetime import date

from studentadmin.rules.periods import Period

FIRST_MONTH = 9


def usual_school_year(day: date) -> Period:
    """The year from 1 September to 31 August that holds `day`."""
    first = day.year if day.month >= FIRST_MONTH else day.year - 1
    return Period(date(first, FIRST_MONTH, 1), date(first + 1, FIRST_MONTH - 1, 31))


def title(year: Period) -> str:
    """ "2026/27", or "2026" for a year that ends in the year it began."""
    last = (year.end or year.start).year
    return str(year.start.year) if last == year.start.year else f"{year.start.year}/{last % 100:02}"
