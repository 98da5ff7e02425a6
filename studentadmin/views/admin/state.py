"""What the address of a list says. The address is the whole state of a list.

    search=            words
    sort=              columns with commas, `-` before one that runs backwards
    f= or= and= match= filters (rules/conditions.py)
    cols=              columns in their order; `name.wide` has a width
    after= before=     the key of the row beside the page; last=1; at= a letter; page= a number
    view=              the saved view this came from; 0 for the list as the program makes it
    trash=1

Unknown names are left alone and malformed values fall back, so an address outlives a column.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import request, url_for
from werkzeug.datastructures import MultiDict

from studentadmin.rules import conditions
from studentadmin.rules.conditions import Filters
from studentadmin.services import jumps
from studentadmin.services.listing import Sort
from studentadmin.views.admin.columns import ListColumn

Pairs = list[tuple[str, str]]
PLACE = frozenset({"after", "before", "last", "at", "page"})
"""Where in the list one is."""
PASSING = frozenset({"panel", "count", "print"})
"""What is said once and not carried on."""
FILTERS = frozenset({"f", "or", "and", "match"})
TYPED = re.compile(r"do|new|m|[cjovw]\d{1,3}")
"""What the filter panel sends: it becomes filters before it is part of any address."""
STATE = frozenset({"search", "sort", "f", "cols", "view", "trash"}) | PLACE
"""An address with none of these asks for the list as it opens for this person."""
WIDTHS = ("narrow", "wide", "full")
MAX_PAGE = 1_000_000
MAX_COLUMNS = 60
READABLE = ":,"
"""Characters that stand in an address as they are."""


@dataclass(frozen=True)
class Address:
    """The address of this list: its state may be changed, and gives another address."""

    path: str
    pairs: Pairs = field(default_factory=list)
    plain: bool = False
    """Whether an address without any state would open with something else than it says."""
    own_columns: str = ""
    """The columns that this person keeps, for an address that names none."""

    @classmethod
    def asked(cls) -> Address:
        """The address of this request."""
        path = url_for(request.endpoint or "", **(request.view_args or {}))
        text = request.query_string.decode("utf-8", "replace")
        found = pairs_of(text)
        return cls(path, [pair for pair in found if not TYPED.fullmatch(pair[0])])

    def modern(self, kinds: Container[str]) -> Address:
        """Of before filters had operators: `status=enrolled` is `f=status:enrolled`."""
        pairs = [("f", f"{n}:{v}") if n in kinds else (n, v) for n, v in self.pairs]
        return replace(self, pairs=pairs)

    @property
    def says_nothing(self) -> bool:
        return not any(name in STATE for name, _value in self.pairs)

    def get(self, name: str) -> str:
        return next((value for key, value in self.pairs if key == name), "")

    def to(self, *, keep_place: bool = False, filters: Pairs | None = None, **changes: Any) -> str:
        """With some of the state changed, and all filters; a new state starts at the first page."""
        gone = set(changes) | PASSING | (set() if keep_place else PLACE)
        if filters is not None:
            gone |= FILTERS
        kept = [(name, value) for name, value in self.pairs if name not in gone]
        kept += filters or []
        kept += [(name, str(value)) for name, value in changes.items() if value]
        if self.plain and not any(name in STATE for name, _value in kept):
            kept.append(("view", "0"))
        return with_query(self.path, kept)

    def with_filters(self, filters: Pairs) -> Address:
        """The same with these filters instead of its own."""
        others = [pair for pair in self.pairs if pair[0] not in FILTERS]
        return replace(self, pairs=[*others, *filters])

    def state(self) -> Pairs:
        """What a saved view keeps: no place, nothing that is said once."""
        left_out = PLACE | PASSING | {"view", "trash"}
        return [(name, value) for name, value in self.pairs if name not in left_out]


def pairs_of(query: str) -> Pairs:
    """What stands behind the question mark of an address, in its order, empty ones left out."""
    try:
        found = parse_qsl(query, errors="replace", max_num_fields=1000)
    except ValueError:
        return []
    return [(name, value) for name, value in found if value]


def with_query(url: str, args: Mapping[str, Any] | Iterable[tuple[str, Any]]) -> str:
    """`url` with what is not empty in `args` behind it.

    Not `url_for(**args)`: names such as `_scheme` that a stranger put there steer that function.
    """
    if isinstance(args, MultiDict):
        pairs = list(args.items(multi=True))
    else:
        pairs = list(args.items() if isinstance(args, Mapping) else args)
    query = urlencode([(name, value) for name, value in pairs if value], safe=READABLE)
    return f"{url}?{query}" if query else url


def whole_number(text: str | None) -> int | None:
    """A key, version or place from an address; None for what no database can hold."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None  # noqa: PLR2004


@dataclass(frozen=True)
class Wide:
    """A column and how wide it is shown: one of `WIDTHS`, or None for what fits."""

    column: ListColumn
    width: str | None


@dataclass
class ListState:
    """What the address says, read."""

    address: Address
    search: str = ""
    sorts: list[Sort] = field(default_factory=list)
    filters: Filters = field(default_factory=Filters)
    refused: list[str] = field(default_factory=list)
    """Filters that could not be read."""
    columns: list[Wide] = field(default_factory=list)
    after: int | None = None
    before: int | None = None
    last: bool = False
    at: str = ""
    page: int | None = None
    trash: bool = False


def read_state(
    address: Address,
    columns: Sequence[ListColumn],
    shown: Sequence[ListColumn],
    default: Sequence[Sort],
) -> ListState:
    """The state of an address: of `columns`, those that this person may see; `shown` by itself."""
    kinds = {c.filter_name: c.asked.kind for c in columns if c.asked}
    filters, refused = conditions.read_all(address.pairs, kinds)
    at = address.get("at")[:1]
    page = whole_number(address.get("page"))
    return ListState(
        address=address,
        search=" ".join(address.get("search").split())[:200],
        sorts=read_sorts(address.get("sort"), columns) or list(default),
        filters=filters,
        refused=refused,
        columns=read_columns(address.get("cols") or address.own_columns, columns)
        or [Wide(c, c.width) for c in shown],
        after=whole_number(address.get("after")),
        before=whole_number(address.get("before")),
        last=address.get("last") == "1",
        at=at if at in jumps.LETTERS + jumps.BEYOND else "",
        page=page if page and 0 < page <= MAX_PAGE else None,
        trash=address.get("trash") == "1",
    )


def read_sorts(text: str, columns: Iterable[ListColumn]) -> list[Sort]:
    """The order that `text` names; a column once, unknown ones left out."""
    sortable = {column.name: column.sort for column in columns if column.sort}
    sorts: dict[str, Sort] = {}
    for name in text.split(","):
        if path := sortable.get(name.removeprefix("-")):
            sorts.setdefault(path, Sort(path, name.startswith("-")))
    return list(sorts.values())


def read_columns(text: str, columns: Iterable[ListColumn]) -> list[Wide]:
    """The columns that `text` names, each once; unknown ones left out."""
    known = {column.name: column for column in columns if column.paths}
    found: dict[str, Wide] = {}
    for part in text.split(",")[:MAX_COLUMNS]:
        name, _dot, width = part.partition(".")
        if name in known:
            found.setdefault(name, Wide(known[name], width if width in WIDTHS else None))
    return list(found.values())


def write_columns(columns: Iterable[Wide]) -> str:
    """The columns as an address names them."""
    return ",".join(f"{c.column.name}.{c.width}" if c.width else c.column.name for c in columns)
