"""What may be typed about a class."""

from flask_babel import lazy_gettext as _l

from studentadmin.forms.base import RecordForm
from studentadmin.forms.fields import relation, text, whole
from studentadmin.models import Homeroom
from studentadmin.services.homeroom import HomeroomDraft


class HomeroomForm(RecordForm):
    """A class of a school in a school year."""

    draft_type = HomeroomDraft
    fieldsets = (
        (_l("Class"), ("name", "grade_level_id", "capacity")),
        (_l("Where and when"), ("organisation_id", "academic_session_id")),
    )

    name = text(Homeroom.name, _l("Name"), _l("For example 9A."))
    grade_level_id = relation(Homeroom.grade_level_id, _l("Grade"), "grade_level")
    capacity = whole(Homeroom.capacity, _l("Places"), 1, 9999)
    organisation_id = relation(Homeroom.organisation_id, _l("School"), "organisation")
    academic_session_id = relation(
        Homeroom.academic_session_id, _l("School year"), "academic_session"
    )
