"""School years and their parts."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from studentadmin.models.base import Record, Table


class AcademicSession(Record):
    """A school year, semester, term or grading period, first to last day inclusive."""

    __tablename__ = "academic_session"
    __table_args__ = (
        CheckConstraint("end_date >= start_date", name="end_after_start"),
        Table.TABLE_OPTIONS,
    )

    title: Mapped[str] = mapped_column(String(100))
    type: Mapped[str] = mapped_column(String(20))
    start_date: Mapped[date] = mapped_column(index=True)
    end_date: Mapped[date]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("academic_session.id"), index=True)

    parent: Mapped[AcademicSession | None] = relationship(remote_side="AcademicSession.id")

    @property
    def label(self) -> str:
        return self.title
