"""What may be typed about a school year or a part of one."""

from flask_babel import lazy_gettext as _l

from studentadmin.forms import choices
from studentadmin.forms.base import RecordForm
from studentadmin.forms.fields import choice, day, relation, text
from studentadmin.models import AcademicSession
from studentadmin.services.academic_session import AcademicSessionDraft


class AcademicSessionForm(RecordForm):
    """A school year, semester, term or grading period."""

    draft_type = AcademicSessionDraft
    fieldsets = (
        (_l("Session"), ("title", "type", "parent_id")),
        (_l("Days"), ("start_date", "end_date")),
    )

    title = text(AcademicSession.title, _l("Title"), _l("For example 2026/27."))
    type = choice(AcademicSession.type, _l("Type"), choices.SESSION_TYPES.items())
    start_date = day(AcademicSession.start_date, _l("First day"))
    end_date = day(AcademicSession.end_date, _l("Last day"))
    parent_id = relation(AcademicSession.parent_id, _l("Part of"), "academic_session")
