"""The search box of every page: answers while one types, and a page of its own without script."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, Response, jsonify, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from studentadmin.extensions import db
from studentadmin.forms import choices, words
from studentadmin.services import search
from studentadmin.services.search import LONGEST, Group, Hit
from studentadmin.views import access, commands
from studentadmin.views.access import needs
from studentadmin.views.admin.columns import TONES
from studentadmin.views.admin.listing import with_query
from studentadmin.views.commands import Command

bp = Blueprint("search", __name__)

ICONS = {
    "student": "school",
    "person": "user",
    "homeroom": "users-group",
    "organisation": "building",
}


@bp.get("/search")
@needs("search", "view")
def page() -> str:
    """What `?q=` finds, as a page."""
    text = request.args.get("q", "")[:LONGEST].strip()
    groups, done = _found(text)
    return render_template("pages/search.html", text=text, found=groups, commands=done)


@bp.post("/search")
@needs("search", "view")
def answer() -> Response:
    """What `q` finds, as JSON. It is posted, so that no name stands in an address or a log."""
    text = request.form.get("q", "")[:LONGEST].strip()
    groups, done = _found(text)
    count = sum(len(group["items"]) for group in groups) + len(done)
    shown = [*groups]
    if done:
        items = [commands.as_json(command) for command in done]
        shown.append({"label": _("Pages and commands"), "items": items, "more": None})
    said = ngettext("%(count)s result", "%(count)s results", count, count=count)
    response = jsonify(groups=shown, said=said if count else _("Nothing matches"))
    response.headers["Cache-Control"] = "no-store"
    return response


def _found(text: str) -> tuple[list[dict[str, Any]], list[Command]]:
    found = search.find(db.session, text, access.roles()) if text else []
    return [_group(group, text) for group in found], commands.found(text)


def _group(group: Group, text: str) -> dict[str, Any]:
    """A group in words. Its list shows all, where that is asked of the same index."""
    more = None
    if group.more and group.table in {"student", "person"}:
        more = with_query(url_for(f"{group.table}.index_view"), {"search": text})
    return {
        "label": words.table_label(group.table, many=True),
        "items": [_item(hit) for hit in group.hits],
        "more": more,
        "more_label": _("Show all in the list"),
    }


def _item(hit: Hit) -> dict[str, Any]:
    status = hit.status if hit.status and hit.status != "enrolled" else None
    return {
        "title": hit.title,
        "detail": " · ".join(hit.details),
        "icon": ICONS[hit.table],
        "url": url_for(f"{hit.table}.details_view", key=hit.key),
        "chip": str(choices.STUDENT_STATUSES[status]) if status else None,
        "tone": TONES[status] if status else None,
    }


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
