"""What may be typed about a school or district."""

from flask_babel import lazy_gettext as _l

from studentadmin.forms import choices
from studentadmin.forms.base import RecordForm
from studentadmin.forms.fields import choice, relation, text
from studentadmin.models import Organisation
from studentadmin.services.organisation import OrganisationDraft


class OrganisationForm(RecordForm):
    """A school or what it belongs to."""

    draft_type = OrganisationDraft
    fieldsets = ((_l("Organisation"), ("name", "type", "identifier", "parent_id")),)

    name = text(Organisation.name, _l("Name"))
    type = choice(Organisation.type, _l("Type"), choices.ORGANISATION_TYPES.items())
    identifier = text(
        Organisation.identifier, _l("Identifier"), _l("The number authorities know it by.")
    )
    parent_id = relation(Organisation.parent_id, _l("Belongs to"), "organisation")
