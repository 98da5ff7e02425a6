"""Saved views: lists under a name, and how a list opens for a person.

A view is written by the person it belongs to. Shared ones are seen by the roles they are shared
with, and may be taken away by whoever may delete shared views.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, or_, select

from studentadmin.errors import Missing, NotAllowed, RuleBroken
from studentadmin.extensions import ReadSession
from studentadmin.models import RECORDS, SavedView, User
from studentadmin.rules import rights
from studentadmin.services import records
from studentadmin.services.records import Draft, Link, RecordService
from studentadmin.services.unit import Unit

MAX_QUERY = 8_000
MAX_VIEWS = 200
"""Characters of a view's address; views that one menu shows."""


@dataclass(frozen=True)
class SavedViewDraft(Draft):
    """A list's address under a name; `shared_with` are roles, empty for one's own eyes."""

    resource: str
    name: str
    query: str
    shared_with: str = ""


class SavedViewService(RecordService[SavedView]):
    """Whose view it is, and with whom it is shared."""

    model = SavedView

    @staticmethod
    def links() -> tuple[Link, ...]:
        return (Link(SavedView.opens_id),)

    def prepare(self, unit: Unit, row: SavedView, values: dict[str, Any]) -> dict[str, Any]:
        if not row.id:
            values = {**values, "user_id": unit.by.user_id}
        if "shared_with" in values:
            asked = set((values["shared_with"] or "").split(","))
            values = {**values, "shared_with": ",".join(r for r in rights.ROLES if r in asked)}
        if "name" in values:
            values = {**values, "name": " ".join((values["name"] or "").split())}
        return values

    def check(self, unit: Unit, row: SavedView) -> None:
        if row.resource not in RECORDS or unit.session.get(User, row.user_id or 0) is None:
            raise RuleBroken(_("There is no such list."), "resource")
        if len(row.query) > MAX_QUERY:
            raise RuleBroken(_("This list has too many filters to be saved."), "query")
        if len(row.name) > SavedView.name.type.length:
            raise RuleBroken(_("This name is too long."), "name")
        query = select(SavedView.id).where(
            SavedView.user_id == row.user_id,
            SavedView.resource == row.resource,
            SavedView.name == row.name,
            SavedView.deleted_at.is_(None),
            SavedView.id != (row.id or 0),
        )
        if unit.session.scalars(query).first() is not None:
            raise RuleBroken(_("You have a view of this name already."), "name")

    def create(self, unit: Unit, draft: Draft) -> SavedView:
        _refuse_sharing(unit, draft.columns()["shared_with"])
        return super().create(unit, draft)

    def edit(
        self,
        unit: Unit,
        key: int,
        draft: Draft | Mapping[str, Any],
        version: int | None = None,
    ) -> SavedView:
        _own(unit, key)
        values = draft.columns() if isinstance(draft, Draft) else draft
        _refuse_sharing(unit, values.get("shared_with", ""))
        return super().edit(unit, key, draft, version)

    def remove(self, unit: Unit, key: int, version: int | None = None) -> SavedView:
        """Lists that opened with it open as they did before."""
        row = unit.get(SavedView, key)
        if not (row.roles and rights.allowed(unit.by.roles, "shared_view", "delete")):
            _own(unit, key)
        unit.subject = unit.subject or row
        starts = select(SavedView).where(SavedView.opens_id == key)
        for start in unit.session.scalars(starts.with_for_update()):
            start.opens_id = None
        unit.session.flush()
        return super().remove(unit, key, version)

    def restore(self, unit: Unit, key: int) -> SavedView:
        _own(unit, key)
        return super().restore(unit, key)


def _own(unit: Unit, key: int) -> None:
    row = unit.get(SavedView, key, deleted=True)
    if unit.by.user_id is not None and row.user_id != unit.by.user_id:
        raise NotAllowed(_("This view belongs to somebody else."), "a view is changed by its owner")


def _refuse_sharing(unit: Unit, shared_with: str) -> None:
    if shared_with and (rule := rights.refusing_rule(unit.by.roles, "shared_view", "create")):
        raise NotAllowed(_("Your role does not allow this."), rule)


views = SavedViewService()
records.register(views)


@dataclass(frozen=True)
class Seen:
    """The views of one list that a person may open, and how it opens for this person."""

    views: Sequence[SavedView]
    start: SavedView | None

    @property
    def opens(self) -> SavedView | None:
        """The view that the list begins with, while it may still be opened."""
        key = self.start.opens_id if self.start else None
        return self.find(key)

    def find(self, key: int | None) -> SavedView | None:
        return next((view for view in self.views if view.id == key), None)


def seen(session: ReadSession, resource: str, user_id: int, roles: frozenset[str]) -> Seen:
    """Own views and those shared with one of `roles`, by name; one query."""
    mine = SavedView.user_id == user_id
    shared = or_(*(_shared_with(role) for role in sorted(roles)), mine)
    query = (
        select(SavedView)
        .where(SavedView.resource == resource, SavedView.deleted_at.is_(None), shared)
        .order_by(func.lower(SavedView.name), SavedView.id)
        .limit(MAX_VIEWS)
    )
    found = list(session.scalars(query))
    start = next((row for row in found if not row.name and row.user_id == user_id), None)
    return Seen([row for row in found if row.name], start)


def _shared_with(role: str) -> Any:
    return ("," + SavedView.shared_with + ",").like(f"%,{role},%")


def find(session: ReadSession, key: int, user_id: int, roles: frozenset[str]) -> SavedView:
    """A view that this person may open. Raises Missing."""
    row = session.get(SavedView, key)
    if row is None or row.deleted_at or not (row.user_id == user_id or row.roles & roles):
        raise Missing(_("This view does not exist, or is not shared with you."))
    return row


def keep_start(unit: Unit, resource: str, **values: Any) -> SavedView:
    """How the list opens for this person from now on: `query` (own columns) and `opens_id`."""
    unit.get(User, unit.by.user_id or 0)  # two at once would make two starts
    query = select(SavedView).where(
        SavedView.user_id == unit.by.user_id,
        SavedView.resource == resource,
        SavedView.name == "",
        SavedView.deleted_at.is_(None),
    )
    row = unit.session.scalars(query.order_by(SavedView.id)).first()
    if row is None:
        row = views.create(unit, SavedViewDraft(resource, "", ""))
    return views.edit(unit, row.id, values)
