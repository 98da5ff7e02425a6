"""How often students were absent: by class, by student of a class, by term of one student.

What counts is said at `rules.attendance.Tally.absence_rate`. No mark and no sheet lies on a day
without school, so that the calendar need not be asked again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ScalarSelect, Select, func, or_, select

from studentadmin.extensions import ReadSession
from studentadmin.models import (
    AcademicSession,
    AttendanceCode,
    AttendanceEvent,
    AttendanceSheet,
    Enrolment,
    GradeLevel,
    Homeroom,
    Student,
)
from studentadmin.rules.attendance import WHOLE_DAY, Tally, tally

Bound = date | ScalarSelect[date]
Days = tuple[Bound, Bound]
"""First and last day, both inclusive."""


@dataclass(frozen=True)
class TermRate:
    """A student's tally in one session."""

    session: AcademicSession
    tally: Tally


def _counted(days: Days) -> Select[int | None, int, date]:
    """Each class, student and day that counts, once."""
    return (
        select(AttendanceSheet.homeroom_id, Enrolment.student_id, AttendanceSheet.date)
        .join(Enrolment, Enrolment.homeroom_id == AttendanceSheet.homeroom_id)
        .where(
            AttendanceSheet.deleted_at.is_(None),
            AttendanceSheet.period == WHOLE_DAY,
            AttendanceSheet.date.between(*days),
            Enrolment.deleted_at.is_(None),
            Enrolment.entry_date <= AttendanceSheet.date,
            or_(Enrolment.exit_date.is_(None), Enrolment.exit_date >= AttendanceSheet.date),
        )
        .distinct()
    )


def _by_category(counted: Select[int | None, int, date], *by: str) -> Select[Any]:
    """Counted days by the named columns and the category of their mark."""
    held = counted.subquery()
    columns = [held.c[name] for name in by]
    return (
        select(*columns, AttendanceCode.category, func.count())
        .select_from(held)
        .outerjoin(
            AttendanceEvent,
            (AttendanceEvent.student_id == held.c.student_id)
            & (AttendanceEvent.date == held.c.date)
            & (AttendanceEvent.period == WHOLE_DAY)
            & AttendanceEvent.deleted_at.is_(None),
        )
        .outerjoin(AttendanceCode, AttendanceCode.id == AttendanceEvent.attendance_code_id)
        .group_by(*columns, AttendanceCode.category)
    )


def _summed(session: ReadSession, query: Select[Any]) -> dict[int, Tally]:
    found: dict[int, Tally] = {}
    for key, category, count in session.execute(query):
        known = {"held": count}
        if category in Tally.__dataclass_fields__:
            known[category] = count
        found[key] = found.get(key, Tally()) + Tally(**known)
    return found


def of_classes(session: ReadSession, days: Days) -> list[tuple[Homeroom, Tally]]:
    """Every class with days that count, by grade and name; the days of its students added up."""
    found = _summed(session, _by_category(_counted(days), "homeroom_id"))
    query = (
        select(Homeroom)
        .outerjoin(GradeLevel, GradeLevel.id == Homeroom.grade_level_id)
        .where(Homeroom.id.in_(found))
        .order_by(GradeLevel.sequence, Homeroom.name, Homeroom.id)
    )
    return [(row, found[row.id]) for row in session.scalars(query)]


def of_students(session: ReadSession, homeroom_id: int, days: Days) -> list[tuple[Student, Tally]]:
    """Every student with days that count in the class, by name."""
    counted = _counted(days).where(AttendanceSheet.homeroom_id == homeroom_id)
    found = _summed(session, _by_category(counted, "student_id"))
    query = select(Student).where(Student.id.in_(found)).order_by(Student.sort_name, Student.id)
    return [(row, found[row.id]) for row in session.scalars(query)]


def of_student(session: ReadSession, student_id: int, today: date) -> list[TermRate]:
    """A student's tally in the last school year and in each of its parts, as they begin.

    The year is that of the last enrolment that has begun; empty for a student without one.
    """
    key = _year_of(student_id, today)
    first, last = (
        select(column).where(AcademicSession.id == key).correlate(None).scalar_subquery()
        for column in (AcademicSession.start_date, AcademicSession.end_date)
    )
    counted = _counted((first, last)).where(Enrolment.student_id == student_id)
    by_day: dict[date, str | None] = {}
    for day, category, _count in session.execute(_by_category(counted, "date")):
        by_day[day] = category
    parts = session.scalars(_year_and_parts(key))
    return [
        TermRate(
            part,
            tally(
                category
                for day, category in by_day.items()
                if part.start_date <= day <= part.end_date
            ),
        )
        for part in parts
    ]


def _year_of(student_id: int, today: date) -> ScalarSelect[int]:
    """The key of the session of the student's last enrolment that has begun."""
    return (
        select(Enrolment.academic_session_id)
        .where(
            Enrolment.student_id == student_id,
            Enrolment.deleted_at.is_(None),
            Enrolment.entry_date <= today,
        )
        .order_by(Enrolment.entry_date.desc(), Enrolment.id.desc())
        .limit(1)
        .correlate(None)
        .scalar_subquery()
    )


def _year_and_parts(key: ScalarSelect[int]) -> Select[AcademicSession]:
    """The session itself, then its parts as they begin."""
    return (
        select(AcademicSession)
        .where(
            or_(AcademicSession.id == key, AcademicSession.parent_id == key),
            AcademicSession.deleted_at.is_(None),
        )
        .order_by(AcademicSession.id != key, AcademicSession.start_date, AcademicSession.id)
    )
