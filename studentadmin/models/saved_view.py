"""Lists as a person likes them: under a name, or as what the list opens with."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from studentadmin.models.base import Record
from studentadmin.models.user import User


class SavedView(Record):
    """A list's address under a name, of one person, shown to some roles as well.

    The one without a name is how the list opens for its person: own columns in `query`, and in
    `opens_id` the view that it begins with, which may be a colleague's.
    """

    __tablename__ = "saved_view"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    resource: Mapped[str] = mapped_column(String(64), index=True)
    """The table whose list this is."""
    name: Mapped[str] = mapped_column(String(100), default="")
    query: Mapped[str] = mapped_column(Text, default="")
    """What stands behind the question mark of the list's address: it survives a new column."""
    shared_with: Mapped[str] = mapped_column(String(200), default="")
    """Roles with commas; empty for one's own eyes."""
    opens_id: Mapped[int | None] = mapped_column(ForeignKey("saved_view.id"))

    user: Mapped[User] = relationship()
    opens: Mapped[SavedView | None] = relationship(remote_side="SavedView.id")

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(filter(None, self.shared_with.split(",")))

    @property
    def label(self) -> str:
        return self.name or self.resource
