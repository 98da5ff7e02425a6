"""Saving a list under a name, and keeping how it opens."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

from flask import Blueprint, Flask, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from studentadmin.errors import DraftRefused, RuleBroken
from studentadmin.extensions import db
from studentadmin.forms import words
from studentadmin.forms.saved_view import SavedViewForm
from studentadmin.models import SavedView
from studentadmin.services import saved_view
from studentadmin.services.saved_view import SavedViewDraft, views
from studentadmin.services.unit import Written, write
from studentadmin.views import access
from studentadmin.views.access import needs
from studentadmin.views.admin.state import WIDTHS, pairs_of, whole_number, with_query
from studentadmin.views.answers import flash_undo
from studentadmin.views.guards import safe_next

bp = Blueprint("saved_views", __name__, url_prefix="/views")
COLUMN = re.compile(r"[a-z_]{1,64}")


@bp.get("/<int:key>")
@needs("saved_view", "view")
def show(key: int) -> BaseResponse:
    """The short address of a view, as one sends it to a colleague."""
    actor = access.actor()
    view = saved_view.find(db.session, key, actor.user_id or 0, actor.roles)
    return redirect(_list_of(view))


@bp.post("/new")
@needs("saved_view", "create")
def create() -> BaseResponse:
    """Save the list as it stands."""
    form = SavedViewForm(request.form)
    resource, query = _resource(), request.form.get("query", "")
    back = with_query(url_for(f"{resource}.index_view"), pairs_of(query))
    if not form.validate():
        return _refused(form, back)
    draft = SavedViewDraft(resource, form.name.data, query, ",".join(form.roles.data or ()))
    written = _write(lambda unit: views.create(unit, draft), "save view", back)
    if not isinstance(written, Written):
        return written
    flash_undo(_("The view %(name)s was saved.", name=form.name.data), written.change_set_id)
    return redirect(_list_of(written.made), 303)


@bp.post("/<int:key>/edit")
@needs("saved_view", "edit")
def edit(key: int) -> BaseResponse:
    """Rename it, share it, or let it say what the list now says."""
    back = _back()
    values: dict[str, Any] = {}
    if "query" in request.form:
        values["query"] = request.form["query"]
    else:
        form = SavedViewForm(request.form)
        if not form.validate():
            return _refused(form, back)
        values = {"name": form.name.data, "shared_with": ",".join(form.roles.data or ())}
    written = _write(lambda unit: views.edit(unit, key, values), "edit view", back)
    if not isinstance(written, Written):
        return written
    flash_undo(_("The view was changed."), written.change_set_id)
    return redirect(_list_of(written.made) if "query" in values else back, 303)


@bp.post("/<int:key>/delete")
@needs("saved_view", "delete")
def delete(key: int) -> BaseResponse:
    """To the trash; Undo brings it back."""
    written = _write(lambda unit: views.remove(unit, key), "delete view", _back())
    if not isinstance(written, Written):
        return written
    view = written.made
    said = _("The view %(name)s was deleted.", name=view.name)
    if access.may("change", "undo"):
        flash_undo(said, written.change_set_id)
    else:
        flash({"text": said, "undo_url": url_for(".restore", key=key)}, "success")  # type: ignore[arg-type]
    return redirect(url_for(f"{view.resource}.index_view"), 303)


@bp.post("/<int:key>/restore")
@needs("saved_view", "restore")
def restore(key: int) -> BaseResponse:
    """Out of the trash, for those who have no page of changes."""
    written = _write(lambda unit: views.restore(unit, key), "restore", _back())
    return redirect(_list_of(written.made), 303) if isinstance(written, Written) else written


@bp.post("/start")
@needs("saved_view", "edit")
def start() -> BaseResponse:
    """Which view the list opens with for this person; none for the list as the program makes it."""
    resource, key = _resource(), whole_number(request.form.get("key"))
    actor = access.actor()
    if key is not None:
        saved_view.find(db.session, key, actor.user_id or 0, actor.roles)
    written = _write(
        lambda unit: saved_view.keep_start(unit, resource, opens_id=key), "keep list", _back()
    )
    if not isinstance(written, Written):
        return written
    flash_undo(_("The list now opens like this for you."), written.change_set_id)
    return redirect(url_for(f"{resource}.index_view"), 303)


@bp.post("/columns")
@needs("saved_view", "edit")
def columns() -> BaseResponse:
    """Which columns, in which order, how wide: for this once, or kept for this person."""
    resource, back = _resource(), _back()
    chosen = ",".join(_chosen())
    if request.form.get("do") == "once":
        more = "&" if "?" in back else "?"
        return redirect(f"{back}{more}cols={chosen}" if chosen else back, 303)
    kept = f"cols={chosen}" if chosen and request.form.get("do") == "keep" else ""
    written = _write(
        lambda unit: saved_view.keep_start(unit, resource, query=kept), "keep list", back
    )
    if not isinstance(written, Written):
        return written
    said = _("These columns are kept for you.") if kept else _("The columns are as at first.")
    flash_undo(said, written.change_set_id)
    return redirect(back, 303)


def _chosen() -> list[str]:
    found = []
    for name in request.form.getlist("col"):
        if COLUMN.fullmatch(name):
            width = request.form.get(f"width-{name}", "")
            found.append(f"{name}.{width}" if width in WIDTHS else name)
    return list(dict.fromkeys(found))


def _write(work: Any, why: str, back: str) -> Written[SavedView] | BaseResponse:
    """What came of it, or the way back with the reason."""
    try:
        return write(work, by=access.actor(), why=why, key=uuid4().hex)
    except RuleBroken as error:
        flash(error.message, "danger")
        return redirect(back, 303)


def _refused(form: SavedViewForm, back: str) -> BaseResponse:
    for field in form:
        for text in field.errors:
            flash(f"{field.label.text}: {text}", "danger")
    return redirect(back, 303)


def _resource() -> str:
    resource = request.form.get("resource", "")
    if resource not in words.FORMS:
        raise DraftRefused(_("There is no such list."), {"resource": [_("There is no such list.")]})
    access.require(resource, "view")
    return resource


def _back() -> str:
    return safe_next(request.form.get("back"))


def _list_of(view: SavedView) -> str:
    pairs = [*pairs_of(view.query), ("view", str(view.id))]
    return with_query(url_for(f"{view.resource}.index_view"), pairs)


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
