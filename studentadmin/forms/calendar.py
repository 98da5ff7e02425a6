"""What may be typed about days with and without school."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import SelectMultipleField, validators, widgets
from wtforms.fields.choices import SelectChoice

from studentadmin.forms import choices
from studentadmin.forms.base import RecordForm
from studentadmin.forms.fields import choice, day, relation, text
from studentadmin.models import Calendar, CalendarDate
from studentadmin.rules.school_days import USUAL_WEEK
from studentadmin.services.calendar import CalendarDateDraft, CalendarDraft


class WeekdaysField(SelectMultipleField):
    """Days of the week as boxes; its data is their ISO numbers as text, "12345"."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.type = "SelectMultipleField"  # what the templates go by

    def process_formdata(self, valuelist: Any) -> None:
        typed = "".join(valuelist)
        self.data = "".join(sorted(set(typed)))

    def pre_validate(self, form: Any) -> None:
        if set(self.data or "") - set(choices.WEEKDAYS):
            raise validators.ValidationError(self.gettext("Not a valid choice."))


class CalendarForm(RecordForm):
    """The week of a school in a session."""

    draft_type = CalendarDraft
    fieldsets = (
        (_l("Whose"), ("organisation_id", "academic_session_id")),
        (_l("The week"), ("weekdays",)),
    )

    organisation_id = relation(
        Calendar.organisation_id,
        _l("Organisation"),
        "organisation",
        _l("The calendar of a district counts for its schools, too."),
    )
    academic_session_id = relation(
        Calendar.academic_session_id, _l("Academic session"), "academic_session"
    )
    weekdays = WeekdaysField(
        _l("Days with school"),
        choices=[SelectChoice(code, words) for code, words in choices.WEEKDAYS.items()],
        validators=[validators.DataRequired(_l("Choose the days of the week that have school."))],
        default=USUAL_WEEK,
    )


class CalendarDateForm(RecordForm):
    """Holidays, and days that are made up."""

    draft_type = CalendarDateDraft
    fieldsets = (
        (_l("Days"), ("title", "type", "start_date", "end_date")),
        (_l("Calendar"), ("calendar_id",)),
    )

    title = text(CalendarDate.title, _l("Name"), _l("For example National Day."))
    type = choice(CalendarDate.type, _l("Type"), choices.CALENDAR_TYPES.items(), default="holiday")
    start_date = day(CalendarDate.start_date, _l("First day"))
    end_date = day(CalendarDate.end_date, _l("Last day"))
    calendar_id = relation(CalendarDate.calendar_id, _l("Calendar"), "calendar")
