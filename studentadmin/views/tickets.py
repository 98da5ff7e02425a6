"""One-time tickets: how the program's own window proves that it is the program's own window.

A loopback address is open to every program on the computer, so the first URL of a window carries a
ticket that only this process could have issued. The view that redeems it answers with a cookie.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable

LIFE = 60.0
"""Seconds a ticket may wait; a window opens in two."""


class Tickets:
    """Tickets of one process. `clock` gives seconds that never run backwards."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._open: dict[str, float] = {}

    def issue(self) -> str:
        """A new ticket of 256 random bits, good once, for `LIFE` seconds."""
        ticket = secrets.token_urlsafe(32)
        with self._lock:
            self._forget_old()
            self._open[ticket] = self._clock() + LIFE
        return ticket

    def redeem(self, ticket: str) -> bool:
        """True once for a ticket that was issued here and has not ended; then never again.

        Every open ticket is compared in constant time, so nothing is learnt by guessing.
        """
        found = None
        with self._lock:
            self._forget_old()
            for known in self._open:
                if secrets.compare_digest(known.encode(), ticket.encode("utf-8", "replace")):
                    found = known
            if found is None:
                return False
            del self._open[found]
        return True

    def _forget_old(self) -> None:
        now = self._clock()
        self._open = {ticket: end for ticket, end in self._open.items() if end > now}
