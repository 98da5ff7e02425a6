"""Who was where, when: entries and exits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import format_date
from flask_babel import gettext as _

from studentadmin.errors import RuleBroken
from studentadmin.extensions import ReadSession
from studentadmin.models import (
    AcademicSession,
    Enrolment,
    GradeLevel,
    Homeroom,
    Organisation,
    Student,
)
from studentadmin.rules.enrolment_types import KINDS
from studentadmin.rules.periods import Period, first_overlap
from studentadmin.services import records
from studentadmin.services.enrolment_type import meaning_of
from studentadmin.services.records import Draft, RecordService, require_live
from studentadmin.services.unit import Unit


@dataclass(frozen=True)
class EnrolmentDraft(Draft):
    """First and last day inclusive; no exit date while the student is there."""

    student_id: int
    organisation_id: int
    academic_session_id: int
    grade_level_id: int
    entry_date: date
    entry_type: str = "new"
    homeroom_id: int | None = None
    exit_date: date | None = None
    exit_type: str | None = None
    exit_reason: str | None = None
    is_primary: bool = True
    is_repeat: bool = False


class EnrolmentService(RecordService[Enrolment]):
    """Rule 2: primary enrolments of a student never overlap; an exit has a date and a type."""

    model = Enrolment
    together = "student_id"
    locks = ((Student, "student_id"),)

    @staticmethod
    def asks() -> tuple[tuple[Any, str], ...]:
        return ((Enrolment.student_id, "student_id"),)

    def check(self, unit: Unit, row: Enrolment) -> None:
        student = unit.lookups.lock(Student, row.student_id)
        if student is None or student.deleted_at:
            raise RuleBroken(_("Choose a student."), "student_id")
        session = require_live(
            unit.session, AcademicSession, row.academic_session_id, "academic_session_id"
        )
        require_live(unit.session, Organisation, row.organisation_id, "organisation_id")
        require_live(unit.session, GradeLevel, row.grade_level_id, "grade_level_id")
        for kind in ("entry", "exit"):
            _check_type(unit, row, kind)
        check_dates(row, session, student)
        if row.homeroom_id is not None:
            check_homeroom(
                require_live(unit.session, Homeroom, row.homeroom_id, "homeroom_id"), row
            )
        if row.is_primary:
            own = unit.lookups.rows(Enrolment.student_id, row.student_id)
            live = (one for one in own if one is not row and one.deleted_at is None)
            refuse_overlap(row, (one for one in live if one.is_primary))

    def settle(self, unit: Unit, row: Enrolment) -> None:
        """The student's status follows from the last primary enrolment."""
        student = unit.session.get(Student, row.student_id)
        if student is not None:  # the undo of an import takes both out
            follow_status(unit, student)


def follow_status(unit: Unit, student: Student) -> None:
    """Work the status out anew from the enrolments.

    In the trash it stays what it was: what went there together counts.
    """
    own = unit.lookups.rows(Enrolment.student_id, student.id)
    standing = [one for one in own if one.deleted_at in (None, student.deleted_at)]
    standing.sort(key=lambda one: (one.entry_date, one.id), reverse=True)
    if student.status != (status := status_of(unit.session, standing)):
        student.status = status
        unit.flush()


def status_of(session: ReadSession, newest_first: list[Enrolment]) -> str:
    """What a student is by all of the enrolments that count, the newest first."""
    primary = [enrolment for enrolment in newest_first if enrolment.is_primary]
    if not primary:
        return "registered"
    if any(enrolment.exit_date is None for enrolment in primary):
        return "enrolled"
    last = meaning_of(session, "exit", primary[0].exit_type or "")
    return "graduated" if last == "graduated" else "left"


def _check_type(unit: Unit, row: Enrolment, kind: str) -> None:
    """Of the list that ships or the school's own; what a row carried before stays right."""
    field = f"{kind}_type"
    code = getattr(row, field)
    if code and code not in KINDS[kind] and meaning_of(unit.session, kind, code) is None:
        raise RuleBroken(_("Choose a type from the list."), field)


def check_dates(row: Enrolment, session: AcademicSession, student: Student) -> None:
    """Raise RuleBroken unless entry and exit fit each other, the session and the birth date."""
    if row.exit_date and row.exit_date < row.entry_date:
        raise RuleBroken(_("The exit cannot lie before the entry."), "exit_date")
    if row.exit_date and not row.exit_type:
        raise RuleBroken(_("Say why the student left: choose an exit type."), "exit_type")
    if row.exit_type and not row.exit_date:
        raise RuleBroken(_("Give the last day that belongs to this exit."), "exit_date")
    year = Period(session.start_date, session.end_date)
    for field in ("entry_date", "exit_date"):
        day = getattr(row, field)
        if day and not year.contains(day):
            raise RuleBroken(
                _(
                    "The day must lie in %(session)s, from %(start)s to %(end)s.",
                    session=session.title,
                    start=format_date(session.start_date),
                    end=format_date(session.end_date),
                ),
                field,
            )
    if student.birth_date and student.birth_date >= row.entry_date:
        raise RuleBroken(_("The entry must lie after the birth date."), "entry_date")


def check_homeroom(homeroom: Homeroom, row: Enrolment) -> None:
    """Raise RuleBroken when the class is of another school or session."""
    same = (homeroom.organisation_id, homeroom.academic_session_id)
    if same != (row.organisation_id, row.academic_session_id):
        raise RuleBroken(_("This class belongs to another school or year."), "homeroom_id")


def refuse_overlap(row: Enrolment, primary: Iterable[Enrolment]) -> None:
    """Rule 2: raise RuleBroken when one of the student's other `primary` ones shares a day."""
    others = {other.period: other for other in primary}
    if met := first_overlap(row.period, others):
        raise RuleBroken(
            _(
                "The student is already enrolled in %(school)s from %(start)s to %(end)s.",
                school=others[met].organisation.name,
                start=format_date(met.start),
                end=format_date(met.end) if met.end else _("today and on"),
            ),
            "entry_date",
        )


enrolments = EnrolmentService()
records.register(enrolments)
