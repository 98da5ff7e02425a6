"""Waiting for something to become true, not for time to pass."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Event
from typing import TypeVar

T = TypeVar("T")
SECONDS = 90.0


def until(true: Callable[[], T], what: str, seconds: float = SECONDS) -> T:
    """The first true value of `true()`; fails, saying `what`, when there is none in time."""
    end, pause = time.monotonic() + seconds, Event()
    while not (found := true()):
        assert time.monotonic() < end, f"never: {what}"
        pause.wait(0.03)
    return found
