"""E-mail addresses: stored as typed, compared without regard to capitals."""

from __future__ import annotations

import unicodedata


def normalise(text: str) -> str:
    """The form for comparing. Never unique: brothers and sisters share addresses."""
    return unicodedata.normalize("NFKC", text).strip().casefold()
