"""The frame of a school: organisations, school years, grades and classes."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from studentadmin.models import AcademicSession, GradeLevel, Homeroom, Organisation
from studentadmin.services.listing import Sort
from studentadmin.views import access
from studentadmin.views.absence import why_url
from studentadmin.views.admin.base import RecordView
from studentadmin.views.admin.columns import column, name_column, related_column
from studentadmin.views.admin.pages import RelatedTable


class OrganisationView(RecordView):
    """Schools and districts."""

    icon = "building"
    columns = (
        column("organisation", "name"),
        column("organisation", "type"),
        column("organisation", "identifier"),
        related_column("parent.name", ("organisation", "parent_id")),
    )
    filters = ("type",)
    search_paths = ("name", "identifier")
    default_order = (Sort("name"),)
    empty_hint = _l("Begin with your school; classes and enrolments belong to it.")
    related = (
        RelatedTable(
            "homeroom",
            "organisation_id",
            (
                column("homeroom", "name"),
                related_column("academic_session.title", ("homeroom", "academic_session_id")),
            ),
            (Sort("academic_session.start_date", descending=True), Sort("name")),
        ),
        RelatedTable(
            "phone", "organisation_id", (column("phone", "number"), column("phone", "type"))
        ),
        RelatedTable(
            "email", "organisation_id", (column("email", "address"), column("email", "type"))
        ),
        RelatedTable(
            "address", "organisation_id", (column("address", "street"), column("address", "city"))
        ),
    )


class AcademicSessionView(RecordView):
    """School years and their parts."""

    icon = "calendar"
    columns = (
        column("academic_session", "title"),
        column("academic_session", "type"),
        column("academic_session", "start_date"),
        column("academic_session", "end_date"),
        related_column("parent.title", ("academic_session", "parent_id")),
    )
    filters = ("type",)
    search_paths = ("title",)
    default_order = (Sort("start_date", descending=True),)
    empty_hint = _l("Add the running school year first.")


class GradeLevelView(RecordView):
    """The ladder of grades."""

    icon = "stairs-up"
    columns = (
        column("grade_level", "sequence"),
        column("grade_level", "code"),
        column("grade_level", "name"),
        related_column("next.name", ("grade_level", "next_id")),
    )
    search_paths = ("code", "name")
    default_order = (Sort("sequence"),)
    empty_hint = _l("Add the grades of your school, lowest first.")


class HomeroomView(RecordView):
    """Classes, with their students."""

    icon = "users-group"
    columns = (
        column("homeroom", "name"),
        related_column("grade_level.name", ("homeroom", "grade_level_id")),
        related_column("academic_session.title", ("homeroom", "academic_session_id")),
        related_column("organisation.name", ("homeroom", "organisation_id")),
        column("homeroom", "capacity"),
    )
    filters = ("academic_session_id", "organisation_id", "grade_level_id")
    search_paths = ("name",)
    default_order = (Sort("academic_session.start_date", descending=True), Sort("name"))
    empty_hint = _l("A class belongs to a school and a school year.")
    related = (
        RelatedTable(
            "enrolment",
            "homeroom_id",
            (
                name_column("student", "student.", ("enrolment", "student_id")),
                column("enrolment", "entry_date"),
                column("enrolment", "exit_date"),
            ),
            (Sort("student.sort_name"),),
        ),
    )

    def menus(self, row: Homeroom) -> list[dict[str, Any]]:
        if not access.may("student", "view"):
            return []
        url = why_url("homeroom", [("homeroom_id", row.id)])
        return [{"label": _("Somebody missing?"), "icon": "help-circle", "url": url}]


def register(admin: Any) -> None:
    admin.add_view(HomeroomView(Homeroom, "/homerooms"))
    admin.add_view(OrganisationView(Organisation, "/organisations"))
    admin.add_view(AcademicSessionView(AcademicSession, "/academic-sessions"))
    admin.add_view(GradeLevelView(GradeLevel, "/grade-levels"))
