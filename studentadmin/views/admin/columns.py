"""What a list shows, and how a value of the register is put into words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import format_date, format_datetime, format_decimal

from studentadmin.forms import words
from studentadmin.models import RECORDS
from studentadmin.rules import names

TONES = {
    "enrolled": "success",
    "registered": "info",
    "left": "neutral",
    "graduated": "primary",
}


@dataclass(frozen=True)
class Cell:
    """One value as it is shown."""

    text: str | None
    kind: str = "text"
    url: str | None = None
    tone: str | None = None
    masked: bool = False


@dataclass(frozen=True)
class ListColumn:
    """A column of a list: the paths it reads and how they become one text.

    `label` names the table and column whose words stand above it; `sort` is a path, or None.
    """

    name: str
    label: tuple[str, str]
    paths: tuple[str, ...]
    sort: str | None = None
    show: Callable[..., str | None] | None = None
    kind: str = "text"
    width: str | None = None
    field_class: str = "directory"

    @property
    def title(self) -> str:
        return words.field_label(*self.label)

    def cell(self, values: Sequence[Any]) -> Cell:
        if self.show:
            return Cell(self.show(*values), self.kind)
        table, column = self.label
        text = value_text(table, column, values[0])
        tone = TONES.get(values[0]) if self.kind == "chip" else None
        return Cell(text, self.kind, tone=tone)

    def plain(self, values: Sequence[Any]) -> Any:
        """The value as a file carries it: codes as codes, dates as ISO 8601."""
        return self.show(*values) if self.show else values[0]


def column(
    table: str, path: str, *, kind: str | None = None, width: str | None = None
) -> ListColumn:
    """A column of `table` itself."""
    attribute = RECORDS[table].__table__.columns[path]
    return ListColumn(
        name=path,
        label=(table, path),
        paths=(path,),
        sort=path,
        kind=kind or ("code" if (table, path) in words.CODES else _kind(attribute)),
        width=width,
        field_class=attribute.info.get("field_class", "directory"),
    )


def name_column(table: str, prefix: str = "", label: tuple[str, str] | None = None) -> ListColumn:
    """The full name of a student or person, family name first."""
    parts = tuple(prefix + part for part in ("family_name", "given_name", "middle_name"))
    return ListColumn(
        name=(prefix + "name").replace(".", "_"),
        label=label or (table, "full_name"),
        paths=parts,
        sort=prefix + "sort_name",
        show=_name_in_order,
        kind="person",
        width="wide",
    )


def _name_in_order(family: str | None, given: str | None, middle: str | None) -> str:
    """The name as a list shows it: in the order by which it is sorted."""
    order = names.NameOrder.FAMILY_FIRST
    return names.display_name(family or "", given or "", middle or "", order=order)


def related_column(path: str, label: tuple[str, str]) -> ListColumn:
    """A text of a related row."""
    return ListColumn(
        name=path.replace(".", "_"), label=label, paths=(path,), sort=path, show=lambda text: text
    )


def _kind(attribute: Any) -> str:
    python = attribute.type.python_type
    if python is bool:
        return "bool"
    if python is int:
        return "number"
    if python is date:
        return "date"
    return "text"


def value_text(table: str, column_name: str, value: Any) -> str | None:
    """Any value of the register in the reader's language; None for nothing."""
    if value is None or value == "":
        return None
    known = words.code_label(table, column_name, value)
    if known is not None:
        return known
    if isinstance(value, bool):
        return words.yes_no(value)
    if isinstance(value, datetime):
        return str(format_datetime(value, "medium"))
    if isinstance(value, date):
        return str(format_date(value, "medium"))
    if isinstance(value, int):
        return str(format_decimal(value))
    return str(value)
