"""A list as a person has it: which saved view it opens with, its menu of views, its columns."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from flask import url_for

from studentadmin.extensions import db
from studentadmin.forms.choices import ROLE_WORDS
from studentadmin.models import SavedView
from studentadmin.rules import rights
from studentadmin.services import saved_view
from studentadmin.services.listing import ListQuery
from studentadmin.services.saved_view import Seen
from studentadmin.views import access
from studentadmin.views.admin.columns import ListColumn
from studentadmin.views.admin.state import (
    WIDTHS,
    Address,
    ListState,
    pairs_of,
    whole_number,
    with_query,
)

PANELS = ("filters", "columns", "views")
"""What can be opened above a list."""


def views_of(resource: str) -> Seen:
    """The views of a list that the person behind this request may open."""
    actor = access.actor()
    return saved_view.seen(db.session, resource, actor.user_id or 0, actor.roles)


def opened(address: Address, seen: Seen) -> Address:
    """The address as it opens for this person.

    One that asks for nothing opens with the view that the person chose; one that names only a view
    says what the view says; one without columns has the person's own.
    """
    begins = seen.opens
    address = replace(address, plain=begins is not None)
    if address.says_nothing:
        view = begins
    elif address.state():
        view = None
    else:
        view = seen.find(whole_number(address.get("view")))
    if view is not None:
        others = [pair for pair in address.pairs if pair[0] != "view"]
        address = replace(address, pairs=[*pairs_of(view.query), ("view", str(view.id)), *others])
    if seen.start is not None and not address.get("cols"):
        own = [pair for pair in pairs_of(seen.start.query) if pair[0] == "cols"]
        address = replace(address, own_columns=dict(own).get("cols", ""))
    return address


@dataclass(frozen=True)
class Asked:
    """A list's question: its state, the columns this person may see, and the views of this list."""

    state: ListState
    columns: list[ListColumn]
    query: ListQuery
    seen: Seen

    @property
    def address(self) -> Address:
        return self.state.address

    @property
    def active(self) -> SavedView | None:
        """The view that the list came from."""
        return self.seen.find(whole_number(self.address.get("view")))

    def menu(self) -> dict[str, Any]:
        """The views that can be opened, and which one this is."""
        active = self.active
        changed = active is not None and self.address.state() != pairs_of(active.query)
        return {
            "items": [(view.name, self.url_of(view), view is active) for view in self.seen.views],
            "standard_url": with_query(
                self.address.path, [("view", "0")] if self.seen.opens else []
            ),
            "active": active.name if active else "",
            "changed": changed,
        }

    def url_of(self, view: SavedView) -> str:
        """The whole state of a view in its address, so that it can be sent to anybody."""
        return with_query(self.address.path, [*pairs_of(view.query), ("view", str(view.id))])

    def chooser(self) -> dict[str, Any]:
        """The columns in their order, those not shown after them."""
        shown = [wide.column.name for wide in self.state.columns]
        widths = {wide.column.name: wide.width or "" for wide in self.state.columns}
        rest = [c for c in self.columns if c.paths and c.name not in shown]
        order = [wide.column for wide in self.state.columns] + rest
        return {
            "columns": [
                {
                    "name": column.name,
                    "label": column.title,
                    "shown": column.name in widths,
                    "width": widths.get(column.name, column.width or ""),
                }
                for column in order
            ],
            "widths": WIDTHS,
            "back": self.address.to(keep_place=True, cols=""),
            "own": bool(self.seen.start and self.seen.start.query),
        }

    def manager(self) -> dict[str, Any]:
        """Saving this list as a view, and what can be done with those there are."""
        user_id = access.actor().user_id
        opens = self.seen.opens
        state = with_query("", self.address.state()).removeprefix("?")
        return {
            "query": state,
            "may_share": access.may("shared_view", "create"),
            "roles": [(role, str(ROLE_WORDS[role])) for role in rights.ROLES],
            "views": [
                {
                    "id": view.id,
                    "name": view.name,
                    "url": self.url_of(view),
                    "send": url_for("saved_views.show", key=view.id, _external=True),
                    "own": view.user_id == user_id,
                    "removable": view.user_id == user_id or access.may("shared_view", "delete"),
                    "roles": view.roles,
                    "opens": view is opens,
                    "changed": view is self.active and pairs_of(view.query) != self.address.state(),
                }
                for view in self.seen.views
            ],
            "opens": opens.id if opens else None,
        }
