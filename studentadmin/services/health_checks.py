"""The checks of the register: each a name, the rights it asks for, and the rows it finds.

A check says nothing to who may not see what it is about. `query` gives the rows by SQL, an index
behind each; `confirm` has the last word where Python must look.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, String, cast, exists, func, literal, or_
from sqlalchemy.orm import aliased

from studentadmin.models import (
    AcademicSession,
    Enrolment,
    Person,
    Phone,
    Record,
    Student,
    StudentContact,
    StudentIdentifier,
)
from studentadmin.rules import ages, identity_number
from studentadmin.services.health_ignore import LIKELY_DUPLICATE

Facts = dict[str, Any]
ENDLESS = date(9999, 12, 31)
NO_OTHER = literal(0)


@dataclass(frozen=True)
class Source:
    """Where a check looks: `key` is the column of the row, `other` of a pair's second row.

    `mark` changes when the finding does; `facts` are columns that the page or `confirm` needs.
    """

    key: Any
    joined: Callable[[Select[Any]], Select[Any]]
    where: tuple[ColumnElement[bool], ...]
    mark: Any
    other: Any = NO_OTHER
    facts: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Check:
    """One rule of good order. `table` is that of its rows; `needs` are (resource, field class)."""

    name: str
    table: str
    needs: tuple[tuple[str, str], ...]
    source: Callable[[date], Source] | None = None
    confirm: Callable[[Facts], Facts | None] | None = None


def _version(model: Any) -> Any:
    return cast(model.version, String)


def _of(
    model: type[Record],
    *where: ColumnElement[bool],
    facts: tuple[Any, ...] = (),
    joined: Callable[[Select[Any]], Select[Any]] = lambda query: query,
) -> Source:
    live = (model.deleted_at.is_(None), *where)
    return Source(model.id, joined, live, _version(model), facts=facts)


def _no_primary_contact(_today: date) -> Source:
    held = exists().where(
        StudentContact.student_id == Student.id,
        StudentContact.is_primary.is_(True),
        StudentContact.deleted_at.is_(None),
    )
    return _of(Student, Student.status == "enrolled", ~held)


def _no_phone(_today: date) -> Source:
    own = exists().where(Phone.student_id == Student.id, Phone.deleted_at.is_(None))
    of_contact = exists().where(
        StudentContact.student_id == Student.id,
        StudentContact.deleted_at.is_(None),
        Phone.person_id == StudentContact.person_id,
        Phone.deleted_at.is_(None),
    )
    return _of(Student, Student.status == "enrolled", ~own, ~of_contact)


def _lonely_person(_today: date) -> Source:
    needed = exists().where(
        StudentContact.person_id == Person.id, StudentContact.deleted_at.is_(None)
    )
    return _of(Person, ~needed)


def _no_birth_date(_today: date) -> Source:
    return _of(
        Student, Student.status.in_(("enrolled", "registered")), Student.birth_date.is_(None)
    )


def _unusual_age(today: date) -> Source:
    young = Student.birth_date > ages.born_by(ages.YOUNGEST_USUAL, today)
    old = Student.birth_date <= ages.born_by(ages.OLDEST_USUAL + 1, today)
    facts = (Student.birth_date,)
    return _of(Student, Student.status == "enrolled", or_(young, old), facts=facts)


def _enrolled_nowhere(_today: date) -> Source:
    return _of(Student, Student.status == "registered")


def _overlapping(_today: date) -> Source:
    other = aliased(Enrolment)

    def joined(query: Select[Any]) -> Select[Any]:
        return query.join(
            other, (other.student_id == Enrolment.student_id) & (other.id > Enrolment.id)
        )

    where = (
        Enrolment.deleted_at.is_(None), other.deleted_at.is_(None),
        Enrolment.is_primary.is_(True), other.is_primary.is_(True),
        Enrolment.entry_date <= func.coalesce(other.exit_date, ENDLESS),
        other.entry_date <= func.coalesce(Enrolment.exit_date, ENDLESS),
    )  # fmt: skip
    mark = _version(Enrolment) + "/" + _version(other)
    return Source(Enrolment.id, joined, where, mark, other.id)


def _with_student(query: Select[Any]) -> Select[Any]:
    return query.join(Student)


def _still_open(*where: ColumnElement[bool], facts: tuple[Any, ...] = ()) -> Source:
    def joined(query: Select[Any]) -> Select[Any]:
        return _with_student(query).join(AcademicSession)

    return _of(
        Enrolment,
        Enrolment.is_primary.is_(True),
        Enrolment.exit_date.is_(None),
        Student.deleted_at.is_(None),
        *where,
        facts=facts,
        joined=joined,
    )


def _no_class(today: date) -> Source:
    return _still_open(Enrolment.homeroom_id.is_(None), AcademicSession.end_date >= today)


def _year_over(today: date) -> Source:
    return _still_open(AcademicSession.end_date < today, facts=(AcademicSession.end_date,))


def _identity_numbers(*where: ColumnElement[bool]) -> Source:
    of_card = (StudentIdentifier.scheme == "shenfenzheng", Student.deleted_at.is_(None))
    facts = (StudentIdentifier.value, Student.birth_date, Student.sex)
    mark = _version(StudentIdentifier) + "/" + _version(Student)
    live = StudentIdentifier.deleted_at.is_(None)
    return Source(StudentIdentifier.id, _with_student, (live, *of_card, *where), mark, facts=facts)


def _known(_today: date) -> Source:
    return _identity_numbers(or_(Student.birth_date.is_(None), Student.sex.is_(None)))


def _bad_number(facts: Facts) -> Facts | None:
    problems = identity_number.check(facts["value"], facts["birth_date"], facts["sex"])
    return {"problem": problems[0]} if problems else None


def _stated(facts: Facts) -> Facts | None:
    """What a right number says and the record does not."""
    if identity_number.check(facts["value"], facts["birth_date"], facts["sex"]):
        return None
    number = identity_number.normalise(facts["value"])
    said = {"birth_date": identity_number.birth_date(number), "sex": identity_number.sex(number)}
    return {name: value for name, value in said.items() if facts[name] is None}


STUDENT = ("student", "directory")
CONTACT = ("student_contact", "directory")
ENROLMENT = ("enrolment", "directory")
PHONE = ("phone", "contact")
NUMBERS = ("student_identifier", "sensitive")

CHECKS: dict[str, Check] = {
    check.name: check
    for check in (
        Check(LIKELY_DUPLICATE, "student", (STUDENT, NUMBERS, PHONE)),
        Check("no_primary_contact", "student", (STUDENT, CONTACT), _no_primary_contact),
        Check("no_phone", "student", (STUDENT, CONTACT, PHONE), _no_phone),
        Check("overlapping_enrolment", "enrolment", (STUDENT, ENROLMENT), _overlapping),
        Check("year_over", "enrolment", (STUDENT, ENROLMENT), _year_over),
        Check("no_class", "enrolment", (STUDENT, ENROLMENT), _no_class),
        Check("enrolled_nowhere", "student", (STUDENT, ENROLMENT), _enrolled_nowhere),
        Check("no_birth_date", "student", (STUDENT,), _no_birth_date),
        Check("unusual_age", "student", (STUDENT,), _unusual_age),
        Check(
            "bad_identity_number",
            "student_identifier",
            (STUDENT, NUMBERS),
            lambda _today: _identity_numbers(),
            _bad_number,
        ),
        Check("stated_by_number", "student_identifier", (STUDENT, NUMBERS), _known, _stated),
        Check("lonely_person", "person", (("person", "directory"), CONTACT), _lonely_person),
    )
}
"""By name, what matters most first."""
