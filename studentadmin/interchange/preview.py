"""What an import would do, row by row, before anything is written."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from flask_babel import format_date
from flask_babel import gettext as _
from sqlalchemy import select

from studentadmin.extensions import ReadSession
from studentadmin.interchange import notes
from studentadmin.interchange.places import Grade, Place, Places, School, Year, missing_of
from studentadmin.interchange.plan import Plan
from studentadmin.interchange.read import Table
from studentadmin.interchange.rows import Reading, Refusal, RowReader
from studentadmin.models import Enrolment, Student
from studentadmin.rules.periods import Period, first_overlap

CHUNK = 500


class Outcome(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    CLASH = "clash"
    REFUSED = "refused"


@dataclass(frozen=True)
class FieldChange:
    """One value before and after; `field` "enrolment" holds its place in words."""

    field: str
    old: Any
    new: Any


@dataclass(frozen=True)
class PreviewRow:
    """One row of the file and what it would do."""

    line: int
    outcome: Outcome
    number: str
    name: str
    student_id: int | None = None
    changes: tuple[FieldChange, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    warnings: tuple[str, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    place: Place | None = None


@dataclass(frozen=True)
class Preview:
    """A whole file. `problems` stand in the way of the import, `notes` only explain it."""

    table: Table
    plan: Plan
    rows: tuple[PreviewRow, ...]
    to_make: tuple[School | Grade | Year, ...]
    problems: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def counts(self) -> dict[str, int]:
        """Every outcome, in the order of `Outcome`, with its number of rows."""
        found = Counter(row.outcome for row in self.rows)
        return {outcome.value: found[outcome] for outcome in Outcome}

    @property
    def changes_nothing(self) -> bool:
        return not any(row.outcome in {Outcome.NEW, Outcome.CHANGED} for row in self.rows)

    @property
    def is_stopped(self) -> bool:
        """All or nothing: one open question, refusal or clash holds back every row."""
        return bool(
            self.problems
            or self.plan.questions
            or any(row.outcome in {Outcome.CLASH, Outcome.REFUSED} for row in self.rows)
        )

    @property
    def is_settled(self) -> bool:
        """Nothing stops it, and the register holds all of it already."""
        return self.changes_nothing and not self.is_stopped

    @property
    def can_commit(self) -> bool:
        return not (self.is_stopped or self.changes_nothing)

    @property
    def digest(self) -> str:
        """Equal for two previews that would write the same."""
        summary = [(row.line, row.outcome.value, row.number, row.changes) for row in self.rows]
        return hashlib.sha256(repr((summary, self.to_make)).encode()).hexdigest()


def make_preview(
    session: ReadSession,
    table: Table,
    plan: Plan,
    *,
    today: date,
    roles: Iterable[str],
    school_names: Mapping[str, str] | None = None,
) -> Preview:
    """Compare the file with the register. Reads only.

    `school_names` says what schools are called that the register does not have yet.
    """
    reader = RowReader(plan, today)
    readings = [reader.read(row) for row in table.rows]
    register = _Register(session, {reading.number for reading in readings})
    places = Places(session, today, school_names or {})
    judge = _Judge(reader, register, places, notes.enrols(plan, places))
    rows = tuple(judge.row(reading) for reading in readings)
    to_make = missing_of(row.place for row in rows)
    return Preview(
        table,
        plan,
        rows,
        to_make,
        problems=tuple(notes.problems(table, plan, to_make, roles)),
        notes=tuple(notes.explain(table, plan, places, to_make)),
    )


class _Register:
    """The students of the file's numbers and where they are enrolled, fetched in a few queries."""

    def __init__(self, session: ReadSession, numbers: set[str]) -> None:
        self.students: dict[str, Student] = {}
        self.enrolments: dict[int, list[Enrolment]] = {}
        wanted = sorted(numbers - {""})
        for start in range(0, len(wanted), CHUNK):
            part = wanted[start : start + CHUNK]
            for student in session.scalars(select(Student).where(Student.student_number.in_(part))):
                self.students[student.student_number] = student
        ids = sorted(student.id for student in self.students.values())
        for start in range(0, len(ids), CHUNK):
            query = select(Enrolment).where(
                Enrolment.student_id.in_(ids[start : start + CHUNK]),
                Enrolment.is_primary.is_(True),
                Enrolment.deleted_at.is_(None),
            )
            for enrolment in session.scalars(query):
                self.enrolments.setdefault(enrolment.student_id, []).append(enrolment)


@dataclass
class _Judge:
    """Decides each row's outcome; remembers which numbers it has met."""

    reader: RowReader
    register: _Register
    places: Places
    enrols: bool
    met: dict[str, Reading] = field(default_factory=dict)
    in_words: dict[Place, str] = field(default_factory=dict)

    def row(self, reading: Reading) -> PreviewRow:
        if reading.refusals:
            return _refused(reading, reading.refusals)
        first = self.met.setdefault(reading.number, reading)
        if first is not reading:
            return self._again(first, reading)
        student = self.register.students.get(reading.number)
        if student is None:
            if lacking := self.reader.missing(reading):
                return _refused(reading, lacking)
        elif student.deleted_at is not None:
            return _refused(reading, (_in_the_trash(reading, student),))
        return self._write(reading, student)

    @staticmethod
    def _again(first: Reading, reading: Reading) -> PreviewRow:
        if first.meaning == reading.meaning:
            outcome = Outcome.SAME
            words = _("Says the same as line %(line)s; taken once.", line=first.line)
        else:
            outcome = Outcome.CLASH
            words = _(
                "Line %(line)s has the same number and says something else."
                " Keep one of the two in the file.",
                line=first.line,
            )
        return PreviewRow(reading.line, outcome, reading.number, reading.name, warnings=(words,))

    def _write(self, reading: Reading, student: Student | None) -> PreviewRow:
        place, problem, warning = self._place(reading, student)
        if problem:
            return _refused(reading, (problem,))
        changes = [
            FieldChange(name, getattr(student, name, None), value)
            for name, value in reading.values.items()
            if getattr(student, name, None) != value
        ]
        if place is not None:
            if place not in self.in_words:
                self.in_words[place] = _in_words(place)
            changes.append(FieldChange("enrolment", None, self.in_words[place]))
        known = Outcome.CHANGED if changes else Outcome.SAME
        return PreviewRow(
            reading.line,
            known if student else Outcome.NEW,
            reading.number,
            reading.name or (student.full_name if student else ""),
            student_id=student.id if student else None,
            changes=tuple(changes),
            warnings=(*reading.warnings, *([warning] if warning else [])),
            values=reading.values,
            place=place,
        )

    def _place(
        self, reading: Reading, student: Student | None
    ) -> tuple[Place | None, Refusal | None, str]:
        """The enrolment to make, or a refusal, or a warning that says why there is none."""
        if not self.enrols or not reading.enrolled:
            return None, None, ""
        school = self.places.school(reading.school) if reading.school else self.places.only_school()
        if school is None or not reading.grade:
            return None, None, _("No enrolment: the row names no school or no grade.")
        grade = self.places.grade(reading.grade)
        held = self.register.enrolments.get(student.id, []) if student else []
        for enrolment in held:
            if enrolment.exit_date is None and _is_at(enrolment, school, grade):
                return None, None, ""
        year = self.places.year(reading.entry_date)
        if year is None:
            return None, _no_year(reading), ""
        entry = reading.entry_date or year.period.start
        if overlap := first_overlap(Period(entry), [enrolment.period for enrolment in held]):
            return (
                None,
                None,
                _(
                    "Already enrolled otherwise from %(start)s; an import moves nobody.",
                    start=format_date(overlap.start),
                ),
            )
        return Place(school, grade, year, entry), None, ""


def _is_at(enrolment: Enrolment, school: School, grade: Grade) -> bool:
    return (enrolment.organisation_id, enrolment.grade_level_id) == (school.id, grade.id)


def _in_words(place: Place) -> str:
    words = {"school": place.school.name, "grade": place.grade.name}
    return str(_("%(school)s, %(grade)s, from %(day)s", **words, day=format_date(place.entry_date)))


def _refused(reading: Reading, refusals: tuple[Refusal, ...]) -> PreviewRow:
    return PreviewRow(
        reading.line, Outcome.REFUSED, reading.number, reading.name, refusals=refusals
    )


def _in_the_trash(reading: Reading, student: Student) -> Refusal:
    return Refusal(
        "",
        "student_number",
        reading.number,
        _("%(name)s, who has this number, is in the trash.", name=student.full_name),
        _("Restore the student from the trash, then import again."),
    )


def _no_year(reading: Reading) -> Refusal:
    day = reading.entry_date
    return Refusal(
        "",
        "entry_date",
        day.isoformat() if day else "",
        _("No school year of the register holds this day."),
        _("Add the school year first, or leave the column of first days out."),
    )
