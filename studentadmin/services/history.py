"""ReadSession the history: change sets, a record's timeline, a row as it once stood."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload

from studentadmin.errors import Missing
from studentadmin.extensions import ReadSession
from studentadmin.models import ChangeRow, ChangeSet, Record
from studentadmin.models.change import Values
from studentadmin.services.recorder import from_plain, kept_columns

PAGE = 50


def change_set(session: ReadSession, key: int) -> ChangeSet:
    """Raises Missing."""
    found = session.get(ChangeSet, key)
    if found is None:
        raise Missing("change set")
    return found


def rows_of(
    session: ReadSession, change_set_id: int, *, limit: int | None = None
) -> list[ChangeRow]:
    """The rows of one change set, in the order they were written."""
    query = select(ChangeRow).filter_by(change_set_id=change_set_id).order_by(ChangeRow.id)
    return list(session.scalars(query.limit(limit)))


def undone_by(session: ReadSession, change_set_ids: Sequence[int]) -> dict[int, int]:
    """For each change set that was undone and stayed so, the change set that undid it.

    An undo counts while it stands: undone itself it does not, and its own undo undone it does.
    """
    undoers: dict[int, list[int]] = {}
    wanted = set(change_set_ids)
    while wanted:
        query = select(ChangeSet.undoes_id, ChangeSet.id).where(ChangeSet.undoes_id.in_(wanted))
        wanted = set()
        for old, new in session.execute(query):
            undoers.setdefault(old or 0, []).append(new)
            wanted.add(new)
    standing: dict[int, int] = {}
    for old in sorted(undoers, reverse=True):  # an undo is younger than what it undoes
        for new in undoers[old]:
            if new not in standing:
                standing[old] = new
    return {old: new for old, new in standing.items() if old in set(change_set_ids)}


def list_changes(
    session: ReadSession,
    *,
    by: int | None = None,
    table: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    before_id: int | None = None,
    limit: int = PAGE,
) -> list[ChangeSet]:
    """Change sets, newest first, at most `limit`; `until` is exclusive, `before_id` pages on."""
    tests: list[ColumnElement[bool]] = []
    if by is not None:
        tests.append(ChangeSet.by_user_id == by)
    if table:
        inside = select(ChangeRow.change_set_id).filter_by(table_name=table)
        tests.append(ChangeSet.id.in_(inside))
    if since:
        tests.append(ChangeSet.at >= since)
    if until:
        tests.append(ChangeSet.at < until)
    if before_id:
        tests.append(ChangeSet.id < before_id)
    query = select(ChangeSet).where(*tests).order_by(ChangeSet.id.desc()).limit(limit)
    return list(session.scalars(query))


def timeline(
    session: ReadSession,
    table: str,
    row_id: int,
    *,
    before_id: int | None = None,
    limit: int = PAGE,
) -> list[ChangeRow]:
    """What happened to one row, newest first, each line with its change set."""
    query = (
        select(ChangeRow)
        .filter_by(table_name=table, row_id=row_id)
        .options(joinedload(ChangeRow.change_set))
        .order_by(ChangeRow.id.desc())
        .limit(limit)
    )
    if before_id:
        query = query.where(ChangeRow.id < before_id)
    return list(session.scalars(query))


def removals(
    session: ReadSession, rows: Iterable[tuple[str, int]]
) -> dict[tuple[str, int], ChangeRow]:
    """For each (table, id) in the trash, the line that moved it there, with its change set."""
    by_table: dict[str, list[int]] = {}
    for table, row_id in rows:
        by_table.setdefault(table, []).append(row_id)
    found = {}
    for table, keys in by_table.items():
        newest = (
            select(func.max(ChangeRow.id))
            .filter_by(table_name=table, action="trash")
            .where(ChangeRow.row_id.in_(keys))
            .group_by(ChangeRow.row_id)
        )
        query = select(ChangeRow).where(ChangeRow.id.in_(newest))
        for line in session.scalars(query.options(joinedload(ChangeRow.change_set))):
            found[table, line.row_id] = line
    return found


def lines_since(session: ReadSession, row: Record, version: int) -> list[ChangeRow]:
    """The row's lines after it stood at `version`, newest first."""
    query = (
        select(ChangeRow)
        .filter_by(table_name=row.__tablename__, row_id=row.id)
        .where(ChangeRow.version > version)
        .options(joinedload(ChangeRow.change_set))
        .order_by(ChangeRow.id.desc())
    )
    return list(session.scalars(query))


def at_version(session: ReadSession, row: Record, version: int) -> dict[str, Any]:
    """The row's kept columns as they stood at `version`, as Python values."""
    columns = {column.key: column for column in kept_columns(type(row))}
    values = {key: getattr(row, key) for key in columns}
    for line in lines_since(session, row, version):
        known: Values = line.before or {}
        values |= {
            key: from_plain(columns[key], value) for key, value in known.items() if key in columns
        }
    return values


def of_key(session: ReadSession, key: str) -> ChangeSet | None:
    """The change set that was committed under this idempotency key."""
    return session.scalars(select(ChangeSet).filter_by(idempotency_key=key)).first()
