"""The actions of a student's enrolment: a small form each, one change set, Undo."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import uuid4

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from studentadmin.errors import RuleBroken
from studentadmin.extensions import db
from studentadmin.forms import words
from studentadmin.forms.base import RecordForm
from studentadmin.forms.enrolling import WORDS, form_of
from studentadmin.models import Enrolment, Student
from studentadmin.rules.enrolling import ENTERS, Action
from studentadmin.services import enrolling
from studentadmin.services.enrolling import Standing
from studentadmin.services.enrolment import EnrolmentDraft
from studentadmin.services.student import by_number
from studentadmin.services.unit import Unit, Written, write
from studentadmin.views import access, enrolling_form
from studentadmin.views.access import needs
from studentadmin.views.admin.table import form_key
from studentadmin.views.answers import flash_written

bp = Blueprint("enrolling", __name__)


@bp.route("/students/<student_no:key>/enrolment/<action>", methods=("GET", "POST"))
@needs("enrolment", "edit")
def act(key: str, action: str) -> Response | tuple[str, int] | str:
    """Ask for dates and types, then write."""
    try:
        wanted = Action(action)
    except ValueError:
        raise NotFound from None
    student = by_number(db.session, key)
    now = enrolling.standing(db.session, student)
    form = form_of(wanted)(request.form if request.method == "POST" else None)
    enrolling_form.offer(form, wanted, now, _today())
    if request.method == "GET":
        return _page(wanted, now, form)
    name, done = student.full_name, WORDS[wanted][1]
    if form.validate():
        try:
            written = _write(wanted, student.id, form)
        except RuleBroken as error:
            form.put(error.field, error.message)
        else:
            if written.repeated:
                flash(_("This was saved already."), "info")
            else:
                flash_written(written, str(done) % {"name": name}, _("Nothing was changed."))
            return redirect(url_for("student.details_view", key=key), 303)
    return _page(wanted, enrolling.standing(db.session, by_number(db.session, key)), form), 422


def _write(action: Action, student_id: int, form: RecordForm) -> Written[Enrolment]:
    values = form.values()

    def work(unit: Unit) -> Enrolment:
        if action in ENTERS:
            return enrolling.enter(unit, action, EnrolmentDraft(student_id=student_id, **values))
        if action is Action.CHANGE:
            return enrolling.change(unit, student_id, enrolling.ChangeDraft(**values))
        return enrolling.leave(unit, action, student_id, enrolling.ExitDraft(**values))

    return write(work, by=access.actor(), why=action.value, key=form_key())


def _page(action: Action, now: Standing, form: RecordForm) -> str:
    student = now.student
    return render_template(
        "pages/enrolment_action.html",
        title=str(WORDS[action][0]),
        name=student.full_name,
        record_url=url_for("student.details_view", key=student.student_number),
        list_url=url_for("student.index_view"),
        list_title=words.table_label("student", many=True),
        facts=enrolling_form.facts(now),
        refusal=now.refusal(action),
        others=menu(now),
        form=form,
        fieldsets=[(t, [n for n in names if n in form]) for t, names in form.fieldsets],
        idempotency_key=uuid4().hex,
    )


def menu(now: Standing) -> list[dict[str, Any]]:
    """What can be done with its address, then what cannot, by the rule that refuses it now."""
    number = now.student.student_number
    found: list[dict[str, Any]] = []
    refused: dict[str, list[str]] = {}
    for action in Action:
        label = str(WORDS[action][0])
        if refusal := access.refusal("enrolment", "edit") or now.refusal(action):
            refused.setdefault(refusal, []).append(label)
        else:
            url = url_for("enrolling.act", key=number, action=action.value)
            found.append({"label": label, "url": url, "refusal": ""})
    return found + [
        {"label": words.listed(labels), "url": None, "refusal": rule}
        for rule, labels in refused.items()
    ]


def menu_of(student: Student) -> list[dict[str, Any]]:
    """The menu of a student's page; empty where there is nothing to do or to see."""
    if student.deleted_at is not None or not access.may("enrolment", "view"):
        return []
    return menu(enrolling.standing(db.session, student))


def _today() -> date:
    return datetime.now().astimezone().date()


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
