"""The one way to write: a unit of work that becomes one change set.

    written = write(lambda unit: students.create(unit, draft), by=actor(), why="create student")

One transaction: rules checked, rows written, history of every row kept. On a deadlock the whole
unit runs again, so `work` must do nothing but read and write through its unit.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import event, select
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session, scoped_session
from sqlalchemy.orm.exc import StaleDataError

from studentadmin.errors import Clash, Missing, ReadOnly, StudentAdminError
from studentadmin.extensions import db
from studentadmin.models import ChangeSet, Record
from studentadmin.models.base import Table
from studentadmin.models.engine import WRITES
from studentadmin.services import refusals
from studentadmin.services.draining import drain
from studentadmin.services.lookups import Lookups
from studentadmin.services.recorder import Recorder
from studentadmin.signals import change_saved

T = TypeVar("T")
M = TypeVar("M", bound=Record)

MAX_RUNS = 8
MAX_PAUSE = 0.4
"""Runs of one unit before giving up, and the longest pause between two, in seconds."""


class Busy(StudentAdminError):
    """Others kept the rows locked for too long; nothing was written, trying again is safe."""

    status = 503


@dataclass(frozen=True)
class Actor:
    """Who acts: a person with an account, or a named part of the program (no `user_id`)."""

    user_id: int | None
    name: str
    roles: frozenset[str] = frozenset()

    @classmethod
    def system(cls, name: str) -> Actor:
        """The program itself or the person at its command line: everything is allowed."""
        return cls(None, name, frozenset({"system"}))


@dataclass
class Unit:
    """What a service works with: a session that will commit, who acts, and the instant."""

    session: Session
    by: Actor
    now: datetime
    recorder: Recorder
    subject: Record | None = None
    change_set: ChangeSet = field(default_factory=ChangeSet)
    lookups: Lookups = field(init=False)
    writes: bool = True
    _waits: bool = False

    def __post_init__(self) -> None:
        self.lookups = Lookups(self.session, locking=self.writes)

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """In here many rows are brought in line: `flush` waits until the last of them."""
        outer, self._waits = self._waits, True
        try:
            yield
        finally:
            self._waits = outer
        self.flush()

    def flush(self) -> None:
        """Send what was changed, for what comes after it in this unit."""
        if not self._waits:
            self.session.flush()

    def add(self, row: M) -> M:
        """Put a new row into the register; it has its key when this returns."""
        self.session.add(row)
        self.session.flush()
        return row

    def get(self, model: type[M], key: int, *, deleted: bool = False) -> M:
        """The row, locked until the unit ends and as it stands now.

        Raises Missing when there is none, or it lies in the trash and `deleted` is not given.
        """
        row = self.session.get(model, key, with_for_update=True, populate_existing=True)
        if row is None or (row.deleted_at is not None and not deleted):
            raise Missing(_("This record does not exist, or was moved to the trash."))
        return row


@dataclass(frozen=True)
class Written(Generic[T]):
    """What came of a unit. `change_set_id` is None when nothing had to change.

    `repeated`: the same idempotency key was committed before; nothing was written again, `value`
    is None and `subject` names the row that the first run was about.
    """

    value: T | None
    change_set_id: int | None
    subject: tuple[str, int] | None = None
    repeated: bool = False

    @property
    def made(self) -> T:
        """The value of a unit that is known to have run."""
        if self.value is None:
            raise LookupError("this unit was a repetition and has no value")
        return self.value


def write(
    work: Callable[[Unit], T],
    *,
    by: Actor,
    why: str,
    source: str = "page",
    key: str | None = None,
    undoes: int | None = None,
) -> Written[T]:
    """Run `work` in one transaction and keep it as one change set.

    `key` makes it safe to send twice. Raises whatever the services raise, with nothing written;
    Busy when the database stayed locked through every run; ReadOnly when nobody may write now.
    """
    if current_app.config["READ_ONLY"]:
        raise ReadOnly(_("The register is open for reading only. Nothing was saved."))
    with drain().entering():
        for run in range(1, MAX_RUNS + 1):
            try:
                with _turn():
                    return _run_once(work, by, why, source, key, undoes)
            except (DBAPIError, StudentAdminError) as error:
                if key and (before := _written_before(key)):  # the first sending of the two won
                    return before
                if isinstance(error, StudentAdminError):
                    raise
                if isinstance(error, IntegrityError):
                    raise refusals.from_integrity_error(error) from error
                if not refusals.is_passing(error):
                    raise
                if run == MAX_RUNS:
                    raise Busy(_("Others are saving just now. Please try again.")) from error
            _pause(run)
    raise AssertionError("unreachable")


def derive(work: Callable[[Session], T]) -> T:
    """Run `work` in one transaction without history, for what merely follows from the rows.

    As `write`, it waits for its turn, is run again when others were first, and raises Busy or
    ReadOnly. `work` may write tables only that are no records.
    """
    if current_app.config["READ_ONLY"]:
        raise ReadOnly(_("The register is open for reading only. Nothing was saved."))
    with drain().entering():
        for run in range(1, MAX_RUNS + 1):
            try:
                db.session.rollback()
                with _writer() as session, session.begin():
                    return work(session)
            except DBAPIError as error:
                if not refusals.is_passing(error):
                    raise
                if run == MAX_RUNS:
                    raise Busy(_("Others are saving just now. Please try again.")) from error
            _pause(run)
    raise AssertionError("unreachable")


def _pause(run: int) -> None:
    pause = random.uniform(0, min(MAX_PAUSE, 0.01 * 2**run))  # noqa: S311
    threading.Event().wait(pause)


def _run_once(
    work: Callable[[Unit], T],
    by: Actor,
    why: str,
    source: str,
    key: str | None,
    undoes: int | None,
) -> Written[T]:
    db.session.rollback()
    with _writer() as session:
        session.begin()
        if key and (before := _with_key(session, key)):
            return before
        now = datetime.now(UTC)
        recorder = Recorder(session, now)
        change = ChangeSet(
            at=now,
            by_user_id=by.user_id,
            by_name=by.name[:200],
            why=why,
            source=source,
            undoes_id=undoes,
            idempotency_key=key,
        )
        unit = Unit(session, by, now, recorder, change_set=change)
        try:
            value = work(unit)
            session.flush()
        except StaleDataError as error:
            raise Clash(
                _("Somebody saved this record a moment ago. Please try again."), []
            ) from error
        tables = recorder.store(change, subject=unit.subject)
        if not tables and change not in session:
            session.rollback()
            return Written(value, None)
        session.commit()
        written = Written(value, change.id, _subject(change))
        session.expunge_all()
    change_saved.send(
        current_app._get_current_object(),  # type: ignore[attr-defined]
        change_set_id=written.change_set_id,
        tables=tables,
    )
    return written


_writing = threading.RLock()
TURN_SECONDS = 60.0


@contextmanager
def _turn() -> Iterator[None]:
    """SQLite has one writer at a time and lets the others try; here they wait for their turn."""
    if db.engine.dialect.name != "sqlite":
        yield
        return
    if not _writing.acquire(timeout=TURN_SECONDS):
        raise Busy(_("Others are saving just now. Please try again."))
    try:
        yield
    finally:
        _writing.release()


def _written_before(key: str) -> Written[Any] | None:
    """What another run with this key has committed; asked without waiting for a writer."""
    with Session(db.engine, join_transaction_mode="create_savepoint") as session:
        return _with_key(session, key)


def _with_key(session: Session, key: str) -> Written[Any] | None:
    change = session.scalar(select(ChangeSet).filter_by(idempotency_key=key))
    return change and Written(None, change.id, _subject(change), repeated=True)


def _subject(change: ChangeSet) -> tuple[str, int] | None:
    if change.subject_table is None or change.subject_id is None:
        return None
    return change.subject_table, change.subject_id


@contextmanager
def _writer() -> Iterator[Session]:
    engine = db.engine.execution_options(**{WRITES: True})
    session = Session(engine, expire_on_commit=False, join_transaction_mode="create_savepoint")
    try:
        yield session
    finally:
        session.close()


@contextmanager
def bookkeeping() -> Iterator[Session]:
    """A transaction for figures worked out from the register: no history, nothing to undo.

    Never for rows of the register itself. Raises ReadOnly when nobody may write now.
    """
    if current_app.config["READ_ONLY"]:
        raise ReadOnly(_("The register is open for reading only. Nothing was saved."))
    with drain().entering():
        db.session.rollback()  # a writer need not wait for its own reader
        with _writer() as session, session.begin():
            yield session


@contextmanager
def rehearsal(by: Actor) -> Iterator[Unit]:
    """A unit to try rules in: it locks nothing, and raises AssertionError before it writes."""
    session = Session(db.engine, autoflush=False, join_transaction_mode="create_savepoint")
    now = datetime.now(UTC)
    try:
        unit = Unit(session, by, now, Recorder(session, now), writes=False)
        event.listen(session, "before_flush", _refuse_flush)
        yield unit
    finally:
        session.close()


def _refuse_flush(_session: Session, _context: Any, _instances: Any) -> None:
    raise AssertionError("a rehearsal writes nothing")


def keep_reads_pure(session: scoped_session[Any]) -> None:
    """Make the request's own session refuse to write: rows change in a unit or not at all."""

    @event.listens_for(session, "before_flush")
    def refuse(flushing: Session, _context: Any, _instances: Any) -> None:
        if any(isinstance(row, Table) for row in (*flushing.new, *flushing.deleted)) or any(
            flushing.is_modified(row) for row in flushing.dirty
        ):
            raise AssertionError("rows are written in services.unit.write, never in db.session")
