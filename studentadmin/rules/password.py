"""What a password must be: long. No rules of capitals, digits and signs, which people answer with
"Password1!"; instead a length, and a look at what everybody guesses first (NIST SP 800-63B).
"""

from __future__ import annotations

import unicodedata

SHORTEST = 10
LONGEST = 200

TOO_SHORT = "too_short"
TOO_LONG = "too_long"
TOO_COMMON = "too_common"
TOO_PERSONAL = "too_personal"

FEWEST_DIFFERENT = 4
"""A password of fewer different characters is "aaaaaaaaaa" or "1212121212"."""

ROWS = ("01234567890", "09876543210", "qwertzuiop", "abcdefghijklmnopqrstuvwxyz")
COMMON_PARTS = (
    "studentadmin", "student admin", "password", "passwort", "passw0rd", "qwertyuiop", "asdfghjkl",
    "1q2w3e4r5t", "iloveyou", "welcome", "administrator", "letmein", "changeme", "woaini",
    "5201314",
)  # fmt: skip
LEAST_REST = 5
"""Characters that must remain beside a common part or a person's own name."""


def normalise(password: str) -> str:
    """One form for the same characters, whichever keyboard typed them."""
    return unicodedata.normalize("NFKD", password)


def weakness(password: str, personal: tuple[str, ...] = ()) -> str | None:
    """The code of what is wrong, or None. `personal`: the person's name, address, school."""
    plain = normalise(password).casefold()
    if len(plain) < SHORTEST:
        return TOO_SHORT
    if len(plain) > LONGEST:
        return TOO_LONG
    if len(set(plain)) < FEWEST_DIFFERENT or _is_row(plain) or _left_over(plain, COMMON_PARTS):
        return TOO_COMMON
    parts = tuple(part for text in personal for part in _parts(text))
    return TOO_PERSONAL if _left_over(plain, parts) else None


def _is_row(plain: str) -> bool:
    return any(plain in row * 2 or plain in row[::-1] * 2 for row in ROWS)


def _left_over(plain: str, parts: tuple[str, ...]) -> bool:
    """Whether hardly anything is left of the password once these parts are taken out."""
    rest = plain
    for part in sorted(parts, key=len, reverse=True):
        rest = rest.replace(part, "")
    return rest != plain and len(rest) < LEAST_REST


def _parts(text: str) -> list[str]:
    plain = normalise(text).casefold()
    pieces = plain.replace("@", " ").replace(".", " ").split()
    return [piece for piece in (plain, plain.split("@")[0], *pieces) if len(piece) > 2]  # noqa: PLR2004
