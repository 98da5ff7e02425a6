"""What may be typed about attendance: codes, single marks, and the line of a sheet."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, StringField, validators

from studentadmin.forms import choices
from studentadmin.forms.base import RecordForm
from studentadmin.forms.fields import LARGEST_KEY, choice, day, relation, text, whole, yes_no
from studentadmin.models import AttendanceCode, AttendanceEvent, AttendanceSheet
from studentadmin.rules.attendance import LAST_PERIOD, LONGEST, PRESENT, Mark
from studentadmin.services.attendance import (
    AttendanceCodeDraft,
    AttendanceEventDraft,
    AttendanceSheetDraft,
)
from studentadmin.services.attendance_sheet import Entry
from studentadmin.services.records import Draft

PERIOD_HINT = _l("0 is the whole day.")


class AttendanceCodeForm(RecordForm):
    """A kind of mark."""

    draft_type = AttendanceCodeDraft
    fieldsets = (
        (_l("Code"), ("code", "name", "category")),
        (_l("On the sheet"), ("position", "is_usual", "is_active")),
    )

    code = text(AttendanceCode.code, _l("Code"), _l("One or two letters for the monthly sheet."))
    name = text(AttendanceCode.name, _l("Name"))
    category = choice(
        AttendanceCode.category, _l("Counts as"), choices.ATTENDANCE_CATEGORIES.items()
    )
    position = whole(AttendanceCode.position, _l("Place in the list"), 0, 9999)
    position.kwargs["default"] = 100
    is_usual = yes_no(_l("Comes up by tapping"), _l("For the few that are used every day."))
    is_active = yes_no(_l("Offered on the sheet"))
    is_active.kwargs["default"] = True


class AttendanceSheetForm(RecordForm):
    """That attendance was taken; marks are made on the sheet itself."""

    draft_type = AttendanceSheetDraft
    fieldsets = (
        (_l("Whose"), ("homeroom_id", "section_id")),
        (_l("When"), ("date", "period")),
    )

    homeroom_id = relation(AttendanceSheet.homeroom_id, _l("Class"), "homeroom")
    section_id = relation(AttendanceSheet.section_id, _l("Section"), "section")
    date = day(AttendanceSheet.date, _l("Day"))
    period = whole(AttendanceSheet.period, _l("Period"), 0, LAST_PERIOD, PERIOD_HINT)
    period.kwargs["default"] = 0


class AttendanceEventForm(RecordForm):
    """One student's mark, also of a day that is still to come."""

    draft_type = AttendanceEventDraft
    fieldsets = (
        (_l("Who and when"), ("student_id", "date", "period")),
        (_l("Mark"), ("attendance_code_id", "minutes", "reason")),
    )

    student_id = relation(AttendanceEvent.student_id, _l("Student"), "student")
    date = day(AttendanceEvent.date, _l("Day"))
    period = whole(AttendanceEvent.period, _l("Period"), 0, LAST_PERIOD, PERIOD_HINT)
    period.kwargs["default"] = 0
    attendance_code_id = relation(AttendanceEvent.attendance_code_id, _l("Mark"), "attendance_code")
    minutes = whole(AttendanceEvent.minutes, _l("Minutes"), 1, LONGEST, _l("Late or missed."))
    reason = text(AttendanceEvent.reason, _l("Reason"))


class MarkForm(RecordForm):
    """One student's line of a sheet; `was` says what the page showed, so that nobody is overrun."""

    draft_type = Draft
    fieldsets = ()

    code = IntegerField(validators=[validators.Optional(), validators.NumberRange(1, LARGEST_KEY)])
    minutes = whole(AttendanceEvent.minutes, _l("Minutes"), 1, LONGEST)
    reason = text(AttendanceEvent.reason, _l("Reason"))
    was = StringField(validators=[validators.Length(max=400)])

    def entry(self) -> Entry:
        """Without a code nothing else of a mark counts."""
        mine = PRESENT
        if self.code.data:
            mine = Mark(self.code.data, self.minutes.data, self.reason.data)
        return Entry(unpacked(self.was.data or ""), mine)


def packed(mark: Mark) -> str:
    """A mark in one text, for a hidden field."""
    return ":".join(str(part or "") for part in (mark.code_id, mark.minutes, mark.reason))


def unpacked(text_of_mark: str) -> Mark:
    """The inverse of `packed`; what cannot be one is present."""
    code, minutes, reason = (*text_of_mark.split(":", 2), "", "", "")[:3]
    return Mark(_number(code), _number(minutes), reason or None)


def _number(typed: Any) -> int | None:
    return int(typed) if typed.isdecimal() and len(typed) < len(str(LARGEST_KEY)) else None
