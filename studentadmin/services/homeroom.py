"""Classes."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select

from studentadmin.errors import RuleBroken
from studentadmin.models import (
    AcademicSession,
    AttendanceSheet,
    Enrolment,
    GradeLevel,
    Homeroom,
    Organisation,
)
from studentadmin.services import records
from studentadmin.services.records import Draft, Link, RecordService, require_live
from studentadmin.services.unit import Unit


@dataclass(frozen=True)
class HomeroomDraft(Draft):
    """A class of a school in a session; `capacity` in students."""

    name: str
    organisation_id: int
    academic_session_id: int
    grade_level_id: int | None = None
    capacity: int | None = None


class HomeroomService(RecordService[Homeroom]):
    """A name is given once in a school and session."""

    model = Homeroom

    @staticmethod
    def links() -> tuple[Link, ...]:
        return (Link(Enrolment.homeroom_id), Link(AttendanceSheet.homeroom_id))

    def check(self, unit: Unit, row: Homeroom) -> None:
        require_live(unit.session, Organisation, row.organisation_id, "organisation_id")
        require_live(unit.session, AcademicSession, row.academic_session_id, "academic_session_id")
        if row.grade_level_id is not None:
            require_live(unit.session, GradeLevel, row.grade_level_id, "grade_level_id")
        query = select(Homeroom).where(
            Homeroom.organisation_id == row.organisation_id,
            Homeroom.academic_session_id == row.academic_session_id,
            Homeroom.name == row.name,
            Homeroom.id != (row.id or 0),
        )
        if unit.session.scalars(query).first():
            raise RuleBroken(_("This school already has a class of that name this year."), "name")


homerooms = HomeroomService()
records.register(homerooms)
