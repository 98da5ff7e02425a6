"""Marks, codes and closed days as pages say them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import format_percent
from flask_babel import gettext as _

from studentadmin.forms import choices, words
from studentadmin.models import AttendanceCode, Student
from studentadmin.rules import names
from studentadmin.rules.attendance import Mark, Tally
from studentadmin.rules.school_days import OUTSIDE, WEEKEND, Closure


def closure_text(closure: Closure) -> str:
    """Why there is no school."""
    if closure.type == OUTSIDE:
        return _("Outside of the session")
    if closure.type == WEEKEND:
        return _("No school on this day of the week")
    return closure.title or str(choices.CALENDAR_TYPES[closure.type])


def shown_codes(codes: Sequence[AttendanceCode]) -> list[dict[str, Any]]:
    """What a sheet offers: present, which is no mark, then the codes in their order."""
    found = [
        {
            "id": code.id,
            "name": words.attendance_name(code.name),
            "letters": words.attendance_letters(code.code, code.name),
            "key": code.code[:1].lower(),
            "category": code.category,
            "usual": code.is_usual,
        }
        for code in codes
    ]
    present = {
        "id": "", "name": _("Present"), "letters": "", "key": "p", "category": "present",
        "usual": True,
    }  # fmt: skip
    return [present, *found]


def mark_text(mark: Mark, codes: Sequence[AttendanceCode]) -> str:
    """A mark in one line; present when there is none."""
    if mark.code_id is None:
        return _("Present")
    name = next((code.name for code in codes if code.id == mark.code_id), "?")
    parts = [words.attendance_name(name)]
    if mark.minutes:
        parts.append(_("%(minutes)s min", minutes=mark.minutes))
    if mark.reason:
        parts.append(mark.reason)
    return words.listed(parts)


def sorted_name(student: Student) -> str:
    """The name as lists show it: in the order by which they are sorted."""
    return names.display_name(
        student.family_name or "",
        student.given_name or "",
        student.middle_name or "",
        order=names.NameOrder.FAMILY_FIRST,
    )


def rate_text(tally: Tally) -> str:
    """ "4.2%", or a dash where no day counts."""
    rate = tally.absence_rate
    return "–" if rate is None else str(format_percent(rate, "#,##0.0%"))
