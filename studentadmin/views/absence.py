""" "Why is this student not in the list?", asked from a list or a class.

What is asked about a person is posted, so that no name stands in an address of ours.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from flask import Blueprint, Flask, current_app, render_template, request, url_for
from flask_babel import get_timezone
from flask_babel import gettext as _

from studentadmin.extensions import db
from studentadmin.forms import choices
from studentadmin.models import Homeroom, Student
from studentadmin.rules.conditions import Filters
from studentadmin.services import absence
from studentadmin.services.absence import Reason
from studentadmin.services.conditions import Moment, moment, where
from studentadmin.services.listing import ListQuery, contains_words
from studentadmin.views.access import actor, may, needs
from studentadmin.views.admin import filtering, state
from studentadmin.views.admin.columns import TONES, ListColumn
from studentadmin.views.admin.state import Address, ListState, whole_number, with_query

bp = Blueprint("absence", __name__)
OWNERS = {"student": "id", "enrolment": "student_id"}
"""Lists that can be asked, and the column that says whose a row is."""

LONGEST = 200


@dataclass(frozen=True)
class Asked:
    """A list as it is narrowed."""

    view: Any
    columns: list[ListColumn]
    state: ListState
    now: Moment
    narrowed: list[dict[str, str]]
    """The search and each filter: label, and the address without it."""


@bp.route("/why-not-listed", methods=("GET", "POST"))
@needs("student", "view")
def ask() -> str:
    """Type a number or a name; see the reason and the way out."""
    who = " ".join(request.form.get("who", "").split())[:LONGEST]
    room = _room()
    asked = _asked() if room is None else None
    found = absence.candidates(db.session, who) if who else []
    if not may("trash", "view"):
        found = [row for row in found if row.deleted_at is None]
    own_url, title = _origin(room, asked)
    return render_template(
        "pages/why_not_listed.html",
        who=who,
        asked_url=with_query(url_for(".ask"), _pairs()),
        list_url=own_url,
        list_title=title,
        shown=[item["label"] for item in asked.narrowed] if asked else [],
        answers=[_answer(student, asked, room) for student in found],
    )


def why_url(table: str, pairs: Iterable[tuple[str, Any]]) -> str:
    """The address that asks about a list whose state is `pairs`."""
    return with_query(url_for("absence.ask"), [("list", table), *pairs])


def _pairs() -> list[tuple[str, str]]:
    return state.pairs_of(request.query_string.decode("utf-8", "replace"))


def _room() -> Homeroom | None:
    key = whole_number(request.args.get("homeroom_id"))
    room = db.session.get(Homeroom, key) if key and may("homeroom", "view") else None
    return room if room is not None and room.deleted_at is None else None


def _asked() -> Asked:
    """The list that the address is about, read as its own page reads it."""
    table = request.args.get("list", "")
    if table not in OWNERS or not may(table, "view"):
        table = "student"
    views = current_app.extensions["admin"][0]._views
    view = next(view for view in views if view.endpoint == table)
    columns = view._seen_columns()
    kept = [pair for pair in _pairs() if pair[0] != "list"]
    address = Address(url_for(f"{table}.index_view"), kept).modern(filtering.kinds_of(columns))
    found = state.read_state(address, columns, columns, view.default_order)
    now = moment(db.session, found.filters, get_timezone() or UTC, actor().user_id)
    known = filtering.by_filter_name(columns)
    labels = filtering.labels_of(db.session, found.filters, known)
    return Asked(view, columns, found, now, filtering.chips(found, columns, labels))


def _origin(room: Homeroom | None, asked: Asked | None) -> tuple[str, str]:
    """Where the question comes from: address and name."""
    if room is not None or asked is None:
        key = room.id if room else 0
        return url_for("homeroom.details_view", key=key), room.name if room else ""
    return asked.state.address.to(), asked.view.title


def _answer(student: Student, asked: Asked | None, room: Homeroom | None) -> dict[str, Any]:
    known = absence.reasons(db.session, student, room, _today())
    why = [{"text": reason.text, "cure": _cure(student, reason)} for reason in known]
    if asked is not None and student.deleted_at is None:
        why += _narrowed_out(student, asked)
    return {
        "name": student.full_name,
        "number": student.student_number,
        "url": url_for("student.details_view", key=student.student_number),
        "chip": (str(choices.STUDENT_STATUSES[student.status]), TONES[student.status]),
        "reasons": why,
    }


def _narrowed_out(student: Student, asked: Asked) -> list[dict[str, Any]]:
    """The search and the filters that no row of the student passes, each with its way out."""
    owner = OWNERS[asked.view.endpoint]
    fields = filtering.fields_of(asked.columns)

    def passes(*wheres: Any) -> bool:
        own: Any = lambda query: query.column(owner) == student.id  # noqa: E731
        query = ListQuery(asked.view.model, trash=asked.state.trash, where=[own, *wheres])
        return bool(query.count(db.session, 1))

    if not passes():
        if asked.state.trash:
            return [_out(_("The list shows the trash."), asked.view.get_url(".index_view"))]
        return [{"text": _("The student was never enrolled."), "cure": None}]
    tests = [contains_words(asked.view.search_paths, asked.state.search)]
    tests = tests if asked.state.search else []
    tests += [
        test for one in asked.state.filters for test in where(Filters(((one,),)), fields, asked.now)
    ]
    if passes(*tests[: bool(asked.state.search)], *where(asked.state.filters, fields, asked.now)):
        return []
    found = [
        _out(_("The list shows only: %(filter)s.", filter=item["label"]), item["remove_url"])
        for item, test in zip(asked.narrowed, tests, strict=True)
        if not passes(test)
    ]
    together = _("No single record of this student fits all filters together.")
    return found or [_out(together, asked.view.get_url(".index_view"))]


def _out(text: str, url: str) -> dict[str, Any]:
    return {"text": text, "cure": {"label": _("Show without it"), "url": url}}


def _cure(student: Student, reason: Reason) -> dict[str, str] | None:
    """The way out: a label and an address."""
    number = student.student_number
    if reason.cure == "restore":
        return {"label": _("Open the record"), "url": url_for("student.details_view", key=number)}
    if reason.cure == "trash" and may("trash", "view"):
        return {"label": _("Trash"), "url": url_for("trash.index", kind="enrolment")}
    if reason.cure in {"enrol", "change"} and may("enrolment", "edit"):
        action = {"enrol": "return", "change": "change"}[reason.cure]
        if student.status == "registered":
            action = "admit"
        label = {"return": _("Return"), "change": _("Change grade or class"), "admit": _("Admit")}
        return {
            "label": label[action],
            "url": url_for("enrolling.act", key=number, action=action),
        }
    return None


def _today() -> date:
    return datetime.now().astimezone().date()


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
