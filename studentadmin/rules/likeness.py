"""Whether two students may be the same person: names in both orders, pinyin, birth date, numbers.

A likeness is a reason to look, never a verdict: twins share all but one name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import lru_cache

from rapidfuzz import fuzz

from studentadmin.rules import names, pinyin


class Reason(StrEnum):
    """What two students have in common; the edges put it into words."""

    NUMBER = "number"
    NAME = "name"
    SIMILAR_NAME = "similar_name"
    BIRTH_DATE = "birth_date"
    NEAR_BIRTH_DATE = "near_birth_date"
    PHONE = "phone"


@dataclass(frozen=True)
class Traits:
    """What is compared of one student; numbers and phones in the form they are stored to compare.

    `given` are the given and preferred names; `native` is the name in the own script, whole.
    """

    family: str
    given: tuple[str, ...] = ()
    native: str = ""
    birth_date: date | None = None
    sex: str | None = None
    numbers: frozenset[str] = field(default_factory=frozenset)
    phones: frozenset[str] = field(default_factory=frozenset)


SAME, ALIKE, NEAR = 99, 84, 92
"""How alike two names are, out of 100: the same; alike on one birth date; alike beside a slip."""

HOMOPHONE = 88
"""Of two Chinese names that sound the same and are written otherwise."""

OF_SEXES = 10
"""Taken off where one record says male and the other female."""

_TONES = re.compile("[1-5]")


def likeness(one: Traits, other: Traits) -> tuple[int, tuple[Reason, ...]]:
    """How alike, 0 to 100, and why; (0, ()) where nothing calls for a look."""
    name = name_likeness(one, other)
    if {one.sex, other.sex} == {"male", "female"}:
        name = max(0, name - OF_SEXES)
    born = _born(one.birth_date, other.birth_date)
    phone = bool(one.phones & other.phones)
    if one.numbers & other.numbers:
        return 100, (Reason.NUMBER, *_of_name(name), *born)
    if not born and one.birth_date is not None and other.birth_date is not None:
        return 0, ()
    enough = ALIKE if phone or Reason.BIRTH_DATE in born else NEAR
    if name < enough:
        return 0, ()
    found = name - (0 if Reason.BIRTH_DATE in born else 5 if born else 10)
    reasons = (*_of_name(name), *born, *((Reason.PHONE,) if phone else ()))
    return round(found), reasons


Part = tuple[str, str]
"""One part of a name: as written, and folded or read in Latin letters."""


def name_likeness(one: Traits, other: Traits) -> float:
    """How alike the names are, 0 to 100, family name first or last, written or read."""
    best = 0.0
    for family, given in _written(one):
        for other_family, other_given in _written(other):
            best = max(
                best,
                _pair(family, given, other_family, other_given),
                _changed_over(family, given, other_family, other_given),
            )
    return best


def readings(traits: Traits) -> set[tuple[str, str]]:
    """(family, given) as folded Latin letters, of each way the name is written."""
    return {(family[1], given[1]) for family, given in _written(traits)}


def _written(traits: Traits) -> list[tuple[Part, Part]]:
    """The name by its family and each given name, and as it is written at home."""
    found = [(traits.family, given) for given in traits.given or ("",)]
    if traits.native and names.is_east_asian(traits.native):
        found.append(names.split_full_name(traits.native))
    return [((f, _plain(f, surname=True)), (g, _plain(g))) for f, g in found]


def _pair(family: Part, given: Part, other_family: Part, other_given: Part) -> float:
    """The given names count double: brothers and sisters share the other."""
    full, other_full = family[0] + given[0], other_family[0] + other_given[0]
    if names.is_east_asian(full) and names.is_east_asian(other_full):
        if names.fold(full) == names.fold(other_full):
            return 100.0
        sounds = family[0] == other_family[0] and given[1] == other_given[1]
        return HOMOPHONE if sounds else 0.0
    mine, theirs = _joined(family[1]), _joined(other_family[1])
    if not mine or not theirs:
        return 0.0
    if bool(given[1]) != bool(other_given[1]):
        return 0.8 * fuzz.ratio(mine, theirs)
    of_family = fuzz.ratio(mine, theirs)
    if not given[1]:
        return of_family
    return (of_family + 2 * _given(given[1], other_given[1])) / 3


def _changed_over(family: Part, given: Part, other_family: Part, other_given: Part) -> float:
    """Of two names whose parts stand the other way round in one of them."""
    if not (given[1] and other_given[1]):
        return 0.0
    first = fuzz.ratio(_joined(family[1]), _joined(other_given[1]))
    return (first + fuzz.ratio(_joined(given[1]), _joined(other_family[1]))) / 2


def _given(one: str, other: str) -> float:
    """ "Ora Christopher" is Ora, and "Xiao Ming" is Xiaoming."""
    first, second = one.split(), other.split()
    joined = fuzz.ratio(_joined(one), _joined(other))
    if len(first) != len(second) and first[:1] == second[:1]:
        return max(joined, 95.0)
    return joined


def _joined(text: str) -> str:
    return text.replace(" ", "")


@lru_cache(maxsize=20_000)
def _plain(text: str, *, surname: bool = False) -> str:
    """Folded; Chinese characters as their readings without tones, run together."""
    folded = names.fold(text)
    if not pinyin.has_han(folded):
        return folded
    read = pinyin.surname(folded) if surname else pinyin.syllables(folded)
    return _TONES.sub("", read).replace(" ", "")


def _of_name(name: float) -> tuple[Reason, ...]:
    if name >= SAME:
        return (Reason.NAME,)
    return (Reason.SIMILAR_NAME,) if name >= ALIKE else ()


def _born(one: date | None, other: date | None) -> tuple[Reason, ...]:
    if one is None or other is None:
        return ()
    if one == other:
        return (Reason.BIRTH_DATE,)
    return (Reason.NEAR_BIRTH_DATE,) if near(one, other) else ()


def near(one: date, other: date) -> bool:
    """A slip of the pen apart: one digit, or day and month changed over."""
    if (one.year, one.month, one.day) == (other.year, other.day, other.month):
        return True
    differing = [a for a, b in zip(f"{one:%Y%m%d}", f"{other:%Y%m%d}", strict=True) if a != b]
    return len(differing) == 1


def normal_text(value: object) -> object:
    """A text without case, marks and blanks; any other value as it is. Nothing is an empty text."""
    if value is None:
        return ""
    return names.fold(value).replace(" ", "") if isinstance(value, str) else value
