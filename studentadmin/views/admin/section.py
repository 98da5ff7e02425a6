"""Courses, their sections and who is in them."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from studentadmin.models import Course, Section, SectionEnrolment
from studentadmin.services.listing import Sort
from studentadmin.views.admin.base import RecordView
from studentadmin.views.admin.columns import ListColumn, column, related_column
from studentadmin.views.admin.pages import RelatedTable


def _either(student: str | None, given: str | None, teacher: str | None) -> str | None:
    return " ".join(part for part in (student, given) if part) or teacher


WHO = ListColumn(
    name="who",
    label=("section_enrolment", "full_name"),
    paths=("student.family_name", "student.given_name", "user.full_name"),
    sort="student.sort_name",
    show=_either,
    kind="person",
    width="wide",
)
"""The student or the teacher of a section."""


class CourseView(RecordView):
    """What is taught."""

    icon = "book-2"
    columns = (
        column("course", "title"),
        column("course", "course_code"),
        column("course", "subject"),
        related_column("grade_level.name", ("course", "grade_level_id")),
        related_column("organisation.name", ("course", "organisation_id")),
    )
    filters = ("organisation_id", "grade_level_id")
    search_paths = ("title", "course_code", "subject")
    default_order = (Sort("title"),)
    empty_hint = _l("A course is taught to sections: Mathematics 9 to the groups 9A and 9B.")
    related = (
        RelatedTable(
            "section",
            "course_id",
            (
                column("section", "title"),
                related_column("academic_session.title", ("section", "academic_session_id")),
            ),
            (Sort("academic_session.start_date", descending=True), Sort("title")),
        ),
    )


class SectionView(RecordView):
    """Teaching groups, with their students and teachers."""

    icon = "users"
    columns = (
        column("section", "title"),
        related_column("course.title", ("section", "course_id")),
        related_column("academic_session.title", ("section", "academic_session_id")),
        column("section", "location"),
        column("section", "capacity"),
    )
    filters = ("academic_session_id", "course_id")
    search_paths = ("title", "course.title")
    default_order = (Sort("academic_session.start_date", descending=True), Sort("title"))
    empty_hint = _l("A section is one group of a course in a session.")
    related = (
        RelatedTable(
            "section_enrolment",
            "section_id",
            (
                WHO,
                column("section_enrolment", "role"),
                column("section_enrolment", "begin_date"),
                column("section_enrolment", "end_date"),
            ),
            (Sort("role", descending=True), Sort("student.sort_name")),
        ),
    )


class SectionEnrolmentView(RecordView):
    """Who is in which section, and since when."""

    icon = "user-check"
    columns = (
        WHO,
        column("section_enrolment", "role"),
        related_column("section.title", ("section_enrolment", "section_id")),
        column("section_enrolment", "begin_date"),
        column("section_enrolment", "end_date"),
    )
    filters = ("role", "section_id")
    search_paths = ("student.search_name", "user.full_name", "section.title")
    default_order = (Sort("section.title"), Sort("student.sort_name"))
    empty_hint = _l("Students and teachers are added on the page of a section.")


def register(admin: Any) -> None:
    admin.add_view(CourseView(Course, "/courses"))
    admin.add_view(SectionView(Section, "/sections"))
    admin.add_view(SectionEnrolmentView(SectionEnrolment, "/section-enrolments"))
