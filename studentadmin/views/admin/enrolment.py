"""Who was where, when."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from studentadmin.models import Enrolment, EnrolmentType
from studentadmin.services.listing import Sort
from studentadmin.views.absence import why_url
from studentadmin.views.admin.base import RecordView
from studentadmin.views.admin.columns import column, name_column, related_column


class EnrolmentView(RecordView):
    """Entries and exits."""

    icon = "transfer-in"
    columns = (
        name_column("student", "student.", ("enrolment", "student_id")),
        related_column("academic_session.title", ("enrolment", "academic_session_id")),
        related_column("organisation.name", ("enrolment", "organisation_id")),
        related_column("grade_level.name", ("enrolment", "grade_level_id")),
        related_column("homeroom.name", ("enrolment", "homeroom_id")),
        column("enrolment", "entry_date"),
        column("enrolment", "exit_date"),
    )
    filters = (
        "academic_session_id",
        "organisation_id",
        "grade_level_id",
        "entry_type",
        "exit_type",
    )
    search_paths = ("student.search_name", "student.student_number")
    default_order = (Sort("entry_date", descending=True),)
    empty_hint = _l(
        "An enrolment says in which school, grade and class a student is, and since when."
    )

    def why_url(self, pairs: list[tuple[str, str]], search: str) -> str | None:
        return why_url("enrolment", [*pairs, ("search", search)])


class EnrolmentTypeView(RecordView):
    """A school's own kinds of entry and exit."""

    icon = "list-check"
    columns = (
        column("enrolment_type", "name"),
        column("enrolment_type", "kind"),
        column("enrolment_type", "code"),
        column("enrolment_type", "meaning"),
    )
    filters = ("kind",)
    search_paths = ("name", "code")
    default_order = (Sort("kind"), Sort("name"))
    empty_hint = _l("The kinds of entry and exit that ship are in every menu; add your own here.")


def register(admin: Any) -> None:
    admin.add_view(EnrolmentView(Enrolment, "/enrolments"))
    admin.add_view(EnrolmentTypeView(EnrolmentType, "/enrolment-types"))
