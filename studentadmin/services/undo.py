"""Taking a change set back, as a change set of its own, so that an undo can be undone.

Undo acts on the rows recorded. Where somebody changed a value since, both are shown and nothing is
written until a person decided for each: keep theirs, or put back the old one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import groupby
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import UniqueConstraint, insert, select
from sqlalchemy.orm import Session

from studentadmin.errors import Clash, FieldClash, NotAllowed, RuleBroken
from studentadmin.models import RECORDS, Base, ChangeRow, ChangeSet, Record
from studentadmin.models.change import Values
from studentadmin.rules import rights
from studentadmin.services import history
from studentadmin.services.lookups import AT_ONCE, parts
from studentadmin.services.recorder import from_plain, kept_columns, to_plain
from studentadmin.services.records import Link, RecordService, service_of
from studentadmin.services.unit import Unit

KEEP, PUT_BACK = "keep", "put_back"
Decisions = Mapping[tuple[str, int, str], str]
"""(table, row id, field) -> KEEP or PUT_BACK."""


def undo(unit: Unit, change_set_id: int, decisions: Decisions | None = None) -> ChangeSet:
    """Put every row of the change set back as it was before.

    Raises Clash with all undecided fields; RuleBroken when it is undone already, when newer rows
    hang on a row it made, or when a rule forbids what stood there before; NotAllowed, also where
    the person may not edit one of the tables: no undo gives back a role that was taken away.
    """
    change = history.change_set(unit.session, change_set_id)
    unit.session.refresh(change, with_for_update=True)  # of two people at once, one is refused
    if history.undone_by(unit.session, [change_set_id]):
        raise RuleBroken(_("This change was undone already."))
    lines = history.rows_of(unit.session, change_set_id)[::-1]
    tables = {line.table_name for line in lines}
    own = unit.by.user_id is not None and unit.by.user_id == change.by_user_id
    if rule := rights.undo_rule(unit.by.roles, tables, own=own):
        raise NotAllowed(_("Your role does not allow this."), rule)
    for table in sorted(tables):
        if rule := rights.refusing_rule(unit.by.roles, table, "edit"):
            raise NotAllowed(_("Your role does not allow this."), rule)
    found = _Rows(unit, lines)
    clashes = [clash for line in lines for clash in _clashes(unit.session, line, found.row(line))]
    open_ones = [c for c in clashes if (c.table, c.row_id, c.field) not in (decisions or {})]
    if open_ones:
        raise Clash(_("Somebody changed these fields since. Choose what shall stay."), open_ones)
    kept = {place for place, choice in (decisions or {}).items() if choice == KEEP}
    touched = found.all()
    with unit.session.no_autoflush:
        needed = [line for line in lines if not _try(unit, line, kept, found.row(line))]
        unit.session.flush()
        for line in needed:
            _put_back(unit, line, kept, found.row(line))
            unit.session.flush()
    _settle(unit, lines, touched, found)
    return change


class _Rows:
    """The rows of a change set, locked as they stand, in one question for hundreds of them."""

    def __init__(self, unit: Unit, lines: Sequence[ChangeRow]) -> None:
        self._lookups = unit.lookups
        self._session = unit.session
        self._places = [(RECORDS[line.table_name], line.row_id) for line in lines]
        keys: dict[type[Record], set[int]] = {}
        for model, key in self._places:
            keys.setdefault(model, set()).add(key)
        self._known = {
            (model, key): row
            for model, wanted in keys.items()
            for key, row in unit.lookups.lock_all(model, wanted).items()
        }

    def row(self, line: ChangeRow) -> Record | None:
        """The row of a line; None where it is not there, or was taken out."""
        row = self._known.get((RECORDS[line.table_name], line.row_id))
        return row if row is not None and row in self._session else None

    def all(self) -> list[Record]:
        return [row for place in self._places if (row := self._known.get(place)) is not None]


def _clashes(session: Session, line: ChangeRow, row: Record | None) -> list[FieldClash]:
    if row is None or line.action == "delete":
        return []
    left: Values = line.after or {}
    derived = service_of(type(row)).derived
    changed = [
        key
        for key in left
        if hasattr(row, key) and key not in derived and to_plain(getattr(row, key)) != left[key]
    ]
    who = history.lines_since(session, row, line.version) if changed else []
    return [
        FieldClash(
            table=line.table_name,
            row_id=line.row_id,
            field=key,
            base=left[key],
            mine=(line.before or {}).get(key),
            theirs=to_plain(getattr(row, key)),
            who=next((w.change_set.by_name for w in who if key in (w.after or {})), ""),
        )
        for key in changed
    ]


def _try(unit: Unit, line: ChangeRow, kept: set[tuple[str, int, str]], row: Record | None) -> bool:
    """False for a new row that another of the change set still points at: its turn comes last.

    Values alone may wait and be flushed together, unless another row may not have them twice.
    """
    alone = line.action in {"insert", "delete"} or bool(
        _unique_names(line.table_name) & (line.before or {}).keys()
    )
    if alone:
        unit.session.flush()
    if line.action == "insert" and row is not None and _hanging(unit.session, row) is not None:
        return False
    _put_back(unit, line, kept, row)
    if alone:
        unit.session.flush()
    return True


@cache
def _unique_names(table: str) -> frozenset[str]:
    constraints = Base.metadata.tables[table].constraints
    unique = [one for one in constraints if isinstance(one, UniqueConstraint)]
    return frozenset(column.key for one in unique for column in one.columns)


def _put_back(
    unit: Unit, line: ChangeRow, kept: set[tuple[str, int, str]], row: Record | None
) -> None:
    if line.action == "delete":
        if row is None:
            _insert_again(unit, line)
        return
    if row is None:
        return
    if line.action == "insert":
        if any(place[:2] == (line.table_name, line.row_id) for place in kept):
            return
        service_of(type(row)).forget(unit, row)
        if (hanging := _hanging(unit.session, row)) is not None:
            raise RuleBroken(_held(row, hanging))
        unit.session.delete(row)
        return
    service = service_of(type(row))
    columns = {column.key: column for column in kept_columns(type(row))}
    for key, value in (line.before or {}).items():
        place = (line.table_name, line.row_id, key)
        if key in columns and key not in service.derived and place not in kept:
            setattr(row, key, from_plain(columns[key], value))
    values = {key: getattr(row, key) for key in columns}
    for key, value in service.prepare(unit, row, values).items():
        if key in service.derived and getattr(row, key) != value:
            setattr(row, key, value)


def _insert_again(unit: Unit, line: ChangeRow) -> None:
    """Put a row that was taken out for good back under its old key."""
    model = RECORDS[line.table_name]
    columns = {column.key: column for column in kept_columns(model)}
    values: dict[str, Any] = {
        key: from_plain(columns[key], value)
        for key, value in (line.before or {}).items()
        if key in columns
    }
    version = line.version + 1
    stamps = {"created_at": unit.now, "updated_at": unit.now, "version": version}
    secrets = {
        column.key: f"undone-{line.row_id}"
        for column in model.__table__.columns
        if column.info.get("secret") and not column.nullable
    }
    unit.session.execute(insert(model.__table__).values(**values, **stamps, **secrets))
    plain = {key: to_plain(value) for key, value in values.items()}
    unit.recorder.note("insert", model, plain, version)


def _hanging(session: Session, row: Record) -> Record | None:
    """A row that points at this one, even from the trash, so that it cannot be taken out."""
    links: tuple[Link, ...] = service_of(type(row)).links()
    for link in links:
        query = select(link.model).where(link.column == row.id).limit(1)
        if (found := session.scalars(query).first()) is not None:
            return found
    return None


def _held(row: Record, hanging: Record) -> str:
    return _(
        "%(row)s cannot be taken back: %(hanging)s was added to it since."
        " Undo that first, or move the record to the trash.",
        row=row.label,
        hanging=hanging.label,
    )


def _settle(unit: Unit, lines: list[ChangeRow], touched: list[Record], found: _Rows) -> None:
    """The rules hold after an undo as after any other change; what follows from rows follows."""
    known = {id(row) for row in touched}
    for line in lines:
        row = found.row(line) or unit.session.get(RECORDS[line.table_name], line.row_id)
        if row is not None and id(row) not in known:
            known.add(id(row))
            touched.append(row)
    live = [row for row in touched if row in unit.session and row.deleted_at is None]
    for service, rows in _by_table(live):
        for model, name in service.locks:
            unit.lookups.lock_all(model, [getattr(row, name) for row in rows])
        service.warm(unit, rows)
        for row in rows:
            service.check(unit, row)
    for service, rows in _by_table(touched):
        service.warm(unit, [row for row in rows if row in unit.session])
        with unit.at_once():
            for row in rows:
                service.settle(unit, row)


def _by_table(rows: Sequence[Record]) -> Iterator[tuple[RecordService[Any], Sequence[Any]]]:
    """Runs of rows of one table, in their order, in pieces that are asked about at once."""
    for model, run in groupby(rows, type):
        for part in parts(list(run), AT_ONCE):
            yield service_of(model), part
