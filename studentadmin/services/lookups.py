"""Rows that rules ask for, one question for one row or one for hundreds.

A rule asks `unit.lookups.rows(...)` or `.lock(...)`. Alone it costs a query, as ever. Where many
rows are written at once they are asked for beforehand (`warm`, `lock_all`); the rule costs none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

from sqlalchemy import event, inspect, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from studentadmin.models import Record

M = TypeVar("M", bound=Record)
T = TypeVar("T")
AT_ONCE = 500
"""Keys in one question."""


class Lookups:
    """The answers of one unit; `locking` is off where nothing will be written."""

    def __init__(self, session: Session, *, locking: bool = True) -> None:
        self._session = session
        self._locking = locking
        self._answers: dict[tuple[Any, str], dict[Any, list[Any]]] = {}
        self._locked: dict[tuple[Any, int], Record] = {}
        self._kept: list[Any] = []
        event.listen(session, "before_flush", self._forget)

    def rows(self, column: InstrumentedAttribute[Any], value: Any) -> list[Any]:
        """The rows with this value, those in the trash too, in the order of their keys."""
        known = self._answers.get((column.class_, column.key), {}).get(value)
        if known is not None:
            return known
        query = select(column.class_).where(column == value).order_by(column.class_.id)
        return list(self._session.scalars(query))

    def warm(self, column: InstrumentedAttribute[Any], values: Iterable[Any]) -> None:
        """Ask `rows` for all of these values now; the answers stand until such a row is flushed."""
        model: Any = column.class_
        answers = self._answers.setdefault((model, column.key), {})
        wanted = sorted({value for value in values if value is not None} - answers.keys())
        for part in parts(wanted, AT_ONCE):
            answers |= {value: [] for value in part}
            query = select(model).where(column.in_(part)).order_by(model.id)
            for row in self._session.scalars(query):
                answers.setdefault(getattr(row, column.key), []).append(row)

    def lock(self, model: type[M], key: int) -> M | None:
        """The row as it stands, nobody else's to change until the unit ends; None without one."""
        known: Any = self._locked.get((model, key))
        if known is not None and known in self._session:
            return known  # type: ignore[no-any-return]
        options: Any = {"with_for_update": True, "populate_existing": True}
        row = self._session.get(model, key, **(options if self._locking else {}))
        if row is not None:
            self._locked[model, key] = row
        return row

    def lock_all(self, model: type[M], keys: Iterable[int]) -> dict[int, M]:
        """The rows of these keys, as `lock` gives them; what was set and not flushed is lost."""
        for part in parts(sorted(set(keys)), AT_ONCE):
            query = select(model).where(model.id.in_(part)).order_by(model.id)
            if self._locking:
                query = query.with_for_update().execution_options(populate_existing=True)
            self._locked |= {(model, row.id): row for row in self._session.scalars(query)}
        found: Any = {key: self._locked[model, key] for key in keys if (model, key) in self._locked}
        return found  # type: ignore[no-any-return]

    def keep_parents(self, rows: Sequence[Record]) -> None:
        """Load what the rows point at, so that neither a rule nor a label asks for it again."""
        for row in rows[:1]:
            for relation in inspect(type(row)).relationships:
                if relation.uselist:
                    continue
                column = next(iter(relation.local_columns)).key
                keys = {key for one in rows if (key := getattr(one, column)) is not None}
                model: Any = relation.mapper.class_
                for part in parts(sorted(keys), AT_ONCE):
                    query = select(model).where(model.id.in_(part))
                    self._kept += self._session.scalars(query)

    def release(self) -> None:
        """Let go of every row, so that memory does not grow with their number."""
        self._answers.clear()
        self._locked.clear()
        self._kept.clear()

    def _forget(self, session: Session, _context: Any, _instances: Any) -> None:
        """What will be flushed may change who belongs to an answer."""
        if not self._answers:
            return
        for row in (*session.new, *session.deleted):
            for place in [place for place in self._answers if place[0] is type(row)]:
                del self._answers[place]
        for row in session.dirty:
            changed = inspect(row).committed_state
            for model, key in list(self._answers):
                if model is type(row) and key in changed:
                    del self._answers[model, key]


def parts(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """`items` in pieces of at most `size`."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
