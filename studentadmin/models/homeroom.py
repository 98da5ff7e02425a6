"""The class a student belongs to in a school year."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from studentadmin.models.academic_session import AcademicSession
from studentadmin.models.base import Record, Table
from studentadmin.models.grade_level import GradeLevel
from studentadmin.models.organisation import Organisation


class Homeroom(Record):
    """One class of one school in one session (OneRoster class of type homeroom)."""

    __tablename__ = "homeroom"
    __table_args__ = (
        UniqueConstraint("organisation_id", "academic_session_id", "name"),
        CheckConstraint("capacity IS NULL OR capacity > 0", name="capacity_positive"),
        Table.TABLE_OPTIONS,
    )

    name: Mapped[str] = mapped_column(String(100), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    academic_session_id: Mapped[int] = mapped_column(ForeignKey("academic_session.id"), index=True)
    grade_level_id: Mapped[int | None] = mapped_column(ForeignKey("grade_level.id"), index=True)
    capacity: Mapped[int | None]

    organisation: Mapped[Organisation] = relationship()
    academic_session: Mapped[AcademicSession] = relationship()
    grade_level: Mapped[GradeLevel | None] = relationship()

    @property
    def label(self) -> str:
        return self.name
