"""Colleagues to choose from, for those who may put a teacher into a section."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, jsonify, request

from studentadmin.extensions import db
from studentadmin.models import User
from studentadmin.services.listing import ListQuery, Sort, contains_words
from studentadmin.views.access import needs

LIMIT = 20
bp = Blueprint("user", __name__, url_prefix="/staff")


@bp.get("/lookup")
@needs("section_enrolment", "create")
def ajax_lookup() -> Any:
    """At most twenty names of people with an open account; nothing but the name is told."""
    query = ListQuery(User, where=[lambda q: q.column("active").is_(True)])
    asked = request.args.get("q", "")[:100]
    if asked.strip():
        query.where.append(contains_words(("full_name",), asked))
    found = query.read(db.session, ("full_name",), (Sort("full_name"),), limit=LIMIT)
    return jsonify([{"id": line.id, "text": line.full_name} for line in found.rows])


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
