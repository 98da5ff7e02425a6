"""What there is to take on a day: every class and section, and what was taken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload

from studentadmin.extensions import ReadSession
from studentadmin.models import (
    AcademicSession,
    AttendanceEvent,
    AttendanceSheet,
    Course,
    Enrolment,
    GradeLevel,
    Homeroom,
    Section,
)
from studentadmin.rules.attendance import WHOLE_DAY
from studentadmin.rules.school_days import Closure, SchoolDays
from studentadmin.services.attendance import Place
from studentadmin.services.calendar import school_days
from studentadmin.services.section import sections_of_teacher

MOST = 300
"""Sections of a page; a larger school's teachers find their own above them."""


@dataclass(frozen=True)
class GroupDay:
    """One class or section on the day; `sheets` were taken, `marks` differ from being present."""

    key: int
    name: str
    about: str
    closure: Closure | None
    sheets: list[AttendanceSheet]
    marks: int = 0


@dataclass(frozen=True)
class Day:
    """The groups of a day; `own` are the sections that the reader teaches.

    `days` are those of the first school, to step to the day before and after; None without one.
    """

    homerooms: list[GroupDay]
    sections: list[GroupDay]
    own: list[GroupDay]
    days: SchoolDays | None


def read_day(session: ReadSession, day: date, user_id: int) -> Day:
    """The groups whose session holds the day; as many queries for fifty classes as for five."""
    homerooms = list(session.scalars(_homerooms(day)))
    sections = list(session.scalars(_sections(day)))
    own = {row.id for row in sections_of_teacher(session, user_id, day)}
    known: dict[Place, SchoolDays] = {}
    for room in homerooms:
        _know(session, known, (room.organisation_id, room.academic_session_id))
    for group in sections:
        _know(session, known, (group.course.organisation_id, group.academic_session_id))
    sheets = _sheets(session, day)
    marks = _marks(session, day)
    shown = [
        GroupDay(
            room.id,
            room.name,
            room.organisation.name,
            known[room.organisation_id, room.academic_session_id].closure(day),
            [row for row in sheets if row.homeroom_id == room.id and row.period == WHOLE_DAY],
            marks.get(room.id, 0),
        )
        for room in homerooms
    ]
    taught = [
        GroupDay(
            group.id,
            group.title,
            group.course.title,
            known[group.course.organisation_id, group.academic_session_id].closure(day),
            [row for row in sheets if row.section_id == group.id],
        )
        for group in sections
    ]
    return Day(
        shown,
        [group for group in taught if group.key not in own],
        [group for group in taught if group.key in own],
        next(iter(known.values()), None),
    )


def _know(session: ReadSession, known: dict[Place, SchoolDays], place: Place) -> None:
    if place not in known:
        known[place] = school_days(session, *place)


def _homerooms(day: date) -> Select[Homeroom]:
    return (
        select(Homeroom)
        .join(AcademicSession, AcademicSession.id == Homeroom.academic_session_id)
        .where(
            Homeroom.deleted_at.is_(None),
            AcademicSession.start_date <= day,
            AcademicSession.end_date >= day,
        )
        .outerjoin(GradeLevel, GradeLevel.id == Homeroom.grade_level_id)
        .options(joinedload(Homeroom.organisation))
        .order_by(Homeroom.organisation_id, GradeLevel.sequence, Homeroom.name, Homeroom.id)
    )


def _sections(day: date) -> Select[Section]:
    return (
        select(Section)
        .join(AcademicSession, AcademicSession.id == Section.academic_session_id)
        .join(Course, Course.id == Section.course_id)
        .where(
            Section.deleted_at.is_(None),
            AcademicSession.start_date <= day,
            AcademicSession.end_date >= day,
        )
        .options(joinedload(Section.course))
        .order_by(Section.title, Section.id)
        .limit(MOST)
    )


def _sheets(session: ReadSession, day: date) -> list[AttendanceSheet]:
    query = (
        select(AttendanceSheet)
        .where(AttendanceSheet.date == day, AttendanceSheet.deleted_at.is_(None))
        .options(joinedload(AttendanceSheet.taken_by))
        .order_by(AttendanceSheet.period)
    )
    return list(session.scalars(query))


def _marks(session: ReadSession, day: date) -> dict[int, int]:
    """Whole-day marks of the day by class."""
    query = (
        select(Enrolment.homeroom_id, func.count(func.distinct(AttendanceEvent.id)))
        .join(AttendanceEvent, AttendanceEvent.student_id == Enrolment.student_id)
        .where(
            AttendanceEvent.date == day,
            AttendanceEvent.period == WHOLE_DAY,
            AttendanceEvent.deleted_at.is_(None),
            Enrolment.deleted_at.is_(None),
            Enrolment.homeroom_id.is_not(None),
            Enrolment.entry_date <= day,
            or_(Enrolment.exit_date.is_(None), Enrolment.exit_date >= day),
        )
        .group_by(Enrolment.homeroom_id)
    )
    return {key: count for key, count in session.execute(query) if key is not None}
