"""Codes, sheets and marks of attendance as records; taking a sheet is `views/attendance`."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from studentadmin.extensions import ReadSession
from studentadmin.forms import words
from studentadmin.models import AttendanceCode, AttendanceEvent, AttendanceSheet, Student
from studentadmin.services import attendance_rates
from studentadmin.services.listing import Sort
from studentadmin.views import access
from studentadmin.views.admin.base import RecordView
from studentadmin.views.admin.columns import column, name_column, related_column, told_column
from studentadmin.views.admin.pages import Item, Panel, RelatedTable
from studentadmin.views.attendance_words import rate_text


def _code_name(name: str | None) -> str | None:
    return words.code_label("attendance_code", "name", name) if name else None


MARK = replace(
    related_column("attendance_code.name", ("attendance_event", "attendance_code_id")),
    sort="attendance_code.position",
    show=_code_name,
    kind="code",
)
"""What a mark is called, in the reader's language where it ships."""


OF_STUDENT = RelatedTable(
    "attendance_event",
    "student_id",
    (
        column("attendance_event", "date"),
        MARK,
        column("attendance_event", "minutes"),
        column("attendance_event", "reason"),
    ),
    (Sort("date", descending=True), Sort("period")),
)
"""The latest marks on the page of a student."""


def student_panels(session: ReadSession, row: Student) -> list[Panel]:
    """How often the student was absent this year and in each term; nothing while nothing counts."""
    if not access.may("attendance_event", "view"):
        return []
    today = datetime.now().astimezone().date()
    rates = attendance_rates.of_student(session, row.id, today)
    items = [
        Item(
            rate.session.title,
            ngettext(
                "%(rate)s absent, %(absent)s of %(num)d day",
                "%(rate)s absent, %(absent)s of %(num)d days",
                rate.tally.held,
                rate=rate_text(rate.tally),
                absent=rate.tally.absent,
            ),
        )
        for rate in rates
        if rate.tally.held
    ]
    return [Panel(_("Attendance"), items)] if items else []


class AttendanceCodeView(RecordView):
    """Kinds of mark."""

    icon = "list-check"
    columns = (
        column("attendance_code", "position"),
        column("attendance_code", "code"),
        column("attendance_code", "name"),
        column("attendance_code", "category"),
        column("attendance_code", "is_usual"),
        column("attendance_code", "is_active"),
    )
    filters = ("category", "is_usual", "is_active")
    search_paths = ("code", "name")
    default_order = (Sort("position"),)


class AttendanceSheetView(RecordView):
    """Which sheets were taken, by whom."""

    icon = "checks"
    columns = (
        column("attendance_sheet", "date"),
        related_column("homeroom.name", ("attendance_sheet", "homeroom_id")),
        related_column("section.title", ("attendance_sheet", "section_id")),
        column("attendance_sheet", "period"),
        told_column("taken_by.full_name", ("attendance_sheet", "taken_by_id")),
        column("attendance_sheet", "taken_at"),
    )
    filters = ("homeroom_id", "section_id")
    search_paths = ("homeroom.name", "section.title")
    default_order = (Sort("date", descending=True),)
    empty_hint = _l("Sheets are taken on the page Attendance.")
    related = (
        RelatedTable(
            "attendance_event",
            "attendance_sheet_id",
            (
                name_column("student", "student.", ("attendance_event", "student_id")),
                MARK,
                column("attendance_event", "minutes"),
            ),
            (Sort("student.sort_name"),),
        ),
    )


class AttendanceEventView(RecordView):
    """Marks of single students."""

    icon = "user-check"
    columns = (
        name_column("student", "student.", ("attendance_event", "student_id")),
        column("attendance_event", "date"),
        column("attendance_event", "period"),
        MARK,
        column("attendance_event", "minutes"),
        column("attendance_event", "reason"),
    )
    filters = ("attendance_code_id",)
    search_paths = ("student.search_name", "student.student_number")
    default_order = (Sort("date", descending=True),)
    empty_hint = _l("Marks are made on the sheet of a class or a section.")


def register(admin: Any) -> None:
    admin.add_view(AttendanceCodeView(AttendanceCode, "/attendance-codes"))
    admin.add_view(AttendanceSheetView(AttendanceSheet, "/attendance-sheets"))
    admin.add_view(AttendanceEventView(AttendanceEvent, "/attendance-events"))
