"""Days with and without school."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask_babel import lazy_gettext as _l

from studentadmin.forms import words
from studentadmin.models import Calendar, CalendarDate
from studentadmin.services.listing import Sort
from studentadmin.views.admin.base import RecordView
from studentadmin.views.admin.columns import column, related_column, told_column
from studentadmin.views.admin.pages import RelatedTable


def _days(weekdays: str) -> str | None:
    return words.code_label("calendar", "weekdays", weekdays)


class CalendarView(RecordView):
    """The week of a school in a session, with its holidays."""

    icon = "calendar-event"
    columns = (
        related_column("organisation.name", ("calendar", "organisation_id")),
        related_column("academic_session.title", ("calendar", "academic_session_id")),
        replace(column("calendar", "weekdays"), show=_days, asked=None),
    )
    filters = ("organisation_id", "academic_session_id")
    search_paths = ("organisation.name", "academic_session.title")
    default_order = (
        Sort("academic_session.start_date", descending=True),
        Sort("organisation.name"),
    )
    empty_hint = _l("Without a calendar a school has school from Monday to Friday.")
    related = (
        RelatedTable(
            "calendar_date",
            "calendar_id",
            (
                column("calendar_date", "title"),
                column("calendar_date", "type"),
                column("calendar_date", "start_date"),
                column("calendar_date", "end_date"),
            ),
            (Sort("start_date"),),
        ),
    )


class CalendarDateView(RecordView):
    """Holidays, and days that are made up."""

    icon = "calendar"
    columns = (
        column("calendar_date", "title"),
        column("calendar_date", "type"),
        column("calendar_date", "start_date"),
        column("calendar_date", "end_date"),
        told_column("calendar.organisation.name", ("calendar", "organisation_id")),
        told_column("calendar.academic_session.title", ("calendar", "academic_session_id")),
    )
    filters = ("type",)
    search_paths = ("title",)
    default_order = (Sort("start_date", descending=True),)
    empty_hint = _l("Holidays are added on the page of a calendar.")


def register(admin: Any) -> None:
    admin.add_view(CalendarView(Calendar, "/calendars"))
    admin.add_view(CalendarDateView(CalendarDate, "/calendar-dates"))
