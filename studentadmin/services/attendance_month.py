"""The monthly sheet: the students of a class down, the days of a month across."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, or_, select

from studentadmin.extensions import ReadSession
from studentadmin.models import (
    AttendanceCode,
    AttendanceEvent,
    AttendanceSheet,
    Enrolment,
    Homeroom,
    Student,
)
from studentadmin.rules.attendance import WHOLE_DAY, Tally, tally
from studentadmin.rules.periods import Period
from studentadmin.rules.school_days import Closure
from studentadmin.services.calendar import school_days

ABSENT_FROM_CLASS, CLOSED, NOT_TAKEN, HERE, MARKED = "away", "closed", "open", "here", "marked"


@dataclass(frozen=True)
class MonthDay:
    """One column: why there is no school on it, and whether the sheet was taken."""

    day: date
    closure: Closure | None
    taken: bool


@dataclass(frozen=True)
class MonthCell:
    """One student on one day; `state` is one of the words above, `code` that of a mark."""

    state: str
    code: AttendanceCode | None = None


@dataclass(frozen=True)
class MonthLine:
    """One student of the class and the days of the month."""

    student: Student
    cells: list[MonthCell]
    tally: Tally


@dataclass(frozen=True)
class Month:
    """The sheet of a class for a month, days in their order, students by name."""

    first: date
    days: list[MonthDay]
    lines: list[MonthLine]
    codes: list[AttendanceCode]


def read_month(session: ReadSession, homeroom: Homeroom, first: date) -> Month:
    """Whole-day marks of everybody who was in the class on a day of the month that `first` begins.

    As many queries for thirty students as for ten.
    """
    last = first.replace(day=monthrange(first.year, first.month)[1])
    days = school_days(session, homeroom.organisation_id, homeroom.academic_session_id)
    taken = set(session.scalars(_sheets(homeroom.id, first, last)))
    columns = [
        MonthDay(day, days.closure(day), day in taken)
        for day in (first.replace(day=number) for number in range(1, last.day + 1))
    ]
    belonging: dict[int, list[Period]] = {}
    students: dict[int, Student] = {}
    for student, entry, leave in session.execute(_members(homeroom.id, first, last)):
        students[student.id] = student
        belonging.setdefault(student.id, []).append(Period(entry, leave))
    marks: dict[tuple[int, date], AttendanceCode] = {
        (student_id, day): code
        for student_id, day, code in session.execute(_marks(list(students), first, last))
    }
    lines = [_line(student, columns, belonging[student.id], marks) for student in students.values()]
    used = {code.id: code for code in marks.values()}
    return Month(first, columns, lines, sorted(used.values(), key=lambda code: code.position))


def _line(
    student: Student,
    columns: list[MonthDay],
    periods: list[Period],
    marks: dict[tuple[int, date], AttendanceCode],
) -> MonthLine:
    cells = []
    for column in columns:
        code = marks.get((student.id, column.day))
        if column.closure:
            cells.append(MonthCell(CLOSED))
        elif not any(period.contains(column.day) for period in periods):
            cells.append(MonthCell(ABSENT_FROM_CLASS))
        elif code is not None:
            cells.append(MonthCell(MARKED, code))
        else:
            cells.append(MonthCell(HERE if column.taken else NOT_TAKEN))
    counted = [
        cell.code.category if cell.code else None
        for cell, column in zip(cells, columns, strict=True)
        if column.taken and cell.state in {HERE, MARKED}
    ]
    return MonthLine(student, cells, tally(counted))


def _sheets(homeroom_id: int, first: date, last: date) -> Select[date]:
    return select(AttendanceSheet.date).where(
        AttendanceSheet.homeroom_id == homeroom_id,
        AttendanceSheet.period == WHOLE_DAY,
        AttendanceSheet.date.between(first, last),
        AttendanceSheet.deleted_at.is_(None),
    )


def _members(homeroom_id: int, first: date, last: date) -> Select[Student, date, date | None]:
    return (
        select(Student, Enrolment.entry_date, Enrolment.exit_date)
        .join(Enrolment, Enrolment.student_id == Student.id)
        .where(
            Enrolment.homeroom_id == homeroom_id,
            Enrolment.deleted_at.is_(None),
            Student.deleted_at.is_(None),
            Enrolment.entry_date <= last,
            or_(Enrolment.exit_date.is_(None), Enrolment.exit_date >= first),
        )
        .order_by(Student.sort_name, Student.id, Enrolment.entry_date)
    )


def _marks(student_ids: list[int], first: date, last: date) -> Select[int, date, AttendanceCode]:
    return (
        select(AttendanceEvent.student_id, AttendanceEvent.date, AttendanceCode)
        .join(AttendanceCode, AttendanceCode.id == AttendanceEvent.attendance_code_id)
        .where(
            AttendanceEvent.student_id.in_(student_ids),
            AttendanceEvent.period == WHOLE_DAY,
            AttendanceEvent.date.between(first, last),
            AttendanceEvent.deleted_at.is_(None),
        )
    )
