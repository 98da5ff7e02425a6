"""The first page, and the page about this program."""

from __future__ import annotations

import importlib.metadata
import platform
from datetime import date
from typing import Any

from flask import Blueprint, Flask, current_app, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from studentadmin import __version__
from studentadmin.errors import StudentAdminError
from studentadmin.extensions import db
from studentadmin.forms import words
from studentadmin.models import (
    RECORDS,
    AcademicSession,
    Enrolment,
    Homeroom,
    Organisation,
    Record,
    Student,
)
from studentadmin.services import history
from studentadmin.services.listing import ListQuery
from studentadmin.settings import HIDDEN, Settings
from studentadmin.views import access, health
from studentadmin.views.access import needs
from studentadmin.views.admin.listing import count_text
from studentadmin.views.changes import shown

bp = Blueprint("home", __name__)
RECENT = 8
PARTS = ("flask", "flask-admin", "sqlalchemy", "wtforms", "flask-security", "pywebview")


@bp.get("/")
@needs("home", "view")
def index() -> str:
    """What there is, what to do first, what was done last."""
    recent = []
    if access.may("change", "view"):
        recent = shown(history.list_changes(db.session, limit=RECENT))
    school = db.session.scalars(
        select(Organisation.name).filter_by(deleted_at=None).order_by(Organisation.id).limit(1)
    ).first()
    return render_template(
        "pages/home.html",
        greeting_name=access.actor().name,
        school=school,
        today=date.today(),  # noqa: DTZ011
        tiles=_tiles(),
        recent=recent,
        changes_url=url_for("changes.index") if access.may("change", "view") else None,
        first_steps=_first_steps(),
        backup=_last_backup(),
    )


def _tiles() -> list[dict[str, Any]]:
    found = []
    for table, icon, status in (
        ("student", "school", "enrolled"),
        ("homeroom", "users-group", None),
        ("person", "users", None),
    ):
        if not access.may(table, "view"):
            continue
        query = ListQuery(RECORDS[table])
        values: dict[str, Any] = {}
        if status:
            query.where.append(lambda q, wanted=status: q.column("status") == wanted)  # type: ignore[misc]
            values["status"] = status
        label = _("Enrolled students") if status else words.table_label(table, many=True)
        found.append(
            {
                "label": label,
                "count": count_text(query.count(db.session)),
                "url": url_for(f"{table}.index_view", **values),
                "icon": icon,
                "hint": "",
            }
        )
    if (work := health.tile()) is not None:
        found.append(work)
    return found


def _exists(model: type[Record]) -> bool:
    query = select(model.id).where(model.deleted_at.is_(None)).limit(1)
    return db.session.scalar(query) is not None


def _first_steps() -> list[dict[str, Any]]:
    """What a new register still needs; empty once the first student is enrolled."""
    if not access.may("organisation", "create") or _exists(Enrolment):
        return []
    steps = (
        (Organisation, _("Your school"), _("Its name and number."), "organisation.create_view"),
        (
            AcademicSession,
            _("The school year"),
            _("Its first and last day."),
            "academic_session.create_view",
        ),
        (
            Student,
            _("Your students"),
            _("Import the list you have: nothing is written before you saw it."),
            "importing.upload",
        ),
        (Homeroom, _("Your classes"), _("So that lists come by class."), "homeroom.create_view"),
    )
    return [
        {
            "label": label,
            "text": text,
            "url": url_for(endpoint),
            "action_label": _("Import") if endpoint == "importing.upload" else _("Add"),
            "done": _exists(model),
        }
        for model, label, text, endpoint in steps
    ]


def _last_backup() -> dict[str, Any] | None:
    if not access.may("backup", "view"):
        return None
    from studentadmin.services import backup

    settings: Settings = current_app.extensions["studentadmin.settings"]
    try:
        newest = backup.list_backups(settings)[:1]
    except (OSError, StudentAdminError):
        newest = []
    return {"at": newest[0].at if newest else None, "url": url_for("backups.index")}


@bp.get("/about")
@needs("about", "view")
def about() -> str:
    """Version, settings and what it is built on."""
    from studentadmin.services import migration

    settings: Settings = current_app.extensions["studentadmin.settings"]
    may_see = access.may("settings", "view")
    return render_template(
        "pages/about.html",
        version=__version__,
        python=platform.python_version(),
        database=db.engine.dialect.name,
        data_dir=str(settings.data_dir) if may_see else None,
        revision=migration.revisions().head,
        licence="MIT",
        settings=_settings(settings) if may_see else [],
        parts=[part for name in PARTS if (part := _part(name))],
    )


def _settings(settings: Settings) -> list[dict[str, str]]:
    """The table of settings; its help texts are extracted from settings.py, which knows no `_`."""
    sources = {"default": _("default"), "argument": _("argument"), "computer": _("computer")}
    shown = []
    for line in settings.table():
        text, value, source = line["help"], line["value"], line["source"]
        shown.append(
            {
                "name": line["name"],
                "help": _(text),
                "value": _("hidden") if value == HIDDEN else value,
                "source": sources.get(source, source),
            }
        )
    return shown


def _part(name: str) -> dict[str, str] | None:
    try:
        data: Any = importlib.metadata.metadata(name)
    except importlib.metadata.PackageNotFoundError:
        return None
    return {"name": name, "version": data["Version"], "licence": _licence(data)}


def _licence(data: Any) -> str:
    """The short name of a licence; older packages give the whole text, or only a classifier."""
    if expression := data.get("License-Expression"):
        return str(expression)
    lines = (data.get("License") or "").splitlines()
    if len(lines) == 1:
        return str(lines[0])
    classifiers = data.get_all("Classifier") or []
    found = [line.rpartition(" :: ")[2] for line in classifiers if line.startswith("License ::")]
    return ", ".join(found)


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
