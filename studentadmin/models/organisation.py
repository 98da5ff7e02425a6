"""Where people belong: districts, schools, their departments."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from studentadmin.models.base import Record


class Organisation(Record):
    """A school, or a part or a parent of one (OneRoster org)."""

    __tablename__ = "organisation"

    name: Mapped[str] = mapped_column(String(200), index=True)
    type: Mapped[str] = mapped_column(String(20))
    identifier: Mapped[str | None] = mapped_column(String(64), unique=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)

    parent: Mapped[Organisation | None] = relationship(remote_side="Organisation.id")

    @property
    def label(self) -> str:
        return self.name
