"""From the address of a list to what its page shows. The address is the whole state of a list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import urlencode

from flask import request, url_for
from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from studentadmin.extensions import ReadSession
from studentadmin.forms import words
from studentadmin.models import Record
from studentadmin.services.listing import COUNT_CAP, ListQuery, Sort, contains_words
from studentadmin.views.admin.columns import Cell, ListColumn

MAX_FILTER_CHOICES = 200


@dataclass(frozen=True)
class Filter:
    """One thing a list can be narrowed by."""

    name: str
    label: str
    choices: list[tuple[str, str]]
    value: str | None
    kind: str = "choice"


@dataclass(frozen=True)
class ShownColumn:
    """A column's head."""

    name: str
    label: str
    sort_url: str | None
    sorted: str | None
    kind: str
    width: str | None


class ShownRow(NamedTuple):
    """A row of a list."""

    id: int
    url: str
    cells: list[Cell]


@dataclass(frozen=True)
class Pager:
    """Addresses of the pages around this one."""

    first: str | None = None
    previous: str | None = None
    next: str | None = None
    last: str | None = None


@dataclass(frozen=True)
class Empty:
    """What an empty list says, and what to do next."""

    title: str
    text: str
    action_label: str = ""
    action_url: str = ""


@dataclass
class Listing:
    """Everything `admin/list.html` shows."""

    columns: list[ShownColumn]
    rows: list[ShownRow]
    pager: Pager
    count: str
    search: str
    filters: list[Filter]
    chips: list[dict[str, str]]
    empty: Empty
    trash: bool


@dataclass
class ListState:
    """What the address says. Unknown names are left alone, malformed values fall back."""

    search: str = ""
    sorts: list[Sort] = field(default_factory=list)
    filters: dict[str, str] = field(default_factory=dict)
    after: int | None = None
    before: int | None = None
    last: bool = False
    trash: bool = False

    @classmethod
    def from_args(
        cls,
        args: MultiDict[str, str],
        columns: Iterable[ListColumn],
        filters: Iterable[str],
        default: Sequence[Sort],
    ) -> ListState:
        sortable = {column.name: column.sort for column in columns if column.sort}
        sorts: dict[str, Sort] = {}
        for name in args.get("sort", "").split(","):
            if path := sortable.get(name.lstrip("-")):
                sorts.setdefault(path, Sort(path, name.startswith("-")))
        return cls(
            search=" ".join(args.get("search", "").split())[:200],
            sorts=list(sorts.values()) or list(default),
            filters={name: args[name] for name in filters if args.get(name)},
            after=whole_number(args.get("after")),
            before=whole_number(args.get("before")),
            last=args.get("last") == "1",
            trash=args.get("trash") == "1",
        )


def whole_number(text: str | None) -> int | None:
    """A key, version or place from an address; None for what no database can hold."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None  # noqa: PLR2004


def address(**changes: Any) -> str:
    """This list's address with some of its state changed; a new state starts at the first page."""
    kept = {
        name: value
        for name, value in request.args.items()
        if name not in {"after", "before", "last"} and value
    }
    kept |= {name: str(value) for name, value in changes.items()}
    return with_query(url_for(request.endpoint or "", **(request.view_args or {})), kept)


def with_query(url: str, args: Mapping[str, Any]) -> str:
    """`url` with what is not empty in `args` behind it.

    Not `url_for(**args)`: names such as `_scheme` that a stranger put there steer that function.
    """
    query = urlencode([(name, value) for name, value in args.items() if value])
    return f"{url}?{query}" if query else url


def head(columns: Sequence[ListColumn], sorts: Sequence[Sort]) -> list[ShownColumn]:
    """The heads of a table, each with the address that sorts by it."""
    by_path = {sort.path: sort for sort in sorts}
    shown = []
    for column in columns:
        sort = by_path.get(column.sort or "")
        descending = sort is not None and sort.descending
        turned = column.name if sort is None or descending else f"-{column.name}"
        shown.append(
            ShownColumn(
                column.name,
                column.title,
                address(sort=turned) if column.sort else None,
                None if sort is None else "desc" if descending else "asc",
                column.kind,
                column.width,
            )
        )
    return shown


def query_for(
    model: type[Record], state: ListState, search_paths: Sequence[str], filters: Sequence[Filter]
) -> ListQuery:
    """The question that the state asks."""
    query = ListQuery(model, trash=state.trash)
    if state.search:
        query.where.append(contains_words(search_paths, state.search))
    for item in filters:
        if item.value is not None:
            query.where.append(_equals(item.name, item.value))
    return query


def _equals(name: str, value: str) -> Any:
    def condition(query: ListQuery) -> Any:
        column = query.column(name)
        python = column.type.python_type
        if python is int:
            return column == (whole_number(value) or -1)
        if python is bool:
            return column.is_(value == "1")
        return column == value

    return condition


def choices_of(
    session: ReadSession, model: type[Record], column: str
) -> list[tuple[str, str]] | None:
    """The choices of a filter: a code list, yes and no, or the rows of a small related table."""
    table = model.__tablename__
    codes = words.CODES.get((table, column))
    if codes is not None:
        return [(code, str(text)) for code, text in codes.items()]
    attribute = model.__table__.columns[column]
    if attribute.type.python_type is bool:
        return [("1", words.yes_no(value=True)), ("0", words.yes_no(value=False))]
    relation = getattr(model, column.removesuffix("_id"))
    related = relation.property.mapper.class_
    rows = (
        session.query(related)
        .filter(related.deleted_at.is_(None))
        .order_by(related.id.desc())
        .limit(MAX_FILTER_CHOICES + 1)
        .all()
    )
    if len(rows) > MAX_FILTER_CHOICES:
        return None
    return sorted(((str(row.id), row.label) for row in rows), key=lambda pair: pair[1])


def count_text(count: int) -> str:
    """ "86", or "10,000+" where counting further would cost more than it tells."""
    if count > COUNT_CAP:
        return f"{format_decimal(COUNT_CAP)}+"
    return str(format_decimal(count))


def records_text(count: int) -> str:
    """ "1 record", "86 records"."""
    return ngettext("%(count)s record", "%(count)s records", count, count=count_text(count))


def chips(filters: Sequence[Filter], search: str) -> list[dict[str, str]]:
    """What narrows the list now, each with the address without it."""
    found = [
        {
            "label": f"{item.label}: {dict(item.choices).get(item.value, item.value)}",
            "remove_url": address(**{item.name: ""}),
        }
        for item in filters
        if item.value is not None
    ]
    if search:
        label = _("Search: %(text)s", text=search)
        found.insert(0, {"label": label, "remove_url": address(search="")})
    return found
