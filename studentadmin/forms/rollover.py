"""What may be typed into the roll-over of a school year, and its words."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField, validators
from wtforms.fields.choices import SelectChoice

from studentadmin.forms.base import RecordForm
from studentadmin.forms.fields import NoControlCharacters, clean, day, pick
from studentadmin.forms.own_codes import EXIT_TYPES
from studentadmin.models import AcademicSession
from studentadmin.rules.rollover import Destination, Reason
from studentadmin.services.rollover import LONGEST_NAME

PROPOSED = "proposed"
"""Instead of a destination: back to what is proposed."""

DESTINATIONS = {
    Destination.PROMOTE: _l("Promote"),
    Destination.REPEAT: _l("Repeat"),
    Destination.LEAVE: _l("Leave"),
    Destination.GRADUATE: _l("Graduate"),
    Destination.STAY: _l("Not moved"),
}
TONES = {
    Destination.PROMOTE: "success",
    Destination.REPEAT: "warning",
    Destination.LEAVE: "neutral",
    Destination.GRADUATE: "primary",
    Destination.STAY: "danger",
}
REASONS = {
    Reason.NO_NEXT_GRADE: _l("The grade has no next one. Enter it at the grade, or choose here."),
    Reason.BEGINS_LATER: _l("The enrolment begins after the last day. Mend the enrolment first."),
    Reason.SIDE: _l("Only a side enrolment is open here; it stays as it is."),
    Reason.BY_HAND: _l("Kept back by hand."),
}


class StartForm(RecordForm):
    """Which school, from which year to which."""

    fieldsets = ((_l("Which year ends?"), ("organisation_id", "from_id", "to_id")),)

    organisation_id = pick(_l("School"))
    from_id = pick(_l("Year that ends"))
    to_id = pick(_l("Year that begins"), _l("It must be there already: add it first."))


class DaysForm(RecordForm):
    """The days on which all enrolments end and begin."""

    last_day = day(AcademicSession.start_date, _l("Last day in the old year"))
    first_day = day(AcademicSession.start_date, _l("First day in the new year"))


def _exits() -> list[SelectChoice]:
    inside = {"promoted", "repeated", "changed", "graduated"}
    return [SelectChoice(code, name) for code, name in EXIT_TYPES.items() if code not in inside]


class GroupForm(RecordForm):
    """What shall become of one student or of many."""

    destination = SelectField(
        _l("Destination"),
        choices=[
            *(SelectChoice(code.value, label) for code, label in DESTINATIONS.items()),
            SelectChoice(PROPOSED, _l("As proposed")),
        ],
    )
    homeroom = StringField(
        _l("New class"),
        filters=[clean],
        validators=[validators.Length(max=LONGEST_NAME), NoControlCharacters()],
    )
    exit_type = SelectField(_l("Exit type"), choices=_exits, default="withdrawn")
