"""What shall become of some fields of many rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Literal

from flask_babel import gettext as _
from sqlalchemy import UniqueConstraint

from studentadmin.errors import RuleBroken
from studentadmin.models import Base, Record

Kind = Literal["set", "clear", "add_days", "replace"]


@dataclass(frozen=True)
class Operation:
    """What becomes of one field. `value`: what to set, or how many days to add (may be negative).

    Adding days and replacing text leave an empty field empty.
    """

    field: str
    kind: Kind
    value: Any = None
    find: str = ""
    by: str = ""

    def apply(self, old: Any) -> Any:
        """Raises RuleBroken for a day that no calendar has."""
        if self.kind == "set":
            return self.value
        if self.kind == "clear":
            return False if isinstance(old, bool) else None
        if old is None:
            return None
        if self.kind == "replace":
            return str(old).replace(self.find, self.by)
        try:
            return _later(old, self.value)
        except OverflowError:
            raise RuleBroken(_("This day lies too far away."), self.field) from None


def _later(day: date, days: int) -> date:
    return day + timedelta(days=days)


@dataclass
class Change:
    """The operations, and what the form says of a value that one of them makes of another.

    `judge(field, value)` gives the value as it is kept, or raises RuleBroken.
    """

    operations: Sequence[Operation]
    judge: Callable[[str, Any], Any]
    _seen: set[tuple[Any, ...]] = field(default_factory=set)

    @property
    def fields(self) -> list[str]:
        return [operation.field for operation in self.operations]

    def values(self, row: Record) -> dict[str, Any]:
        """What the row would hold. Raises RuleBroken."""
        made = {}
        for operation in self.operations:
            old = getattr(row, operation.field)
            value = operation.apply(old)
            if operation.kind in {"add_days", "replace"} and value != old:
                value = self.judge(operation.field, value)
            made[operation.field] = value
        return made

    def refuse_twice(self, row: Record, changed: Iterable[str]) -> None:
        """Raise RuleBroken when an earlier row was given what only one may have."""
        for constraint in Base.metadata.tables[row.__tablename__].constraints:
            if not isinstance(constraint, UniqueConstraint):
                continue
            names = [column.key for column in constraint.columns]
            met = [name for name in names if name in changed]
            values = (constraint.name, *(getattr(row, name) for name in names))
            if not met or None in values:
                continue
            if values in self._seen:
                raise RuleBroken(_("Two of the chosen rows would get the same value."), met[0])
            self._seen.add(values)
