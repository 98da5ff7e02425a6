"""Taking attendance: what is to be taken on a day, the sheet of a group, and its Undo."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from flask_babel import format_time, ngettext
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from studentadmin.errors import Clash, Missing, RuleBroken
from studentadmin.extensions import db
from studentadmin.forms.attendance import MarkForm, packed
from studentadmin.models import AttendanceSheet, Homeroom, Section
from studentadmin.rules.attendance import LAST_PERIOD, WHOLE_DAY, Mark
from studentadmin.services import attendance_sheet as sheets
from studentadmin.services import history
from studentadmin.services import undo as undoing
from studentadmin.services.attendance_day import read_day
from studentadmin.services.attendance_sheet import Entry, Group, Sheet, Taken
from studentadmin.services.records import service_of
from studentadmin.services.unit import Written, write
from studentadmin.views import access
from studentadmin.views.access import needs
from studentadmin.views.admin.listing import whole_number
from studentadmin.views.admin.table import form_key
from studentadmin.views.answers import refuse_here
from studentadmin.views.attendance_words import closure_text, mark_text, shown_codes, sorted_name

bp = Blueprint("attendance", __name__, url_prefix="/attendance")
POSTED = re.compile(r"s([0-9]{1,18})-was")


def today() -> date:
    """The day on the wall of the school."""
    return datetime.now().astimezone().date()


def day_asked() -> date:
    """The day that the address names; today without one."""
    try:
        return date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return today()


@bp.get("/")
@needs("attendance_sheet", "view")
def index() -> str:
    """The classes and sections of a day, with what was taken; one's own sections first."""
    day = day_asked()
    groups = read_day(db.session, day, access.actor().user_id or 0)
    return render_template(
        "pages/attendance.html",
        day=day,
        today=today(),
        steps=_steps(day, groups.days),
        homerooms=groups.homerooms,
        sections=groups.sections,
        own=groups.own,
        closure_text=closure_text,
        rates_url=url_for("attendance_pages.rates"),
    )


@bp.route("/homerooms/<int:key>", methods=("GET", "POST"))
@needs("attendance_sheet", "view")
def homeroom(key: int) -> Any:
    """The sheet of a class, for the whole day unless the address names a period."""
    row = service_of(Homeroom).find(db.session, key)
    return _sheet_page(Group(homeroom_id=key), row, WHOLE_DAY)


@bp.route("/sections/<int:key>", methods=("GET", "POST"))
@needs("attendance_sheet", "view")
def section(key: int) -> Any:
    """The sheet of a section for a period, the first unless the address names one."""
    row = service_of(Section).find(db.session, key)
    return _sheet_page(Group(section_id=key), row, 1)


@bp.post("/undo/<int:key>")
@needs("attendance_sheet", "undo")
def undo(key: int) -> Response:
    """Take back a sheet that one saved; what a colleague changed since stays and is said."""
    change = history.change_set(db.session, key)
    sheet = db.session.get(AttendanceSheet, change.subject_id or 0)
    if change.subject_table != "attendance_sheet" or sheet is None:
        raise Missing(_("This record does not exist, or was moved to the trash."))
    back = url_of(Group(sheet.homeroom_id, sheet.section_id), sheet.date, sheet.period)
    try:
        write(
            lambda unit: undoing.undo(unit, key),
            by=access.actor(),
            why="undo",
            source="undo",
            undoes=key,
        )
    except Clash:
        flash(_("Somebody changed these marks since. Nothing was taken back."), "danger")
    except RuleBroken as error:
        refuse_here(error)
    else:
        flash(_("The change was taken back."), "success")
    return redirect(back, 303)


def url_of(group: Group, day: date, period: int) -> str:
    """The address of a sheet."""
    if group.homeroom_id is not None:
        return url_for("attendance.homeroom", key=group.homeroom_id, day=day, period=period or None)
    return url_for("attendance.section", key=group.section_id, day=day, period=period)


def _period_asked(usual: int) -> int:
    asked = whole_number(request.args.get("period"))
    return asked if asked is not None and asked <= LAST_PERIOD else usual


def _sheet_page(group: Group, row: Homeroom | Section, usual: int) -> Any:
    day, period = day_asked(), _period_asked(usual)
    if group.section_id is not None:
        period = period or 1
    sheet = sheets.read_sheet(db.session, group, day, period)
    lines = _lines(sheet)
    clashes: list[dict[str, Any]] = []
    refusal, status = "", 200
    if request.method == "POST":
        access.require("attendance_sheet", "create")
        forms, status = _typed(), 422
        lines = _lines(sheet, forms)
        faulty = [key for key, form in forms.items() if not form.validate()]
        if not faulty:
            entries = {key: _chosen(key, form.entry()) for key, form in forms.items()}
            try:
                written = _take(group, day, period, entries)
            except RuleBroken as error:
                refusal = error.message
            except Clash as error:
                clashes, status = _clashes(error, sheet, lines), 409
            else:
                _say(written, row)
                return redirect(url_of(group, day, period), 303)
    return _render(row, sheet, lines, clashes, refusal), status


def _take(group: Group, day: date, period: int, entries: dict[int, Entry]) -> Written[Taken]:
    return write(
        lambda unit: sheets.take(unit, group, day, period, entries),
        by=access.actor(),
        why="take attendance",
        key=form_key(),
    )


def _typed() -> dict[int, MarkForm]:
    """The line of each student that was sent."""
    keys = [int(found[1]) for name in request.form if (found := POSTED.fullmatch(name))]
    return {key: MarkForm(request.form, prefix=f"s{key}-") for key in keys}


def _chosen(key: int, entry: Entry) -> Entry:
    """After a clash: the colleague's mark, where it was chosen, is what the page showed."""
    if request.form.get(f"clash-{key}") == "theirs":
        return Entry(entry.base, entry.base)
    return entry


def _lines(sheet: Sheet, typed: dict[int, MarkForm] | None = None) -> list[dict[str, Any]]:
    """The students of a sheet with their marks, or with what was typed."""
    found = []
    for line in sheet.lines:
        form = (typed or {}).get(line.student.id)
        mark = line.mark
        values: dict[str, Any] = {
            "code": mark.code_id, "minutes": mark.minutes, "reason": mark.reason,
            "was": packed(mark), "errors": [],
        }  # fmt: skip
        if form is not None:
            values = {name: form[name].data for name in ("code", "minutes", "reason", "was")}
            values["errors"] = [text for field in form for text in field.errors]
        found.append(
            {
                "id": line.student.id,
                "number": line.student.student_number,
                "name": sorted_name(line.student),
                "url": url_for("student.details_view", key=line.student.student_number),
                "hint": mark_text(line.day, sheet.codes) if line.day.code_id else "",
                **values,
            }
        )
    return found


def _clashes(error: Clash, sheet: Sheet, lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Both marks in words; the page is now filled from the colleague's, so that one can choose."""
    by_key = {line["id"]: line for line in lines}
    found = []
    for clash in error.clashes:
        line, theirs = by_key[clash.row_id], clash.theirs
        if isinstance(theirs, Mark):
            line["was"] = packed(theirs)
        sides = {
            side: mark_text(getattr(clash, side), sheet.codes)
            for side in ("base", "mine", "theirs")
        }
        found.append({"field": str(clash.row_id), "label": line["name"], "who": clash.who, **sides})
    return found


def _say(written: Written[Taken], row: Homeroom | Section) -> None:
    if written.repeated or written.change_set_id is None:
        flash(
            _("This was saved already.") if written.repeated else _("Nothing was changed."), "info"
        )
        return
    taken = written.made
    sheet = taken.sheet
    if taken.met_other and not request.form.get("seen") and sheet.taken_by_id:
        other = db.session.get(AttendanceSheet, sheet.id)
        name = other.taken_by.full_name if other is not None and other.taken_by else ""
        flash(
            _(
                "%(name)s took this sheet at %(time)s while you had it open. Both are kept.",
                name=name,
                time=format_time(sheet.taken_at, "short"),
            ),
            "info",
        )
    text = ngettext(
        "Attendance of %(group)s was saved: %(num)d mark written.",
        "Attendance of %(group)s was saved: %(num)d marks written.",
        taken.changed,
        group=row.label,
    )
    if access.may("attendance_sheet", "undo"):
        undo_url = url_for(".undo", key=written.change_set_id)
        flash({"text": text, "undo_url": undo_url}, "success")  # type: ignore[arg-type]
    else:
        flash(text, "success")


def _steps(day: date, days: Any) -> dict[str, date | None]:
    """The days with school before and after."""
    if days is None:
        return {"previous": None, "next": None}
    return {"previous": days.neighbour(day, -1), "next": days.neighbour(day, 1)}


def _render(
    row: Homeroom | Section,
    sheet: Sheet,
    lines: list[dict[str, Any]],
    clashes: list[dict[str, Any]],
    refusal: str,
) -> str:
    own = _steps(sheet.day, sheet.days)
    month = None
    if sheet.group.homeroom_id is not None:
        month = url_for("attendance_pages.month", key=row.id, month=f"{sheet.day:%Y-%m}")
    allowed = access.may("attendance_sheet", "create")
    return render_template(
        "pages/attendance_sheet.html",
        title=row.label,
        group=sheet.group,
        day=sheet.day,
        today=today(),
        period=sheet.period,
        periods=range(0 if sheet.group.homeroom_id is not None else 1, LAST_PERIOD + 1),
        steps={
            name: url_of(sheet.group, step, sheet.period) if step else None
            for name, step in own.items()
        },
        closure=closure_text(sheet.closure) if sheet.closure else "",
        future=sheet.day > today(),
        taken=sheet.taken,
        lines=lines,
        codes=shown_codes(sheet.codes),
        clashes=clashes,
        refusal=refusal,
        refused="" if allowed else access.refusal("attendance_sheet", "create"),
        idempotency_key=uuid4().hex,
        month_url=month,
        index_url=url_for(".index", day=sheet.day),
    )


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
