"""What may be typed about a grade."""

from flask_babel import lazy_gettext as _l

from studentadmin.forms.base import RecordForm
from studentadmin.forms.fields import relation, text, whole
from studentadmin.models import GradeLevel
from studentadmin.services.grade_level import GradeLevelDraft


class GradeLevelForm(RecordForm):
    """One rung of the ladder."""

    draft_type = GradeLevelDraft
    fieldsets = ((_l("Grade"), ("code", "name", "sequence", "next_id")),)

    code = text(GradeLevel.code, _l("Code"), _l("Short, as files carry it: 09."))
    name = text(GradeLevel.name, _l("Name"))
    sequence = whole(GradeLevel.sequence, _l("Place in the order"), 0, 999)
    next_id = relation(GradeLevel.next_id, _l("Next grade"), "grade_level")
