"""The ladder of grades."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select

from studentadmin.errors import RuleBroken
from studentadmin.models import Course, Enrolment, GradeLevel, Homeroom
from studentadmin.services import records, trees
from studentadmin.services.records import Draft, Link, RecordService
from studentadmin.services.unit import Unit


@dataclass(frozen=True)
class GradeLevelDraft(Draft):
    """One rung of the ladder."""

    code: str
    name: str
    sequence: int
    next_id: int | None = None


class GradeLevelService(RecordService[GradeLevel]):
    """A code names one grade; the ladder never leads back."""

    model = GradeLevel

    @staticmethod
    def links() -> tuple[Link, ...]:
        return (
            Link(Enrolment.grade_level_id),
            Link(Homeroom.grade_level_id),
            Link(GradeLevel.next_id),
            Link(Course.grade_level_id),
        )

    def check(self, unit: Unit, row: GradeLevel) -> None:
        trees.refuse_circle(unit.session, row, "next_id")
        query = select(GradeLevel).where(
            GradeLevel.code == row.code, GradeLevel.id != (row.id or 0)
        )
        if taken := unit.session.scalars(query).first():
            raise RuleBroken(_("This code already belongs to %(name)s.", name=taken.name), "code")


grade_levels = GradeLevelService()
records.register(grade_levels)
