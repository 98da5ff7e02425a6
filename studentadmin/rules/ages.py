"""Ages in completed years."""

from __future__ import annotations

from datetime import date

YOUNGEST_USUAL = 3
OLDEST_USUAL = 24


def age(birth: date, on: date) -> int:
    """Completed years on that day. Born on 29 February: a year older on 1 March of common years.

    Negative when `on` is before the birth: nobody is born yet, and a caller must refuse it.
    """
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


def born_by(years: int, on: date) -> date:
    """The latest birth date of somebody who is `years` old on that day."""
    try:
        return on.replace(year=on.year - years)
    except ValueError:  # on 29 February, of a year that has none
        return date(on.year - years, 2, 28)


def unusual(years: int) -> bool:
    """Whether a student of this age deserves a second look; a warning, never a refusal."""
    return not YOUNGEST_USUAL <= years <= OLDEST_USUAL
