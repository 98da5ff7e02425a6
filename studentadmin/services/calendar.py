"""Which days have school, for an organisation in a session."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask_babel import format_date
from flask_babel import gettext as _
from sqlalchemy import or_, select

from studentadmin.errors import RuleBroken
from studentadmin.extensions import ReadSession
from studentadmin.models import (
    AcademicSession,
    AttendanceEvent,
    AttendanceSheet,
    Calendar,
    CalendarDate,
    Course,
    Enrolment,
    Homeroom,
    Organisation,
    Section,
)
from studentadmin.rules.periods import Period, first_overlap
from studentadmin.rules.school_days import USUAL_WEEK, SchoolDays, SpecialDays
from studentadmin.services import records
from studentadmin.services.records import Draft, Link, RecordService, require_live
from studentadmin.services.unit import Unit


@dataclass(frozen=True)
class CalendarDraft(Draft):
    """`weekdays`: the ISO numbers of the days with school, Monday "1"."""

    organisation_id: int
    academic_session_id: int
    weekdays: str = USUAL_WEEK


@dataclass(frozen=True)
class CalendarDateDraft(Draft):
    """First and last day inclusive; `type` is one of `codes.CALENDAR_TYPES`."""

    calendar_id: int
    title: str
    start_date: date
    end_date: date
    type: str = "holiday"


class CalendarService(RecordService[Calendar]):
    """One calendar for a school and a session; attendance lies on days with school (rule 7)."""

    model = Calendar

    @staticmethod
    def links() -> tuple[Link, ...]:
        return (Link(CalendarDate.calendar_id, owned=True),)

    def check(self, unit: Unit, row: Calendar) -> None:
        require_live(unit.session, Organisation, row.organisation_id, "organisation_id")
        require_live(unit.session, AcademicSession, row.academic_session_id, "academic_session_id")
        if not row.weekdays or set(row.weekdays) - set("1234567"):
            raise RuleBroken(_("Choose the days of the week that have school."), "weekdays")
        query = select(Calendar).where(
            Calendar.organisation_id == row.organisation_id,
            Calendar.academic_session_id == row.academic_session_id,
            Calendar.id != (row.id or 0),
        )
        if taken := unit.session.scalars(query).first():
            text = (
                _("This school has a calendar for the session in the trash. Put that back.")
                if taken.deleted_at
                else _("This school has a calendar for the session already.")
            )
            raise RuleBroken(text, "academic_session_id")
        for days in _dates(unit.session, [row.id or 0]):
            _check_inside(unit.session, days, row)

    def settle(self, unit: Unit, row: Calendar) -> None:
        _refuse_attendance_without_school(unit.session, row, "weekdays")


class CalendarDateService(RecordService[CalendarDate]):
    """Inside the session, one meaning for a day, and no attendance on a day that is closed."""

    model = CalendarDate

    def check(self, unit: Unit, row: CalendarDate) -> None:
        calendar = require_live(unit.session, Calendar, row.calendar_id, "calendar_id")
        if row.end_date < row.start_date:
            raise RuleBroken(_("The last day cannot lie before the first."), "end_date")
        _check_inside(unit.session, row, calendar)
        others = {
            other.period: other
            for other in _dates(unit.session, [row.calendar_id])
            if other.id != row.id
        }
        if met := first_overlap(row.period, others):
            raise RuleBroken(
                _("%(title)s lies on the same days.", title=others[met].title), "start_date"
            )

    def settle(self, unit: Unit, row: CalendarDate) -> None:
        calendar = unit.session.get(Calendar, row.calendar_id)
        if calendar is not None and calendar.deleted_at is None:
            _refuse_attendance_without_school(unit.session, calendar, "start_date")


def _check_inside(session: ReadSession, row: CalendarDate, calendar: Calendar) -> None:
    year = session.get_one(AcademicSession, calendar.academic_session_id)
    if not Period(year.start_date, year.end_date).contains(row.period):
        raise RuleBroken(
            _("%(title)s must lie inside %(session)s.", title=row.title, session=year.title),
            "start_date",
        )


def _dates(session: ReadSession, calendar_ids: list[int]) -> list[CalendarDate]:
    query = select(CalendarDate).where(
        CalendarDate.calendar_id.in_(calendar_ids), CalendarDate.deleted_at.is_(None)
    )
    return list(session.scalars(query.order_by(CalendarDate.start_date, CalendarDate.id)))


def school_days(session: ReadSession, organisation_id: int, academic_session_id: int) -> SchoolDays:
    """The days of a school in a session: its own calendar first, then those of what it belongs to.

    A calendar of the district or of the whole year counts for its schools and terms; without any,
    Monday to Friday.
    """
    organisations = _upwards(session, Organisation, organisation_id)
    sessions = _upwards(session, AcademicSession, academic_session_id)
    query = select(Calendar).where(
        Calendar.organisation_id.in_(organisations),
        Calendar.academic_session_id.in_(sessions),
        Calendar.deleted_at.is_(None),
    )
    found = sorted(
        session.scalars(query),
        key=lambda row: (
            organisations.index(row.organisation_id),
            sessions.index(row.academic_session_id),
        ),
    )
    order = [calendar.id for calendar in found]
    dates = sorted(_dates(session, order), key=lambda row: order.index(row.calendar_id))
    year = session.get_one(AcademicSession, academic_session_id)
    return SchoolDays(
        span=Period(year.start_date, year.end_date),
        weekdays=found[0].weekdays if found else USUAL_WEEK,
        special=tuple(SpecialDays(row.period, row.type, row.title) for row in dates),
    )


def _upwards(
    session: ReadSession, model: type[Organisation] | type[AcademicSession], key: int | None
) -> list[int]:
    """The key and those of its ancestors, nearest first."""
    keys: list[int] = []
    while key is not None and key not in keys:
        keys.append(key)
        row = session.get(model, key)
        key = row.parent_id if row is not None else None
    return keys


def _refuse_attendance_without_school(session: ReadSession, calendar: Calendar, field: str) -> None:
    """Raise RuleBroken when attendance lies on a day that has no school as things stand now."""
    year = session.get_one(AcademicSession, calendar.academic_session_id)
    known: dict[tuple[int, int], SchoolDays] = {}
    for day, organisation_id, session_id in _attended(session, year):
        place = (organisation_id, session_id)
        if place not in known:
            known[place] = school_days(session, *place)
        if known[place].closure(day):
            raise RuleBroken(
                _(
                    "Attendance was taken on %(day)s, which would have no school."
                    " Remove those sheets and marks first.",
                    day=format_date(day),
                ),
                field,
            )


def _attended(session: ReadSession, year: AcademicSession) -> list[tuple[date, int, int]]:
    """Each day of the session with attendance, and the school and session that it belongs to."""
    marks = (
        select(AttendanceEvent.date, Enrolment.organisation_id, Enrolment.academic_session_id)
        .join(Enrolment, Enrolment.student_id == AttendanceEvent.student_id)
        .where(
            AttendanceEvent.deleted_at.is_(None),
            Enrolment.deleted_at.is_(None),
            Enrolment.is_primary.is_(True),
            Enrolment.entry_date <= AttendanceEvent.date,
            or_(Enrolment.exit_date.is_(None), Enrolment.exit_date >= AttendanceEvent.date),
            AttendanceEvent.date.between(year.start_date, year.end_date),
        )
    )
    homerooms = (
        select(AttendanceSheet.date, Homeroom.organisation_id, Homeroom.academic_session_id)
        .join(Homeroom, Homeroom.id == AttendanceSheet.homeroom_id)
        .where(
            AttendanceSheet.deleted_at.is_(None),
            AttendanceSheet.date.between(year.start_date, year.end_date),
        )
    )
    sections = (
        select(AttendanceSheet.date, Course.organisation_id, Section.academic_session_id)
        .join(Section, Section.id == AttendanceSheet.section_id)
        .join(Course, Course.id == Section.course_id)
        .where(
            AttendanceSheet.deleted_at.is_(None),
            AttendanceSheet.date.between(year.start_date, year.end_date),
        )
    )
    found = {
        tuple(row)
        for query in (marks, homerooms, sections)
        for row in session.execute(query.distinct())
    }
    return sorted(found)  # type: ignore[arg-type]


calendars = CalendarService()
calendar_dates = CalendarDateService()
records.register(calendars)
records.register(calendar_dates)
