"""A student's way through school as actions: each checks, writes and explains one step.

Status follows (`EnrolmentService.settle`); it is never written by hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import format_date
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from studentadmin.errors import RuleBroken
from studentadmin.extensions import ReadSession
from studentadmin.models import Enrolment, Student
from studentadmin.rules import enrolling as rules
from studentadmin.rules.enrolling import Action, Refusal
from studentadmin.services.enrolment import EnrolmentDraft, enrolments
from studentadmin.services.enrolment_type import meaning_of
from studentadmin.services.records import Draft
from studentadmin.services.unit import Unit


@dataclass(frozen=True)
class ExitDraft(Draft):
    """The last day, inclusive, and why; `exit_reason` in the office's own words."""

    exit_date: date
    exit_type: str
    exit_reason: str | None = None


@dataclass(frozen=True)
class ChangeDraft(Draft):
    """The first day in the new grade or class; the day before is the last in the old one."""

    first_day: date
    grade_level_id: int
    homeroom_id: int | None = None
    is_repeat: bool = False


@dataclass(frozen=True)
class Standing:
    """Where a student is: the open main enrolment, else None, and the last that ended."""

    student: Student
    current: Enrolment | None
    last: Enrolment | None

    def refusal(self, action: Action) -> str:
        """Why the action is not possible now, and what to do instead; empty when it is."""
        why = rules.refusal(
            action, is_open=self.current is not None, was_here=self.last is not None
        )
        return "" if why is None else self._words(why)

    def _words(self, why: Refusal) -> str:
        name = self.student.full_name
        if why is Refusal.IS_ENROLLED and self.current is not None:
            return _(
                "%(name)s is enrolled in %(school)s since %(start)s. Enter the leave first, or"
                " change the grade or class.",
                name=name,
                school=self.current.organisation.name,
                start=format_date(self.current.entry_date),
            )
        if why is Refusal.WAS_HERE:
            return _("%(name)s was at school before. Use “Return”.", name=name)
        if why is Refusal.NEVER_HERE:
            return _("%(name)s was never enrolled. Use “Admit” or “Transfer in”.", name=name)
        if self.last is not None and self.last.exit_date is not None:
            return _(
                "%(name)s is not enrolled: the last day was %(day)s. Use “Return” first.",
                name=name,
                day=format_date(self.last.exit_date),
            )
        return _("%(name)s is not enrolled yet. Use “Admit” first.", name=name)


def standing(session: ReadSession, student: Student) -> Standing:
    """Where the student is now, by the main enrolments."""
    query = (
        select(Enrolment)
        .where(
            Enrolment.student_id == student.id,
            Enrolment.is_primary.is_(True),
            Enrolment.deleted_at.is_(None),
        )
        .options(
            joinedload(Enrolment.organisation),
            joinedload(Enrolment.academic_session),
            joinedload(Enrolment.grade_level),
            joinedload(Enrolment.homeroom),
        )
        .order_by(Enrolment.entry_date.desc(), Enrolment.id.desc())
    )
    found = list(session.scalars(query))
    current = next((e for e in found if e.exit_date is None), None)
    last = next((e for e in found if e.exit_date is not None), None)
    return Standing(student, current, last)


def enter(unit: Unit, action: Action, draft: EnrolmentDraft) -> Enrolment:
    """Admit, transfer in or return. Raises RuleBroken when the student is where that cannot be."""
    _allowed(unit, action, draft.student_id)
    _fitting(unit, action, draft.entry_type, "entry_type")
    return enrolments.create(unit, draft)


def leave(unit: Unit, action: Action, student_id: int, draft: ExitDraft) -> Enrolment:
    """Leave, transfer out or graduate: the open enrolment ends. Raises RuleBroken."""
    current = _current(unit, action, student_id)
    _fitting(unit, action, draft.exit_type, "exit_type")
    values = {"exit_date": draft.exit_date, "exit_type": draft.exit_type}
    if draft.exit_reason:
        values["exit_reason"] = draft.exit_reason
    return enrolments.edit(unit, current.id, values)


def change(unit: Unit, student_id: int, draft: ChangeDraft) -> Enrolment:
    """Rule 3: an exit, and an entry on the next day, in one change set. Raises RuleBroken."""
    current = _current(unit, Action.CHANGE, student_id)
    place = (draft.grade_level_id, draft.homeroom_id)
    if place == (current.grade_level_id, current.homeroom_id):
        raise RuleBroken(_("The student is in this grade and class already."), "homeroom_id")
    if draft.first_day <= current.entry_date:
        raise RuleBroken(
            _(
                "The change must come after the first day, %(day)s. If the entry itself is wrong,"
                " edit the enrolment.",
                day=format_date(current.entry_date),
            ),
            "first_day",
        )
    following = EnrolmentDraft(
        student_id=student_id,
        organisation_id=current.organisation_id,
        academic_session_id=current.academic_session_id,
        grade_level_id=draft.grade_level_id,
        homeroom_id=draft.homeroom_id,
        entry_date=draft.first_day,
        entry_type="changed",
        is_repeat=draft.is_repeat,
    )
    last_day = draft.first_day - timedelta(days=1)
    try:
        enrolments.edit(unit, current.id, {"exit_date": last_day, "exit_type": "changed"})
        return enrolments.create(unit, following)
    except RuleBroken as error:
        if error.field in {"entry_date", "exit_date"}:
            raise RuleBroken(error.message, "first_day") from error
        raise


def _allowed(unit: Unit, action: Action, student_id: int) -> Standing:
    now = standing(unit.session, unit.get(Student, student_id))
    if refused := now.refusal(action):
        raise RuleBroken(refused)
    return now


def _current(unit: Unit, action: Action, student_id: int) -> Enrolment:
    current = _allowed(unit, action, student_id).current
    if current is None:
        raise AssertionError(f"{action} without an open enrolment was let through")
    return current


def _fitting(unit: Unit, action: Action, code: str, field: str) -> None:
    if not rules.fits(action, meaning_of(unit.session, rules.kind_of(action), code)):
        raise RuleBroken(_("Choose a type from the list."), field)
