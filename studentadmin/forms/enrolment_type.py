"""What may be typed about a school's own kind of entry or exit."""

from flask_babel import lazy_gettext as _l

from studentadmin.forms import choices
from studentadmin.forms.base import RecordForm
from studentadmin.forms.fields import choice, text
from studentadmin.models import EnrolmentType
from studentadmin.services.enrolment_type import EnrolmentTypeDraft


class EnrolmentTypeForm(RecordForm):
    """One code beside those that ship."""

    draft_type = EnrolmentTypeDraft
    fieldsets = ((_l("Entry or exit type"), ("kind", "name", "code", "meaning")),)

    kind = choice(EnrolmentType.kind, _l("Used for"), choices.ENROLMENT_KINDS.items())
    name = text(EnrolmentType.name, _l("Name"), _l("As the office says it."))
    code = text(
        EnrolmentType.code, _l("Code"), _l("Stored and exported; stays while it is in use.")
    )
    meaning = choice(
        EnrolmentType.meaning,
        _l("Behaves as"),
        (choices.ENTRY_TYPES | choices.EXIT_TYPES).items(),
        _l("Decides the student's status and the Ed-Fi code."),
    )
