"""Keeps the history of a unit: every row's values before and after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import Column, Date, Numeric, event, insert, inspect
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import get_history

from studentadmin.models import BOOKKEEPING, RECORDS, ChangeRow, ChangeSet, Record
from studentadmin.models.base import UtcDateTime
from studentadmin.models.change import Values
from studentadmin.services import search_index


def kept_columns(model: type[Record]) -> list[Column[Any]]:
    """The columns whose values enter the history: all but bookkeeping and secrets."""
    return [
        column
        for column in model.__table__.columns
        if column.key not in BOOKKEEPING and not column.info.get("secret")
    ]


@cache
def _kept_names(table: str) -> tuple[str, ...]:
    return tuple(column.key for column in kept_columns(RECORDS[table]))


def to_plain(value: Any) -> Any:
    """A column's value as JSON can hold it."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return value


def from_plain(column: Column[Any], value: Any) -> Any:
    """The inverse of `to_plain`, told by the column what the value was."""
    if value is None:
        return None
    if isinstance(column.type, UtcDateTime):
        return datetime.fromisoformat(value)
    if isinstance(column.type, Date):
        return date.fromisoformat(value)
    if isinstance(column.type, Numeric) and column.type.asdecimal:
        return Decimal(value)
    return value


Line = dict[str, Any]
"""The values of one `ChangeRow`, its change set apart."""


@dataclass
class Trace:
    """What one unit did to one row so far."""

    row: Record
    before: Values | None
    deleted: bool = False


class Recorder:
    """Listens to a writing session; `store` turns what it saw into change rows."""

    def __init__(self, session: Session, now: datetime) -> None:
        self.session = session
        self.now = now
        self.traces: dict[int, Trace | Line] = {}
        event.listen(session, "before_flush", self._before_flush)

    def _before_flush(self, session: Session, _context: Any, _instances: Any) -> None:
        for row in session.new:
            if isinstance(row, Record):
                self.traces.setdefault(id(row), Trace(row, None))
                row.created_at = row.created_at or self.now
                row.updated_at = self.now
        for row in session.deleted:
            if isinstance(row, Record):
                self._trace(row).deleted = True
        for row in sorted(session.dirty, key=_place):
            if isinstance(row, Record) and _is_modified(row):
                self._trace(row)
                row.updated_at = self.now

    def _trace(self, row: Record) -> Trace:
        """The row's trace; its old values are taken now, before the flush forgets them."""
        trace = self.traces.get(id(row))
        if not isinstance(trace, Trace):
            trace = self.traces[id(row)] = Trace(row, {})
        if trace.before is None:
            return trace
        state: Any = inspect(row)
        kept = _kept_names(row.__tablename__)
        for name in state.committed_state:
            if name in trace.before or name not in kept:
                continue
            history = get_history(row, name)
            if not (history.added or history.deleted):
                continue
            if not history.deleted:
                raise AssertionError(f"{name} was set before its old value was read")
            trace.before[name] = to_plain(history.deleted[0])
        return trace

    def store(self, change: ChangeSet, *, subject: Record | None = None) -> frozenset[str]:
        """Write the change set and its rows, and what follows from them: the index of the search.

        Returns the tables touched, empty for no change.
        """
        found = self._lines()
        if not found:
            return frozenset()
        if subject is not None:
            change.subject_table, change.subject_id = subject.__tablename__, subject.id
        else:
            change.subject_table, change.subject_id = found[0]["table_name"], found[0]["row_id"]
        change.row_count = len(found)
        self.session.add(change)
        self.session.flush()
        self.session.execute(
            insert(ChangeRow), [{"change_set_id": change.id, **line} for line in found]
        )
        search_index.follow(self.session, found)
        return frozenset(line["table_name"] for line in found)

    def note(self, action: str, row: Record | type[Record], values: Values, version: int) -> None:
        """Record a row written with a statement of its own, past the session (a re-insertion)."""
        line = {
            "table_name": row.__tablename__,
            "row_id": values["id"],
            "version": version,
            "action": action,
            "before": None,
            "after": values,
        }
        self.traces[id(line)] = line

    def fold(self) -> None:
        """Keep of the rows seen so far only their lines; for after a flush, before letting go."""
        for place, trace in list(self.traces.items()):
            if isinstance(trace, Trace):
                del self.traces[place]
                if (line := self._line(trace)) is not None:
                    self.traces[id(line)] = line

    def _lines(self) -> list[Line]:
        """What was done to each row, in the order the rows were met; one line for a row."""
        found: dict[tuple[str, int], Line] = {}
        for trace in self.traces.values():
            line = self._line(trace) if isinstance(trace, Trace) else trace
            if line is None:
                continue
            first = found.setdefault((line["table_name"], line["row_id"]), line)
            if first is not line:  # put back, then brought in line by a rule
                _add_to(first, line)
        return list(found.values())

    def _line(self, trace: Trace) -> Line | None:
        row = trace.row
        line = {"table_name": row.__tablename__, "row_id": row.id, "version": row.version}
        if trace.before is None:
            if trace.deleted:
                return None
            return {**line, "action": "insert", "before": None, "after": _now(row)}
        if trace.deleted:
            return {
                **line, "action": "delete", "before": {**_now(row), **trace.before}, "after": None
            }  # fmt: skip
        now = {name: to_plain(getattr(row, name)) for name in trace.before}
        before = {key: old for key, old in trace.before.items() if now[key] != old}
        if not before and not self._has_secrets(row):
            return None
        after = {key: now[key] for key in before}
        return {**line, "action": _action(before, after), "before": before, "after": after}

    @staticmethod
    def _has_secrets(row: Record) -> bool:
        """A change of secrets alone still leaves a line, without values."""
        return any(column.info.get("secret") for column in type(row).__table__.columns)


def _is_modified(row: Record) -> bool:
    """As `Session.is_modified`, which looks at every column where we look at those touched."""
    state: Any = inspect(row)
    for name in state.committed_state:
        if not hasattr(state.manager[name].impl, "get_collection"):
            history = get_history(row, name)
            if history.added or history.deleted:
                return True
    return False


def _place(row: Any) -> tuple[str, int]:
    """So that rows flushed together stand in the history in an order that means something."""
    return row.__tablename__, row.id


def _now(row: Record) -> Values:
    return {name: to_plain(getattr(row, name)) for name in _kept_names(row.__tablename__)}


def _add_to(first: Line, line: Line) -> None:
    """What was done to the same row later, as if it had been done at once."""
    first["version"] = line["version"]
    if first["before"] is None:
        first["after"] = {**first["after"], **line["after"]}
        return
    before = {**line["before"], **first["before"]}
    after = {**first["after"], **line["after"]}
    first["before"] = {name: value for name, value in before.items() if value != after[name]}
    first["after"] = {name: after[name] for name in first["before"]}
    first["action"] = _action(first["before"], first["after"])


def _action(before: Values, after: Values) -> str:
    if "deleted_at" not in before:
        return "update"
    return "trash" if after["deleted_at"] else "restore"
