"""The one contract for what may be typed: web form, list cell, CSV row, JSON body, command line."""

from __future__ import annotations

from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_wtf.i18n import translations
from wtforms import Form

from studentadmin.errors import DraftRefused
from studentadmin.services.records import Draft


class RecordForm(Form):
    """Shape and type of one record; no queries. Names the draft that a service takes."""

    class Meta:
        def get_translations(self, form: Form) -> Any:
            return translations

    draft_type: ClassVar[type[Draft]]
    fieldsets: ClassVar[tuple[tuple[Any, tuple[str, ...]], ...]]

    def values(self) -> dict[str, Any]:
        """What was typed, as the columns' Python types."""
        return {field.name: field.data for field in self}

    def draft(self) -> Draft:
        """The typed draft. Raises DraftRefused with every field's errors."""
        if not self.validate():
            raise DraftRefused(_("Some fields need attention."), self.errors)
        return self.draft_type(**self.values())

    @property
    def is_fresh(self) -> bool:
        """Nothing was sent yet, so the fields may be given what they begin with."""
        return all(field.raw_data is None for field in self)

    def put(self, error_field: str | None, message: str) -> None:
        """Show a service's refusal at its field, or at the top when the form has no such field."""
        if error_field in self:
            self[error_field].errors = [*self[error_field].errors, message]
        else:
            self.form_errors.append(message)
