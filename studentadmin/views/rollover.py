"""The roll-over of a school year: planned as long as one likes, written in one change set."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from studentadmin.errors import Clash, Missing, RuleBroken
from studentadmin.extensions import db
from studentadmin.forms import words
from studentadmin.forms.fields import clean
from studentadmin.forms.rollover import PROPOSED, DaysForm, GroupForm, StartForm
from studentadmin.rules.rollover import MOVES_ON, Choice, Destination
from studentadmin.services import rollover, rollover_commit, rollover_plan, school_frame
from studentadmin.services.rollover import Preview
from studentadmin.services.rollover_plan import Plan
from studentadmin.views import access, rollover_page
from studentadmin.views.access import needs
from studentadmin.views.admin.listing import with_query
from studentadmin.views.answers import flash_undo

bp = Blueprint("rollover", __name__, url_prefix="/rollover")


@bp.get("/")
@needs("rollover", "view")
def index() -> str:
    """Begin a roll-over, or go on with one."""
    return _start_page(_start_form(None))


@bp.post("/")
@needs("rollover", "create")
def begin() -> Response | tuple[str, int]:
    """Make the proposal for every student and park it."""
    form = _start_form(request.form)
    if form.validate():
        values = form.values()
        try:
            plan = rollover.start(db.session, **values, by=access.actor().name)
        except RuleBroken as error:
            form.put(error.field, error.message)
        else:
            rollover_plan.park(_folder(), plan)
            return redirect(url_for(".show", token=plan.token), 303)
    return _start_page(form), 422


@bp.get("/<token>")
@needs("rollover", "view")
def show(token: str) -> str:
    """Who would go where. Nothing is written."""
    preview = _look(rollover_plan.find(_folder(), token))
    return _plan_page(preview, GroupForm())


@bp.post("/<token>/days")
@needs("rollover", "create")
def days(token: str) -> Response:
    """Remember the days, and the class that each class becomes."""
    form = DaysForm(request.form)
    if not form.validate():
        flash(_("Give both days."), "danger")
        return redirect(url_for(".show", token=token), 303)
    names = {
        int(name.removeprefix("room-")): (clean(value) or "")[: rollover.LONGEST_NAME]
        for name, value in request.form.items()
        if name.removeprefix("room-").isdecimal() and name.startswith("room-")
    }
    rollover_plan.change(
        _folder(), token, lambda plan: replace(plan, **form.values(), rooms=plan.rooms | names)
    )
    return redirect(url_for(".show", token=token), 303)


@bp.post("/<token>/change")
@needs("rollover", "create")
def change(token: str) -> Response | tuple[str, int]:
    """Give the ticked students, or all of the list as it is filtered, another destination."""
    preview = _look(rollover_plan.find(_folder(), token))
    form = GroupForm(request.form)
    keys = _meant(preview)
    if not form.validate():
        return _plan_page(preview, form), 422
    if not keys:
        flash(_("Tick students first."), "warning")
    else:
        choice = _choice(form)
        rollover_plan.change(
            _folder(), token, lambda plan: rollover_plan.choose(plan, keys, choice)
        )
        flash(_("Changed for %(who)s.", who=rollover_page.rows_text(len(keys))), "success")
    return redirect(with_query(url_for(".show", token=token), _kept()), 303)


@bp.post("/<token>/noticed")
@needs("rollover", "create")
def noticed(token: str) -> Response:
    """Somebody looked through what others changed since: the plan goes on from there."""

    def turn(plan: Plan) -> Plan:
        return rollover.noticed(_look(plan))

    rollover_plan.change(_folder(), token, turn)
    return redirect(url_for(".show", token=token), 303)


@bp.post("/<token>/commit")
@needs("rollover", "create")
def commit(token: str) -> Response:
    """Write exactly what was shown: the key names it."""
    key = request.form.get("idempotency_key", "")
    if key.startswith(token) and (done := rollover_commit.written_with(db.session, key)):
        return redirect(url_for("changes.show", key=done), 303)
    plan = rollover_plan.find(_folder(), token)
    preview = _look(plan)
    back = redirect(url_for(".show", token=token), 303)
    if key != _key(preview):
        flash(
            _("The register changed since you looked. Nothing was written: look again."), "warning"
        )
        return back
    digest = preview.digest
    db.session.remove()
    settings = current_app.extensions["studentadmin.settings"]
    try:
        written = rollover_commit.carry_out(settings, plan, digest, by=access.actor(), key=key)
    except (Clash, RuleBroken) as error:
        flash(error.message, "danger")
        return back
    rollover_plan.remove(_folder(), token)
    if written.value is not None:
        said = rollover_page.in_short(written.value.totals)
        flash_undo(_("The school year was rolled over. %(sums)s", sums=said), written.change_set_id)
    return redirect(url_for("changes.show", key=written.change_set_id), 303)


@bp.post("/<token>/remove")
@needs("rollover", "create")
def remove(token: str) -> Response:
    """Let go of the plan."""
    rollover_plan.remove(_folder(), rollover_plan.find(_folder(), token).token)
    flash(_("The plan was let go. Nothing was written."), "info")
    return redirect(url_for(".index"), 303)


def _start_form(typed: Any) -> StartForm:
    form = StartForm(typed)
    years = school_frame.sessions(db.session, kind="schoolYear")
    schools = school_frame.schools(db.session)
    please = SelectChoice("", _("Please choose"))
    form["organisation_id"].choices = [please, *(SelectChoice(str(s.id), s.name) for s in schools)]
    named = [please, *(SelectChoice(str(year.id), year.title) for year in years)]
    form["from_id"].choices = form["to_id"].choices = named
    if typed is None:
        if len(schools) == 1:
            form["organisation_id"].data = schools[0].id
        if len(years) > 1:
            form["to_id"].data, form["from_id"].data = years[0].id, years[1].id
    return form


def _start_page(form: StartForm) -> str:
    plans = []
    for plan in rollover_plan.every(_folder()):
        try:
            preview = _look(plan)
        except Missing:
            rollover_plan.remove(_folder(), plan.token)  # its school or year is gone
            continue
        plans.append(
            {
                "title": f"{preview.organisation.name}, {preview.old.title} → {preview.new.title}",
                "url": url_for(".show", token=plan.token),
                "by": words.who_label(plan.by),
                "at": plan.at,
                "sums": rollover_page.in_short(preview.totals),
            }
        )
    return render_template(
        "pages/rollover.html",
        form=form,
        fieldsets=form.fieldsets,
        plans=plans,
        may_begin=access.may("rollover", "create"),
        new_year_url=url_for("academic_session.create_view"),
        grades_url=url_for("grade_level.index_view"),
    )


def _plan_page(preview: Preview, form: GroupForm) -> str:
    token = preview.plan.token
    return render_template(
        "pages/rollover_plan.html",
        **rollover_page.context(preview, request.values),
        form=form,
        days=DaysForm(obj=preview.plan),
        urls={
            name: url_for(f".{name}", token=token)
            for name in ("show", "days", "change", "noticed", "commit", "remove")
        },
        index_url=url_for(".index"),
        idempotency_key=_key(preview),
    )


def _choice(form: GroupForm) -> Choice | None:
    """None for what is proposed. An empty class follows the classes of the plan."""
    wanted = form.destination.data
    if wanted == PROPOSED:
        return None
    destination = Destination(wanted)
    homeroom = form.homeroom.data if destination in MOVES_ON else None
    exit_type = form.exit_type.data if destination is Destination.LEAVE else None
    return Choice(destination, homeroom or None, exit_type)


def _meant(preview: Preview) -> list[int]:
    """The enrolments that a change is for: ticked ones, or the list as it was filtered."""
    if request.form.get("scope") == "list":
        return [row.key for row in rollover_page.matching(preview, request.form)]
    ticked = set(request.form.getlist("row"))
    return [row.key for row in preview.rows if str(row.key) in ticked]


def _kept() -> dict[str, str]:
    return {n: request.form[n] for n in rollover_page.FILTERS if request.form.get(n)}


def _key(preview: Preview) -> str:
    """Names the plan and what was shown, so that nothing else can be written with it."""
    return f"{preview.plan.token}.{preview.digest[:32]}"


def _look(plan: Plan) -> Preview:
    return rollover.look(db.session, plan)


def _folder() -> Path:
    return rollover_plan.folder_in(current_app.extensions["studentadmin.settings"].data_dir)


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
