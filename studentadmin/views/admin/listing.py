"""What the page of a list shows, made from the state that its address says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from flask_babel import format_decimal, ngettext

from studentadmin.extensions import db
from studentadmin.models import Record
from studentadmin.services import jumps, search_list
from studentadmin.services.conditions import Moment, where
from studentadmin.services.listing import (
    COUNT_CAP,
    PAGE,
    ListQuery,
    Slice,
    Sort,
)
from studentadmin.views import access
from studentadmin.views.admin.columns import Cell, ListColumn
from studentadmin.views.admin.filtering import fields_of
from studentadmin.views.admin.state import (
    PASSING,
    PLACE,
    Address,
    ListState,
    Wide,
    whole_number,
    with_query,
)

__all__ = ["Address", "ListState", "whole_number", "with_query"]


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
    place: int = 0
    """Which column of the order it is, counted from 1, where there are several."""
    add_url: str | None = None
    """Sorts by it besides those before."""


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
    number: int | None = None
    pages: str = ""
    kept: list[tuple[str, str]] = field(default_factory=list)
    """What the form that jumps to a page sends besides."""


@dataclass(frozen=True)
class Letter:
    """One letter of the strip that jumps in a list of names."""

    text: str
    url: str
    here: bool


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
    count: Count
    count_url: str
    search: str
    in_use: int
    """Filters in force."""
    chips: list[dict[str, str]]
    empty: Empty
    trash: bool
    letters: list[Letter]
    said: str
    """All filters in one line."""
    clear_url: str
    print_url: str
    """The same with as many rows as paper takes; empty when this is that page."""


def head(
    columns: Sequence[Wide],
    sorts: Sequence[Sort],
    address: Address,
    known: Sequence[ListColumn],
) -> list[ShownColumn]:
    """The heads of a table, each with the address that sorts by it, alone or besides.

    `known` are all columns: the order may hold one that is not shown.
    """
    places = {sort.path: place for place, sort in enumerate(sorts)}
    names = _names(known, sorts)
    shown = []
    for wide in columns:
        column = wide.column
        place = places.get(column.sort or "")
        sort = None if place is None else sorts[place]
        descending = sort is not None and sort.descending
        turned = column.name if sort is None or descending else f"-{column.name}"
        shown.append(
            ShownColumn(
                column.name,
                column.title,
                address.to(sort=turned) if column.sort else None,
                None if sort is None else "desc" if descending else "asc",
                column.kind,
                wide.width,
                place=place + 1 if place is not None and len(sorts) > 1 else 0,
                add_url=address.to(sort=_added(names, column.name)) if column.sort else None,
            )
        )
    return shown


def _names(known: Sequence[ListColumn], sorts: Sequence[Sort]) -> list[str]:
    """The order as an address has it."""
    by_path = {column.sort: column.name for column in known}
    return [("-" if s.descending else "") + by_path[s.path] for s in sorts if s.path in by_path]


def _added(names: Sequence[str], name: str) -> str:
    """A further column of the order: forwards, then backwards, then not at all."""
    if name in names:
        return ",".join(f"-{name}" if one == name else one for one in names)
    if f"-{name}" in names:
        return ",".join(one for one in names if one != f"-{name}")
    return ",".join([*names, name])


def query_for(
    model: type[Record],
    state: ListState,
    search_paths: Sequence[str],
    columns: Sequence[ListColumn],
    now: Moment,
) -> ListQuery:
    """The question that the state asks."""
    query = ListQuery(model, trash=state.trash)
    if state.search:
        asked = (search_paths, state.search, access.roles())
        query.where.append(search_list.fits(db.session, model, *asked, trash=state.trash))
    query.where += where(state.filters, fields_of(columns), now)
    return query


def letters(state: ListState) -> list[Letter]:
    """The strip of letters, where the list is sorted by names."""
    if not state.sorts or not state.sorts[0].path.endswith("sort_name"):
        return []
    found = [Letter(a.upper(), state.address.to(at=a), a == state.at) for a in jumps.LETTERS]
    if state.sorts[0].descending:
        found.reverse()
    other = Letter("…", state.address.to(at=jumps.BEYOND), state.at == jumps.BEYOND)
    return [other, *found] if state.sorts[0].descending else [*found, other]


def pager(state: ListState, page: Slice, count: Count) -> Pager:
    """The addresses around a page, and which of how many it is, where that is known."""
    here = state.address
    if not page.rows or not (page.before or page.after):
        return Pager()
    number = page_number(state, page)
    first, last = page.rows[0].id, page.rows[-1].id
    beside = {"previous": number - 1, "next": number + 1} if number else {}
    return Pager(
        first=here.to() if page.before else None,
        previous=here.to(before=first, page=beside.get("previous")) if page.before else None,
        next=here.to(after=last, page=beside.get("next")) if page.after else None,
        last=here.to(last=1) if page.after else None,
        number=number,
        pages=count.pages,
        kept=[p for p in here.pairs if p[0] not in PLACE | PASSING],
    )


def page_number(state: ListState, page: Slice) -> int | None:
    """Pages know their number only from the way that led to them."""
    if not page.before:
        return 1
    if state.last or state.at or not state.page or state.page == 1:
        return None
    return state.page


@dataclass(frozen=True)
class Count:
    """How many rows match: counted to a cap, or to the end where somebody asked for it."""

    number: int
    exact: bool = False

    @property
    def capped(self) -> bool:
        return not self.exact and self.number > COUNT_CAP

    @property
    def text(self) -> str:
        """ "1 record", "86 records", "10,000+ records"."""
        shown = str(format_decimal(self.number)) if self.exact else count_text(self.number)
        return ngettext("%(count)s record", "%(count)s records", self.number, count=shown)

    @property
    def pages(self) -> str:
        """How many pages that makes: "2", "200+"."""
        number = min(self.number, COUNT_CAP) if self.capped else self.number
        pages = str(format_decimal(-(-number // PAGE)))
        return f"{pages}+" if self.capped else pages


def count_text(count: int) -> str:
    """ "86", or "10,000+" where counting further would cost more than it tells."""
    if count > COUNT_CAP:
        return f"{format_decimal(COUNT_CAP)}+"
    return str(format_decimal(count))
