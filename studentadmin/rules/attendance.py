"""What a mark is, how two people's marks go together, and what a rate counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

WHOLE_DAY = 0
LAST_PERIOD = 12
LONGEST = 900
"""Minutes."""

ABSENCES = frozenset({"excused", "unexcused"})
"""The categories that count as a day of absence; the others were there, if not all of the day."""


@dataclass(frozen=True)
class Mark:
    """What stands for one student, day and period; no code is simply present."""

    code_id: int | None = None
    minutes: int | None = None
    reason: str | None = None


PRESENT = Mark()


def merged(base: Mark, mine: Mark, theirs: Mark) -> Mark | None:
    """What two people made of the mark they both met as `base`; None when they disagree."""
    if mine in (base, theirs):
        return theirs
    return mine if theirs == base else None


@dataclass(frozen=True)
class Tally:
    """Days that count, and how many of them were of each category other than present."""

    held: int = 0
    excused: int = 0
    unexcused: int = 0
    tardy: int = 0
    early_departure: int = 0
    partial: int = 0

    @property
    def absent(self) -> int:
        return self.excused + self.unexcused

    @property
    def absence_rate(self) -> Decimal | None:
        """Days absent, excused or not, by days that count: 0 to 1, four decimal places, half up.

        A day counts for a student when the sheet (whole day) of the class was taken to which the
        student belonged on that day. Tardy, early departure and partial are present. None when no
        day counts: a rate of nothing is not zero.
        """
        if not self.held:
            return None
        share = Decimal(self.absent) / Decimal(self.held)
        return share.quantize(Decimal("0.0001"), rounding=ROUND_HALF_UP)

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            *(getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__)
        )


def tally(days: Iterable[str | None]) -> Tally:
    """Add up days that count, each by the category of its mark; None is present without one."""
    counts = dict.fromkeys(Tally.__dataclass_fields__, 0)
    for category in days:
        counts["held"] += 1
        if category in counts:
            counts[category] += 1
    return Tally(**counts)
