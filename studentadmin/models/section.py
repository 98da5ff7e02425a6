"""What is taught, to which group, and who belongs to it."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from studentadmin.models.academic_session import AcademicSession
from studentadmin.models.base import Record, Table
from studentadmin.models.grade_level import GradeLevel
from studentadmin.models.organisation import Organisation
from studentadmin.models.student import Student
from studentadmin.models.user import User
from studentadmin.rules.periods import Period


class Course(Record):
    """A subject as a school offers it, year after year (OneRoster course)."""

    __tablename__ = "course"
    __table_args__ = (UniqueConstraint("organisation_id", "course_code"), Table.TABLE_OPTIONS)

    title: Mapped[str] = mapped_column(String(200), index=True)
    course_code: Mapped[str] = mapped_column(String(64))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    subject: Mapped[str | None] = mapped_column(String(100))
    grade_level_id: Mapped[int | None] = mapped_column(ForeignKey("grade_level.id"), index=True)

    organisation: Mapped[Organisation] = relationship()
    grade_level: Mapped[GradeLevel | None] = relationship()

    @property
    def label(self) -> str:
        return self.title


class Section(Record):
    """One group that is taught a course in a session (OneRoster class, Ed-Fi Section)."""

    __tablename__ = "section"
    __table_args__ = (
        UniqueConstraint("academic_session_id", "course_id", "title"),
        CheckConstraint("capacity IS NULL OR capacity > 0", name="capacity_positive"),
        Table.TABLE_OPTIONS,
    )

    title: Mapped[str] = mapped_column(String(200), index=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    academic_session_id: Mapped[int] = mapped_column(ForeignKey("academic_session.id"))
    location: Mapped[str | None] = mapped_column(String(100))
    capacity: Mapped[int | None]

    course: Mapped[Course] = relationship()
    academic_session: Mapped[AcademicSession] = relationship()

    @property
    def label(self) -> str:
        return self.title


class SectionEnrolment(Record):
    """A student or a teacher in a section; no end date means to the end of the session."""

    __tablename__ = "section_enrolment"
    __table_args__ = (
        CheckConstraint("end_date IS NULL OR end_date >= begin_date", name="end_after_begin"),
        CheckConstraint(
            "(role = 'student' AND student_id IS NOT NULL AND user_id IS NULL)"
            " OR (role = 'teacher' AND user_id IS NOT NULL AND student_id IS NULL)",
            name="one_person_of_the_role",
        ),
        Table.TABLE_OPTIONS,
    )

    section_id: Mapped[int] = mapped_column(ForeignKey("section.id"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    student_id: Mapped[int | None] = mapped_column(ForeignKey("student.id"), index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    begin_date: Mapped[date]
    end_date: Mapped[date | None]
    override_reason: Mapped[str | None] = mapped_column(String(200))

    section: Mapped[Section] = relationship()
    student: Mapped[Student | None] = relationship()
    user: Mapped[User | None] = relationship()

    @property
    def period(self) -> Period:
        return Period(self.begin_date, self.end_date)

    @property
    def label(self) -> str:
        who = self.student or self.user
        return f"{who.full_name if who else ''}, {self.section.title}"
