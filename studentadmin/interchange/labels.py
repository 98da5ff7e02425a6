"""What fields, orders of dates and outcomes are called on the screen."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import format_date
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from studentadmin.forms import choices
from studentadmin.forms.student import StudentForm
from studentadmin.rules.dates import Order, Problem

_OTHER_FIELDS: dict[str, Any] = {
    "full_name": _l("Full name"),
    "school": _l("School"),
    "grade": _l("Grade"),
    "entry_date": _l("First day"),
    "enrolled": _l("Enrolled or left"),
    "enrolment": _l("Enrolment"),
}
ORDERS: dict[Order, Any] = {
    Order.DMY: _l("day, month, year"),
    Order.MDY: _l("month, day, year"),
    Order.YMD: _l("year, month, day"),
}
OUTCOMES: dict[str, Any] = {
    "new": _l("New"),
    "changed": _l("Changed"),
    "same": _l("Same"),
    "clash": _l("Clash"),
    "refused": _l("Refused"),
}


def field(name: str) -> str:
    """What a field that can be imported is called."""
    if name in _OTHER_FIELDS:
        return str(_OTHER_FIELDS[name])
    return str(getattr(StudentForm, name).args[0])


def value(name: str, content: Any) -> str:
    """A value of a field as a person reads it; nothing is the empty text."""
    if content is None:
        return ""
    if isinstance(content, date):
        return str(format_date(content, "long"))
    return str(choices.SEXES.get(content, content)) if name == "sex" else str(content)


def date_problem(problem: Problem) -> tuple[str, str]:
    """The rule that a text breaks which is no date, and the cure."""
    if problem is Problem.NO_SUCH_DAY:
        return _("There is no such day."), _(
            "Mend the cell, or choose another order of day, month and year."
        )
    return _("This is not a date."), _("Write it as year-month-day, such as 2012-09-01.")
