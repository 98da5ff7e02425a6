"""What may be typed into the actions of a student's enrolment."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from studentadmin.forms.base import RecordForm
from studentadmin.forms.fields import choice, day, pick, text, yes_no
from studentadmin.forms.own_codes import ENTRY_TYPES, EXIT_TYPES
from studentadmin.models import Enrolment
from studentadmin.rules.enrolling import ENTERS, Action
from studentadmin.services.enrolling import ChangeDraft, ExitDraft
from studentadmin.services.enrolment import EnrolmentDraft


class EnterForm(RecordForm):
    """Admit, transfer in, return."""

    draft_type = EnrolmentDraft
    fieldsets = (
        (_l("When and how"), ("entry_date", "entry_type")),
        (
            _l("Where"),
            ("organisation_id", "academic_session_id", "grade_level_id", "homeroom_id"),
        ),
    )

    entry_date = day(Enrolment.entry_date, _l("First day"))
    entry_type = choice(Enrolment.entry_type, _l("Entry type"), ENTRY_TYPES.items)
    organisation_id = pick(_l("School"))
    academic_session_id = pick(_l("School year"))
    grade_level_id = pick(_l("Grade"))
    homeroom_id = pick(_l("Class"), _l("May be given later."), required=False)


class ExitForm(RecordForm):
    """Transfer out, leave, graduate."""

    draft_type = ExitDraft
    fieldsets = ((_l("Exit"), ("exit_date", "exit_type", "exit_reason")),)

    exit_date = day(Enrolment.entry_date, _l("Last day"), _l("The student is still here that day."))
    exit_type = choice(Enrolment.entry_type, _l("Exit type"), EXIT_TYPES.items)
    exit_reason = text(Enrolment.exit_reason, _l("Reason"), _l("In your own words."))


class ChangeForm(RecordForm):
    """Another grade or class, from one day to the next."""

    draft_type = ChangeDraft
    fieldsets = ((_l("From then on"), ("first_day", "grade_level_id", "homeroom_id", "is_repeat")),)

    first_day = day(
        Enrolment.entry_date, _l("First day there"), _l("The day before is the last one here.")
    )
    grade_level_id = pick(_l("Grade"))
    homeroom_id = pick(_l("Class"), required=False)
    is_repeat = yes_no(_l("Repeats the grade"))


WORDS = {
    Action.ADMIT: (_l("Admit"), _l("%(name)s was admitted.")),
    Action.TRANSFER_IN: (_l("Transfer in"), _l("%(name)s was transferred in.")),
    Action.RETURN: (_l("Return"), _l("%(name)s is back at school.")),
    Action.CHANGE: (
        _l("Change grade or class"),
        _l("%(name)s has another grade or class from that day on."),
    ),
    Action.TRANSFER_OUT: (_l("Transfer out"), _l("%(name)s was transferred out.")),
    Action.LEAVE: (_l("Leave"), _l("%(name)s has left.")),
    Action.GRADUATE: (_l("Graduate"), _l("%(name)s has graduated.")),
}
"""What an action is called, and what is said when it is done."""


def form_of(action: Action) -> type[RecordForm]:
    """The form that an action asks for."""
    if action is Action.CHANGE:
        return ChangeForm
    return EnterForm if action in ENTERS else ExitForm
