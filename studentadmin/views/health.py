"""The data-health inbox: what is wrong or missing in the register, with the cure beside it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask import Blueprint, Flask, current_app, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from studentadmin.errors import Missing, RuleBroken
from studentadmin.extensions import db
from studentadmin.forms.health import CHECK_WORDS
from studentadmin.services import health, health_counts
from studentadmin.services.health_checks import Check
from studentadmin.services.health_ignore import HealthIgnoreDraft, health_ignores
from studentadmin.services.unit import Unit, write
from studentadmin.views import access
from studentadmin.views.access import needs
from studentadmin.views.admin import pages
from studentadmin.views.admin.listing import Pager, count_text, whole_number
from studentadmin.views.answers import flash_undo, refuse_here
from studentadmin.views.guards import safe_next
from studentadmin.views.health_items import items

bp = Blueprint("health", __name__, url_prefix="/health")
REASON_LENGTH = 255


@bp.get("/")
@needs("health", "view")
def index() -> str:
    """Every check with its count and trend. Asks anew where that is cheap and something changed."""
    figures = health_counts.figures(db.session)
    if not (figures.current or current_app.config["READ_ONLY"]) and (
        not figures.counts or health_counts.small(db.session)
    ):
        health_counts.keep(db.session)
        figures = health_counts.figures(db.session)
    checks = health.seen_by(access.may)
    trends = health_counts.trend(db.session, [check.name for check in checks])
    return render_template(
        "pages/health.html",
        checks=[_shown(check, figures.counts.get(check.name), trends) for check in checks],
        counted_at=figures.at,
        count_url=_count_url() if not figures.current else None,
        left_url=url_for(".left"),
    )


def _shown(check: Check, number: int | None, trends: dict[str, Any]) -> dict[str, Any]:
    title, hint = CHECK_WORDS[check.name]
    days = trends.get(check.name, [])
    return {
        "name": check.name,
        "title": title,
        "hint": hint,
        "count": count_text(number) if number is not None else None,
        "number": number,
        "url": url_for("health.show", name=check.name),
        "days": days,
        "line": _line([value for _day, value in days]),
    }


def _line(values: list[int]) -> str:
    """The points of a small drawing, 100 wide and 24 high; empty for less than two days."""
    if len(values) < 2:  # noqa: PLR2004
        return ""
    high, step = max(*values, 1), 100 / (len(values) - 1)
    return " ".join(f"{i * step:.1f},{22 - 20 * v / high:.1f}" for i, v in enumerate(values))


def _count_url() -> str | None:
    return url_for(".count_again") if access.may("health", "create") else None


@bp.post("/count")
@needs("health", "create")
def count_again() -> Response:
    """Ask every check, however large the register."""
    health_counts.keep(db.session)
    return redirect(url_for(".index"), 303)


@bp.get("/<name>")
@needs("health", "view")
def show(name: str) -> str:
    """The findings of one check, page by page."""
    check = _check(name)
    after = whole_number(request.args.get("after"))
    found, following = health.findings(db.session, check, _today(), after or 0)
    own = url_for(".show", name=name)
    here = url_for(".show", name=name, after=after)
    title, hint = CHECK_WORDS[name]
    return render_template(
        "pages/health_check.html",
        title=title,
        hint=hint,
        found=items(check, found, here),
        leave_url=(
            url_for(".leave", name=name, next=here)
            if access.may("health_ignore", "create")
            else None
        ),
        refusal=access.refusal("health_ignore", "create"),
        pair=name == "likely_duplicate",
        here=here,
        pager=Pager(
            first=own if after else None,
            next=url_for(".show", name=name, after=following) if following else None,
        ),
    )


@bp.post("/<name>/leave")
@needs("health_ignore", "create")
def leave(name: str) -> Response:
    """Leave a finding as it is, with a reason."""
    check = _check(name)
    key, other = _place()
    finding = health.find(db.session, check, _today(), key, other)
    reason = " ".join(request.form.get("reason", "").split())[:REASON_LENGTH]
    draft = HealthIgnoreDraft(name, key, finding.mark, reason, other)
    try:
        written = write(
            lambda unit: health_ignores.leave(unit, draft), by=access.actor(), why="leave as it is"
        )
    except RuleBroken as error:
        refuse_here(error)
    else:
        flash_undo(_("It is left as it is."), written.change_set_id)
    return _back(name)


@bp.post("/<name>/mend")
@needs("health", "edit")
def mend(name: str) -> Response:
    """Do what the check is sure of; the services ask for the right to edit."""
    check = _check(name)
    key, other = _place()
    finding = health.find(db.session, check, _today(), key, other)

    def work(unit: Unit) -> None:
        health.mend(unit, check, finding)

    try:
        written = write(work, by=access.actor(), why="mend")
    except RuleBroken as error:
        refuse_here(error)
    else:
        flash_undo(_("It is mended."), written.change_set_id)
    return _back(name)


@bp.get("/left")
@needs("health_ignore", "view")
def left() -> str:
    """What was left as it is, and why."""
    before = whole_number(request.args.get("before"))
    checks = {check.name: check for check in health.seen_by(access.may)}
    rows = health.left(db.session, checks, before)
    more, rows = len(rows) > health.PAGE, rows[: health.PAGE]
    places = {
        (checks[row.check_name].table, key)
        for row in rows
        for key in (row.row_id, row.other_id)
        if key
    }
    loaded = {(row.__tablename__, row.id): row for row in pages.load_rows(db.session, places)}
    shown = []
    for row in rows:
        table = checks[row.check_name].table
        about = [loaded.get((table, key)) for key in (row.row_id, row.other_id) if key]
        shown.append(
            {
                "check": CHECK_WORDS[row.check_name][0],
                "title": " – ".join(one.label for one in about if one is not None),
                "url": pages.record_url(about[0]) if about and about[0] is not None else None,
                "reason": row.reason,
                "at": row.updated_at,
                "again_url": (
                    url_for(".show_again", key=row.id)
                    if access.may("health_ignore", "delete")
                    else None
                ),
            }
        )
    pager = Pager(
        first=url_for(".left") if before else None,
        next=url_for(".left", before=rows[-1].id) if more else None,
    )
    return render_template("pages/health_left.html", left=shown, pager=pager)


@bp.post("/left/<int:key>/again")
@needs("health_ignore", "delete")
def show_again(key: int) -> Response:
    """A finding that was left is shown again."""
    row = health_ignores.find(db.session, key)
    _check(row.check_name)
    written = write(
        lambda unit: health_ignores.remove(unit, key), by=access.actor(), why="show again"
    )
    flash_undo(_("It is shown again."), written.change_set_id)
    return redirect(url_for(".left"), 303)


def _check(name: str) -> Check:
    """The check, for who may see what it is about."""
    check = health.check_named(name)
    for resource, field_class in check.needs:
        access.require(resource, "view", field_class)
    return check


def _place() -> tuple[int, int]:
    key = whole_number(request.form.get("key"))
    if key is None:
        raise Missing(_("This record does not exist, or was moved to the trash."))
    return key, whole_number(request.form.get("other")) or 0


def _back(name: str) -> Response:
    following = request.args.get("next") or request.form.get("next")
    return redirect(safe_next(following, url_for(".show", name=name)), 303)


def _today() -> date:
    return datetime.now().astimezone().date()


def tile() -> dict[str, Any] | None:
    """For the start page: how much there is to do, as it was last counted."""
    if not access.may("health", "view"):
        return None
    figures = health_counts.figures(db.session)
    names = {check.name for check in health.seen_by(access.may)}
    number = sum(count for name, count in figures.counts.items() if name in names)
    return {
        "label": _("Data health: to look at"),
        "count": count_text(number) if figures.counts else "–",
        "url": url_for("health.index"),
        "icon": "checks",
        "hint": "",
    }


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
