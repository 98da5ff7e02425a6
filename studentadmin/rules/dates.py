"""Dates as people type them, read by an order that is proven or asked for, never guessed per row.

4/2/2000 is the 2nd of April or the 4th of February. One row cannot tell; a column often can,
because another row holds 12/19/1997. When the column cannot tell either, a person is asked.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Order(StrEnum):
    """Which of three numbers is the day, the month and the year."""

    DMY = "dmy"
    MDY = "mdy"
    YMD = "ymd"


class Problem(StrEnum):
    """Why a text is no date; the edges put it into words."""

    NOT_A_DATE = "not_a_date"
    NO_SUCH_DAY = "no_such_day"
    ORDER_UNKNOWN = "order_unknown"


@dataclass(frozen=True)
class Evidence:
    """A value of the column that only one order can read."""

    value: str
    order: Order


@dataclass(frozen=True)
class Guess:
    """What a whole column says about its order.

    `order` is None either because nothing needs one (`ambiguous` False) or because the column does
    not tell, or contradicts itself (`ambiguous` True: ask). `evidence` has one value for each order
    proven; two or more are a contradiction.
    """

    order: Order | None
    ambiguous: bool
    evidence: tuple[Evidence, ...] = ()


FUTURE_YEARS = 1  # a two-digit year means next year at the latest: the coming school year

_SHORT_YEAR = 2
_FULL_YEAR = 4
_TIME = re.compile(
    r"(?:T|\s)\s*\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s*(?:[AP]M)?\s*(?:Z|[+-]\d{2}:?\d{2})?$", re.I
)
_NUMBERS = re.compile(r"(\d{1,4})\s*([-/. ])\s*(\d{1,2})\s*\2\s*(\d{1,4})\.?")
_COMPACT = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})")
_CHINESE = re.compile(r"(\d{4}|\d{2})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*[日号]?")
_DAY_NAME_YEAR = re.compile(
    r"(?P<d>\d{1,2})(?:st|nd|rd|th)?\.?[\s-]*(?P<m>[a-z]{3,9})\.?[\s,-]*(?P<y>\d{4}|\d{2})", re.I
)
_NAME_DAY_YEAR = re.compile(
    r"(?P<m>[a-z]{3,9})\.?[\s-]*(?P<d>\d{1,2})(?:st|nd|rd|th)?[\s,-]+(?P<y>\d{4}|\d{2})", re.I
)
_YEAR_NAME_DAY = re.compile(r"(?P<y>\d{4})[\s-]+(?P<m>[a-z]{3,9})\.?[\s-]+(?P<d>\d{1,2})", re.I)
_NAMED = (_DAY_NAME_YEAR, _NAME_DAY_YEAR, _YEAR_NAME_DAY)
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_LONG_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_CHINESE_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")


def parse(text: str, order: Order | None, today: date) -> date | Problem:
    """Read one text. With `order` None only what needs no order is read.

    A four-digit year in front, 年月日 and month names say their order themselves. A two-digit year
    means the latest such year not after next year, seen from `today`.
    """
    plain = _plain(text)
    named = _self_explaining(plain, today)
    if named is not None:
        return named
    readings = _readings(plain, today)
    if readings is None:
        return Problem.NOT_A_DATE
    if not readings:
        return Problem.NO_SUCH_DAY
    if order is not None:
        return readings.get(order, Problem.NO_SUCH_DAY)
    days = set(readings.values())
    return days.pop() if len(days) == 1 < len(readings) else Problem.ORDER_UNKNOWN


def guess_order(values: Iterable[str], today: date) -> Guess:
    """Find the order that the values of one whole column prove. Unreadable values say nothing."""
    proofs: dict[Order, Evidence] = {}
    open_values = False
    for value in values:
        plain = _plain(value)
        if _self_explaining(plain, today) is not None:
            continue
        readings = _readings(plain, today)
        if not readings:
            continue
        if len(readings) == 1:
            (only,) = readings
            proofs.setdefault(only, Evidence(value.strip(), only))
        elif len(set(readings.values())) > 1:
            open_values = True
    evidence = tuple(proofs.values())
    if len(proofs) == 1:
        return Guess(evidence[0].order, ambiguous=False, evidence=evidence)
    return Guess(None, ambiguous=open_values or len(proofs) > 1, evidence=evidence)


def _plain(text: str) -> str:
    """Half-width, Chinese digits as digits, a time of day dropped."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if "年" in plain:
        plain = _chinese_numbers(plain)
    return _TIME.sub("", plain).strip()


def _chinese_numbers(text: str) -> str:
    """二〇〇〇年十二月二十一日 -> 2000年12月21日."""

    def tens(match: re.Match[str]) -> str:
        high, low = match.group(1) or "一", match.group(2) or "〇"
        return (high + low).translate(_CHINESE_DIGITS)

    return re.sub("([一二三])?十([一二三四五六七八九])?", tens, text).translate(_CHINESE_DIGITS)


def _self_explaining(plain: str, today: date) -> date | Problem | None:
    """The day of a text that states its own order; None when it is of another kind."""
    for pattern in (_COMPACT, _CHINESE):
        if match := pattern.fullmatch(plain):
            return _day(_year(match[1], today), int(match[2]), int(match[3])) or Problem.NO_SUCH_DAY
    for pattern in _NAMED:
        if match := pattern.fullmatch(plain):
            month = _month(match["m"])
            if month is None:
                return Problem.NOT_A_DATE
            return _day(_year(match["y"], today), month, int(match["d"])) or Problem.NO_SUCH_DAY
    if (match := _NUMBERS.fullmatch(plain)) and len(match[1]) == _FULL_YEAR:
        if len(match[4]) > _SHORT_YEAR:
            return Problem.NOT_A_DATE
        return _day(int(match[1]), int(match[3]), int(match[4])) or Problem.NO_SUCH_DAY
    return None


def _readings(plain: str, today: date) -> dict[Order, date] | None:
    """Each order that reads this text as a day; None when it is not three numbers."""
    match = _NUMBERS.fullmatch(plain)
    if match is None:
        return None
    first, second, third = match[1], match[3], match[4]
    found: dict[Order, date | None] = {}
    if len(first) <= _SHORT_YEAR and len(third) in (_SHORT_YEAR, _FULL_YEAR):
        year = _year(third, today)
        found[Order.DMY] = _day(year, int(second), int(first))
        found[Order.MDY] = _day(year, int(first), int(second))
    if len(first) == _SHORT_YEAR and len(third) <= _SHORT_YEAR:
        found[Order.YMD] = _day(_year(first, today), int(second), int(third))
    if not found:
        return None
    return {order: day for order, day in found.items() if day is not None}


def _year(text: str, today: date) -> int:
    if len(text) == _FULL_YEAR:
        return int(text)
    latest = today.year + FUTURE_YEARS
    return latest - (latest - int(text)) % 100


def _month(name: str) -> int | None:
    name = name.lower()
    if name in _LONG_MONTHS:
        return _LONG_MONTHS.index(name) + 1
    short = "sep" if name == "sept" else name
    return _MONTHS.index(short) + 1 if short in _MONTHS else None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
