"""The sheet of a group for a day or a period: reading it, and taking it as one change set.

Only what differs from being present is stored, and a row that says that the sheet was taken, so
that "not taken" and "all present" differ. See docs/decisions/attendance.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import Select, exists, or_, select

from studentadmin.errors import Clash, FieldClash, RuleBroken
from studentadmin.extensions import ReadSession
from studentadmin.models import (
    AttendanceCode,
    AttendanceEvent,
    AttendanceSheet,
    Enrolment,
    Homeroom,
    Section,
    SectionEnrolment,
    Student,
)
from studentadmin.rules.attendance import PRESENT, WHOLE_DAY, Mark, merged
from studentadmin.rules.school_days import Closure, SchoolDays
from studentadmin.services.attendance import (
    attendance_events,
    attendance_sheets,
    offered_codes,
    place_of_group,
)
from studentadmin.services.calendar import school_days
from studentadmin.services.unit import Unit

MARKED = frozenset({"attendance_code_id", "minutes", "reason"})


@dataclass(frozen=True)
class Group:
    """Whose sheet it is: one class or one section, by its key."""

    homeroom_id: int | None = None
    section_id: int | None = None

    def sheet(self, day: date, period: int) -> AttendanceSheet:
        """A sheet of this group, not yet in the register."""
        return AttendanceSheet(
            homeroom_id=self.homeroom_id, section_id=self.section_id, date=day, period=period
        )


@dataclass(frozen=True)
class Line:
    """One student of a sheet; `day` is the mark of the whole day beside that of a period."""

    student: Student
    mark: Mark
    day: Mark = PRESENT


@dataclass(frozen=True)
class Sheet:
    """A group on a day: who is in it and how they are marked; `taken` is None before it was."""

    group: Group
    day: date
    period: int
    days: SchoolDays
    closure: Closure | None
    taken: AttendanceSheet | None
    lines: list[Line]
    codes: list[AttendanceCode]


@dataclass(frozen=True)
class Entry:
    """What one person made of one student's mark that the page showed as `base`."""

    base: Mark
    mine: Mark


@dataclass(frozen=True)
class Taken:
    """What taking a sheet did: the sheet, whether somebody else had taken it meanwhile."""

    sheet: AttendanceSheet
    met_other: bool
    changed: int


def roster(group: Group, day: date) -> Select[Student]:
    """The students of a group on a day, by name: who left is gone, who came later is not there."""
    enrolled = (
        Enrolment.student_id == Student.id,
        Enrolment.deleted_at.is_(None),
        Enrolment.entry_date <= day,
        or_(Enrolment.exit_date.is_(None), Enrolment.exit_date >= day),
    )
    if group.homeroom_id is not None:
        belongs = exists().where(*enrolled, Enrolment.homeroom_id == group.homeroom_id)
    else:
        belongs = exists().where(
            SectionEnrolment.student_id == Student.id,
            SectionEnrolment.section_id == group.section_id,
            SectionEnrolment.deleted_at.is_(None),
            SectionEnrolment.begin_date <= day,
            or_(SectionEnrolment.end_date.is_(None), SectionEnrolment.end_date >= day),
            or_(SectionEnrolment.override_reason.is_not(None), exists().where(*enrolled)),
        )
    return (
        select(Student)
        .where(Student.deleted_at.is_(None), belongs)
        .order_by(Student.sort_name, Student.id)
    )


def read_sheet(session: ReadSession, group: Group, day: date, period: int) -> Sheet:
    """The sheet as it stands, in as many queries for thirty students as for ten."""
    students = list(session.scalars(roster(group, day)))
    events = _events(session, [student.id for student in students], day, {WHOLE_DAY, period})
    days = school_days(session, *place_of_group(session, group.sheet(day, period)))
    known = {place: mark_of(event) for place, event in events.items() if not event.deleted_at}
    return Sheet(
        group=group,
        day=day,
        period=period,
        days=days,
        closure=days.closure(day),
        taken=_live(_taken(session, group, day, period)),
        lines=[
            Line(
                student,
                known.get((student.id, period), PRESENT),
                known.get((student.id, WHOLE_DAY), PRESENT) if period else PRESENT,
            )
            for student in students
        ],
        codes=_codes(session, known.values()),
    )


def take(unit: Unit, group: Group, day: date, period: int, entries: Mapping[int, Entry]) -> Taken:
    """Keep a sheet as taken, and the marks by student that differ from what the page showed.

    What a colleague marked since stays where this person left it alone; the same student marked
    differently by two raises Clash with both marks, and nothing is written. Raises RuleBroken for
    a day without school or yet to come, or a student who is not on the sheet; NotAllowed.
    """
    _lock(unit, group)
    sheet = _taken(unit.session, group, day, period)
    met_other = sheet is not None and sheet.deleted_at is None
    sheet = _keep_sheet(unit, group.sheet(day, period), sheet)
    students = {row.id: row for row in unit.session.scalars(roster(group, day))}
    if entries.keys() - students.keys():
        raise RuleBroken(_("A student left this group meanwhile. Open the sheet again."), None)
    events = _events(unit.session, students, day, {period}, lock=True)
    wanted, clashes = _wanted(entries, events, period)
    if clashes:
        raise Clash(_("Somebody else marked the same students differently."), clashes)
    _refuse_codes(unit, wanted.values())
    for student_id, mark in wanted.items():
        _put(unit, sheet, student_id, mark, events.get((student_id, period)))
    if met_other and wanted:
        sheet.changed_by_id, sheet.changed_at = unit.by.user_id, unit.now
    unit.session.flush()
    unit.subject = sheet
    return Taken(sheet, met_other, len(wanted))


def _codes(session: ReadSession, marks: Iterable[Mark]) -> list[AttendanceCode]:
    """The codes on offer, and after them those that stand on the sheet and are so no longer."""
    offered = offered_codes(session)
    old = {mark.code_id for mark in marks} - {code.id for code in offered}
    if old:
        query = select(AttendanceCode).where(AttendanceCode.id.in_(old))
        offered += session.scalars(query.order_by(AttendanceCode.position, AttendanceCode.id))
    return offered


def mark_of(event: AttendanceEvent | None) -> Mark:
    """What an event says; none, or one in the trash, is present."""
    if event is None or event.deleted_at is not None:
        return PRESENT
    return Mark(event.attendance_code_id, event.minutes, event.reason)


def _lock(unit: Unit, group: Group) -> None:
    """Two people who take one sheet come one after the other."""
    if group.homeroom_id is not None:
        unit.get(Homeroom, group.homeroom_id)
    else:
        unit.get(Section, group.section_id or 0)


def _taken(session: ReadSession, group: Group, day: date, period: int) -> AttendanceSheet | None:
    query = select(AttendanceSheet).where(
        AttendanceSheet.homeroom_id == group.homeroom_id
        if group.homeroom_id is not None
        else AttendanceSheet.section_id == group.section_id,
        AttendanceSheet.date == day,
        AttendanceSheet.period == period,
    )
    return session.scalars(query).first()


def _live(sheet: AttendanceSheet | None) -> AttendanceSheet | None:
    return sheet if sheet is not None and sheet.deleted_at is None else None


def _keep_sheet(unit: Unit, new: AttendanceSheet, found: AttendanceSheet | None) -> AttendanceSheet:
    """The row that says "taken": the one there is, the one in the trash put back, or a new one."""
    if found is None:
        attendance_sheets.require(unit, "create", ())
        new.taken_by_id, new.taken_at = unit.by.user_id, unit.now
        with unit.session.no_autoflush:
            attendance_sheets.check(unit, new)
        return unit.add(new)
    attendance_sheets.require(unit, "edit", ())
    if found.deleted_at is not None:
        found.deleted_at = None
        found.taken_by_id, found.taken_at = unit.by.user_id, unit.now
        found.changed_by_id = found.changed_at = None
    with unit.session.no_autoflush:
        attendance_sheets.check(unit, found)
    return found


def _events(
    session: ReadSession,
    students: Iterable[int],
    day: date,
    periods: set[int],
    *,
    lock: bool = False,
) -> dict[tuple[int, int], AttendanceEvent]:
    query = select(AttendanceEvent).where(
        AttendanceEvent.student_id.in_(list(students)),
        AttendanceEvent.date == day,
        AttendanceEvent.period.in_(periods),
    )
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return {(event.student_id, event.period): event for event in session.scalars(query)}


def _wanted(
    entries: Mapping[int, Entry], events: Mapping[tuple[int, int], AttendanceEvent], period: int
) -> tuple[dict[int, Mark], list[FieldClash]]:
    """The marks to write, by student, and where two people disagree."""
    wanted: dict[int, Mark] = {}
    clashes = []
    for student_id, entry in entries.items():
        event = events.get((student_id, period))
        theirs = mark_of(event)
        mark = merged(entry.base, entry.mine, theirs)
        if mark is None:
            who = event.taken_by.full_name if event is not None and event.taken_by else ""
            clashes.append(
                FieldClash(
                    "attendance_event", student_id, "attendance_code_id",
                    entry.base, entry.mine, theirs, who,
                )
            )  # fmt: skip
        elif mark != theirs:
            wanted[student_id] = mark
    return wanted, clashes


def _refuse_codes(unit: Unit, marks: Iterable[Mark]) -> None:
    keys = {mark.code_id for mark in marks} - {None}
    if keys - {code.id for code in offered_codes(unit.session)}:
        raise RuleBroken(_("Choose a record that exists."), "attendance_code_id")


def _put(
    unit: Unit,
    sheet: AttendanceSheet,
    student_id: int,
    mark: Mark,
    event: AttendanceEvent | None,
) -> None:
    """Write one mark: a new row, the row changed or put back, or the row to the trash.

    Day, place and period were checked once with the sheet; each student is on it.
    """
    if mark.code_id is None:
        if event is not None:
            attendance_events.require(unit, "edit", ())
            event.deleted_at = unit.now
            event.taken_by_id = unit.by.user_id
        return
    values = {
        "attendance_code_id": mark.code_id, "minutes": mark.minutes, "reason": mark.reason,
    }  # fmt: skip
    if event is None:
        filled = {name for name, value in values.items() if value is not None}
        attendance_events.require(unit, "create", filled)
        unit.session.add(
            AttendanceEvent(
                student_id=student_id, date=sheet.date, period=sheet.period,
                attendance_sheet_id=sheet.id, taken_by_id=unit.by.user_id, **values,
            )
        )  # fmt: skip
        return
    changed = {name for name, value in values.items() if getattr(event, name) != value}
    attendance_events.require(unit, "edit", changed)
    if event.deleted_at is not None:
        event.deleted_at = None
        event.attendance_sheet_id = sheet.id
    for name in changed:
        setattr(event, name, values[name])
    event.taken_by_id = unit.by.user_id
