"""What a list shows, and how a value of the register is put into words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from babel import Locale
from babel.dates import format_date
from flask_babel import format_datetime, format_decimal, get_locale

from studentadmin.forms import words
from studentadmin.models import RECORDS
from studentadmin.rules import names

TONES = {
    "enrolled": "success",
    "registered": "info",
    "left": "neutral",
    "graduated": "primary",
}


class Cell(NamedTuple):
    """One value as it is shown. A page has hundreds, hence a tuple."""

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

    def reader(self) -> Callable[[Sequence[Any]], Cell]:
        """What makes cells of values for this reader; words and language are looked up once."""
        kind, show = self.kind, self.show
        if show is not None:
            return lambda values: Cell(show(*values), kind)
        table, column = self.label
        codes = words.CODES.get(self.label)
        if codes is not None:
            known: dict[Any, str | None] = {code: str(text) for code, text in codes.items()}
            tones = TONES if kind == "chip" else {}
            return lambda values: Cell(
                known.get(values[0], values[0]), kind, None, tones.get(values[0])
            )
        return lambda values: Cell(value_text(table, column, values[0]), kind)

    def cell(self, values: Sequence[Any]) -> Cell:
        return self.reader()(values)

    def plain(self, values: Sequence[Any]) -> Any:
        """The value as a file carries it: codes as codes, dates as ISO 8601."""
        return self.show(*values) if self.show else values[0]


def row_reader(columns: Sequence[ListColumn]) -> Callable[[Sequence[Any]], list[Cell]]:
    """What makes the cells of a row of the values that the columns' paths gave, in their order."""
    parts, start = [], 0
    for one in columns:
        parts.append((one.reader(), start, start + len(one.paths)))
        start += len(one.paths)
    return lambda values: [read(values[begin:end]) for read, begin, end in parts]


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
        return day_text(value)
    if isinstance(value, int):
        return str(format_decimal(value))
    return str(value)


def day_text(value: date) -> str:
    """A calendar day as the reader's language writes it: Sep 3, 2015."""
    return _day_text(value, str(get_locale() or "en"))


@lru_cache(maxsize=16_384)
def _day_text(value: date, locale: str) -> str:
    """Some thousand birthdays are on most pages of a school."""
    return format_date(value, "medium", Locale.parse(locale))
