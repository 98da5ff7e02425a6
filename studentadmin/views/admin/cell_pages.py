"""One cell of a list, changed where it stands: form, rules and history of the edit page."""

from __future__ import annotations

from typing import Any

from flask import abort, get_flashed_messages, jsonify, render_template, request
from flask_admin import expose
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from studentadmin.errors import Clash, RuleBroken
from studentadmin.extensions import db
from studentadmin.forms.base import RecordForm
from studentadmin.models import Record
from studentadmin.services.listing import ListQuery
from studentadmin.services.unit import Written, write
from studentadmin.views import access
from studentadmin.views.admin import listing, pages
from studentadmin.views.admin.columns import ListColumn, value_text
from studentadmin.views.admin.form_pages import FormPages
from studentadmin.views.answers import flash_written


class CellPages(FormPages):
    """A cell's editor, and what was typed into it."""

    @expose("/KEY/cell", methods=("GET", "POST"))
    def ajax_update(self, key: Any) -> Any:
        """GET ?column= gives the editor of a list's cell, POST takes its fields and gives the cell.

        A script may also POST `name`, `value` and `version` of one field and gets JSON.
        """
        row = self.get_one(key)
        if request.method == "GET":
            column = self._column(request.args.get("column", ""))
            return self._editor(row, column, self._cell_form(column, None, row))
        if "column" in request.form:
            return self._typed(row, self._column(request.form["column"]))
        return self._one_field(row)

    def cell_fields(self, column: ListColumn) -> tuple[str, ...]:
        """The fields of the form that a list's cell is made of, those only that one may change."""
        table, name = column.label
        names: tuple[str, ...] = (name,) if table == self.resource else ()
        if name == "full_name":
            names = tuple(path for path in column.paths if "." not in path)
        return tuple(
            name
            for name in names
            if hasattr(self.form, name)
            and access.may(self.resource, "edit", pages.field_class(self.resource, name))
        )

    def editable_columns(self) -> frozenset[str]:
        """The names of the columns whose cells this person may change."""
        if not access.may(self.resource, "edit"):
            return frozenset()
        return frozenset(column.name for column in self._seen_columns() if self.cell_fields(column))

    def _column(self, name: str) -> ListColumn:
        found = [c for c in self._seen_columns() if c.name == name and self.cell_fields(c)]
        if not found:
            abort(400)
        return found[0]

    def _cell_form(self, column: ListColumn, typed: Any, row: Record) -> RecordForm:
        form = self._form(None, row)
        names = self.cell_fields(column)
        for item in list(form._fields):
            if item not in names:
                del form[item]
        if typed is not None:
            for item in form:
                item.process(typed)
        return form

    def _typed(self, row: Record, column: ListColumn) -> Any:
        version = listing.whole_number(request.form.get("version"))
        if version is None:
            abort(400)
        form = self._cell_form(column, request.form, row)
        self._take_theirs(form, row)
        if not all([item.validate(form) for item in form]):  # noqa: C419 - every field, not the first
            return self._editor(row, column, form), 422
        number, values = row.id, form.values()
        try:
            written = write(
                lambda unit: self.service.edit(unit, number, values, version),
                by=access.actor(),
                why="edit",
            )
        except RuleBroken as error:
            form.put(error.field, error.message)
            return self._editor(row, column, form), 422
        except Clash as error:
            clashes = self._clashes(error)
            self._take_newer(form, row, version)
            return self._editor(row, column, form, clashes), 409
        return self._shown(number, column, written)

    def _editor(self, row: Record, column: ListColumn, form: RecordForm, clashes: Any = ()) -> str:
        """A clash is settled from the newest version: an old value in it would count as typed."""
        self._name_relations(form)
        typed = request.form.get("version") if not clashes else None
        return render_template(
            "admin/_cell_editor.html",
            form=form,
            column=column,
            clashes=clashes,
            version=typed or row.version,
            url=self.url_of(row, "ajax_update"),
        )

    def _shown(self, number: int, column: ListColumn, written: Written[Any]) -> str:
        """The cell as it is now, and what to say of it, with an Undo."""
        query = ListQuery(self.model, where=[lambda q: q.column("id") == number])
        line = query.read(db.session, column.paths, ()).rows[0]
        row = self.service.find(db.session, number)
        flash_written(written, _("%(name)s was saved.", name=row.label), _("Nothing was changed."))
        return render_template(
            "admin/_cell_saved.html",
            cell=column.cell(list(line[1:])),
            messages=get_flashed_messages(with_categories=True),
            row_url=self.url_of(row),
        )

    def _one_field(self, row: Record) -> Any:
        form = self._form(None, row)
        number, name = row.id, request.form.get("name", "")
        version = listing.whole_number(request.form.get("version"))
        if name not in form or version is None:
            abort(400)
        form[name].process(MultiDict({name: request.form.get("value", "")}))
        if not form[name].validate(form):
            raise RuleBroken(" ".join(form[name].errors), name)
        written = write(
            lambda unit: self.service.edit(unit, number, {name: form[name].data}, version),
            by=access.actor(),
            why="edit",
        )
        saved = written.made
        text = value_text(self.resource, name, getattr(saved, name))
        return jsonify(version=saved.version, text=text, change_set=written.change_set_id)
