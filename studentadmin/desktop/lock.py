"""A lock on a file that the system lets go of when its process dies, however it dies."""

from __future__ import annotations

import sys
from pathlib import Path
from types import TracebackType


class FileLock:
    """Held from `take` or `wait` until `release` or the end of the process."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("a+")

    def take(self) -> bool:
        """True when the lock is ours now; False, at once, when another process holds it."""
        return self._lock(patient=False)

    def wait(self) -> None:
        """Take the lock as soon as its holder lets go."""
        while not self._lock(patient=True):
            continue

    def release(self) -> None:
        self._file.close()

    def __enter__(self) -> FileLock:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()

    def _lock(self, *, patient: bool) -> bool:
        if sys.platform == "win32":
            import msvcrt

            self._file.seek(0)
            mode = (
                msvcrt.LK_LOCK if patient else msvcrt.LK_NBLCK
            )  # LK_LOCK gives up after ten seconds
        else:
            import fcntl

            mode = fcntl.LOCK_EX if patient else fcntl.LOCK_EX | fcntl.LOCK_NB
        try:
            if sys.platform == "win32":
                msvcrt.locking(self._file.fileno(), mode, 1)
            else:
                fcntl.flock(self._file, mode)
        except (BlockingIOError, PermissionError):
            return False
        return True
