"""When a student was where."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from studentadmin.models.academic_session import AcademicSession
from studentadmin.models.base import Record, Table
from studentadmin.models.grade_level import GradeLevel
from studentadmin.models.homeroom import Homeroom
from studentadmin.models.organisation import Organisation
from studentadmin.models.student import SENSITIVE, Student
from studentadmin.rules.periods import Period


class Enrolment(Record):
    """One student in one grade of one school, first to last day inclusive."""

    __tablename__ = "enrolment"
    __table_args__ = (
        CheckConstraint("exit_date IS NULL OR exit_date >= entry_date", name="exit_after_entry"),
        CheckConstraint("(exit_date IS NULL) = (exit_type IS NULL)", name="exit_has_type"),
        Table.TABLE_OPTIONS,
    )

    student_id: Mapped[int] = mapped_column(ForeignKey("student.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    academic_session_id: Mapped[int] = mapped_column(ForeignKey("academic_session.id"), index=True)
    grade_level_id: Mapped[int] = mapped_column(ForeignKey("grade_level.id"), index=True)
    homeroom_id: Mapped[int | None] = mapped_column(ForeignKey("homeroom.id"), index=True)
    entry_date: Mapped[date] = mapped_column(index=True)
    entry_type: Mapped[str] = mapped_column(String(20))
    exit_date: Mapped[date | None]
    exit_type: Mapped[str | None] = mapped_column(String(20))
    exit_reason: Mapped[str | None] = mapped_column(String(200), info=SENSITIVE)
    is_primary: Mapped[bool] = mapped_column(default=True)
    is_repeat: Mapped[bool] = mapped_column(default=False)

    student: Mapped[Student] = relationship(back_populates="enrolments")
    organisation: Mapped[Organisation] = relationship()
    academic_session: Mapped[AcademicSession] = relationship()
    grade_level: Mapped[GradeLevel] = relationship()
    homeroom: Mapped[Homeroom | None] = relationship()

    @property
    def period(self) -> Period:
        return Period(self.entry_date, self.exit_date)

    @property
    def label(self) -> str:
        return f"{self.student.full_name}, {self.academic_session.title}"
