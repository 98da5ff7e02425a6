"""The ladder of grades a student climbs."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from studentadmin.models.base import Record


class GradeLevel(Record):
    """One rung: its code ("09"), its place in the order and the rung that follows."""

    __tablename__ = "grade_level"

    code: Mapped[str] = mapped_column(String(16), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    sequence: Mapped[int] = mapped_column(index=True)
    next_id: Mapped[int | None] = mapped_column(ForeignKey("grade_level.id"), index=True)

    next: Mapped[GradeLevel | None] = relationship(remote_side="GradeLevel.id")

    @property
    def label(self) -> str:
        return self.name
