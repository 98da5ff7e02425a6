"""Two records of one student, side by side: choose field by field, then one of them is left."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from flask import Blueprint, Flask, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import format_date
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from studentadmin.errors import RuleBroken
from studentadmin.extensions import db
from studentadmin.forms import words
from studentadmin.forms.student import StudentForm
from studentadmin.models import Enrolment, Record, Student, StudentContact, StudentIdentifier
from studentadmin.rules.likeness import Traits
from studentadmin.services import duplicates
from studentadmin.services import merge as merging
from studentadmin.services.merge_plan import FIELDS, MINE, THEIRS, Choices, Hanging, Plan, plan
from studentadmin.services.student import students
from studentadmin.services.unit import write
from studentadmin.views import access
from studentadmin.views.access import needs
from studentadmin.views.admin import pages
from studentadmin.views.admin.columns import value_text
from studentadmin.views.admin.listing import whole_number
from studentadmin.views.admin.table import form_key
from studentadmin.views.answers import flash_undo
from studentadmin.views.guards import safe_next

bp = Blueprint("merging", __name__)
SHOWN = 100
"""Rows of one table that are offered one by one; the rest goes along."""


@bp.get("/merge/<int:keep>")
@needs("student_merge", "view")
def choose(keep: int) -> str | Response:
    """Which other record is of the same student."""
    other = whole_number(request.args.get("other"))
    if other is not None and other != keep:
        return redirect(url_for(".compare", keep=keep, other=other), 303)
    row = students.find(db.session, keep)
    likely = duplicates.like(db.session, duplicates.traits_of(row))
    return render_template(
        "pages/merge_choose.html",
        student=row,
        back_url=pages.record_url(row),
        lookup_url=url_for("student.ajax_lookup"),
        likely=[
            (_named(found.student), url_for(".compare", keep=keep, other=found.student.id))
            for found in likely
            if found.student.id != keep
        ],
    )


@bp.get("/merge/<int:keep>/<int:other>")
@needs("student_merge", "view")
def compare(keep: int, other: int) -> str:
    """The two side by side, what hangs on the one that goes, and what has to be decided."""
    return _page(plan(db.session, keep, other))


@bp.post("/merge/<int:keep>/<int:other>")
@needs("student_merge", "create")
def merge(keep: int, other: int) -> Response | tuple[str, int]:
    """Make one of two, as one change set."""
    choices = _choices()
    versions = tuple(whole_number(request.form.get(name)) or 0 for name in ("mine", "theirs"))
    gone = students.find(db.session, other, deleted=True).student_number
    try:
        written = write(
            lambda unit: merging.merge(unit, keep, other, choices, (versions[0], versions[1])),
            by=access.actor(),
            why="merge",
            key=form_key(),
        )
    except RuleBroken as error:
        return _page(plan(db.session, keep, other), error.message), 422
    row = students.find(db.session, keep)
    if written.repeated:
        flash(_("This was saved already."), "info")
    else:
        done = _("%(number)s was merged into %(name)s.", number=gone, name=row.label)
        flash_undo(done, written.change_set_id)
    return redirect(safe_next(request.args.get("next"), pages.record_url(row)), 303)


@bp.post("/students/like")
@needs("student", "create")
def like() -> Response:
    """Students who may be the one being typed. A POST, so that no name stands in an address."""
    form = StudentForm(request.form)
    given = [form.given_name.data, form.preferred_name.data]
    typed = Traits(
        family=form.family_name.data or "",
        given=tuple(name for name in given if name),
        native=form.native_name.data or "",
        birth_date=form.birth_date.data,
        sex=form.sex.data,
    )
    found = duplicates.like(db.session, typed) if typed.family and typed.given else []
    return jsonify(
        [
            {
                "text": _("%(student)s may be the same.", student=_named(item.student)),
                "url": pages.record_url(item.student),
            }
            for item in found
        ]
    )


def _named(student: Student) -> str:
    parts = [student.label, student.student_number]
    if student.birth_date:
        parts.append(_("born %(day)s", day=format_date(student.birth_date)))
    return words.listed(parts)


# -- what the page shows ------------------------------------------------------------------------


def _page(wanted: Plan, problem: str = "") -> str:
    keep, other = wanted.keep, wanted.other
    picked = _choices() if request.method == "POST" else None
    back = safe_next(request.args.get("next"), pages.record_url(keep))
    _named = pages.load_rows(db.session, {item.place for item in wanted.hanging})
    seen = [n for n in FIELDS if access.may("student", "view", pages.field_class("student", n))]
    return render_template(
        "pages/merge.html",
        keep=_side(keep),
        other=_side(other),
        fields=[_field(wanted, name, picked) for name in seen if name in wanted.defaults],
        same=[_field(wanted, name, picked) for name in seen if name not in wanted.defaults],
        conflicts=[_conflict(item, picked) for item in wanted.conflicts],
        primaries=[
            {"key": c.id, "label": c.person.label, "checked": picked and picked.primary == c.id}
            for c in (wanted.primaries if wanted.asks_primary else ())
        ],
        hanging=_groups(wanted.hanging, picked),
        problem=problem,
        swap_url=url_for(".compare", keep=other.id, other=keep.id, next=back),
        cancel_url=back,
        refusal=access.refusal("student_merge", "create"),
        idempotency_key=uuid4().hex,
        leave_url=(
            url_for("health.leave", name="likely_duplicate", next=url_for("health.index"))
            if access.may("health_ignore", "create") and _is_finding(wanted)
            else None
        ),
        pair=sorted((keep.id, other.id)),
    )


def _is_finding(wanted: Plan) -> bool:
    first, second = sorted((wanted.keep.id, wanted.other.id))
    found = duplicates.pairs(db.session, first - 1, first)
    return any(pair.second == second for pair in found)


def _side(student: Student) -> dict[str, Any]:
    return {
        "name": student.label,
        "number": student.student_number,
        "url": pages.record_url(student),
        "version": student.version,
        "status": value_text("student", "status", student.status),
    }


def _field(wanted: Plan, name: str, picked: Choices | None) -> dict[str, Any]:
    chosen = (picked.fields if picked else wanted.defaults).get(name, MINE)
    return {
        "name": name,
        "label": words.field_label("student", name),
        "mine": value_text("student", name, getattr(wanted.keep, name)),
        "theirs": value_text("student", name, getattr(wanted.other, name)),
        "chosen": chosen,
    }


def _conflict(item: Hanging, picked: Choices | None) -> dict[str, Any]:
    return {
        "key": item.row.id,
        "theirs": _said(item.row),
        "mine": [_said(row) for row in item.overlaps],
        "chosen": picked.enrolments.get(item.row.id) if picked else None,
    }


def _groups(hanging: list[Hanging], picked: Choices | None) -> list[dict[str, Any]]:
    """What hangs on the one that goes, by table, as far as this person may see it."""
    tables: dict[str, list[Hanging]] = {}
    for item in hanging:
        if item.row.__tablename__ in words.FORMS and access.may(item.row.__tablename__, "view"):
            tables.setdefault(item.row.__tablename__, []).append(item)
    return [
        {
            "label": words.table_label(table, many=True),
            "rows": [
                {
                    "place": f"{table}.{item.row.id}",
                    "text": _said(item.row),
                    "same": item.same is not None,
                    "taken": picked is None or item.place not in picked.leave,
                }
                for item in rows[:SHOWN]
            ],
            "more": max(0, len(rows) - SHOWN),
        }
        for table, rows in tables.items()
    ]


def _said(row: Record) -> str:
    """One row in a line, without what this person may not see."""
    if isinstance(row, Enrolment):
        end = format_date(row.exit_date) if row.exit_date else _("today and on")
        span = _("%(start)s to %(end)s", start=format_date(row.entry_date), end=end)
        place = [row.organisation.label, row.grade_level.label]
        return f"{words.listed(place)}: {span}"
    if isinstance(row, StudentContact):
        relation = value_text("student_contact", "relation", row.relation)
        return f"{row.person.label} ({relation})"
    if isinstance(row, StudentIdentifier):
        scheme = value_text("student_identifier", "scheme", row.scheme) or ""
        may = access.may("student_identifier", "view", "sensitive")
        return f"{scheme}: {row.value}" if may else scheme
    table = row.__tablename__
    return row.label if access.may(table, "view", "contact") else words.table_label(table)


def _choices() -> Choices:
    form = request.form
    fields = {
        name: form[f"field-{name}"]
        for name in FIELDS
        if form.get(f"field-{name}") in {MINE, THEIRS}
    }
    taken, enrolments = set(form.getlist("take")), {}
    for name, value in form.items():
        key = whole_number(name.removeprefix("enrolment-"))
        if name.startswith("enrolment-") and key is not None:
            enrolments[key] = value
    leave = set()
    for place in form.getlist("shown"):
        table, _dot, key_text = place.partition(".")
        key = whole_number(key_text)
        if place not in taken and key is not None:
            leave.add((table, key))
    return Choices(fields, frozenset(leave), enrolments, whole_number(form.get("primary")))


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
