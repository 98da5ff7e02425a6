"""Who was there: the sheets that were taken, and the marks of those who were not simply present."""

from __future__ import annotations

import datetime as dt

from flask_babel import gettext
from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from studentadmin.models.base import Record, Table, UtcDateTime
from studentadmin.models.homeroom import Homeroom
from studentadmin.models.section import Section
from studentadmin.models.student import SENSITIVE, Student
from studentadmin.models.user import User


class AttendanceCode(Record):
    """A kind of mark. `category` says how it counts (rules/codes.py ATTENDANCE_CATEGORIES).

    `code` is what stands in a cell of the monthly sheet; `is_usual` ones come up by tapping; one
    that is no longer `is_active` stays with its old marks and is offered no more.
    """

    __tablename__ = "attendance_code"

    code: Mapped[str] = mapped_column(String(8), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    category: Mapped[str] = mapped_column(String(20))
    position: Mapped[int] = mapped_column(index=True)
    is_usual: Mapped[bool] = mapped_column(default=False)
    is_active: Mapped[bool] = mapped_column(default=True)

    @property
    def label(self) -> str:
        """In the reader's language, where the name is one of those that ship."""
        return str(gettext(self.name))


class AttendanceSheet(Record):
    """That attendance was taken for a class or a section on a day; period 0 is the whole day.

    Who has no mark on the day and period of a sheet that was taken was present.
    """

    __tablename__ = "attendance_sheet"
    __table_args__ = (
        UniqueConstraint("homeroom_id", "date", "period"),
        UniqueConstraint("section_id", "date", "period"),
        CheckConstraint("(homeroom_id IS NULL) <> (section_id IS NULL)", name="one_group"),
        CheckConstraint("period BETWEEN 0 AND 12", name="period_of_a_day"),
        Table.TABLE_OPTIONS,
    )

    homeroom_id: Mapped[int | None] = mapped_column(ForeignKey("homeroom.id"))
    section_id: Mapped[int | None] = mapped_column(ForeignKey("section.id"))
    date: Mapped[dt.date] = mapped_column(index=True)
    period: Mapped[int] = mapped_column(default=0)
    taken_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    taken_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    changed_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)

    homeroom: Mapped[Homeroom | None] = relationship()
    section: Mapped[Section | None] = relationship()
    taken_by: Mapped[User | None] = relationship(foreign_keys=[taken_by_id])
    changed_by: Mapped[User | None] = relationship(foreign_keys=[changed_by_id])

    @property
    def label(self) -> str:
        group = self.homeroom or self.section
        return f"{group.label if group else ''}, {self.date.isoformat()}"


class AttendanceEvent(Record):
    """How one student's day or period differed from being present (Ed-Fi attendance event)."""

    __tablename__ = "attendance_event"
    __table_args__ = (
        UniqueConstraint("student_id", "date", "period"),
        Index("ix_attendance_event_date_period", "date", "period"),
        CheckConstraint("period BETWEEN 0 AND 12", name="period_of_a_day"),
        CheckConstraint("minutes IS NULL OR minutes BETWEEN 1 AND 900", name="minutes_of_a_day"),
        Table.TABLE_OPTIONS,
    )

    student_id: Mapped[int] = mapped_column(ForeignKey("student.id"))
    date: Mapped[dt.date]
    period: Mapped[int] = mapped_column(default=0)
    attendance_code_id: Mapped[int] = mapped_column(ForeignKey("attendance_code.id"), index=True)
    minutes: Mapped[int | None]
    reason: Mapped[str | None] = mapped_column(String(300), info=SENSITIVE)
    attendance_sheet_id: Mapped[int | None] = mapped_column(
        ForeignKey("attendance_sheet.id"), index=True
    )
    taken_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)

    student: Mapped[Student] = relationship()
    attendance_code: Mapped[AttendanceCode] = relationship()
    attendance_sheet: Mapped[AttendanceSheet | None] = relationship()
    taken_by: Mapped[User | None] = relationship()

    @property
    def label(self) -> str:
        return f"{self.student.full_name}, {self.date.isoformat()}"
