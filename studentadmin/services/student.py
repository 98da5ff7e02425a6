"""Students and the numbers others gave them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from studentadmin.errors import Missing, RuleBroken
from studentadmin.extensions import ReadSession
from studentadmin.models import (
    AttendanceEvent,
    Email,
    Enrolment,
    SectionEnrolment,
    Student,
    StudentContact,
    StudentIdentifier,
    StudentMerge,
)
from studentadmin.models.person import Address, Phone
from studentadmin.rules import identity_number, student_number
from studentadmin.services import records
from studentadmin.services.naming import NAME_FORMS, with_name_forms
from studentadmin.services.records import Draft, Link, RecordService, require_live
from studentadmin.services.unit import Unit


@dataclass(frozen=True)
class StudentDraft(Draft):
    """What may be typed about a student; names and the number as a person wrote them."""

    student_number: str
    family_name: str
    given_name: str | None = None
    middle_name: str | None = None
    preferred_name: str | None = None
    native_name: str | None = None
    sex: str | None = None
    birth_date: date | None = None
    birth_place: str | None = None
    citizenship: str | None = None
    ethnicity: str | None = None
    language: str | None = None


class StudentService(RecordService[Student]):
    """Rules 1 and 5 of the register."""

    model = Student
    derived = NAME_FORMS | {"status", "former_numbers"}

    @staticmethod
    def asks() -> tuple[tuple[Any, str], ...]:
        return ((Student.student_number, "student_number"), (Enrolment.student_id, "id"))

    @staticmethod
    def links() -> tuple[Link, ...]:
        return (
            Link(Enrolment.student_id, owned=True),
            Link(StudentContact.student_id, owned=True),
            Link(StudentIdentifier.student_id, owned=True),
            Link(Address.student_id, owned=True),
            Link(Phone.student_id, owned=True),
            Link(Email.student_id, owned=True),
            Link(StudentMerge.student_id),
            Link(StudentMerge.into_id, owned=True),
            Link(SectionEnrolment.student_id, owned=True),
            Link(AttendanceEvent.student_id, owned=True),
        )

    def restore(self, unit: Unit, key: int) -> Student:
        """Raises RuleBroken for a student who was merged: that is undone, not put back."""
        merged = unit.session.scalars(select(StudentMerge).filter_by(student_id=key)).first()
        if merged is not None:
            raise RuleBroken(
                _(
                    "This student was merged into %(name)s. Undo the merge instead.",
                    name=merged.into.full_name,
                )
            )
        return super().restore(unit, key)

    def prepare(self, unit: Unit, row: Student, values: dict[str, Any]) -> dict[str, Any]:
        if "student_number" in values:
            number = student_number.normalise(values["student_number"] or "")
            values = {**values, "student_number": number}
        return with_name_forms(row, values)

    def check(self, unit: Unit, row: Student) -> None:
        if not student_number.is_valid(row.student_number):
            raise RuleBroken(
                _("A student number is made of letters, digits, “-”, “.” and “_”."),
                "student_number",
            )
        for holder in unit.lookups.rows(Student.student_number, row.student_number):
            if holder is not row:
                raise RuleBroken(_number_taken(holder), "student_number")
        today = unit.now.astimezone().date()
        if row.birth_date and row.birth_date >= today:
            raise RuleBroken(_("The birth date must lie before today."), "birth_date")
        if row.birth_date and row.id:
            spans = unit.lookups.rows(Enrolment.student_id, row.id)
            if any(s.deleted_at is None and s.entry_date <= row.birth_date for s in spans):
                raise RuleBroken(
                    _("The birth date must lie before the first day at school."), "birth_date"
                )


def _number_taken(holder: Student) -> str:
    values = {"number": holder.student_number, "name": holder.full_name}
    if holder.deleted_at:
        return _(
            "Number %(number)s belongs to %(name)s, who is in the trash."
            " A number is never given to a second student.",
            **values,
        )
    return _("Number %(number)s already belongs to %(name)s.", **values)


def by_number(session: ReadSession, number: str, *, deleted: bool = False) -> Student:
    """The student of a number typed in any form. Raises Missing.

    The number of a merged student is that of the one merged into, unless `deleted` is asked for.
    """
    found = session.scalars(
        select(Student).filter_by(student_number=student_number.normalise(number))
    ).first()
    if found is not None and found.deleted_at is not None and not deleted:
        found = merged_into(session, found) or found
    if found is None or (found.deleted_at is not None and not deleted):
        raise Missing(_("No student has the number %(number)s.", number=number))
    return found


def merged_into(session: ReadSession, student: Student) -> Student | None:
    """The student whom this one, in the trash, was merged into."""
    query = select(Student).join(StudentMerge, StudentMerge.into_id == Student.id)
    return session.scalars(query.where(StudentMerge.student_id == student.id)).first()


def merged_students(session: ReadSession, keys: Collection[int]) -> dict[int, Student]:
    """For each of these students that was merged, the one it was merged into."""
    if not keys:
        return {}
    query = select(StudentMerge.student_id, Student).join(
        Student, StudentMerge.into_id == Student.id
    )
    found = session.execute(query.where(StudentMerge.student_id.in_(keys)))
    return {key: student for key, student in found}  # noqa: C416


@dataclass(frozen=True)
class StudentIdentifierDraft(Draft):
    """A number in the scheme that issued it."""

    student_id: int
    scheme: str
    value: str


class StudentIdentifierService(RecordService[StudentIdentifier]):
    """A number belongs to one student; a 身份证 must be one."""

    model = StudentIdentifier

    @staticmethod
    def asks() -> tuple[tuple[Any, str], ...]:
        return ((StudentIdentifier.value, "value"),)

    def prepare(self, unit: Unit, row: StudentIdentifier, values: dict[str, Any]) -> dict[str, Any]:
        value = values.get("value", row.value)
        if values.get("scheme", row.scheme) == "shenfenzheng" and value:
            values = {**values, "value": identity_number.normalise(value)}
        return values

    def check(self, unit: Unit, row: StudentIdentifier) -> None:
        student = require_live(unit.session, Student, row.student_id, "student_id")
        for taken in unit.lookups.rows(StudentIdentifier.value, row.value):
            if taken is not row and taken.scheme == row.scheme:
                raise RuleBroken(
                    _("This number already belongs to %(name)s.", name=taken.student.full_name),
                    "value",
                )
        if row.scheme == "shenfenzheng":
            problems = identity_number.check(row.value, student.birth_date, student.sex)
            if problems:
                raise RuleBroken(identity_problem(problems[0]), "value")


def identity_problem(problem: identity_number.Problem) -> str:
    """What is wrong with a 身份证, in words."""
    kinds = identity_number.Problem
    words = {
        kinds.OLD_LENGTH: _("15-digit numbers are no longer issued."),
        kinds.SHAPE: _("A 身份证 number has 18 characters: 17 digits, then a digit or X."),
        kinds.BIRTH_DATE: _("The birth date inside this number does not exist."),
        kinds.CHECK_DIGIT: _("The last character does not fit: look for a typing mistake."),
        kinds.BIRTH_DATE_DIFFERS: _("This number states another birth date than the record."),
        kinds.SEX_DIFFERS: _("This number states another sex than the record."),
    }
    return words[problem]


students = StudentService()
student_identifiers = StudentIdentifierService()
records.register(students)
records.register(student_identifiers)
