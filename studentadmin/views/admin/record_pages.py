"""One record: what it is, what hangs on it, what happened to it; to the trash and back."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from flask import flash, redirect, request
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import ngettext

from studentadmin.errors import RuleBroken
from studentadmin.extensions import db
from studentadmin.forms import words
from studentadmin.models import Record
from studentadmin.services import history
from studentadmin.services.listing import PAGE
from studentadmin.services.unit import write
from studentadmin.views import access
from studentadmin.views.admin import listing, pages
from studentadmin.views.admin.cell_pages import CellPages
from studentadmin.views.admin.listing import Pager
from studentadmin.views.admin.table import form_key
from studentadmin.views.answers import flash_undo, refuse_here


class RecordPages(CellPages):
    """Detail, delete, restore and history."""

    @expose("/KEY")
    def details_view(self, key: Any) -> Any:
        row = self.get_one(key, deleted=access.may("trash", "view"))
        own = self.url_of(row)
        if request.path != request.script_root + own and request.path != own:
            return redirect(own)
        tables = (pages.related(db.session, row, spec) for spec in self.related)
        actions = ("restore",) if row.deleted_at else ("edit", "delete")
        refusals = {action: access.refusal(self.resource, action) for action in actions}
        return self._page(
            self.details_template,
            record=row,
            title=row.label,
            subtitle=self.subtitle(row),
            chips=self.chips(row),
            panels=[*pages.panels(row, self.form), *self.more_panels(row)],
            related=[table for table in tables if table is not None],
            notices=self._notices(row),
            refusals=refusals,
            menus=self.menus(row),
            edit_url=self._allowed_url(row, "edit"),
            delete_url=self._allowed_url(row, "delete"),
            restore_url=self._allowed_url(row, "restore"),
            history_url=(
                self.url_of(row, "history_view") if access.may(self.resource, "history") else None
            ),
        )

    @expose("/KEY/delete", methods=("GET", "POST"))
    def delete_view(self, key: Any) -> Any:
        row = self.get_one(key, deleted=request.method == "POST")
        name = row.label
        if row.deleted_at is not None:
            flash(_("%(name)s is in the trash already.", name=name), "info")
            return redirect(self.get_url(".index_view"), 303)
        hanging = self.service.consequences(db.session, row.id)
        refusal = None
        if request.method == "POST":
            try:
                written = self.delete_model(row)
            except RuleBroken as error:
                refusal = error.message
            else:
                flash_undo(_("%(name)s was moved to the trash.", name=name), written.change_set_id)
                return redirect(self.get_url(".index_view"), 303)
        elif held := [item for item in hanging if not item.owned]:
            count = sum(item.count for item in held)
            refusal = ngettext(
                "%(num)d other record still needs it: %(names)s. Move or remove it first.",
                "%(num)d other records still need it: %(names)s … Move or remove them first.",
                count,
                names=", ".join(sample for item in held for sample in item.samples),
            )
        status = 422 if refusal and request.method == "POST" else 200
        consequences = [
            {
                "label": words.table_label(item.table, many=item.count != 1),
                "count": item.count,
                "samples": item.samples,
            }
            for item in hanging
            if item.owned
        ]
        return self._page(
            "admin/delete.html",
            record=row,
            title=name,
            version=row.version,
            idempotency_key=uuid4().hex,
            consequences=consequences,
            refusal=refusal,
            cancel_url=self.url_of(row),
        ), status

    @expose("/KEY/restore", methods=("POST",))
    def restore_view(self, key: Any) -> Any:
        row = self.get_one(key, deleted=True)
        number, label = row.id, row.label
        try:
            written = write(
                lambda unit: self.service.restore(unit, number), by=access.actor(), why="restore"
            )
        except RuleBroken as error:
            refuse_here(error)
        else:
            flash_undo(_("%(name)s was put back.", name=label), written.change_set_id)
        return redirect(self.url_of(row), 303)

    @expose("/KEY/history")
    def history_view(self, key: Any) -> Any:
        row = self.get_one(key, deleted=access.may("trash", "view"))
        before = listing.whole_number(request.args.get("before"))
        lines = history.timeline(
            db.session, self.resource, row.id, before_id=before, limit=PAGE + 1
        )
        more = len(lines) > PAGE
        own = self.url_of(row, "history_view")
        pager = Pager(
            first=own if before else None,
            next=f"{own}?before={lines[PAGE - 1].id}" if more else None,
        )
        return self._page(
            "admin/history.html",
            record=row,
            title=row.label,
            record_url=self.url_of(row),
            entries=pages.entries(db.session, lines[:PAGE]),
            pager=pager,
        )

    def delete_model(self, model: Record) -> Any:
        key, version = model.id, listing.whole_number(request.form.get("version"))
        return write(
            lambda unit: self.service.remove(unit, key, version),
            by=access.actor(),
            why="delete",
            key=form_key(),
        )

    def _allowed_url(self, row: Record, action: str) -> str | None:
        if (action == "restore") != (row.deleted_at is not None):
            return None
        return self.url_of(row, f"{action}_view") if access.may(self.resource, action) else None

    def _notices(self, row: Record) -> list[tuple[str, str]]:
        found = [("warning", text) for text in self.warnings(row)]
        if row.deleted_at is not None:
            found.insert(0, ("danger", _("This record is in the trash.")))
        return found
