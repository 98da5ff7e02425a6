"""What may be typed about a saved view."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.i18n import translations
from wtforms import Form, SelectMultipleField
from wtforms.fields.choices import SelectChoice

from studentadmin.forms import choices
from studentadmin.forms.fields import text
from studentadmin.models import SavedView


class SavedViewForm(Form):
    """Its name, and the roles that see it, too."""

    class Meta:
        def get_translations(self, form: Form) -> Any:
            return translations

    name = text(SavedView.name, _l("Name of the view"))
    roles = SelectMultipleField(
        _l("Shared with"),
        choices=[SelectChoice(role, text) for role, text in choices.ROLE_WORDS.items()],
    )
