"""身份证: the resident identity number of GB 11643-1999, 18 characters.

Six digits of region, eight of birth date, three of order (odd for a man), one check character.
The 15-digit numbers of before 1999 are no longer issued and are refused.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from enum import StrEnum

LENGTH = 18

_SHAPE = re.compile(r"[1-9][0-9]{16}[0-9X]")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS = "10X98765432"


class Problem(StrEnum):
    """What is wrong with a number; the edges put it into words."""

    OLD_LENGTH = "old_length"
    SHAPE = "shape"
    BIRTH_DATE = "birth_date"
    CHECK_DIGIT = "check_digit"
    BIRTH_DATE_DIFFERS = "birth_date_differs"
    SEX_DIFFERS = "sex_differs"


def normalise(text: str) -> str:
    """The form that is stored: plain digits, a capital X, no spaces or hyphens."""
    return re.sub(r"[\s\-]+", "", unicodedata.normalize("NFKC", text)).upper()


def check_digit(first_17: str) -> str:
    """The 18th character that belongs to these 17 digits (ISO 7064, MOD 11-2)."""
    total = sum(int(digit) * weight for digit, weight in zip(first_17, _WEIGHTS, strict=True))
    return _CHECK_CHARACTERS[total % 11]


def birth_date(number: str) -> date | None:
    """The birth date a well-shaped number states, or None when there is no such day."""
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def sex(number: str) -> str:
    """ "male" or "female", as a well-shaped number states it."""
    return "male" if int(number[16]) % 2 else "female"


def check(value: str, born: date | None = None, stated_sex: str | None = None) -> list[Problem]:
    """Everything wrong with a number, against the record where the record says something.

    `stated_sex` is compared only when it is "male" or "female".
    """
    number = normalise(value)
    if re.fullmatch(r"[0-9]{15}", number):
        return [Problem.OLD_LENGTH]
    if not _SHAPE.fullmatch(number):
        return [Problem.SHAPE]
    problems = []
    if check_digit(number[:17]) != number[17]:
        problems.append(Problem.CHECK_DIGIT)
    written = birth_date(number)
    if written is None:
        problems.append(Problem.BIRTH_DATE)
    elif born is not None and written != born:
        problems.append(Problem.BIRTH_DATE_DIFFERS)
    if stated_sex in {"male", "female"} and sex(number) != stated_sex:
        problems.append(Problem.SEX_DIFFERS)
    return problems
