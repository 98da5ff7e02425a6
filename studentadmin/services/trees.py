"""Tables whose rows point at rows of the same table."""

from __future__ import annotations

from flask_babel import gettext as _

from studentadmin.errors import RuleBroken
from studentadmin.extensions import ReadSession
from studentadmin.models import Record


def refuse_circle(session: ReadSession, row: Record, column: str) -> None:
    """Raise RuleBroken when following `column` from `row` leads back to it, or to no live row."""
    seen = {row.id} if row.id else set()
    key = getattr(row, column)
    while key is not None:
        if key in seen:
            raise RuleBroken(_("This choice would lead back to this record itself."), column)
        seen.add(key)
        parent = session.get(type(row), key)
        if parent is None or parent.deleted_at is not None:
            raise RuleBroken(_("Choose a record that exists."), column)
        key = getattr(parent, column)
