"""School years and their parts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import or_, select

from studentadmin.errors import RuleBroken
from studentadmin.extensions import ReadSession
from studentadmin.models import (
    AcademicSession,
    Calendar,
    Enrolment,
    Homeroom,
    Section,
    SectionEnrolment,
)
from studentadmin.rules.periods import Period
from studentadmin.services import records, trees
from studentadmin.services.records import Draft, Link, RecordService
from studentadmin.services.unit import Unit


@dataclass(frozen=True)
class AcademicSessionDraft(Draft):
    """First and last day, both inclusive."""

    title: str
    type: str
    start_date: date
    end_date: date
    parent_id: int | None = None


class AcademicSessionService(RecordService[AcademicSession]):
    """A session lies inside its parent (rule 6)."""

    model = AcademicSession

    @staticmethod
    def links() -> tuple[Link, ...]:
        return (
            Link(Enrolment.academic_session_id),
            Link(Homeroom.academic_session_id),
            Link(AcademicSession.parent_id),
            Link(Section.academic_session_id),
            Link(Calendar.academic_session_id),
        )

    def check(self, unit: Unit, row: AcademicSession) -> None:
        if row.end_date < row.start_date:
            raise RuleBroken(_("The last day cannot lie before the first."), "end_date")
        trees.refuse_circle(unit.session, row, "parent_id")
        span = Period(row.start_date, row.end_date)
        if row.parent_id is not None:
            parent = unit.session.get_one(AcademicSession, row.parent_id)
            if not Period(parent.start_date, parent.end_date).contains(span):
                raise RuleBroken(
                    _("It must lie inside %(parent)s.", parent=parent.title), "start_date"
                )
        outside = select(AcademicSession).where(
            AcademicSession.parent_id == (row.id or 0),
            AcademicSession.deleted_at.is_(None),
            or_(
                AcademicSession.start_date < row.start_date,
                AcademicSession.end_date > row.end_date,
            ),
        )
        if part := unit.session.scalars(outside).first():
            raise RuleBroken(_("%(part)s would lie outside of it.", part=part.title), "start_date")
        enrolled = select(Enrolment).where(
            Enrolment.academic_session_id == (row.id or 0),
            Enrolment.deleted_at.is_(None),
            or_(
                Enrolment.entry_date < row.start_date,
                Enrolment.entry_date > row.end_date,
                Enrolment.exit_date > row.end_date,
            ),
        )
        if left_out := unit.session.scalars(enrolled).first():
            raise RuleBroken(
                _("The enrolment of %(name)s would lie outside of it.", name=left_out.label),
                "start_date",
            )
        _refuse_members_outside(unit, row)


def _refuse_members_outside(unit: Unit, row: AcademicSession) -> None:
    """Who is in a section stays inside its session (rule 6), but for recorded exceptions."""
    query = (
        select(SectionEnrolment)
        .join(Section, Section.id == SectionEnrolment.section_id)
        .where(
            Section.academic_session_id == (row.id or 0),
            SectionEnrolment.deleted_at.is_(None),
            SectionEnrolment.override_reason.is_(None),
            or_(
                SectionEnrolment.begin_date < row.start_date,
                SectionEnrolment.begin_date > row.end_date,
                SectionEnrolment.end_date > row.end_date,
            ),
        )
    )
    if member := unit.session.scalars(query.limit(1)).first():
        raise RuleBroken(_("%(name)s would lie outside of it.", name=member.label), "start_date")


def session_on(session: ReadSession, day: date) -> AcademicSession | None:
    """The school year that holds `day`; the one that began last when there are several."""
    query = (
        select(AcademicSession)
        .where(
            AcademicSession.type == "schoolYear",
            AcademicSession.start_date <= day,
            AcademicSession.end_date >= day,
            AcademicSession.deleted_at.is_(None),
        )
        .order_by(AcademicSession.start_date.desc(), AcademicSession.id)
    )
    return session.scalars(query).first()


academic_sessions = AcademicSessionService()
records.register(academic_sessions)
