"""On which days there is school."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from studentadmin.models.academic_session import AcademicSession
from studentadmin.models.base import Record, Table
from studentadmin.models.organisation import Organisation
from studentadmin.rules.periods import Period


class Calendar(Record):
    """The school days of a week for an organisation in a session (Ed-Fi Calendar).

    `weekdays` holds the ISO numbers of the days with school: "12345" is Monday to Friday.
    """

    __tablename__ = "calendar"
    __table_args__ = (
        UniqueConstraint("organisation_id", "academic_session_id"),
        Table.TABLE_OPTIONS,
    )

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    academic_session_id: Mapped[int] = mapped_column(ForeignKey("academic_session.id"), index=True)
    weekdays: Mapped[str] = mapped_column(String(7), default="12345")

    organisation: Mapped[Organisation] = relationship()
    academic_session: Mapped[AcademicSession] = relationship()

    @property
    def label(self) -> str:
        return f"{self.organisation.name}, {self.academic_session.title}"


class CalendarDate(Record):
    """Days of a calendar, first to last inclusive, that are not as their weekday says."""

    __tablename__ = "calendar_date"
    __table_args__ = (
        CheckConstraint("end_date >= start_date", name="end_after_start"),
        Table.TABLE_OPTIONS,
    )

    calendar_id: Mapped[int] = mapped_column(ForeignKey("calendar.id"), index=True)
    title: Mapped[str] = mapped_column(String(100))
    type: Mapped[str] = mapped_column(String(20))
    start_date: Mapped[date] = mapped_column(index=True)
    end_date: Mapped[date]

    calendar: Mapped[Calendar] = relationship()

    @property
    def period(self) -> Period:
        return Period(self.start_date, self.end_date)

    @property
    def label(self) -> str:
        return self.title
