"""Telephone numbers: stored as typed, compared and found by their digits."""

from __future__ import annotations

import re
import unicodedata


def digits(text: str) -> str:
    """The digits, after one leading + where it was typed; an extension's digits come last."""
    plain = unicodedata.normalize("NFKC", text).strip()
    return ("+" if plain.startswith("+") else "") + re.sub(r"[^0-9]", "", plain)


def starts(number: str) -> set[str]:
    """How somebody may begin to type what `digits` made of a number, again in digits only.

    As it is written, without the trunk's 0, and without the country when that is China.
    """
    plain = number.lstrip("+")
    found = {plain, plain.lstrip("0")}
    for country in ("0086", "86"):
        if plain.startswith(country) and len(plain) > len(country) + 6:
            found.add(plain.removeprefix(country))
            break
    return found - {""}
