"""Students and their identifiers."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from studentadmin.errors import Missing
from studentadmin.extensions import db
from studentadmin.forms import choices, words
from studentadmin.models import Student, StudentIdentifier
from studentadmin.rules import ages
from studentadmin.services.listing import Sort
from studentadmin.services.student import by_number, merged_into
from studentadmin.views import access, enrolling
from studentadmin.views.absence import why_url
from studentadmin.views.admin import attendance
from studentadmin.views.admin.base import RecordView
from studentadmin.views.admin.columns import (
    TONES,
    column,
    name_column,
    present_column,
    related_column,
)
from studentadmin.views.admin.pages import Panel, RelatedTable


class StudentView(RecordView):
    """The first screen: reached and named by student number."""

    key_converter = "student_no"
    icon = "school"
    import_endpoint = "importing.upload"
    columns = (
        column("student", "student_number"),
        name_column("student"),
        column("student", "native_name"),
        column("student", "sex"),
        column("student", "birth_date"),
        column("student", "status", kind="chip"),
    )
    more_columns = (
        present_column("class", "homeroom.name", ("enrolment", "homeroom_id")),
        present_column("grade", "grade_level.name", ("enrolment", "grade_level_id")),
        present_column("school", "organisation.name", ("enrolment", "organisation_id")),
        present_column(
            "school_year", "academic_session.title", ("enrolment", "academic_session_id")
        ),
        present_column("entry", "entry_date", ("enrolment", "entry_date")),
    )
    filters = ("status", "class", "grade", "birth_date")
    search_paths = ("search_name", "student_number", "former_numbers")
    default_order = (Sort("sort_name"),)
    empty_hint = _l("Import the list you have, or add students one by one.")
    related = (
        RelatedTable(
            "enrolment",
            "student_id",
            (
                related_column("academic_session.title", ("enrolment", "academic_session_id")),
                related_column("grade_level.name", ("enrolment", "grade_level_id")),
                related_column("homeroom.name", ("enrolment", "homeroom_id")),
                column("enrolment", "entry_date"),
                column("enrolment", "exit_date"),
            ),
            (Sort("entry_date", descending=True),),
        ),
        RelatedTable(
            "student_contact",
            "student_id",
            (
                name_column("person", "person.", ("student_contact", "person_id")),
                column("student_contact", "relation"),
                column("student_contact", "is_primary"),
                column("student_contact", "is_emergency"),
            ),
            (Sort("priority"),),
        ),
        attendance.OF_STUDENT,
        RelatedTable("phone", "student_id", (column("phone", "number"), column("phone", "type"))),
        RelatedTable("email", "student_id", (column("email", "address"), column("email", "type"))),
        RelatedTable(
            "address",
            "student_id",
            (column("address", "street"), column("address", "city"), column("address", "type")),
        ),
        RelatedTable(
            "student_identifier",
            "student_id",
            (column("student_identifier", "scheme"), column("student_identifier", "value")),
        ),
    )

    def get_one(self, key: Any, *, deleted: bool = False) -> Student:
        """By student number, typed in any form; the page of a merged one is the survivor's."""
        if isinstance(key, str):
            row = by_number(db.session, key, deleted=deleted)
            if row.deleted_at is not None and request.endpoint == "student.details_view":
                return merged_into(db.session, row) or row
            return row
        raise Missing(_("This record does not exist, or was moved to the trash."))

    def _page(self, template: str, **values: Any) -> Any:
        if template == self.create_template:
            values["like_url"] = url_for("merging.like")
        row = values.get("record")
        if template == self.details_template and row and row.deleted_at is None:
            may = access.may("student_merge", "create")
            values["merge_url"] = url_for("merging.choose", keep=row.id) if may else None
        return super()._page(template, **values)

    def subtitle(self, row: Student) -> str:
        parts = [row.student_number, row.native_name or ""]
        if row.birth_date:
            years = ages.age(row.birth_date, date.today())  # noqa: DTZ011
            parts.append(_("%(years)s years old", years=years))
        if row.former_numbers:
            parts.append(_("before: %(numbers)s", numbers=row.former_numbers))
        return " · ".join(part for part in parts if part)

    def chips(self, row: Student) -> list[tuple[str, str]]:
        return [(str(choices.STUDENT_STATUSES[row.status]), TONES[row.status])]

    def warnings(self, row: Student) -> list[str]:
        if row.birth_date is None:
            return []
        years = ages.age(row.birth_date, date.today())  # noqa: DTZ011
        if not ages.unusual(years):
            return []
        return [_("%(years)s years is an unusual age. Is the birth date right?", years=years)]

    def why_url(self, pairs: list[tuple[str, str]], search: str) -> str | None:
        return why_url("student", [*pairs, ("search", search)])

    def menus(self, row: Student) -> list[dict[str, Any]]:
        items = enrolling.menu_of(row)
        label = words.table_label("enrolment")
        return [{"label": label, "icon": "transfer-in", "items": items}] if items else []

    def more_panels(self, row: Student) -> list[Panel]:
        return attendance.student_panels(db.session, row)

    def lookup_text(self, row: Student) -> str:
        return f"{row.full_name} ({row.student_number})"


class StudentIdentifierView(RecordView):
    """Numbers that others gave."""

    icon = "id"
    columns = (
        column("student_identifier", "scheme"),
        column("student_identifier", "value"),
        name_column("student", "student.", ("student_identifier", "student_id")),
    )
    filters = ("scheme",)
    search_paths = ("student.search_name", "value")
    default_order = (Sort("student.sort_name"),)
    empty_hint = _l("Identifiers are added on the page of a student.")


def register(admin: Any) -> None:
    admin.add_view(StudentView(Student, "/students"))
    admin.add_view(StudentIdentifierView(StudentIdentifier, "/student-identifiers"))
