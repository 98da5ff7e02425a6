"""Cells that a spreadsheet would run as a formula: guarded going out, as they were coming in.

unguard(guard(x)) == x for every text.
"""

from __future__ import annotations

RUNS = ("=", "+", "-", "@", "\t", "\r")


def guard(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would run."""
    return "'" + text if text.lstrip("'").startswith(RUNS) else text


def unguard(text: str) -> str:
    """Take away the apostrophe that `guard` put there."""
    return text[1:] if text.startswith("'") and text.lstrip("'").startswith(RUNS) else text
