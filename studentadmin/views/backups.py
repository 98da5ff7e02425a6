"""The backups: made, checked, downloaded and put back from a page."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime

from flask import (
    Blueprint,
    Flask,
    Response,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from studentadmin.errors import RuleBroken, StudentAdminError
from studentadmin.extensions import db
from studentadmin.forms import words
from studentadmin.services import backup as backups
from studentadmin.services import user as users
from studentadmin.services.backup import Backup, Reason
from studentadmin.services.restore import restore
from studentadmin.settings import Settings
from studentadmin.views import doors
from studentadmin.views.access import actor, may, needs

log = logging.getLogger(__name__)
bp = Blueprint("backups", __name__, url_prefix="/backups")

COMPARED = ("student", "person", "enrolment", "homeroom", "user")
"""Tables whose rows are counted before and after, so that a person sees what a restore means."""


@dataclass(frozen=True)
class ShownBackup:
    """A backup as the list shows it; an address is None where the person may not go."""

    name: str
    at: datetime
    reason: str
    size: int
    students: int
    verified: bool
    verify_url: str | None
    download_url: str | None
    restore_url: str | None
    replaces: list[tuple[str, int, int]]


@bp.get("/")
@needs("backup", "view")
def index() -> str:
    """Every backup, newest first, and the rule by which they are kept."""
    return _page(None)


@bp.post("/")
@needs("backup", "create")
def create() -> AnyResponse:
    """Make one now."""
    try:
        made = backups.create(_settings(), Reason.BY_HAND)
    except StudentAdminError as error:
        flash(str(error), "danger")
    else:
        log.info("backup %s asked for by user %s", made.name, actor().user_id)
        flash(_("The backup was made and verified."), "success")
    return redirect(url_for(".index"))


@bp.post("/<name>/verify")
@needs("backup", "create")
def verify(name: str) -> AnyResponse:
    """Read one whole and say whether it is still what was written down."""
    found = backups.get(_settings(), name)
    try:
        backups.verify(_settings(), found.name)
    except StudentAdminError as error:
        flash(str(error), "danger")
    else:
        flash(_("The backup is good: all of it was read just now."), "success")
    return redirect(url_for(".index"))


@bp.get("/<name>/download")
@needs("backup", "export")
def download(name: str) -> Response:
    """Hand the file out, to be kept somewhere else; it holds the whole register."""
    found = backups.get(_settings(), name)
    log.info("backup %s downloaded by user %s", found.name, actor().user_id)
    answer = send_file(
        found.path,
        mimetype="application/octet-stream",
        as_attachment=True,
        download_name=found.name,
        max_age=0,
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.get("/<name>/restore")
@needs("backup", "restore")
def ask(name: str) -> str:
    """Show what would be different, and ask."""
    return _page(_restorable(name))


@bp.post("/<name>/restore")
@needs("backup", "restore")
def put_back(name: str) -> AnyResponse:
    """Restore it; the present register is backed up first, in the same locked moment."""
    found = _restorable(name)
    if request.form.get("confirm") != "1":
        return redirect(url_for(".ask", name=found.name))
    by = actor().user_id
    db.session.remove()
    db.engine.dispose()
    try:
        done = restore(_settings(), found.name)
    except StudentAdminError as error:
        flash(str(error), "danger")
        return redirect(url_for(".index"))
    finally:
        db.engine.dispose()
    log.warning("backup %s restored by user %s", found.name, by)
    then = url_for(".index") if users.any_user(db.session()) else doors.open_first_run()
    if done.damaged:
        flash(
            _("The damaged register was kept as %(file)s.", file=done.damaged.name),
            "warning",
        )
    flash(_("The register was restored. The one before it is in this list, too."), "success")
    return redirect(then)


def _page(asking: Backup | None) -> str:
    settings = _settings()
    found = backups.list_backups(settings)
    return render_template(
        "pages/backups.html",
        backups=[_shown(backup) for backup in found],
        create_url=url_for(".create") if may("backup", "create") else None,
        rule=_rule(settings),
        folder=str(settings.backups_dir),
        total_size=sum(backup.size for backup in found),
        asking=_shown(asking, _replaces(asking)) if asking else None,
        problem=None,
    )


def _shown(backup: Backup, replaces: list[tuple[str, int, int]] | None = None) -> ShownBackup:
    can_restore = may("backup", "restore") and _settings().database_file is not None
    return ShownBackup(
        name=backup.name,
        at=backup.at,
        reason=str(backup.reason),
        size=backup.size,
        students=backup.students,
        verified=not backup.damaged,
        verify_url=url_for(".verify", name=backup.name) if may("backup", "create") else None,
        download_url=url_for(".download", name=backup.name) if may("backup", "export") else None,
        restore_url=url_for(".ask", name=backup.name) if can_restore else None,
        replaces=replaces or [],
    )


def _replaces(backup: Backup) -> list[tuple[str, int, int]]:
    """Rows now and after; students as the list counts them, without the trash."""
    now = backups.present(_settings())
    counts = [
        (str(words.TABLES[table][1]), now.tables.get(table, 0), backup.tables.get(table, 0))
        for table in COMPARED
    ]
    return [(counts[0][0], now.students, backup.students), *counts[1:]]


def _restorable(name: str) -> Backup:
    """The backup, unless the register is on a server: there other machines cannot be kept out."""
    found = backups.get(_settings(), name)
    if _settings().database_file is None:
        raise RuleBroken(
            _(
                "A register on a database server is restored at its terminal, with every Student"
                " Admin server stopped: studentadmin backup restore %(name)s",
                name=found.name,
            )
        )
    return found


def _rule(settings: Settings) -> str:
    text: str = _(
        "Made every day, and before every import, upgrade and restore. Kept: all of the last 24"
        " hours, the last of each day and reason for %(days)s days, the first of each month for"
        " %(months)s months, and always those made by hand.",
        days=settings["BACKUP_KEEP_DAILY"],
        months=settings["BACKUP_KEEP_MONTHLY"],
    )
    return text


def _settings() -> Settings:
    settings: Settings = current_app.extensions["studentadmin.settings"]
    return settings


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
