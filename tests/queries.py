"""Looking at the SQL that a piece of code sends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event

_FRAME = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT", "PRAGMA")


class Statement(str):
    """A statement, with the values bound to it."""

    values: Any = ()

    @property
    def skips_rows(self) -> bool:
        """Whether it has an OFFSET; on SQLite one always stands there, and is 0 where none is."""
        words = self.upper()
        return "OFFSET" in words and not ("OFFSET ?" in words and self.values[-1] == 0)


@contextmanager
def count_queries() -> Iterator[list[Statement]]:
    """The statements sent meanwhile, on whatever engine; what frames a transaction is left out."""
    seen: list[Statement] = []

    def note(
        _connection: Any, _cursor: Any, statement: str, values: Any, _context: Any, _many: bool
    ) -> None:
        if not statement.lstrip().upper().startswith(_FRAME):
            seen.append(Statement(statement))
            seen[-1].values = values

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)
