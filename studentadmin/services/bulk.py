"""One change of many rows: tried first on every row, then written as one change set.

    tried = rehearse(by, students, keys, change)          # writes nothing, locks nothing
    write(lambda unit: edit_rows(unit, students, tried.changed, change, tell), ...)

Rows are taken in pieces, so memory does not grow with their number; each passes the same `prepare`,
`check` and `settle` as a change of one row. What was pinned and changed since is a clash.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from studentadmin.errors import Clash, RuleBroken
from studentadmin.extensions import ReadSession
from studentadmin.services import history
from studentadmin.services.bulk_change import Change
from studentadmin.services.lookups import AT_ONCE, parts
from studentadmin.services.records import RecordService
from studentadmin.services.unit import Actor, Unit, rehearsal

SAMPLES, REFUSALS_TOLD, NAMES_TOLD = 10, 200, 5
"""Of how many rows a preview shows the values, the refusal, a clash the names."""

Tell = Callable[[int, int], None]
"""Called with rows done and rows in all, between two pieces; what it raises ends the work."""


class Cancelled(RuleBroken):
    """The person let go of it before it was committed; nothing was written."""


@dataclass(frozen=True)
class Pinned:
    """A row as a preview saw it. Rows of one `group` are judged by each other."""

    id: int
    version: int
    group: int


@dataclass(frozen=True)
class Refused:
    """A row that a rule keeps from being changed."""

    id: int
    label: str
    field: str | None
    message: str


@dataclass(frozen=True)
class Sample:
    """A row with what it holds and what it would hold, by field."""

    id: int
    label: str
    before: dict[str, Any]
    after: dict[str, Any]


@dataclass
class Tried:
    """What a change would do. `refused` counts them all, `refusals` tells the first of them."""

    changed: list[Pinned] = field(default_factory=list)
    same: int = 0
    gone: int = 0
    refused: int = 0
    refusals: list[Refused] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    by_field: Counter[str] = field(default_factory=Counter)

    def refuse(self, row: Any, error: RuleBroken) -> None:
        self.refused += 1
        if len(self.refusals) < REFUSALS_TOLD:
            self.refusals.append(Refused(row.id, row.label, error.field, error.message))


@dataclass
class Turn:
    """One row on its way."""

    row: Any
    before: dict[str, Any] = field(default_factory=dict)
    error: RuleBroken | None = None

    def refuse(self, error: RuleBroken) -> None:
        """Take back what was set."""
        self.error = error
        self.put_back()

    def put_back(self) -> None:
        for name, value in self.before.items():
            setattr(self.row, name, value)


def pin(session: ReadSession, service: RecordService[Any], keys: Sequence[int]) -> list[Pinned]:
    """Those of `keys` that are not in the trash, as they stand, each group in one piece."""
    model = service.model
    group = getattr(model, service.together or "id")
    found: list[Pinned] = []
    for part in parts(sorted(set(keys)), AT_ONCE):
        query = select(model.id, model.version, group).where(
            model.id.in_(part), model.deleted_at.is_(None)
        )
        found += [Pinned(*line) for line in session.execute(query)]
    return sorted(found, key=lambda one: (one.group, one.id))


def pieces(rows: Sequence[Pinned]) -> Iterator[list[Pinned]]:
    """`rows`, sorted by group, in pieces that tear no group apart."""
    piece: list[Pinned] = []
    for row in rows:
        if len(piece) >= AT_ONCE and row.group != piece[-1].group:
            yield piece
            piece = []
        piece.append(row)
    if piece:
        yield piece


def rehearse(
    by: Actor, service: RecordService[Any], keys: Sequence[int], change: Change, tell: Tell
) -> Tried:
    """What `change` would do to each row; nothing is written. Raises NotAllowed."""
    tried = Tried()
    with rehearsal(by) as unit:
        pinned = pin(unit.session, service, keys)
        tried.gone = len(set(keys)) - len(pinned)
        done = 0
        for piece in pieces(pinned):
            tell(done, len(pinned))
            by_id = unit.lookups.lock_all(service.model, [one.id for one in piece])
            versions = {one.id: one for one in piece}
            for turn in take(unit, service, [*by_id.values()], change):
                _note(tried, turn, versions[turn.row.id])
            done += len(piece)
            unit.lookups.release()
            unit.session.expunge_all()
        tell(done, len(pinned))
    return tried


def _note(tried: Tried, turn: Turn, pinned: Pinned) -> None:
    if turn.error is not None:
        tried.refuse(turn.row, turn.error)
    elif not turn.before:
        tried.same += 1
    else:
        tried.changed.append(pinned)
        tried.by_field.update(turn.before.keys())
        if len(tried.samples) < SAMPLES:
            after = {name: getattr(turn.row, name) for name in turn.before}
            turn.put_back()
            tried.samples.append(Sample(turn.row.id, turn.row.label, turn.before, after))


def take(
    unit: Unit, service: RecordService[Any], rows: Sequence[Any], change: Change
) -> list[Turn]:
    """Set the values in each row and check it; a row that is refused stands as before."""
    turns = [Turn(row) for row in rows]
    with unit.session.no_autoflush:
        unit.lookups.keep_parents(rows)
        for model, name in service.locks:
            unit.lookups.lock_all(model, [getattr(row, name) for row in rows])
        for turn in turns:
            _set(unit, service, turn, change)
        waiting = [turn for turn in turns if turn.before and turn.error is None]
        service.warm(unit, [turn.row for turn in waiting])
        while waiting:
            for turn in waiting:
                try:
                    service.check(unit, turn.row)
                except RuleBroken as error:
                    turn.refuse(error)
            passed = [turn for turn in waiting if turn.error is None]
            if len(passed) == len(waiting) or service.together is None:
                break
            waiting = passed  # a row may have passed beside one that was taken back since
    return turns


def _set(unit: Unit, service: RecordService[Any], turn: Turn, change: Change) -> None:
    row = turn.row
    try:
        values = service.prepare(unit, row, change.values(row))
        turn.before = {k: old for k, v in values.items() if (old := getattr(row, k)) != v}
        if turn.before:
            service.require(unit, "edit", turn.before)
        for name in turn.before:
            setattr(row, name, values[name])
        change.refuse_twice(row, turn.before)
    except RuleBroken as error:
        turn.refuse(error)


def edit_rows(
    unit: Unit,
    service: RecordService[Any],
    pinned: Sequence[Pinned],
    change: Change,
    tell: Tell,
) -> int:
    """Write the change into all of `pinned`, or none; gives their number.

    Raises Clash when one of them was changed since in these fields, is gone, or is refused now;
    NotAllowed; whatever `tell` raises.
    """
    done = 0
    for piece in pieces(pinned):
        tell(done, len(pinned))
        rows = unit.lookups.lock_all(service.model, [one.id for one in piece])
        refuse_moved(unit, rows, piece, change.fields)
        turns = take(unit, service, [rows[one.id] for one in piece], change)
        if refused := [turn for turn in turns if turn.error is not None]:
            raise _moved([turn.row.label for turn in refused], len(refused))
        written = [turn.row for turn in turns if turn.before]
        unit.session.flush()
        service.warm(unit, written)
        with unit.at_once():
            for row in written:
                service.settle(unit, row)
        done += len(piece)
        let_go(unit)
    tell(done, len(pinned))
    return done


def let_go(unit: Unit) -> None:
    """End a piece: what was done is kept as lines of history, the rows themselves are let go of."""
    unit.session.flush()
    unit.recorder.fold()
    unit.lookups.release()
    unit.session.expunge_all()


def refuse_moved(
    unit: Unit, rows: dict[int, Any], piece: Sequence[Pinned], fields: Sequence[str] | None
) -> None:
    """Raise Clash when a row is gone, or was changed since it was pinned: in one of `fields`, or at
    all when None is given.
    """
    moved: list[str] = []
    for one in piece:
        row = rows.get(one.id)
        if row is None:
            moved.append(f"#{one.id}")
        elif row.deleted_at is not None or (
            row.version != one.version and _differs(unit, row, one.version, fields)
        ):
            moved.append(row.label)
    if moved:
        raise _moved(moved, len(moved))


def _differs(unit: Unit, row: Any, version: int, fields: Sequence[str] | None) -> bool:
    if fields is None:
        return True
    base = history.at_version(unit.session, row, version)
    return any(base[name] != getattr(row, name) for name in fields)


def _moved(labels: Sequence[str], count: int) -> Clash:
    names = ", ".join(labels[:NAMES_TOLD]) + (" …" if count > NAMES_TOLD else "")
    return Clash(
        _(
            "Somebody changed some of these rows since you looked: %(names)s."
            " Nothing was written: look again.",
            names=names,
        ),
        [],
    )
