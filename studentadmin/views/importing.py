"""Import from a page: upload, preview, commit, result with Undo."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from studentadmin.errors import BadFile, Clash, RuleBroken
from studentadmin.extensions import db
from studentadmin.forms import words
from studentadmin.interchange import headers, parking
from studentadmin.interchange.commit import commit
from studentadmin.interchange.parking import Parked
from studentadmin.interchange.plan import Choices, make_plan
from studentadmin.interchange.preview import Preview, make_preview
from studentadmin.interchange.read import read_table
from studentadmin.models import ImportJob
from studentadmin.rules.dates import Order
from studentadmin.services import history, import_job
from studentadmin.views import access, import_page
from studentadmin.views.access import needs
from studentadmin.views.answers import flash_undo
from studentadmin.views.guards import takes_file

bp = Blueprint("importing", __name__, url_prefix="/import")


@bp.get("/")
@needs("import", "create")
def upload() -> str:
    """Choose a file."""
    return _upload_page()


@bp.post("/")
@needs("import", "create")
@takes_file
def take() -> Response | tuple[str, int]:
    """Read the file and park what was read; the bytes themselves are not kept."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _upload_page(_("Choose a file first.")), 422
    data = sent.read()
    try:
        table = read_table(data, request.form.get("encoding") or None)
    except BadFile as error:
        return _upload_page(error.message), error.status
    parked = parking.park(
        _folder(), owner=_user_id(), name=sent.filename, size=len(data), table=table, now=_now()
    )
    return redirect(url_for(".preview", token=parked.token), 303)


@bp.get("/<token>")
@needs("import", "create")
def preview(token: str) -> str:
    """What each row would do. Nothing is written."""
    return _preview_page(_parked(token))


@bp.post("/<token>/columns")
@needs("import", "create")
def update(token: str) -> Response:
    """Remember which column is which field, and how the dates are written."""
    parked = _parked(token)
    choices = _choices(parked)
    try:
        make_plan(parked.table, choices, _today())
    except RuleBroken as error:
        flash(error.message, "danger")
    else:
        parking.choose(_folder(), parked, choices)
    return redirect(url_for(".preview", token=token), 303)


@bp.post("/<token>/commit")
@needs("import", "create")
def write(token: str) -> Response:
    """Write exactly what the preview showed: the key names it."""
    key = request.form.get("idempotency_key", "")
    if job := import_job.of_key(db.session(), key) if key.startswith(token) else None:
        return redirect(url_for(".done", key=job.id), 303)
    parked = _parked(token)
    found = _look(parked)
    if key != _key(parked, found):
        flash(
            _("The register changed since you looked. Nothing was written: look again."), "warning"
        )
        return redirect(url_for(".preview", token=token), 303)
    db.session.remove()
    try:
        written = commit(found, file_name=parked.name, by=access.actor(), today=_today(), key=key)
    except (Clash, RuleBroken) as error:
        flash(error.message, "danger")
        return redirect(url_for(".preview", token=token), 303)
    parking.remove(_folder(), token)
    job = written.value or import_job.of_key(db.session(), key)
    if job is None:
        return redirect(url_for(".upload"), 303)
    counts = job.counts
    flash_undo(
        _(
            "%(new)s new, %(changed)s changed students.",
            new=counts["new"],
            changed=counts["changed"],
        ),
        written.change_set_id,
    )
    return redirect(url_for(".done", key=job.id), 303)


@bp.post("/<token>/cancel")
@needs("import", "create")
def cancel(token: str) -> Response:
    """Let go of the file."""
    parking.remove(_folder(), _parked(token).token)
    flash(_("The file was let go. Nothing was written."), "info")
    return redirect(url_for(".upload"), 303)


@bp.get("/done/<int:key>")
@needs("import", "view")
def done(key: int) -> str:
    """What an import did, now or some time ago."""
    job = import_job.find(db.session(), key)
    undone = history.undone_by(db.session(), [job.change_set_id])
    may_undo = not undone and import_page.may_undo(job, access.actor())
    return render_template(
        "pages/import_done.html",
        file={"name": job.file_name},
        counts=job.counts,
        change={
            "id": job.change_set_id,
            "url": url_for("changes.show", key=job.change_set_id),
        },
        undo_url=url_for("changes.undo", key=job.change_set_id) if may_undo else None,
        list_url=import_page.students_url(),
        again_url=url_for(".upload"),
    )


def _upload_page(problem: str | None = None) -> str:
    return render_template(
        "pages/import_upload.html",
        kinds=[("student", _("Students and their enrolments"))],
        kind="student",
        encodings=[("", _("Find out")), *((name, name) for name in import_page.ENCODINGS)],
        limit=current_app.config["MAX_CONTENT_LENGTH"],
        problem={"message": problem, "cure": ""} if problem else None,
        recent=[_recent(job) for job in import_job.latest(db.session())],
    )


def _recent(job: ImportJob) -> dict[str, Any]:
    return {
        "name": job.file_name,
        "at": job.at,
        "who": words.who_label(job.change_set.by_name),
        "outcome": import_page.in_short(job.counts),
        "url": url_for(".done", key=job.id),
    }


def _preview_page(parked: Parked) -> str:
    found = _look(parked)
    return render_template(
        "pages/import_preview.html",
        **import_page.context(parked, found, request.args, _today()),
        update_url=url_for(".update", token=parked.token),
        commit_url=url_for(".write", token=parked.token),
        cancel_url=url_for(".cancel", token=parked.token),
        idempotency_key=_key(parked, found),
    )


def _look(parked: Parked) -> Preview:
    plan = make_plan(parked.table, parked.choices, _today())
    return make_preview(
        db.session(), parked.table, plan, today=_today(), roles=access.actor().roles
    )


def _key(parked: Parked, found: Preview) -> str:
    """Names the upload and what was shown, so that nothing else can be written with it."""
    return f"{parked.token}.{found.digest[:32]}"


def _choices(parked: Parked) -> Choices:
    form = request.form
    fields = {
        index: form[f"column-{index}"]
        for index in range(len(parked.table.header))
        if form.get(f"column-{index}", "?") in {"", *headers.SYNONYMS}
    }
    order = form.get("date_order")
    known = {item.value for item in Order}
    kept = parked.choices.order
    return Choices(fields=fields, order=Order(order) if order in known else kept)


def _parked(token: str) -> Parked:
    return parking.find(_folder(), token, owner=_user_id(), now=_now())


def _folder() -> Path:
    return parking.folder_in(current_app.extensions["studentadmin.settings"].data_dir)


def _user_id() -> int:
    return access.actor().user_id or 0


def _now() -> datetime:
    return datetime.now(UTC)


def _today() -> date:
    return datetime.now().astimezone().date()


def init_app(app: Flask) -> None:
    """Bind the pages; files that waited for more than a day go at every start."""
    parking.sweep(parking.folder_in(app.extensions["studentadmin.settings"].data_dir), _now())
    app.register_blueprint(bp)
