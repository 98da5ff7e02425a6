"""Why a list does not show a student: asked by everybody, answered from the record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import format_date
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from studentadmin.extensions import ReadSession
from studentadmin.models import Enrolment, Homeroom, Student
from studentadmin.rules import student_number
from studentadmin.services import history
from studentadmin.services.listing import ListQuery, contains_words

SEARCHED = ("search_name", "student_number")
CANDIDATES = 10


@dataclass(frozen=True)
class Reason:
    """One reason in words; `cure` names the way out: restore, trash, enrol, change, or nothing."""

    text: str
    cure: str = ""


def candidates(session: ReadSession, who: str) -> Sequence[Student]:
    """Students of that number or name, those in the trash among them; at most ten."""
    exact = select(Student).filter_by(student_number=student_number.normalise(who))
    if found := session.scalars(exact).all():
        return found
    keys: list[int] = []
    for trash in (False, True):
        query = ListQuery(Student, trash=trash, where=[contains_words(SEARCHED, who)])
        keys += [row.id for row in query.read(session, (), (), limit=CANDIDATES).rows]
    by_name = select(Student).where(Student.id.in_(keys[:CANDIDATES]))
    return session.scalars(by_name.order_by(Student.sort_name, Student.id)).all()


def reasons(
    session: ReadSession, student: Student, room: Homeroom | None, today: date
) -> list[Reason]:
    """What of the record keeps the student out: of a class, or of every list (`room` None)."""
    if student.deleted_at is not None:
        return [_in_the_trash(session, student)]
    return [] if room is None else _elsewhere(session, student, room, today)


def _in_the_trash(session: ReadSession, student: Student) -> Reason:
    place = (student.__tablename__, student.id)
    line = history.removals(session, [place]).get(place)
    if line is None:
        return Reason(_("The student is in the trash."), "restore")
    return Reason(
        _("The student is in the trash since %(day)s.", day=format_date(line.change_set.at)),
        "restore",
    )


def _elsewhere(session: ReadSession, student: Student, room: Homeroom, today: date) -> list[Reason]:
    """What the enrolments say about the class."""
    query = (
        select(Enrolment)
        .where(Enrolment.student_id == student.id)
        .options(joinedload(Enrolment.organisation), joinedload(Enrolment.academic_session))
        .options(joinedload(Enrolment.grade_level), joinedload(Enrolment.homeroom))
        .order_by(Enrolment.entry_date.desc(), Enrolment.id.desc())
    )
    every = list(session.scalars(query))
    live = [row for row in every if row.deleted_at is None]
    here = [row for row in live if row.homeroom_id == room.id]
    if any(row.period.contains(today) for row in here):
        return []
    if here:
        return [_not_now(here[0], today)]
    if any(row.homeroom_id == room.id for row in every):
        return [Reason(_("The enrolment there is in the trash."), "trash")]
    current = next((row for row in live if row.exit_date is None), None)
    if current is None:
        last = live[0] if live else None
        if last is None:
            return [Reason(_("The student was never enrolled."), "enrol")]
        day = format_date(last.exit_date or last.entry_date)
        text = _("The student is not enrolled: the last day was %(day)s.", day=day)
        return [Reason(text, "enrol")]
    text = _("The student is somewhere else: %(where)s.", where=_named(current))
    if current.homeroom_id is None:
        text = _("The student has no class yet: %(where)s.", where=_named(current))
    return [Reason(text, "change")]


def _not_now(row: Enrolment, today: date) -> Reason:
    if row.entry_date > today:
        return Reason(_("The enrolment there begins on %(day)s.", day=format_date(row.entry_date)))
    day = format_date(row.exit_date or row.entry_date)
    return Reason(_("The student left there on %(day)s.", day=day), "enrol")


def _named(row: Enrolment) -> str:
    place: Any = row.homeroom.name if row.homeroom else None
    parts = (row.organisation.name, row.academic_session.title, row.grade_level.name, place)
    return " · ".join(part for part in parts if part)
