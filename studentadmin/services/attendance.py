"""Codes, sheets and marks of attendance, one row at a time; a whole sheet is `attendance_sheet`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import format_date
from flask_babel import gettext as _
from sqlalchemy import or_, select

from studentadmin.errors import RuleBroken
from studentadmin.extensions import ReadSession
from studentadmin.models import (
    AttendanceCode,
    AttendanceEvent,
    AttendanceSheet,
    Course,
    Enrolment,
    Homeroom,
    Section,
    SectionEnrolment,
    Student,
)
from studentadmin.rules.attendance import LAST_PERIOD, LONGEST, WHOLE_DAY
from studentadmin.services import records
from studentadmin.services.calendar import school_days
from studentadmin.services.records import Draft, Link, RecordService, require_live
from studentadmin.services.unit import Unit


@dataclass(frozen=True)
class AttendanceCodeDraft(Draft):
    """A kind of mark and how it counts; see the model."""

    code: str
    name: str
    category: str
    position: int = 100
    is_usual: bool = False
    is_active: bool = True


@dataclass(frozen=True)
class AttendanceSheetDraft(Draft):
    """Attendance of a class or of a section; period 0 is the whole day, of a class only."""

    date: date
    period: int = WHOLE_DAY
    homeroom_id: int | None = None
    section_id: int | None = None


@dataclass(frozen=True)
class AttendanceEventDraft(Draft):
    """One student's mark; `minutes` missed or late."""

    student_id: int
    date: date
    attendance_code_id: int
    period: int = WHOLE_DAY
    minutes: int | None = None
    reason: str | None = None


class AttendanceCodeService(RecordService[AttendanceCode]):
    """A code is given once; one that marks stand on is kept."""

    model = AttendanceCode

    @staticmethod
    def links() -> tuple[Link, ...]:
        return (Link(AttendanceEvent.attendance_code_id),)

    def check(self, unit: Unit, row: AttendanceCode) -> None:
        query = select(AttendanceCode).where(
            AttendanceCode.code == row.code, AttendanceCode.id != (row.id or 0)
        )
        if taken := unit.session.scalars(query).first():
            raise RuleBroken(_("%(name)s has this code already.", name=taken.label), "code")


class AttendanceSheetService(RecordService[AttendanceSheet]):
    """One sheet for a group, day and period, on a day with school that has come."""

    model = AttendanceSheet

    @staticmethod
    def links() -> tuple[Link, ...]:
        return (Link(AttendanceEvent.attendance_sheet_id, owned=True),)

    def prepare(self, unit: Unit, row: AttendanceSheet, values: dict[str, Any]) -> dict[str, Any]:
        if not row.id:
            values = {**values, "taken_by_id": unit.by.user_id, "taken_at": unit.now}
        return values

    def check(self, unit: Unit, row: AttendanceSheet) -> None:
        if (row.homeroom_id is None) == (row.section_id is None):
            raise RuleBroken(_("Choose a class or a section, one of the two."), "homeroom_id")
        refuse_period(row.period)
        if row.section_id is not None and row.period == WHOLE_DAY:
            raise RuleBroken(
                _("The whole day is taken by the class. Choose the period of the section."),
                "period",
            )
        if row.date > unit.now.astimezone().date():
            raise RuleBroken(_("This day has not come yet."), "date")
        refuse_without_school(unit.session, [place_of_group(unit.session, row)], row.date)
        same = (
            AttendanceSheet.homeroom_id == row.homeroom_id
            if row.homeroom_id is not None
            else AttendanceSheet.section_id == row.section_id
        )
        query = select(AttendanceSheet).where(
            same,
            AttendanceSheet.date == row.date,
            AttendanceSheet.period == row.period,
            AttendanceSheet.id != (row.id or 0),
        )
        if taken := unit.session.scalars(query).first():
            raise RuleBroken(
                _("This sheet is in the trash. Put it back.")
                if taken.deleted_at
                else _("This sheet was taken already."),
                "date",
            )


class AttendanceEventService(RecordService[AttendanceEvent]):
    """Rule 7: one mark for a student, day and period; none on a day without school."""

    model = AttendanceEvent

    def prepare(self, unit: Unit, row: AttendanceEvent, values: dict[str, Any]) -> dict[str, Any]:
        if not row.id:
            values = {**values, "taken_by_id": unit.by.user_id}
        return values

    def check(self, unit: Unit, row: AttendanceEvent) -> None:
        require_live(unit.session, Student, row.student_id, "student_id")
        require_live(unit.session, AttendanceCode, row.attendance_code_id, "attendance_code_id")
        refuse_period(row.period)
        if row.minutes is not None and not 1 <= row.minutes <= LONGEST:
            raise RuleBroken(_("Minutes go from 1 to %(most)s.", most=LONGEST), "minutes")
        places = places_of_student(unit.session, row.student_id, row.date)
        if not places:
            raise RuleBroken(_("The student is not enrolled on this day."), "date")
        refuse_without_school(unit.session, places, row.date)
        query = select(AttendanceEvent).where(
            AttendanceEvent.student_id == row.student_id,
            AttendanceEvent.date == row.date,
            AttendanceEvent.period == row.period,
            AttendanceEvent.id != (row.id or 0),
        )
        if taken := unit.session.scalars(query).first():
            raise RuleBroken(
                _("A mark for this student, day and period is in the trash. Put it back.")
                if taken.deleted_at
                else _("The student has a mark for this day and period already."),
                "date",
            )


Place = tuple[int, int]
"""The keys of an organisation and a session: what a calendar is about."""


def refuse_period(period: int) -> None:
    """Raise RuleBroken for a period that no day has."""
    if not 0 <= period <= LAST_PERIOD:
        raise RuleBroken(
            _("Periods go from 1 to %(last)s; 0 is the whole day.", last=LAST_PERIOD), "period"
        )


def refuse_without_school(session: ReadSession, places: list[Place], day: date) -> None:
    """Raise RuleBroken unless one of the places has school on the day."""
    closures = [school_days(session, *place).closure(day) for place in places]
    if all(closures):
        named = next((closure.title for closure in closures if closure and closure.title), "")
        text = _("There is no school on %(day)s.", day=format_date(day))
        if named:
            text = _("There is no school on %(day)s: %(why)s.", day=format_date(day), why=named)
        raise RuleBroken(text, "date")


def place_of_group(session: ReadSession, row: AttendanceSheet) -> Place:
    """Where the group of a sheet is at home. Raises RuleBroken when the group is gone."""
    if row.homeroom_id is not None:
        homeroom = require_live(session, Homeroom, row.homeroom_id, "homeroom_id")
        return homeroom.organisation_id, homeroom.academic_session_id
    section = require_live(session, Section, row.section_id, "section_id")
    course = session.get_one(Course, section.course_id)
    return course.organisation_id, section.academic_session_id


def places_of_student(session: ReadSession, student_id: int, day: date) -> list[Place]:
    """Where a student is on a day: by enrolment, or in a section by way of exception."""
    enrolled = select(Enrolment.organisation_id, Enrolment.academic_session_id).where(
        Enrolment.student_id == student_id,
        Enrolment.deleted_at.is_(None),
        Enrolment.entry_date <= day,
        or_(Enrolment.exit_date.is_(None), Enrolment.exit_date >= day),
    )
    visiting = (
        select(Course.organisation_id, Section.academic_session_id)
        .join(Section, Section.course_id == Course.id)
        .join(SectionEnrolment, SectionEnrolment.section_id == Section.id)
        .where(
            SectionEnrolment.student_id == student_id,
            SectionEnrolment.deleted_at.is_(None),
            SectionEnrolment.override_reason.is_not(None),
            SectionEnrolment.begin_date <= day,
            or_(SectionEnrolment.end_date.is_(None), SectionEnrolment.end_date >= day),
        )
    )
    found = (row for query in (enrolled, visiting) for row in session.execute(query))
    return list(dict.fromkeys((row[0], row[1]) for row in found))


def offered_codes(session: ReadSession) -> list[AttendanceCode]:
    """The codes that a sheet offers, in their order."""
    query = (
        select(AttendanceCode)
        .where(AttendanceCode.deleted_at.is_(None), AttendanceCode.is_active.is_(True))
        .order_by(AttendanceCode.position, AttendanceCode.id)
    )
    return list(session.scalars(query))


attendance_codes = AttendanceCodeService()
attendance_sheets = AttendanceSheetService()
attendance_events = AttendanceEventService()
records.register(attendance_codes)
records.register(attendance_sheets)
records.register(attendance_events)
