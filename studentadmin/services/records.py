"""What every table's service can do: create, edit, remove, restore, and say what hangs on a row.

A noun's service is a subclass with its rules in `prepare` and `check`; see `student.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Generic, TypeVar

from flask_babel import gettext as _
from sqlalchemy import func, inspect, select
from sqlalchemy.orm import InstrumentedAttribute

from studentadmin.errors import Clash, FieldClash, Missing, NotAllowed, RuleBroken
from studentadmin.extensions import ReadSession
from studentadmin.models import Record
from studentadmin.rules import rights
from studentadmin.services import history, removal
from studentadmin.services.unit import Unit

M = TypeVar("M", bound=Record)


class Draft:
    """Base of the frozen dataclasses that a form makes and a service takes."""

    def columns(self) -> dict[str, Any]:
        return {item.name: getattr(self, item.name) for item in fields(self)}  # type: ignore[arg-type]


@dataclass(frozen=True)
class Link:
    """Another table that points here through `column`.

    `owned`: its rows go to the trash and come back with this one; otherwise they hold it fast.
    """

    column: InstrumentedAttribute[Any]
    owned: bool = False

    @property
    def model(self) -> type[Record]:
        model: Any = self.column.class_
        return model  # type: ignore[no-any-return]


@dataclass(frozen=True)
class Consequence:
    """What removing a row touches: `count` rows of `table`, which go along or forbid it."""

    table: str
    count: int
    samples: tuple[str, ...]
    owned: bool


class RecordService(Generic[M]):
    """Writes one table. Never commits, never sees a request."""

    model: ClassVar[type[Record]]
    derived: ClassVar[frozenset[str]] = frozenset()
    """Columns that `prepare` or `settle` makes from others: never a clash, never put back."""

    @property
    def resource(self) -> str:
        return str(self.model.__tablename__)

    together: ClassVar[str | None] = None
    """The column whose equal rows are judged by each other: many at once, they go together."""
    locks: ClassVar[tuple[tuple[type[Record], str], ...]] = ()
    """The rows that `check` locks: their table, and the column here that names them."""

    # -- what a noun says for itself --------------------------------------------------------

    @staticmethod
    def asks() -> tuple[tuple[InstrumentedAttribute[Any], str], ...]:
        """The columns by which the rules ask for other rows, and the one here with the value."""
        return ()

    @staticmethod
    def links() -> tuple[Link, ...]:
        """The tables that point here."""
        return ()

    def prepare(self, unit: Unit, row: M, values: dict[str, Any]) -> dict[str, Any]:
        """Values that follow from others, before they are put into the row."""
        return values

    def check(self, unit: Unit, row: M) -> None:
        """Raise RuleBroken when the row, as it now stands, breaks a rule of the register."""

    def forget(self, unit: Unit, row: M) -> None:
        """Raise RuleBroken when an undo may not take the row out, as if it never was."""

    def settle(self, unit: Unit, row: M) -> None:
        """Bring other rows in line after this one was written, removed or restored."""

    # -- the verbs --------------------------------------------------------------------------

    def create(self, unit: Unit, draft: Draft) -> M:
        """Raises RuleBroken, NotAllowed."""
        values = self.prepare(unit, self.model(), draft.columns())
        filled = {key: value for key, value in values.items() if value is not None}
        self.require(unit, "create", filled)
        row: M = self.model(**values)
        with unit.session.no_autoflush:
            self.check(unit, row)
        unit.add(row)
        self.settle(unit, row)
        unit.subject = unit.subject or row
        return row

    def edit(
        self, unit: Unit, key: int, draft: Draft | Mapping[str, Any], version: int | None = None
    ) -> M:
        """Change the fields of `draft` that differ; `version` is the one the form was filled from.

        What a colleague changed since stays where it is another field; the same field changed
        twice raises Clash with both values, and nothing is written. Raises RuleBroken, NotAllowed.
        """
        row = self._get(unit, key)
        values = dict(draft.columns() if isinstance(draft, Draft) else draft)
        if version is not None and version != row.version:
            values = self._merge(unit, row, values, version)
        values = self.prepare(unit, row, values)
        changed = {name: value for name, value in values.items() if getattr(row, name) != value}
        if not changed:
            return row
        self.require(unit, "edit", changed)
        for name, value in changed.items():
            setattr(row, name, value)
        with unit.session.no_autoflush:
            self.check(unit, row)
        unit.session.flush()
        self.settle(unit, row)
        unit.subject = unit.subject or row
        return row

    def remove(self, unit: Unit, key: int, version: int | None = None) -> M:
        """Move the row, and what it owns, to the trash.

        Raises RuleBroken while others need it, or when it is no longer at `version`, the one that
        the person looked at.
        """
        row = self._get(unit, key)
        if version not in (None, row.version):
            raise RuleBroken(
                _("Somebody changed it since you opened this page. Look at it again first.")
            )
        self.require(unit, "delete", ())
        self.refuse_held(unit.session, row.id)
        unit.subject = unit.subject or row
        row.deleted_at = unit.now
        unit.session.flush()
        removal.follow(unit, self, [row])
        return row

    def restore(self, unit: Unit, key: int) -> M:
        """Bring the row, and what went to the trash with it, back."""
        row: M = unit.get(self.model, key, deleted=True)
        self.require(unit, "restore", ())
        if row.deleted_at is None:
            return row
        self._refuse_without_parents(row)
        unit.subject = unit.subject or row
        with_it = row.deleted_at
        row.deleted_at = None
        with unit.session.no_autoflush:
            self.check(unit, row)
        unit.session.flush()
        for link in self.links():
            if link.owned:
                query = select(link.model).where(
                    link.column == row.id, link.model.deleted_at == with_it
                )
                for owned in unit.session.scalars(query.order_by(link.model.id)).all():
                    service_of(link.model).restore(unit, owned.id)
        self.settle(unit, row)
        return row

    def warm(self, unit: Unit, rows: Sequence[M]) -> None:
        """Ask now what the rules will ask about each of the rows; nothing may wait to be flushed
        in the rows that `locks` names.
        """
        unit.lookups.keep_parents(rows)
        for column, name in self.asks():
            unit.lookups.warm(column, {getattr(row, name) for row in rows})

    # -- the questions ----------------------------------------------------------------------

    def find(self, session: ReadSession, key: int, *, deleted: bool = False) -> M:
        """The row for reading. Raises Missing."""
        row = session.get(self.model, key)
        if row is None or (row.deleted_at is not None and not deleted):
            raise Missing(_("This record does not exist, or was moved to the trash."))
        return row

    def consequences(self, session: ReadSession, key: int) -> list[Consequence]:
        """What hangs on the row, by table, with up to three samples each."""
        found = []
        for link in self.links():
            where = (link.column == key, link.model.deleted_at.is_(None))
            count = session.scalar(select(func.count()).select_from(link.model).where(*where)) or 0
            if count:
                samples = session.scalars(
                    select(link.model).where(*where).order_by(link.model.id).limit(3)
                )
                labels = tuple(row.label for row in samples)
                found.append(Consequence(link.model.__tablename__, count, labels, link.owned))
        return found

    # -- inside -----------------------------------------------------------------------------

    def _refuse_without_parents(self, row: M) -> None:
        """Nothing comes back to a record that is itself in the trash."""
        for relation in inspect(self.model).relationships:
            parent = getattr(row, relation.key) if not relation.uselist else None
            if parent is not None and parent.deleted_at is not None:
                raise RuleBroken(
                    _("Put %(name)s back first: it is in the trash as well.", name=parent.label)
                )

    def _get(self, unit: Unit, key: int) -> M:
        return unit.get(self.model, key)

    def refuse_held(self, session: ReadSession, key: int) -> None:
        """Raise RuleBroken, with samples, while rows that are not its own still need this one."""
        if holding := [c for c in self.consequences(session, key) if not c.owned]:
            raise RuleBroken(self._held_by(holding))

    def require(self, unit: Unit, action: str, changed: Iterable[str]) -> None:
        """Raise NotAllowed unless who acts may do it with the classes of the changed columns."""
        columns = self.model.__table__.columns
        classes = {columns[name].info.get("field_class", "directory") for name in changed}
        for field_class in {"directory"} | classes:
            rule = rights.refusing_rule(unit.by.roles, self.resource, action, field_class)
            if rule:
                raise NotAllowed(_("Your role does not allow this."), rule)

    def _merge(self, unit: Unit, row: M, values: dict[str, Any], version: int) -> dict[str, Any]:
        base = history.at_version(unit.session, row, version)
        mine = {k: v for k, v in values.items() if k not in base or v != base[k]}
        clashes = [
            FieldClash(
                row.__tablename__, row.id, name, base[name], value, getattr(row, name),
                self._who_changed(unit, row, version, name),
            )
            for name, value in mine.items()
            if name in base and getattr(row, name) not in (base[name], value)
        ]  # fmt: skip
        if clashes:
            raise Clash(_("Somebody else changed the same fields while you were typing."), clashes)
        return mine

    def _who_changed(self, unit: Unit, row: M, version: int, name: str) -> str:
        for line in history.lines_since(unit.session, row, version):
            if name in (line.after or {}):
                return line.change_set.by_name
        return ""

    def _held_by(self, holding: list[Consequence]) -> str:
        names = ", ".join(f"{c.samples[0]}" + (" …" if c.count > 1 else "") for c in holding)
        count = sum(c.count for c in holding)
        return _(
            "%(count)s records still need this one (%(names)s). Move or remove them first.",
            count=count,
            names=names,
        )


R = TypeVar("R", bound=Record)


def require_live(session: ReadSession, model: type[R], key: int | None, field: str) -> R:
    """The row a reference points at. Raises RuleBroken on `field` when it is gone or missing."""
    row = session.get(model, key) if key is not None else None
    if row is None or row.deleted_at is not None:
        raise RuleBroken(_("Choose a record that exists."), field)
    return row


_services: dict[type[Record], RecordService[Any]] = {}


def register(service: RecordService[Any]) -> None:
    """Make `service` the owner of its table."""
    _services[service.model] = service


def service_of(model: type[Record]) -> RecordService[Any]:
    """The one service that writes `model`. Raises KeyError for a table without one."""
    return _services[model]
