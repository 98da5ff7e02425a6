"""What the pages of one record show: panels, related tables, its history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import select

from studentadmin.extensions import ReadSession
from studentadmin.forms import words
from studentadmin.forms.base import RecordForm
from studentadmin.forms.fields import RelationField
from studentadmin.models import RECORDS, ChangeRow, ChangeSet, Record
from studentadmin.services import history
from studentadmin.services.listing import ListQuery, Sort
from studentadmin.services.recorder import from_plain, kept_columns
from studentadmin.services.user import MAKING_ACCOUNTS
from studentadmin.views import access
from studentadmin.views.access import may
from studentadmin.views.admin.columns import Cell, ListColumn, value_text

RELATED_SHOWN = 20


@dataclass(frozen=True)
class Item:
    """One label and value."""

    label: str
    value: str | None
    masked: bool = False
    url: str | None = None


@dataclass(frozen=True)
class Panel:
    """A titled group of values."""

    title: str
    items: list[Item]


@dataclass(frozen=True)
class RelatedTable:
    """Rows of another table that point here through `column`."""

    table: str
    column: str
    columns: tuple[ListColumn, ...]
    sorts: tuple[Sort, ...] = ()


@dataclass(frozen=True)
class RelatedRow:
    """A row of a related table."""

    cells: list[Cell]
    url: str | None


@dataclass(frozen=True)
class Related:
    """A related table as a detail page shows it."""

    title: str
    columns: list[str]
    rows: list[RelatedRow]
    add_url: str | None
    empty_text: str = ""


@dataclass(frozen=True)
class Change:
    """One field of a line of history."""

    label: str
    before: str | None
    after: str | None
    masked: bool = False


@dataclass(frozen=True)
class Entry:
    """One line of a record's timeline."""

    at: datetime
    who: str
    why: str
    source: str
    action: str
    url: str
    undo_url: str | None
    title: str = ""
    record_url: str | None = None
    changes: list[Change] = field(default_factory=list)


def key_of(row: Record) -> Any:
    """How a record is named in an address: a student by the number, others by the key."""
    return getattr(row, "student_number", None) or row.id


def record_url(row: Record, page: str = "details_view", **values: Any) -> str | None:
    """The address of a record's page, or None where this person may not open it."""
    table = row.__tablename__
    if table not in words.FORMS or not may(table, "view"):
        return None
    return url_for(f"{table}.{page}", key=key_of(row), **values)


def field_class(table: str, column: str) -> str:
    """The class of a column, which decides who may see it."""
    attribute = RECORDS[table].__table__.columns.get(column)
    return "directory" if attribute is None else attribute.info.get("field_class", "directory")


def panels(row: Record, form: type[RecordForm]) -> list[Panel]:
    """The record's values, grouped as in its form."""
    return [
        Panel(str(title), [_item(row, form, name) for name in fields])
        for title, fields in form.fieldsets
    ]


def _item(row: Record, form: type[RecordForm], name: str) -> Item:
    table = row.__tablename__
    label = words.field_label(table, name)
    if not may(table, "view", field_class(table, name)):
        return Item(label, None, masked=True)
    if getattr(form, name).field_class is RelationField:
        other = getattr(row, name.removesuffix("_id"), None)
        return Item(label, other.label, url=record_url(other)) if other else Item(label, None)
    return Item(label, value_text(table, name, getattr(row, name)))


def related(session: ReadSession, row: Record, spec: RelatedTable) -> Related | None:
    """The rows of a related table, or None where this person may not see them."""
    if not may(spec.table, "view"):
        return None
    model = RECORDS[spec.table]
    query = ListQuery(model, where=[lambda q: q.column(spec.column) == row.id])
    shown = [column for column in spec.columns if may(spec.table, "view", column.field_class)]
    paths = [path for column in shown for path in column.paths]
    found = query.read(session, paths, spec.sorts, limit=RELATED_SHOWN)
    rows = []
    for line in found.rows:
        values: list[Any] = list(line[1:])
        cells = []
        for column in shown:
            cells.append(column.cell(values[: len(column.paths)]))
            values = values[len(column.paths) :]
        rows.append(RelatedRow(cells, url_for(f"{spec.table}.details_view", key=line[0])))
    add_url = None
    if may(spec.table, "create") and row.deleted_at is None:
        prefilled: dict[str, Any] = {spec.column: row.id, "next": record_url(row)}
        add_url = url_for(f"{spec.table}.create_view", **prefilled)
    return Related(
        words.table_label(spec.table, many=True), [c.title for c in shown], rows, add_url
    )


def changes_of(line: ChangeRow, *, limit: int | None = None) -> list[Change]:
    """The fields of a line of history, in words; what follows from others is left out."""
    table = line.table_name
    model = RECORDS.get(table)
    before, after = line.before or {}, line.after or {}
    if model is None:
        return []
    columns = {column.key: column for column in kept_columns(model)}
    names = [name for name in columns if name in before or name in after]
    if line.action in {"insert", "delete"}:
        names = [name for name in names if (after or before).get(name) is not None]
    found = []
    for name in names:
        if name in words.HIDDEN_IN_DIFFS or name == "deleted_at":
            continue
        label = words.field_label(table, name)
        if not may(table, "view", field_class(table, name)):
            found.append(Change(label, None, None, masked=True))
            continue
        was, now = (shown(columns[name], table, name, v.get(name)) for v in (before, after))
        found.append(Change(label, was, now))
    return found[:limit]


def shown(column: Any, table: str, name: str, plain: Any) -> str | None:
    value = from_plain(column, plain)
    if value is not None and column.foreign_keys:
        return related_label(column, value)
    return value_text(table, name, value)


def related_label(column: Any, key: int) -> str:
    """The name of the row that a foreign key points at."""
    from studentadmin.extensions import db

    target = next(iter(column.foreign_keys)).column.table.name
    row = db.session.get(RECORDS[target], key)
    return row.label if row is not None else f"#{key}"


def load_named(session: ReadSession, lines: Sequence[ChangeRow]) -> list[Record]:
    """The rows that `lines` are about, and those they name, in a few queries however many lines.

    Hold on to them while the lines are put into words: the session finds them then by itself.
    """
    wanted: set[tuple[str, int]] = set()
    for line in lines:
        if line.table_name in RECORDS:
            wanted.add((line.table_name, line.row_id))
            for values in (line.before or {}, line.after or {}):
                wanted |= _points_at(line.table_name, values)
    return load_rows(session, wanted)


def load_rows(session: ReadSession, wanted: set[tuple[str, int]]) -> list[Record]:
    """The rows of these (table, id) and those that their names are made of; see `load_named`."""
    found: dict[tuple[str, int], Record | None] = {}
    for _round in ("the rows", "what they name"):
        wanted = wanted - found.keys()
        found |= dict.fromkeys(wanted)
        for table in {table for table, _key in wanted}:
            model = RECORDS[table]
            keys = [key for name, key in wanted if name == table]
            for row in session.scalars(select(model).where(model.id.in_(keys))):
                found[table, row.id] = row
        loaded = [found[place] for place in wanted]
        wanted = {key for row in loaded if row for key in _points_at(row.__tablename__, vars(row))}
    return [row for row in found.values() if row is not None]


def _points_at(table: str, values: Mapping[str, Any]) -> set[tuple[str, int]]:
    return {
        (next(iter(column.foreign_keys)).column.table.name, values[column.key])
        for column in RECORDS[table].__table__.columns
        if column.foreign_keys and values.get(column.key) is not None
    }


def undo_refusal(change: ChangeSet) -> str:
    """The rule that keeps this person from taking the change back; empty where none does."""
    if change.why in MAKING_ACCOUNTS:
        return _("An account is not taken back. Disable it or move it to the trash.")
    actor = access.actor()
    own = actor.user_id == change.by_user_id
    return access.refusal("change", "undo" if own else "undo_others")


def entries(session: ReadSession, lines: Sequence[ChangeRow]) -> list[Entry]:
    """A timeline from its lines, newest first."""
    _named = load_named(session, lines)
    undone = history.undone_by(session, [line.change_set_id for line in lines])
    return [
        Entry(
            at=line.change_set.at,
            who=words.who_label(line.change_set.by_name),
            why=words.why_label(line.change_set.why),
            source=line.change_set.source,
            action=line.action,
            url=url_for("changes.show", key=line.change_set_id),
            undo_url=(
                url_for("changes.undo", key=line.change_set_id)
                if line.change_set_id not in undone and not undo_refusal(line.change_set)
                else None
            ),
            changes=changes_of(line),
        )
        for line in lines
    ]
