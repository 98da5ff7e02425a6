"""Which column is read as which field, and in which order its dates stand.

Guessed from the headings and from whole columns; what a person chose goes before any guess. Where
a column of dates proves no order, the plan asks instead of guessing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from flask_babel import gettext as _

from studentadmin.errors import RuleBroken
from studentadmin.interchange import headers, labels
from studentadmin.interchange.read import Table
from studentadmin.rules.dates import Guess, Order, guess_order

DATE_FIELDS = frozenset({"birth_date", "entry_date"})
SAMPLES = 3


@dataclass(frozen=True)
class Choices:
    """What a person decided. `fields`: column -> field, "" to leave the column out.

    `orders`: column -> order of its dates; `order` for every column not named there.
    """

    fields: Mapping[int, str] = field(default_factory=dict)
    orders: Mapping[int, Order] = field(default_factory=dict)
    order: Order | None = None


@dataclass(frozen=True)
class ColumnPlan:
    """How one column is read. `field` is "" when it is left out."""

    index: int
    heading: str
    field: str
    samples: tuple[str, ...] = ()
    order: Order | None = None
    guess: Guess | None = None

    @property
    def asks(self) -> bool:
        """Whether a person must say the order of day, month and year."""
        return self.guess is not None and self.guess.ambiguous and self.order is None


@dataclass(frozen=True)
class Plan:
    """Every column of a file, in its order."""

    columns: tuple[ColumnPlan, ...]

    @property
    def by_field(self) -> dict[str, ColumnPlan]:
        return {column.field: column for column in self.columns if column.field}

    @property
    def questions(self) -> tuple[ColumnPlan, ...]:
        return tuple(column for column in self.columns if column.asks)

    @property
    def mapping(self) -> dict[str, str]:
        return {column.heading: column.field for column in self.columns if column.field}

    @property
    def date_orders(self) -> dict[str, str]:
        return {c.heading: c.order.value for c in self.columns if c.order is not None}


def make_plan(table: Table, choices: Choices, today: date) -> Plan:
    """Raises RuleBroken when two columns are to be read as one field, or a field is unknown."""
    fields = headers.guess(table.header)
    taken = {name for name in choices.fields.values() if name}
    fields = {column: name for column, name in fields.items() if name not in taken}
    fields |= {c: name for c, name in choices.fields.items() if 0 <= c < len(table.header)}
    _refuse_bad(table, fields)
    return Plan(
        tuple(
            _column(table, index, fields.get(index, ""), choices, today)
            for index in range(len(table.header))
        )
    )


def _refuse_bad(table: Table, fields: Mapping[int, str]) -> None:
    seen: dict[str, int] = {}
    for index, name in fields.items():
        if not name:
            continue
        if name not in headers.SYNONYMS:
            raise RuleBroken(_("There is no field “%(field)s” to import into.", field=name))
        if name in seen:
            raise RuleBroken(
                _(
                    "The columns “%(one)s” and “%(two)s” cannot both be read as “%(field)s”."
                    " Leave one of them out.",
                    one=table.header[seen[name]],
                    two=table.header[index],
                    field=labels.field(name),
                )
            )
        seen[name] = index


def _column(table: Table, index: int, name: str, choices: Choices, today: date) -> ColumnPlan:
    filled = (row.cells[index] for row in table.rows if row.cells[index])
    samples = tuple(text for text, _number in zip(filled, range(SAMPLES), strict=False))
    if name not in DATE_FIELDS:
        return ColumnPlan(index, table.header[index], name, samples)
    found = guess_order((row.cells[index] for row in table.rows), today)
    order = choices.orders.get(index) or choices.order or found.order
    return ColumnPlan(index, table.header[index], name, samples, order, found)
