"""Filters in words: the chips above a list, and what stands above a printed one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import format_date, ngettext
from flask_babel import gettext as _
from sqlalchemy import select

from studentadmin.extensions import ReadSession
from studentadmin.forms import words
from studentadmin.models import RECORDS, User
from studentadmin.rules.conditions import ME, TODAY, Condition, Filters, write_all
from studentadmin.views.admin.columns import ListColumn
from studentadmin.views.admin.state import ListState

Labels = Mapping[tuple[str, str], str]
"""(table, key) of what relations chose -> its name."""
QUOTED = frozenset({"contains", "starts"})


def by_filter_name(columns: Iterable[ListColumn]) -> dict[str, ListColumn]:
    """The columns that may be asked, by their names in an address."""
    return {column.filter_name: column for column in columns if column.asked}


def kinds_of(columns: Iterable[ListColumn]) -> dict[str, str]:
    """What may be asked, and how."""
    return {name: c.asked.kind for name, c in by_filter_name(columns).items() if c.asked}


def labels_of(
    session: ReadSession, conditions: Iterable[Condition], columns: Mapping[str, ListColumn]
) -> Labels:
    """The names of the rows that conditions chose; a query for each table that is named."""
    wanted: dict[str, set[int]] = {}
    for condition in conditions:
        column = columns[condition.column]
        if column.asked and column.asked.kind in {"relation", "author"}:
            table = column.related or "user"
            keys = {int(value) for value in condition.values if value.isdigit()}
            wanted.setdefault(table, set()).update(keys)
    found: dict[tuple[str, str], str] = {("user", ME): _("me")}
    for table, keys in wanted.items():
        if table == "user":
            people = session.execute(select(User.id, User.full_name).where(User.id.in_(keys)))
            found |= {(table, str(key)): name for key, name in people}
        elif keys:
            model = RECORDS[table]
            rows = session.scalars(select(model).where(model.id.in_(keys)))
            found |= {(table, str(row.id)): row.label for row in rows}
    return found


def in_words(condition: Condition, column: ListColumn, labels: Labels) -> str:
    """One condition as a person says it."""
    asked = says(condition, column, labels)
    if condition.operator in QUOTED:
        return f"{column.title} {asked}"
    return words.labelled(column.title, asked)


def says(condition: Condition, column: ListColumn, labels: Labels) -> str:
    """What is asked of the column, without its name."""
    operator, values = condition.operator, condition.values
    kind = column.asked.kind if column.asked else "text"
    if operator == "between":
        low, high = (_shown(value, column, kind, labels) for value in values)
        if low and high:
            return low if low == high else f"{low} – {high}"
        return _("from %(value)s", value=low) if low else _("up to %(value)s", value=high)
    if operator in {"last", "next"}:
        num = int(values[0])
        if operator == "last":
            return ngettext("in the last %(num)d day", "in the last %(num)d days", num)
        return ngettext("in the next %(num)d day", "in the next %(num)d days", num)
    value = words.listed(_shown(value, column, kind, labels) for value in values)
    simple = {
        "empty": _("empty"),
        "filled": _("filled in"),
        "year": _("this school year"),
        "contains": _("contains “%(text)s”", text=value),
        "starts": _("begins with “%(text)s”", text=value),
        "not": _("not %(values)s", values=value),
        "before": _("before %(day)s", day=value),
        "after": _("after %(day)s", day=value),
    }
    return simple.get(operator, value)


def _shown(value: str, column: ListColumn, kind: str, labels: Labels) -> str:
    if not value:
        return ""
    if kind in {"relation", "author"}:
        return labels.get((column.related or "user", value), f"#{value}")
    if kind == "choice":
        return words.code_label(*column.label, value) or value
    if kind == "bool":
        return words.yes_no(value == "yes")
    if kind in {"date", "instant"}:
        if value == TODAY:
            return _("today")
        return str(format_date(date.fromisoformat(value), "medium"))
    return value


def chips(state: ListState, columns: Sequence[ListColumn], labels: Labels) -> list[dict[str, str]]:
    """What narrows the list now, each with the address without it and how it is joined."""
    known = by_filter_name(columns)
    kinds = kinds_of(columns)
    filters, address = state.filters, state.address
    outer, inner = (_("or"), _("and")) if filters.any_group else ("", _("or"))
    found: list[dict[str, str]] = []
    place = 0
    for group in filters.groups:
        for number, condition in enumerate(group):
            left = write_all(filters.without(place), kinds)
            found.append(
                {
                    "label": in_words(condition, known[condition.column], labels),
                    "remove_url": address.to(filters=left),
                    "joined": inner if number else outer if place else "",
                }
            )
            place += 1
    if state.search:
        label = _("Search: %(text)s", text=state.search)
        found.insert(0, {"label": label, "remove_url": address.to(search=""), "joined": ""})
    return found


def sentence(filters: Filters, columns: Sequence[ListColumn], labels: Labels) -> str:
    """All filters in one line, for paper."""
    known = by_filter_name(columns)
    inner, outer = (_("and"), _("or")) if filters.any_group else (_("or"), _("and"))
    groups = []
    for group in filters.groups:
        said = f" {inner} ".join(in_words(c, known[c.column], labels) for c in group)
        several = len(group) > 1 and len(filters.groups) > 1
        groups.append(f"({said})" if several else said)
    return (f" {outer} " if filters.any_group else "; ").join(groups)


def fields_of(columns: Iterable[ListColumn]) -> dict[str, Any]:
    """What `services.conditions.where` asks of the database, by name."""
    return {name: column.asked for name, column in by_filter_name(columns).items()}
