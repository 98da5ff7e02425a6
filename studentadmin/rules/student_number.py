"""Student numbers: one normal form, so that a number typed any way finds the same student.

Letters, digits and `- . _`, 1 to 32 of them, first and last a letter or digit. Leading zeros stay:
007 and 7 are two students. No slash: the number is part of the address of a page. ASCII only, so
that SQLite and MariaDB agree on which two numbers are the same.
"""

from __future__ import annotations

import re
import unicodedata

MAX_LENGTH = 32
PATTERN = r"[A-Z0-9](?:[A-Z0-9._-]{0,30}[A-Z0-9])?"
URL_REGEX = r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,30}[A-Za-z0-9])?"

_VALID = re.compile(PATTERN, re.ASCII)


def normalise(text: str) -> str:
    """The form that is stored and compared; does not judge, see `is_valid`.

    Full-width characters become plain, letters capital, white space inside is dropped.
    """
    return "".join(unicodedata.normalize("NFKC", text).split()).upper()


def is_valid(number: str) -> bool:
    """Whether `number` is already a normal form that may be stored."""
    return _VALID.fullmatch(number) is not None
