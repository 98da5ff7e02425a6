"""Adding and editing: what a person typed is kept, and nobody is overwritten."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from flask import abort, flash, redirect, request, url_for
from flask_admin import expose
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse
from wtforms import Field

from studentadmin.errors import Clash, RuleBroken
from studentadmin.extensions import db
from studentadmin.forms import words
from studentadmin.forms.base import RecordForm
from studentadmin.forms.fields import RelationField
from studentadmin.models import RECORDS, Record
from studentadmin.services import history
from studentadmin.services.unit import write
from studentadmin.views import access
from studentadmin.views.admin import listing, pages
from studentadmin.views.admin.columns import value_text
from studentadmin.views.admin.export_pages import ExportPages
from studentadmin.views.admin.table import form_key
from studentadmin.views.answers import flash_undo, flash_written
from studentadmin.views.guards import safe_next


class FormPages(ExportPages):
    """Create and edit: the same form, rules and history."""

    @expose("/new", methods=("GET", "POST"))
    def create_view(self) -> Any:
        form = self._form(request.form if request.method == "POST" else None)
        clashes: list[Any] = []
        if request.method == "GET":
            self._prefill(form)
        elif form.validate():
            try:
                written = self.create_model(form)
            except RuleBroken as error:
                form.put(error.field, error.message)
            else:
                return self._created(written)
        status = 422 if request.method == "POST" else 200
        return self._form_page(self.create_template, form, None, clashes), status

    @expose("/KEY/edit", methods=("GET", "POST"))
    def edit_view(self, key: Any) -> Any:
        row = self.get_one(key)
        form = self._form(request.form if request.method == "POST" else None, row)
        clashes: list[dict[str, Any]] = []
        version = listing.whole_number(request.form.get("version"))
        status = 200
        if request.method == "POST":
            if version is None:
                abort(400)
            status = 422
            self._take_theirs(form, row)
            if form.validate():
                try:
                    written = self.update_model(form, row, version)
                except RuleBroken as error:
                    form.put(error.field, error.message)
                except Clash as error:
                    clashes, status = self._clashes(error), 409
                    self._take_newer(form, row, version)
                    version = None
                else:
                    saved = self._as_saved(written) or row
                    nothing = _("Nothing was changed.")
                    flash_written(written, _("%(name)s was saved.", name=saved.label), nothing)
                    back = request.args.get("next")
                    return redirect(safe_next(back) if back else self.url_of(saved), 303)
        return self._form_page(self.edit_template, form, row, clashes, version), status

    def create_model(self, form: RecordForm) -> Any:
        return write(
            lambda unit: self.service.create(unit, form.draft_type(**form.values())),
            by=access.actor(),
            why="create",
            key=form_key(),
        )

    def update_model(self, form: RecordForm, model: Record, version: int | None = None) -> Any:
        key, values = model.id, form.values()
        return write(
            lambda unit: self.service.edit(unit, key, values, version),
            by=access.actor(),
            why="edit",
            key=form_key(),
        )

    def _form(self, typed: Any, row: Record | None = None) -> RecordForm:
        form: RecordForm = self.form(typed, obj=row)
        action = "edit" if row else "create"
        for name in list(form._fields):
            if not access.may(self.resource, action, pages.field_class(self.resource, name)):
                del form[name]
        return form

    def _prefill(self, form: RecordForm) -> None:
        for name, text in request.args.items():
            if name in form and isinstance(form[name], RelationField):
                form[name].data = listing.whole_number(text)

    def _form_page(
        self,
        template: str,
        form: RecordForm,
        row: Record | None,
        clashes: list[Any],
        version: int | None = None,
    ) -> Any:
        self._name_relations(form)
        fieldsets = [
            (title, [name for name in fields if name in form])
            for title, fields in self.form.fieldsets
        ]
        back = request.values.get("next")
        cancel = safe_next(back) if back else self.get_url(".index_view")
        values: dict[str, Any] = {
            "form": form,
            "fieldsets": [(title, fields) for title, fields in fieldsets if fields],
            "clashes": clashes,
            "idempotency_key": uuid4().hex,
            "cancel_url": cancel,
        }
        if row is not None:
            values |= {
                "record": row,
                "title": row.label,
                "version": version or row.version,
                "cancel_url": self.url_of(row),
            }
        return self._page(template, **values)

    def _name_relations(self, form: RecordForm) -> None:
        for item in form:
            if isinstance(item, RelationField):
                item.lookup_url = url_for(f"{item.resource}.ajax_lookup")
                item.text = self._relation_text(item)

    def _relation_text(self, item: RelationField) -> str:
        if item.data is None:
            return ""
        row = db.session.get(RECORDS[item.resource], item.data)
        return row.label if row is not None and row.deleted_at is None else ""

    def _created(self, written: Any) -> BaseResponse:
        row = self._as_saved(written)
        if written.repeated:
            flash(_("This was saved already."), "info")
        elif row is not None:
            flash_undo(_("%(name)s was added.", name=row.label), written.change_set_id)
        if request.form.get("then") == "another":
            for text in self.warnings(row) if row else ():
                flash(text, "warning")
            return redirect(listing.with_query(self.get_url(".create_view"), request.args), 303)
        back = request.args.get("next")
        if back:
            return redirect(safe_next(back), 303)
        return redirect(self.url_of(row) if row else self.get_url(".index_view"), 303)

    def _clashes(self, error: Clash) -> list[dict[str, Any]]:
        return [
            {
                "field": clash.field,
                "label": words.field_label(self.resource, clash.field),
                "who": words.who_label(clash.who),
                **{
                    side: self._side(clash.field, getattr(clash, side))
                    for side in ("base", "mine", "theirs")
                },
            }
            for clash in error.clashes
        ]

    def _side(self, name: str, value: Any) -> str | None:
        column = self.model.__table__.columns[name]
        if value is not None and column.foreign_keys:
            return pages.related_label(column, value)
        return value_text(self.resource, name, value)

    def _take_theirs(self, form: RecordForm, row: Record) -> None:
        """Where a person chose the colleague's value in a clash, the form takes it over."""
        for item in form:
            if request.form.get(f"clash-{item.name}") == "theirs":
                _show(item, getattr(row, item.name))

    def _take_newer(self, form: RecordForm, row: Record, version: int) -> None:
        """What a colleague changed and this person left alone is shown as it is now.

        The form is sent again from the newest version: an old value in it would count as typed.
        """
        base = history.at_version(db.session, row, version)
        for item in form:
            if item.name in base and item.data == base[item.name]:
                _show(item, getattr(row, item.name))


def _show(item: Field, value: Any) -> None:
    item.process(None, value)
    item.raw_data = ["" if value is None else str(value)]
