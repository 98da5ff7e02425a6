"""Keeps the index of the search box in step with the rows, in the transaction that writes them.

It follows the lines of history of a unit, so every way to change a row keeps it: forms, cells,
imports, the trash, an undo. Rows are taken together, so that an import costs statements by the
hundred rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, Table, delete, insert, select
from sqlalchemy.orm import Session

from studentadmin.extensions import ReadSession
from studentadmin.models import RECORDS
from studentadmin.models.search import (
    KINDS,
    search_number,
    search_posting,
    search_state,
    search_suffix,
    search_term,
)
from studentadmin.rules import search
from studentadmin.rules.search import Category, Term
from studentadmin.services.search_sources import COLUMNS, WHATS, Found, Values, found_by

T = TypeVar("T")

_STATE = select(search_state.c.version, search_state.c.complete).where(search_state.c.id == 1)

CHUNK = 400
"""Keys or texts in one statement."""

ROWS = 2_000
"""Rows whose words are held in memory at a time."""


def is_whole(connection: Connection | ReadSession) -> bool:
    """Whether everything that can be found is in the index, by the rules of this program."""
    row = connection.execute(_STATE).first()
    return row is not None and row.version == search.VERSION and bool(row.complete)


def follow(session: Session, lines: Iterable[Mapping[str, Any]]) -> None:
    """Bring the index in line with what a unit wrote, told by its lines of history."""
    made: dict[str, dict[int, Values]] = defaultdict(dict)
    changed: dict[str, list[int]] = defaultdict(list)
    for line in lines:
        table, key = line["table_name"], line["row_id"]
        if table not in COLUMNS:
            continue
        after = line["after"] or {}
        if line["action"] == "insert":
            if after.get("deleted_at") is None:
                made[table][key] = after
        elif line["action"] != "update" or not after.keys().isdisjoint(COLUMNS[table]):
            changed[table].append(key)
    for table, rows in made.items():
        add(session, table, rows)
    for table, keys in changed.items():
        for some in chunks(keys, CHUNK):
            replace(session, table, some)


def replace(session: Session, table: str, keys: Sequence[int]) -> None:
    """Make the entries of these rows anew; of rows that are gone or in the trash none are left."""
    model = RECORDS[table].__table__
    if table in KINDS:
        session.execute(
            delete(search_posting).where(
                search_posting.c.kind == KINDS[table], search_posting.c.row_id.in_(keys)
            )
        )
    if table in WHATS:
        session.execute(
            delete(search_number).where(
                search_number.c.what.in_(WHATS[table]), search_number.c.source_id.in_(keys)
            )
        )
    columns = [model.c[name] for name in COLUMNS[table]]
    rows = session.execute(
        select(model.c.id, *columns).where(model.c.id.in_(keys), model.c.deleted_at.is_(None))
    )
    add(session, table, {row.id: dict(row._mapping) for row in rows})


def add(session: Session, table: str, rows: Mapping[int, Values]) -> None:
    """Put live rows that have no entries yet into the index."""
    for some in chunks(rows.items(), ROWS):
        found = {key: found_by(table, key, values) for key, values in some}
        if table in KINDS:
            _add_terms(session, KINDS[table], found)
        entries = [
            (int(entry.what), entry.text, key, entry.kind, entry.row_id)
            for key, row in found.items()
            for entry in row.entries
        ]
        columns = ("what", "text", "source_id", "kind", "row_id")
        _insert(session, search_number, columns, entries)


def _add_terms(session: Session, kind: int, found: Mapping[int, Found]) -> None:
    wanted = {term for row in found.values() for term in row.terms}
    ids = _known(session, kind, wanted)
    if missing := sorted(wanted - ids.keys()):
        ids |= _learn(session, kind, missing)
    postings = [(ids[term], key, kind) for key, row in found.items() for term in row.terms]
    _insert(session, search_posting, ("term_id", "row_id", "kind"), sorted(postings))


def _known(session: Session, kind: int, terms: Iterable[Term]) -> dict[Term, int]:
    """The keys of the terms that the dictionary has; shared-locked, so that none goes meanwhile."""
    found = {}
    term = search_term.c
    for texts in chunks(sorted({text for text, _category in terms}), CHUNK):
        query = select(term.id, term.text, term.category).where(
            term.kind == kind, term.text.in_(texts)
        )
        for key, text, category in session.execute(query.with_for_update(read=True)):
            found[Term(text, Category(category))] = key
    return found


def _learn(session: Session, kind: int, terms: Sequence[Term]) -> dict[Term, int]:
    """Keys of new words, put in by order, so that two units do not lock each other out."""
    rows = [(kind, text, int(category)) for text, category in terms]
    _insert(session, search_term, ("kind", "text", "category"), rows, unless_there=True)
    ids = _known(session, kind, terms)
    parts = [
        (kind, int(place), text, ids[term]) for term in terms for place, text in search.parts(term)
    ]
    columns = ("kind", "place", "text", "term_id")
    _insert(session, search_suffix, columns, sorted(parts), unless_there=True)
    return ids


def _insert(
    session: Session,
    table: Table,
    columns: tuple[str, ...],
    rows: Sequence[tuple[int | str, ...]],
    *,
    unless_there: bool = False,
) -> None:
    """Many small rows, past what SQLAlchemy does to each value: that takes longer than SQLite."""
    if not rows:
        return
    connection = session.connection()
    statement = insert(table)
    if unless_there:
        statement = statement.prefix_with("OR IGNORE", dialect="sqlite")
        for server in ("mysql", "mariadb"):
            statement = statement.prefix_with("IGNORE", dialect=server)
    compiled = statement.compile(dialect=connection.dialect, column_keys=list(columns))
    if compiled.positional:
        connection.exec_driver_sql(str(compiled), list(rows))
    else:
        named = [dict(zip(columns, row, strict=True)) for row in rows]
        connection.exec_driver_sql(str(compiled), named)


def chunks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """`items` in lists of at most `size`."""
    rest = iter(items)
    while some := list(islice(rest, size)):
        yield some
