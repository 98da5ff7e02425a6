"""What the forms of an enrolment's actions offer, and what they begin with."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from flask_babel import format_date
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from studentadmin.extensions import db
from studentadmin.forms import words
from studentadmin.forms.base import RecordForm
from studentadmin.models import AcademicSession, Homeroom
from studentadmin.rules import enrolling as rules
from studentadmin.rules.enrolling import ENTERS, Action
from studentadmin.services import enrolment_type, school_frame
from studentadmin.services.enrolling import Standing
from studentadmin.views.admin.pages import Item, record_url

NONE = SelectChoice("", "–")


def offer(form: RecordForm, action: Action, now: Standing, today: date) -> None:
    """Fill the menus; where nothing was sent, the fields, too."""
    fresh = form.is_fresh
    if action in ENTERS:
        _offer_entry(form, action, now, today, fresh=fresh)
    elif action is Action.CHANGE:
        _offer_change(form, now, today, fresh=fresh)
    else:
        _offer_types(form, action, "exit_type", fresh=fresh)
        if fresh and now.current is not None:
            session = now.current.academic_session
            form["exit_date"].data = min(max(today, now.current.entry_date), session.end_date)


def facts(now: Standing) -> list[Item]:
    """Where the student is, or was last, in words."""
    place = now.current or now.last
    if place is None:
        return [Item(_("Enrolment"), _("none yet"))]
    end = format_date(place.exit_date) if place.exit_date else _("today and on")
    homeroom = place.homeroom
    return [
        Item(words.table_label("enrolment"), place.academic_session.title, url=record_url(place)),
        Item(_("School"), place.organisation.name),
        Item(_("Grade"), place.grade_level.name),
        Item(_("Class"), homeroom.name if homeroom else None),
        Item(_("Days"), f"{format_date(place.entry_date)} – {end}"),
    ]


def _offer_entry(
    form: RecordForm, action: Action, now: Standing, today: date, *, fresh: bool
) -> None:
    _offer_types(form, action, "entry_type", fresh=fresh)
    last = now.last
    schools = school_frame.schools(db.session)
    years = school_frame.sessions(db.session, ending_from=today) or school_frame.sessions(
        db.session
    )
    grades = school_frame.grades(db.session)
    form["organisation_id"].choices = _choices(schools)
    form["academic_session_id"].choices = _choices(years)
    form["grade_level_id"].choices = _choices(grades)
    first = min((year.start_date for year in years), default=today)
    form["homeroom_id"].choices = [
        NONE,
        *map(_class_choice, school_frame.classes(db.session, ending_from=first)),
    ]
    if not fresh:
        return
    year = next((y for y in years if y.start_date <= today <= y.end_date), None)
    form["entry_date"].data = _first_day(year, now, today)
    form["academic_session_id"].data = year.id if year else None
    known = {school.id for school in schools}
    if last is not None and last.organisation_id in known:
        form["organisation_id"].data = last.organisation_id
    elif len(schools) == 1:
        form["organisation_id"].data = schools[0].id
    if last is not None:
        form["grade_level_id"].data = last.grade_level_id


def _first_day(year: AcademicSession | None, now: Standing, today: date) -> date:
    last = now.last.exit_date if now.last is not None else None
    return max(today, last + timedelta(days=1)) if last else today


def _offer_change(form: RecordForm, now: Standing, today: date, *, fresh: bool) -> None:
    form["grade_level_id"].choices = _choices(school_frame.grades(db.session))
    current = now.current
    if current is None:
        form["homeroom_id"].choices = [NONE]
        return
    rooms = school_frame.classes(
        db.session,
        organisation_id=current.organisation_id,
        academic_session_id=current.academic_session_id,
    )
    form["homeroom_id"].choices = [NONE, *(SelectChoice(str(r.id), r.name) for r in rooms)]
    if fresh:
        earliest = current.entry_date + timedelta(days=1)
        form["first_day"].data = min(max(today, earliest), current.academic_session.end_date)
        form["grade_level_id"].data = current.grade_level_id
        form["homeroom_id"].data = current.homeroom_id


def _offer_types(form: RecordForm, action: Action, name: str, *, fresh: bool) -> None:
    """Only the types that the action may give, the one that ships first."""
    kind = rules.kind_of(action)
    meanings = {row.code: row.meaning for row in enrolment_type.own(db.session, kind)}
    shown = words.CODES["enrolment", name]
    codes = [code for code in shown if rules.fits(action, meanings.get(code, code))]
    form[name].choices = [SelectChoice(code, str(shown[code])) for code in codes]
    if fresh:
        form[name].data = codes[0]


def _choices(rows: Iterable[Any]) -> list[SelectChoice]:
    found = [SelectChoice(str(row.id), row.label) for row in rows]
    return [SelectChoice("", _("Please choose")), *found]


def _class_choice(room: Homeroom) -> SelectChoice:
    group = f"{room.academic_session.title} · {room.organisation.name}"
    return SelectChoice(str(room.id), room.name, optgroup=group)
