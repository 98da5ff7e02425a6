"""What a list shows, and how a value of the register is put into words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from babel import Locale
from babel.dates import format_date
from flask_babel import format_datetime, format_decimal, get_locale

from studentadmin.forms import words
from studentadmin.models import RECORDS, Record
from studentadmin.models.base import UtcDateTime
from studentadmin.rules import names
from studentadmin.services.conditions import Field

TONES = {
    "enrolled": "success",
    "registered": "info",
    "left": "neutral",
    "graduated": "primary",
}


NAME = Field("name", "search_name")
NEVER_SHOWN = frozenset({"id", "version", "deleted_at", "sort_name", "search_name", "digits"})
"""What the program keeps for itself; the name itself and the number are shown instead."""
NAMED_BY = {
    "organisation": "name",
    "academic_session": "title",
    "grade_level": "name",
    "homeroom": "name",
    "course": "title",
    "section": "title",
    "attendance_code": "name",
}
"""The column that names a row of a table that is not about people; others are not offered."""


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
    `asked` is what a filter on it reads, under `filter_name` in an address; `related` the table
    whose rows a relation chooses from. `needs` are (table, class of fields) that one must be
    allowed to view besides the list itself: who may not see a value may not ask for it either.
    """

    name: str
    label: tuple[str, str]
    paths: tuple[str, ...]
    sort: str | None = None
    show: Callable[..., str | None] | None = None
    kind: str = "text"
    width: str | None = None
    field_class: str = "directory"
    asked: Field | None = None
    filter_name: str = ""
    related: str = ""
    needs: tuple[tuple[str, str], ...] = ()
    nullable: bool = True

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
        asked=Field(_filter_kind(table, attribute), path),
        filter_name=path,
        nullable=attribute.nullable,
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
        **(_relation(*label) if label else {"asked": NAME, "filter_name": "name"}),
    )


def _name_in_order(family: str | None, given: str | None, middle: str | None) -> str:
    """The name as a list shows it: in the order by which it is sorted."""
    order = names.NameOrder.FAMILY_FIRST
    return names.display_name(family or "", given or "", middle or "", order=order)


def related_column(path: str, label: tuple[str, str]) -> ListColumn:
    """A text of a related row."""
    return ListColumn(
        name=path.replace(".", "_"),
        label=label,
        paths=(path,),
        sort=path,
        show=_as_it_is,
        **_relation(*label),
    )


def told_column(path: str, label: tuple[str, str]) -> ListColumn:
    """A text of a related row that is shown and sorted by, but not asked for."""
    return ListColumn(path.replace(".", "_"), label, (path,), path, _as_it_is)


def present_column(name: str, path: str, label: tuple[str, str]) -> ListColumn:
    """A value of the enrolment that a student has today; `label` names its column there.

    `path` leads from the enrolment to what is shown.
    """
    asked = column(*label) if path == label[1] else related_column(path, label)
    read = f"present_enrolment.{path}"
    return replace(
        asked,
        name=name,
        paths=(read,),
        sort=read,
        asked=Field(asked.asked.kind, f"present_enrolment.{label[1]}") if asked.asked else None,
        filter_name=name,
        needs=(("enrolment", "directory"), *asked.needs),
        nullable=True,
    )


def changed_by(table: str) -> ListColumn:
    """Who changed a row: no column that is shown, a question that may be asked."""
    asked = Field("author", "id")
    return ListColumn("", (table, "changed_by"), (), asked=asked, filter_name="changed_by")


def rest_of(model: type[Record], declared: Sequence[ListColumn]) -> list[ListColumn]:
    """The columns of a table that its list does not show by itself."""
    table = model.__tablename__
    known = {column.filter_name for column in declared} | {column.name for column in declared}
    found = []
    for attribute in model.__table__.columns:
        if attribute.key in known | NEVER_SHOWN or attribute.info.get("secret"):
            continue
        if not attribute.foreign_keys:
            found.append(column(table, attribute.key))
            continue
        relation = attribute.key.removesuffix("_id")
        target = next(iter(attribute.foreign_keys)).column.table.name
        if target in {"student", "person"}:
            found.append(name_column(target, f"{relation}.", (table, attribute.key)))
        elif target in NAMED_BY:
            path = f"{relation}.{NAMED_BY[target]}"
            found.append(related_column(path, (table, attribute.key)))
    return found


def _relation(table: str, key: str) -> dict[str, Any]:
    """What a column about a related row may be asked: which row it is."""
    attribute = RECORDS[table].__table__.columns[key]
    target = next(iter(attribute.foreign_keys)).column.table.name
    return {
        "asked": Field("relation", key),
        "filter_name": key,
        "related": target,
        "needs": ((target, "directory"),),
        "nullable": attribute.nullable,
    }


def _as_it_is(text: str | None) -> str | None:
    return text


def _filter_kind(table: str, attribute: Any) -> str:
    if (table, attribute.key) in words.CODES:
        return "choice"
    if isinstance(attribute.type, UtcDateTime):
        return "instant"
    return _kind(attribute)


def _kind(attribute: Any) -> str:
    python = attribute.type.python_type
    if python is bool:
        return "bool"
    if python is int:
        return "number"
    if python in {date, datetime}:
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
