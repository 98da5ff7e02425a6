"""What a school teaches."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select

from studentadmin.errors import RuleBroken
from studentadmin.models import Course, GradeLevel, Organisation, Section
from studentadmin.services import records
from studentadmin.services.records import Draft, Link, RecordService, require_live
from studentadmin.services.unit import Unit


@dataclass(frozen=True)
class CourseDraft(Draft):
    """A course of a school, known there by its code."""

    title: str
    course_code: str
    organisation_id: int
    subject: str | None = None
    grade_level_id: int | None = None


class CourseService(RecordService[Course]):
    """A code names one course of a school."""

    model = Course

    @staticmethod
    def links() -> tuple[Link, ...]:
        return (Link(Section.course_id),)

    def check(self, unit: Unit, row: Course) -> None:
        require_live(unit.session, Organisation, row.organisation_id, "organisation_id")
        if row.grade_level_id is not None:
            require_live(unit.session, GradeLevel, row.grade_level_id, "grade_level_id")
        query = select(Course).where(
            Course.organisation_id == row.organisation_id,
            Course.course_code == row.course_code,
            Course.id != (row.id or 0),
        )
        if taken := unit.session.scalars(query).first():
            raise RuleBroken(
                _("This school gave the code to %(course)s already.", course=taken.title),
                "course_code",
            )


courses = CourseService()
records.register(courses)
