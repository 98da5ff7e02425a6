"""What a list may be narrowed by, as text of an address and as plain values.

    ?f=status:enrolled,registered            one of several choices
    &f=birth_date:..2010-01-01               a range; both ends belong to it, each may be left out
    &f=family_name:starts:Mei&or=native_name:contains:梅    either of two

Each `f` begins a group and every group must hold; an `or` behind it adds another way to fulfil
that group. With `match=any` one group is enough, and an `and` behind an `f` adds to what that
group asks for. A condition is `column:operator:values`; the first operator of a kind may be left
out (but for text, where the words could look like one). Several values stand with commas.

| kind     | operators                                                                           |
|----------|-------------------------------------------------------------------------------------|
| text     | contains, is, starts, empty, filled                                                 |
| name     | contains, starts                                                                    |
| number   | between (`20..30`, `20..`, `..30`), is, empty, filled                               |
| date     | between, is, before, after, last (days), next (days), year (this), empty, filled    |
| instant  | the same, by days of the reader's time zone                                         |
| choice   | any, not, empty, filled                                                             |
| relation | any, not, empty, filled; values are keys                                            |
| bool     | is (`yes` or `no`)                                                                  |
| author   | any; keys of users, or `me`                                                         |

`before` and `after` take a day or `today`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from studentadmin.rules.periods import Period

DAYS = ("between", "is", "before", "after", "last", "next", "year", "empty", "filled")
OPERATORS: dict[str, tuple[str, ...]] = {
    "text": ("contains", "is", "starts", "empty", "filled"),
    "name": ("contains", "starts"),
    "number": ("between", "is", "empty", "filled"),
    "date": DAYS,
    "instant": DAYS,
    "choice": ("any", "not", "empty", "filled"),
    "relation": ("any", "not", "empty", "filled"),
    "bool": ("is",),
    "author": ("any",),
}
"""By kind of column; the first is meant when an address names none."""
WITHOUT_VALUE = frozenset({"empty", "filled", "year"})
SEVERAL = frozenset({"any", "not"})
TODAY, ME = "today", "me"

MAX_CONDITIONS = 40
MAX_VALUES = 200
MAX_TEXT = 200
MAX_DAYS = 36_500
LARGEST = 2**31 - 1


@dataclass(frozen=True)
class Condition:
    """One column asked one thing; values as they stand in an address."""

    column: str
    operator: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Filters:
    """Groups of conditions: all groups and one of each, or with `any_group` one whole group."""

    groups: tuple[tuple[Condition, ...], ...] = ()
    any_group: bool = False

    def __iter__(self) -> Iterator[Condition]:
        return (condition for group in self.groups for condition in group)

    def __bool__(self) -> bool:
        return bool(self.groups)

    def without(self, place: int) -> Filters:
        """Without the condition at `place`, counted over all groups from 0."""
        found, number = [], 0
        for group in self.groups:
            kept = tuple(c for n, c in enumerate(group, number) if n != place)
            number += len(group)
            found.append(kept)
        return Filters(tuple(group for group in found if group), self.any_group)


def read(text: str, kinds: Mapping[str, str]) -> Condition:
    """The condition of an address. Raises KeyError for an unknown column, ValueError for nonsense.

    `kinds` has the columns that may be asked, with their kinds.
    """
    column, _colon, rest = text.partition(":")
    kind = kinds[column]
    operator, colon, values = rest.partition(":")
    known = OPERATORS[kind]
    if operator not in known or not (colon or operator in WITHOUT_VALUE):
        operator, values = known[0], rest
        if known[0] == "between" and ".." not in rest:
            operator = "is"
    return checked(Condition(column, operator, _split(operator, values)), kind)


def _split(operator: str, text: str) -> tuple[str, ...]:
    if operator in WITHOUT_VALUE:
        return ()
    if operator == "between":
        low, dots, high = text.partition("..")
        return (low, high) if dots else (text, text)
    if operator in SEVERAL:
        return tuple(dict.fromkeys(part for part in text.split(",") if part))
    return (text,)


def checked(condition: Condition, kind: str) -> Condition:
    """The same in its normal form. Raises ValueError when the values do not fit the operator."""
    operator = condition.operator
    if operator not in OPERATORS[kind]:
        raise ValueError(operator)
    if operator in WITHOUT_VALUE:
        return Condition(condition.column, operator)
    read_one = _READ[kind]
    if operator in {"last", "next"}:
        read_one = _days
    elif operator in {"before", "after"}:
        read_one = _day_or_today
    if operator == "between":
        low, high = condition.values
        values: tuple[str, ...] = (read_one(low) if low else "", read_one(high) if high else "")
        if values == ("", ""):
            raise ValueError("an open range asks nothing")
    else:
        values = tuple(dict.fromkeys(read_one(value) for value in condition.values))
    if not values or len(values) > MAX_VALUES:
        raise ValueError("no values, or too many")
    return Condition(condition.column, operator, values)


def write(condition: Condition, kind: str) -> str:
    """The condition as an address has it; `read` gives it back."""
    operator, values = condition.operator, condition.values
    if operator in WITHOUT_VALUE:
        return f"{condition.column}:{operator}"
    text = "..".join(values) if operator == "between" else ",".join(values)
    short = f"{condition.column}:{text}"
    if kind not in {"text", "name"} and _is_read_as(condition, short, kind):
        return short
    return f"{condition.column}:{operator}:{text}"


def _is_read_as(condition: Condition, text: str, kind: str) -> bool:
    try:
        return read(text, {condition.column: kind}) == condition
    except ValueError:
        return False


def read_all(
    pairs: Iterable[tuple[str, str]], kinds: Mapping[str, str]
) -> tuple[Filters, list[str]]:
    """The filters of an address, and those of its texts that could not be read."""
    groups: list[list[Condition]] = []
    refused = []
    any_group = begun = False
    count = 0
    for name, text in pairs:
        if name == "match":
            any_group = text == "any"
        if name not in {"f", "or", "and"} or not text:
            continue
        begun = begun and name != "f"
        try:
            condition = read(text, kinds)
        except (KeyError, ValueError):
            refused.append(text[:MAX_TEXT])
            continue
        if count >= MAX_CONDITIONS:
            refused.append(text[:MAX_TEXT])
            continue
        if begun:
            groups[-1].append(condition)
        else:
            groups.append([condition])
        begun, count = True, count + 1
    return Filters(tuple(tuple(group) for group in groups), any_group), refused


def write_all(filters: Filters, kinds: Mapping[str, str]) -> list[tuple[str, str]]:
    """The filters as pairs of an address."""
    pairs = [("match", "any")] if filters.any_group and filters else []
    more = "and" if filters.any_group else "or"
    for group in filters.groups:
        for place, condition in enumerate(group):
            pairs.append((more if place else "f", write(condition, kinds[condition.column])))
    return pairs


def days(condition: Condition, today: date, school_year: Period) -> tuple[date | None, date | None]:
    """First and last day that a condition on a date means, both inclusive; None is open.

    "last 30" ends today and counts it; "next 30" begins today.
    """
    operator, values = condition.operator, condition.values
    if operator == "year":
        return school_year.start, school_year.end
    if operator == "between":
        low, high = (date.fromisoformat(value) if value else None for value in values)
        return low, high
    if operator in {"last", "next"}:
        far = timedelta(days=int(values[0]) - 1)
        return (today - far, today) if operator == "last" else (today, today + far)
    day = today if values[0] == TODAY else date.fromisoformat(values[0])
    if operator == "before":
        return None, _beside(day, -1)
    if operator == "after":
        return _beside(day, 1), None
    return day, day


def _beside(day: date, step: int) -> date:
    """The day before or after, where the calendar has one."""
    try:
        return day + timedelta(days=step)
    except OverflowError:
        return day


def _text(value: str) -> str:
    text = " ".join(value.split())[:MAX_TEXT]
    if not text:
        raise ValueError("nothing to look for")
    return text


def _number(value: str) -> str:
    text = value.strip()
    if not text.removeprefix("-").isdecimal() or not text.isascii() or abs(int(text)) > LARGEST:
        raise ValueError(value)
    return str(int(text))


def _days(value: str) -> str:
    text = _number(value)
    if not 0 < int(text) <= MAX_DAYS:
        raise ValueError(value)
    return text


def _day(value: str) -> str:
    if len(value) != len("2026-11-21"):
        raise ValueError(value)
    return date.fromisoformat(value).isoformat()


def _day_or_today(value: str) -> str:
    return TODAY if value == TODAY else _day(value)


def _code(value: str) -> str:
    if not value or len(value) > MAX_TEXT:
        raise ValueError(value)
    return value


def _key(value: str) -> str:
    text = _number(value)
    if int(text) < 1:
        raise ValueError(value)
    return text


def _yes_or_no(value: str) -> str:
    return {"yes": "yes", "no": "no", "1": "yes", "0": "no"}.get(value) or _refuse(value)


def _author(value: str) -> str:
    return ME if value == ME else _key(value)


def _refuse(value: str) -> str:
    raise ValueError(value)


_READ = {
    "text": _text,
    "name": _text,
    "number": _number,
    "date": _day,
    "instant": _day,
    "choice": _code,
    "relation": _key,
    "bool": _yes_or_no,
    "author": _author,
}
