"""The gate that every unit passes, so that closing the program waits for what is being saved."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask_babel import gettext as _

from studentadmin.errors import ReadOnly


class Drain:
    """Counts units under way, so that closing the program waits for what was being saved."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._running = 0
        self._closed = False

    @contextmanager
    def entering(self) -> Iterator[None]:
        with self._condition:
            if self._closed:
                raise ReadOnly(_("Student Admin is closing. Nothing was saved."))
            self._running += 1
        try:
            yield
        finally:
            with self._condition:
                self._running -= 1
                self._condition.notify_all()

    def close(self, timeout: float) -> bool:
        """Refuse new units and wait up to `timeout` seconds; True when none is left running."""
        with self._condition:
            self._closed = True
            return self._condition.wait_for(lambda: self._running == 0, timeout)

    @property
    def closed(self) -> bool:
        """Whether a long unit should rather end now than be waited for."""
        return self._closed

    def reopen(self) -> None:
        """Let units in again (after a restore)."""
        with self._condition:
            self._closed = False


_drained = Drain()


def drain() -> Drain:
    """The gate every unit passes; the launcher closes it, a restore closes and reopens it."""
    return _drained
