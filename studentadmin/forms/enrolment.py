"""What may be typed about an enrolment."""

from flask_babel import lazy_gettext as _l

from studentadmin.forms.base import RecordForm
from studentadmin.forms.fields import choice, day, relation, text, yes_no
from studentadmin.forms.own_codes import ENTRY_TYPES, EXIT_TYPES
from studentadmin.models import Enrolment
from studentadmin.services.enrolment import EnrolmentDraft


class EnrolmentForm(RecordForm):
    """One student in one grade of one school."""

    draft_type = EnrolmentDraft
    fieldsets = (
        (_l("Who and where"), ("student_id", "organisation_id", "academic_session_id")),
        (_l("Grade and class"), ("grade_level_id", "homeroom_id", "is_repeat")),
        (_l("Entry"), ("entry_date", "entry_type", "is_primary")),
        (_l("Exit"), ("exit_date", "exit_type", "exit_reason")),
    )

    student_id = relation(Enrolment.student_id, _l("Student"), "student")
    organisation_id = relation(Enrolment.organisation_id, _l("School"), "organisation")
    academic_session_id = relation(
        Enrolment.academic_session_id, _l("School year"), "academic_session"
    )
    grade_level_id = relation(Enrolment.grade_level_id, _l("Grade"), "grade_level")
    homeroom_id = relation(Enrolment.homeroom_id, _l("Class"), "homeroom")
    is_repeat = yes_no(_l("Repeats the grade"))
    entry_date = day(Enrolment.entry_date, _l("First day"))
    entry_type = choice(Enrolment.entry_type, _l("Entry type"), ENTRY_TYPES.items, default="new")
    is_primary = yes_no(_l("Main enrolment"), _l("A student has one at a time."))
    is_primary.kwargs["default"] = True
    exit_date = day(Enrolment.exit_date, _l("Last day"), _l("Empty while the student is here."))
    exit_type = choice(Enrolment.exit_type, _l("Exit type"), EXIT_TYPES.items)
    exit_reason = text(Enrolment.exit_reason, _l("Reason"), _l("In your own words."))
