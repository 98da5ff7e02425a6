"""Telephone numbers: stored as typed, compared and found by their digits."""

from __future__ import annotations

import re
import unicodedata


def digits(text: str) -> str:
    """The digits, after one leading + where it was typed; an extension's digits come last."""
    plain = unicodedata.normalize("NFKC", text).strip()
    return ("+" if plain.startswith("+") else "") + re.sub(r"[^0-9]", "", plain)
