"""Teaching groups, and who belongs to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask_babel import format_date, ngettext
from flask_babel import gettext as _
from sqlalchemy import or_, select

from studentadmin.errors import RuleBroken
from studentadmin.extensions import ReadSession
from studentadmin.models import (
    AcademicSession,
    AttendanceSheet,
    Course,
    Enrolment,
    Section,
    SectionEnrolment,
    Student,
    User,
)
from studentadmin.rules.periods import Period, covered, first_overlap, most_at_once
from studentadmin.services import records
from studentadmin.services.records import Draft, Link, RecordService, require_live
from studentadmin.services.unit import Unit


@dataclass(frozen=True)
class SectionDraft(Draft):
    """A group of a course in a session; `capacity` in students."""

    title: str
    course_id: int
    academic_session_id: int
    location: str | None = None
    capacity: int | None = None


@dataclass(frozen=True)
class SectionEnrolmentDraft(Draft):
    """First and last day inclusive; no end while it runs to the end of the session.

    `override_reason`: why a student is here whom the rules would not let in.
    """

    section_id: int
    begin_date: date
    role: str = "student"
    student_id: int | None = None
    user_id: int | None = None
    end_date: date | None = None
    override_reason: str | None = None


class SectionService(RecordService[Section]):
    """A title is given once to a course in a session; whoever is in it stays inside its session."""

    model = Section

    @staticmethod
    def links() -> tuple[Link, ...]:
        return (
            Link(SectionEnrolment.section_id, owned=True),
            Link(AttendanceSheet.section_id),
        )

    def check(self, unit: Unit, row: Section) -> None:
        require_live(unit.session, Course, row.course_id, "course_id")
        session = require_live(
            unit.session, AcademicSession, row.academic_session_id, "academic_session_id"
        )
        query = select(Section).where(
            Section.course_id == row.course_id,
            Section.academic_session_id == row.academic_session_id,
            Section.title == row.title,
            Section.id != (row.id or 0),
        )
        if unit.session.scalars(query).first():
            raise RuleBroken(_("This course has a section of that title already."), "title")
        outside = select(SectionEnrolment).where(
            SectionEnrolment.section_id == (row.id or 0),
            SectionEnrolment.deleted_at.is_(None),
            SectionEnrolment.override_reason.is_(None),
            or_(
                SectionEnrolment.begin_date < session.start_date,
                SectionEnrolment.begin_date > session.end_date,
                SectionEnrolment.end_date > session.end_date,
            ),
        )
        if left_out := unit.session.scalars(outside).first():
            raise RuleBroken(
                _("%(name)s would lie outside of it.", name=left_out.label), "academic_session_id"
            )


class SectionEnrolmentService(RecordService[SectionEnrolment]):
    """Rule 6: inside the section's session and the student's enrolment, or for a recorded reason.

    An open end means "as long as the session and the enrolment last": who leaves the school leaves
    the section with it, and comes back to it with an enrolment made by mistake undone.
    """

    model = SectionEnrolment

    def check(self, unit: Unit, row: SectionEnrolment) -> None:
        # locked, so that of two who take the last place one is refused
        section = unit.session.get(
            Section, row.section_id, with_for_update=True, populate_existing=True
        )
        if section is None or section.deleted_at is not None:
            raise RuleBroken(_("Choose a record that exists."), "section_id")
        if row.end_date and row.end_date < row.begin_date:
            raise RuleBroken(_("The last day cannot lie before the first."), "end_date")
        _check_person(unit, row)
        _refuse_twice(unit, row)
        if row.override_reason:
            return
        _check_session(unit, row, section)
        if row.role == "student":
            _check_enrolled(unit, row)
            _check_capacity(unit, row, section)


def _check_person(unit: Unit, row: SectionEnrolment) -> None:
    if row.role == "teacher":
        if row.student_id is not None:
            raise RuleBroken(_("A teacher is no student: choose one of the two."), "student_id")
        require_live(unit.session, User, row.user_id, "user_id")
    else:
        if row.user_id is not None:
            raise RuleBroken(_("A student is no teacher: choose one of the two."), "user_id")
        require_live(unit.session, Student, row.student_id, "student_id")


def _others(row: SectionEnrolment) -> list[object]:
    return [
        SectionEnrolment.section_id == row.section_id,
        SectionEnrolment.deleted_at.is_(None),
        SectionEnrolment.id != (row.id or 0),
    ]


def _refuse_twice(unit: Unit, row: SectionEnrolment) -> None:
    query = select(SectionEnrolment).where(
        *_others(row),  # type: ignore[arg-type]
        SectionEnrolment.student_id == row.student_id
        if row.role == "student"
        else SectionEnrolment.user_id == row.user_id,
    )
    if met := first_overlap(row.period, (other.period for other in unit.session.scalars(query))):
        raise RuleBroken(
            _("Already in this section from %(start)s on.", start=format_date(met.start)),
            "begin_date",
        )


def _check_session(unit: Unit, row: SectionEnrolment, section: Section) -> None:
    session = unit.session.get_one(AcademicSession, section.academic_session_id)
    span = Period(session.start_date, session.end_date)
    for field in ("begin_date", "end_date"):
        day = getattr(row, field)
        if day and not span.contains(day):
            raise RuleBroken(
                _(
                    "The day must lie in %(session)s, from %(start)s to %(end)s.",
                    session=session.title,
                    start=format_date(session.start_date),
                    end=format_date(session.end_date),
                ),
                field,
            )


def _check_enrolled(unit: Unit, row: SectionEnrolment) -> None:
    query = select(Enrolment).where(
        Enrolment.student_id == row.student_id, Enrolment.deleted_at.is_(None)
    )
    if not covered(row.period, [held.period for held in unit.session.scalars(query)]):
        raise RuleBroken(
            _(
                "The student is not enrolled on all of these days."
                " Where that is right, say why as the reason for an exception."
            ),
            "begin_date",
        )


def _check_capacity(unit: Unit, row: SectionEnrolment, section: Section) -> None:
    if section.capacity is None:
        return
    query = select(SectionEnrolment).where(
        *_others(row),  # type: ignore[arg-type]
        SectionEnrolment.role == "student",
    )
    seated = [other.period for other in unit.session.scalars(query)]
    beside = [period for period in seated if period.overlaps(row.period)]
    if most_at_once(_clipped(beside, row.period)) >= section.capacity:
        raise RuleBroken(
            ngettext(
                "The section is full: it has %(num)d place."
                " Where one more is right, say why as the reason for an exception.",
                "The section is full: it has %(num)d places."
                " Where one more is right, say why as the reason for an exception.",
                section.capacity,
            ),
            "section_id",
        )


def _clipped(periods: list[Period], to: Period) -> list[Period]:
    """The parts of `periods` that lie in `to`, which each of them overlaps."""
    ends = [[day for day in (period.end, to.end) if day] for period in periods]
    return [
        Period(max(period.start, to.start), min(end) if end else None)
        for period, end in zip(periods, ends, strict=True)
    ]


def sections_of_teacher(session: ReadSession, user_id: int, day: date) -> list[Section]:
    """The sections that this account teaches on `day`, by title."""
    query = (
        select(Section)
        .join(SectionEnrolment, SectionEnrolment.section_id == Section.id)
        .where(
            SectionEnrolment.user_id == user_id,
            SectionEnrolment.begin_date <= day,
            or_(SectionEnrolment.end_date.is_(None), SectionEnrolment.end_date >= day),
            SectionEnrolment.deleted_at.is_(None),
            Section.deleted_at.is_(None),
        )
        .order_by(Section.title, Section.id)
    )
    return list(session.scalars(query))


sections = SectionService()
section_enrolments = SectionEnrolmentService()
records.register(sections)
records.register(section_enrolments)
