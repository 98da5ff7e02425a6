"""The panel in which a person puts filters together. It is a plain form: each row asks one column.

The form is sent by GET; `do` says which button was pressed: `apply`, `add` (a row for the column
`new`), `drop-3`. Rows are `c3` (column), `j3` (joined with the row above: `new` or `same` group),
`o3` (operator), `v3` (values), `w3` (the other end of a range); `m` is `any` or `all`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from studentadmin.extensions import ReadSession
from studentadmin.forms import words
from studentadmin.models import RECORDS, User
from studentadmin.rules import conditions
from studentadmin.rules.conditions import (
    MAX_CONDITIONS,
    ME,
    OPERATORS,
    SEVERAL,
    TODAY,
    WITHOUT_VALUE,
    Condition,
    Filters,
)
from studentadmin.views.admin.columns import ListColumn
from studentadmin.views.admin.filtering import Labels, by_filter_name, labels_of

FEW = 40
"""Rows of a related table that are offered at once; more are looked up by typing."""
MANY_PEOPLE = 200
ROW = re.compile(r"c(\d{1,3})")


@dataclass(frozen=True)
class Draft:
    """A row as typed: whether it begins a group, and a condition that may be half done."""

    condition: Condition
    begins: bool = True


@dataclass(frozen=True)
class Row:
    """A row as it is shown."""

    place: int
    name: str
    label: str
    kind: str
    begins: bool
    operator: str
    operators: list[tuple[str, str]]
    value: str
    other: str
    choices: list[tuple[str, str, bool]]
    lookup_url: str


@dataclass(frozen=True)
class Editor:
    """Everything the panel shows."""

    rows: list[Row]
    any_group: bool
    addable: list[tuple[str, str]]
    refused: list[str]


def operator_label(operator: str, kind: str) -> str:
    """An operator as the panel offers it."""
    texts = {
        "contains": _("contains"),
        "is": _("is"),
        "starts": _("begins with"),
        "empty": _("is empty"),
        "filled": _("is filled in"),
        "between": _("from … to …"),
        "before": _("before"),
        "after": _("after"),
        "last": _("in the last … days"),
        "next": _("in the next … days"),
        "year": _("in this school year"),
        "any": _("is one of"),
        "not": _("is none of"),
    }
    return str(texts[operator])


def drafts_of(filters: Filters) -> list[Draft]:
    """The filters in force, as rows to be edited."""
    return [
        Draft(condition, number == 0)
        for group in filters.groups
        for number, condition in enumerate(group)
    ]


def typed(args: MultiDict[str, str], columns: Mapping[str, ListColumn]) -> list[Draft]:
    """The rows of the form, in their order, without the one that was dropped."""
    dropped = args.get("do", "").removeprefix("drop-")
    places = sorted({int(m[1]) for name in args if (m := ROW.fullmatch(name))})
    found: list[Draft] = []
    for place in places[:MAX_CONDITIONS]:
        name = args[f"c{place}"]
        if name in columns and str(place) != dropped:
            operator = args.get(f"o{place}", "")
            values = tuple(args.getlist(f"v{place}"))
            if operator == "between":
                values = ((*values, "")[0], args.get(f"w{place}", ""))
            elif operator in {"before", "after"} and not any(values):
                values = (TODAY,)
            elif operator in SEVERAL:
                values = tuple(value for value in values if value)
            begins = args.get(f"j{place}") != "same" or not found
            found.append(Draft(Condition(name, operator, values), begins))
    if args.get("do") == "add" and args.get("new") in columns:
        found.append(Draft(Condition(args["new"], "")))
    return found


def read(
    drafts: Sequence[Draft], columns: Mapping[str, ListColumn], *, any_group: bool
) -> tuple[Filters, list[str]]:
    """The filters that the rows make; rows left empty ask nothing. Also what cannot be read."""
    groups: list[list[Condition]] = []
    refused = []
    open_group = False
    for draft in drafts:
        open_group = open_group and not draft.begins
        condition, column = draft.condition, columns[draft.condition.column]
        if condition.operator not in WITHOUT_VALUE and not any(condition.values):
            continue
        try:
            checked = conditions.checked(condition, column.asked.kind if column.asked else "")
        except (KeyError, ValueError):
            refused.append(column.title)
            continue
        if open_group:
            groups[-1].append(checked)
        else:
            groups.append([checked])
        open_group = True
    return Filters(tuple(tuple(group) for group in groups), any_group), refused


def editor(
    session: ReadSession,
    drafts: Sequence[Draft],
    columns: Sequence[ListColumn],
    *,
    any_group: bool,
    refused: Sequence[str] = (),
) -> Editor:
    """The panel over these rows."""
    known = by_filter_name(columns)
    labels = labels_of(session, (draft.condition for draft in drafts), known)
    offered: dict[str, list[tuple[str, str]] | None] = {}
    rows = []
    for place, draft in enumerate(drafts):
        column = known[draft.condition.column]
        if column.filter_name not in offered:
            offered[column.filter_name] = _offered(session, column)
        rows.append(_row(place, draft, column, offered[column.filter_name], labels))
    addable = [(name, column.title) for name, column in known.items()]
    return Editor(rows, any_group, addable, list(refused))


def _row(
    place: int,
    draft: Draft,
    column: ListColumn,
    offered: list[tuple[str, str]] | None,
    labels: Labels,
) -> Row:
    kind = column.asked.kind if column.asked else "text"
    condition = draft.condition
    known = OPERATORS[kind]
    if not column.nullable:
        known = tuple(op for op in known if op not in {"empty", "filled"})
    operator = condition.operator if condition.operator in OPERATORS[kind] else known[0]
    values = condition.values
    chosen = set(values)
    several = operator in SEVERAL or kind in {"choice", "relation", "author"}
    options = [(value, label, value in chosen) for value, label in offered or ()]
    if several and offered is None:  # too many to offer: those chosen, and a box to look for more
        table = column.related
        options = [(v, labels.get((table, v), f"#{v}"), True) for v in values]
    plain = () if several else values
    return Row(
        place=place,
        name=column.filter_name,
        label=column.title,
        kind=kind,
        begins=draft.begins,
        operator=operator,
        operators=[(op, operator_label(op, kind)) for op in known],
        value="" if not plain or plain[0] == TODAY else plain[0],
        other=plain[1] if operator == "between" and len(plain) > 1 else "",
        choices=options,
        lookup_url=(
            url_for(f"{column.related}.ajax_lookup") if several and offered is None else ""
        ),
    )


def _offered(session: ReadSession, column: ListColumn) -> list[tuple[str, str]] | None:
    """What a column of choices offers; None where there are too many rows to offer."""
    kind = column.asked.kind if column.asked else ""
    if kind == "choice":
        return [(code, str(text)) for code, text in words.CODES[column.label].items()]
    if kind == "bool":
        return [("yes", words.yes_no(value=True)), ("no", words.yes_no(value=False))]
    if kind == "author":
        people = session.execute(
            select(User.id, User.full_name).order_by(User.full_name, User.id).limit(MANY_PEOPLE)
        )
        return [(ME, _("me")), *((str(key), name) for key, name in people)]
    if kind != "relation" or column.related in {"student", "person"}:
        return None
    model = RECORDS[column.related]
    query = select(model).where(model.deleted_at.is_(None)).order_by(model.id.desc())
    rows = session.scalars(query.limit(FEW + 1)).all()
    if len(rows) > FEW:
        return None
    return sorted(((str(row.id), row.label) for row in rows), key=lambda pair: _naturally(pair[1]))


def _naturally(text: str) -> list[tuple[int, str]]:
    """9A before 10A."""
    return [(int(part) if part.isdecimal() else 0, part) for part in re.split(r"(\d+)", text)]


def empty_rows(names: Sequence[str], columns: Mapping[str, ListColumn]) -> list[Draft]:
    """Rows that a list proposes while nothing is filtered."""
    return [Draft(Condition(name, "")) for name in names if name in columns]


def panel(
    session: ReadSession,
    args: MultiDict[str, str],
    filters: Filters,
    columns: Sequence[ListColumn],
    proposed: Sequence[str],
) -> tuple[Editor, Filters | None]:
    """The panel, and the filters to go to when they were all typed well and are to be applied."""
    known = by_filter_name(columns)
    if not args.get("do"):
        drafts = drafts_of(filters) or empty_rows(proposed, known)
        return editor(session, drafts, columns, any_group=filters.any_group), None
    any_group = args.get("m") == "any"
    drafts = typed(args, known)
    if args.get("do") != "apply":
        return editor(session, drafts, columns, any_group=any_group), None
    made, refused = read(drafts, known, any_group=any_group)
    if refused:
        return editor(session, drafts, columns, any_group=any_group, refused=refused), None
    return editor(session, (), columns, any_group=any_group), made
