"""Makes the index of the search box anew from the rows, in batches, while the program runs.

Each batch is a transaction of its own and says how far it got, so that one that was interrupted
goes on where it stopped. Rows that change meanwhile are kept by the write path. Until all is done
searches read the tables.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Table, delete, func, insert, select
from sqlalchemy.orm import Session

from studentadmin.extensions import ReadSession, db
from studentadmin.models import RECORDS
from studentadmin.models.search import (
    search_number,
    search_posting,
    search_state,
    search_suffix,
    search_term,
)
from studentadmin.rules import search
from studentadmin.services import search_index
from studentadmin.services.search_sources import COLUMNS
from studentadmin.services.unit import derive

log = logging.getLogger(__name__)

BATCH = 2_000
"""Rows in one transaction: others who save wait for so many at most."""

TABLES = tuple(COLUMNS)


@dataclass(frozen=True)
class Progress:
    """Rows that were read so far, of how many at the beginning."""

    done: int
    rows: int


Tell = Callable[[Progress], bool]
"""Is told after each batch; False stops the making, which can be taken up again."""


def rebuild(tell: Tell = lambda _progress: True) -> bool:
    """Make the whole index anew. False when `tell` stopped it: the next start goes on."""
    derive(_clear)
    return _go_on(tell)


def complete(tell: Tell = lambda _progress: True) -> bool:
    """Make what is not there: nothing when the index is whole, all when its rules are older.

    True when the index is whole now.
    """
    session = db.session()
    if search_index.is_whole(session):
        return True
    state = session.execute(select(search_state)).first()
    if state is None or state.version != search.VERSION:
        return rebuild(tell)
    return _go_on(tell)


def _clear(session: Session) -> None:
    """Take everything out: words that no row has any more go, too."""
    for table in (search_posting, search_suffix, search_term, search_number, search_state):
        session.execute(delete(table))
    state = {"id": 1, "version": search.VERSION, "complete": False, "at_key": 0}
    session.execute(insert(search_state).values(**state, at_table=TABLES[0]))


def _go_on(tell: Tell) -> bool:
    session = db.session()
    progress = _progress(session)
    while True:
        made = derive(_batch)
        if made is None:
            log.info("the search index is whole: %d rows", progress.rows)
            return True
        progress = Progress(progress.done + made, max(progress.rows, progress.done + made))
        if not tell(progress):
            return False


def _progress(session: ReadSession) -> Progress:
    state = session.execute(select(search_state)).first()
    done = rows = 0
    for name in TABLES:
        table: Table = RECORDS[name].__table__
        count = session.scalar(select(func.count()).select_from(table)) or 0
        rows += count
        if state is not None and TABLES.index(name) < TABLES.index(state.at_table):
            done += count
        elif state is not None and name == state.at_table:
            gone_by = select(func.count()).select_from(table).where(table.c.id <= state.at_key)
            done += session.scalar(gone_by) or 0
    return Progress(done, rows)


def _batch(session: Session) -> int | None:
    """The next rows, in the order of their keys; how many, or None when there are none left.

    They are share-locked, so that what a colleague saves meanwhile is not overwritten.
    """
    state = session.execute(select(search_state).with_for_update()).first()
    if state is None or state.complete:
        return None
    table: Table = RECORDS[state.at_table].__table__
    query = select(table.c.id).where(table.c.id > state.at_key).order_by(table.c.id).limit(BATCH)
    keys = list(session.scalars(query.with_for_update(read=True)))
    search_index.replace(session, state.at_table, keys)
    place = {"at_table": state.at_table, "at_key": keys[-1] if keys else 0}
    complete = False
    if len(keys) < BATCH:
        following = TABLES.index(state.at_table) + 1
        complete = following == len(TABLES)
        place = {"at_table": None if complete else TABLES[following], "at_key": 0}
    session.execute(search_state.update().values(complete=complete, **place))
    return len(keys)
