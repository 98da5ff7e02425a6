"""Likely duplicates: found by keys of an index, left with a reason, shown again when changed."""

from __future__ import annotations

from datetime import date
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from studentadmin.models import Student
from studentadmin.rules.likeness import Reason, Traits
from studentadmin.services.duplicates import CANDIDATES, like, pairs
from studentadmin.services.health_ignore import (
    LIKELY_DUPLICATE,
    HealthIgnoreDraft,
    health_ignores,
)
from studentadmin.services.person import PhoneDraft, phones
from studentadmin.services.student import (
    StudentIdentifierDraft,
    student_identifiers,
    students,
)
from tests.factories import Register
from tests.queries import count_queries
from tests.services.doing import do

BORN = date(2012, 3, 4)


def found(session: Session) -> list[tuple[int, int]]:
    session.rollback()
    last = session.scalar(select(func.max(Student.id))) or 0
    return [(pair.first, pair.second) for pair in pairs(session, 0, last)]


def typed(session: Session, family: str, given: str, born: date | None = None) -> list[str]:
    session.rollback()
    return [
        item.student.student_number for item in like(session, Traits(family, (given,), "", born))
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Klein", "Ora"), ("Kleine", "Ora")),
        (("Klein", "Ora"), ("Ora", "Klein")),
        (("张", "小明"), ("Zhang", "Xiaoming")),
        (("张", "小明"), ("Xiao Ming", "Zhang")),
        (("王", "小明"), ("小明", "王")),
        (("Wang", "Na", "欧阳娜"), ("欧阳", "娜")),
    ],
)
def test_a_pair_of_one_birth_date(
    session: Session, register: Register, one: Any, other: Any
) -> None:
    made = []
    for family, given, *native in (one, other):
        more = {"native_name": native[0]} if native else {}
        made.append(register.student(family_name=family, given_name=given, birth_date=BORN, **more))
    register.student(family_name="Weiss", given_name="Lea", birth_date=BORN)
    assert found(session) == [(made[0].id, made[1].id)]


def test_the_same_name_where_a_birth_date_is_missing_or_a_slip_apart(
    session: Session, register: Register
) -> None:
    one = register.student(birth_date=BORN)
    slip = register.student(birth_date=date(2012, 4, 3))
    unknown = register.student()
    register.student(birth_date=date(2009, 12, 30))
    pairs_of_one = [(one.id, slip.id), (one.id, unknown.id), (slip.id, unknown.id)]
    assert set(pairs_of_one) <= set(found(session))


def test_a_number_under_two_schemes_and_a_phone(session: Session, register: Register) -> None:
    one = register.student(family_name="Klein", given_name="Anna")
    two = register.student(family_name="Weiss", given_name="Lea")
    three = register.student(family_name="Klein", given_name="Ana")
    for student, scheme in ((one, "passport"), (two, "national")):
        draft = StudentIdentifierDraft(student.id, scheme, "P-1")
        do(lambda unit, draft=draft: student_identifiers.create(unit, draft))
    for student in (one, three):
        phone = PhoneDraft("home", student.id, number="+49 1")
        do(lambda unit, phone=phone: phones.create(unit, phone))
    session.rollback()
    reasons = {(p.first, p.second): p.reasons for p in pairs(session, 0, three.id)}
    assert reasons == {
        (one.id, two.id): (Reason.NUMBER,),
        (one.id, three.id): (Reason.SIMILAR_NAME, Reason.PHONE),
    }


def test_students_in_the_trash_are_nobodys_duplicates(session: Session, register: Register) -> None:
    one, two = (register.student(birth_date=BORN) for _number in range(2))
    assert found(session) == [(one.id, two.id)]
    do(lambda unit: students.remove(unit, two.id))
    assert found(session) == []
    assert typed(session, "Klein", "Ora", BORN) == [one.student_number]


def test_two_that_are_two_are_left_until_one_changes(session: Session, register: Register) -> None:
    one, two = (register.student(birth_date=BORN) for _number in range(2))
    (pair,) = pairs(session, 0, two.id)
    draft = HealthIgnoreDraft(LIKELY_DUPLICATE, one.id, pair.mark, "Cousins", two.id)
    do(lambda unit: health_ignores.leave(unit, draft))
    assert found(session) == []
    do(lambda unit: students.edit(unit, two.id, {"citizenship": "DE"}))
    assert found(session) == []
    do(lambda unit: students.edit(unit, two.id, {"given_name": "Ora Lea"}))
    assert found(session) == [(one.id, two.id)]


@pytest.mark.parametrize(
    ("family", "given", "born"),
    [
        ("Klein", "Ora", None),
        ("klein", "ora", None),
        ("Ora", "Klein", None),
        ("Kleine", "Ora", BORN),
        ("Klein", "Ora", date(2012, 4, 3)),
    ],
)
def test_while_typing(
    session: Session, register: Register, family: str, given: str, born: date | None
) -> None:
    register.student("A1", birth_date=BORN)
    register.student("A2", given_name="Max", birth_date=BORN)
    assert typed(session, family, given, born) == ["A1"]


@pytest.mark.parametrize(
    ("family", "given"), [("Zhang", "Xiaoming"), ("Xiaoming", "Zhang"), ("张", "小明")]
)
def test_while_typing_a_chinese_name(
    session: Session, register: Register, family: str, given: str
) -> None:
    register.student("A1", family_name="张", given_name="小明")
    register.student("A2", family_name="张", given_name="小红")
    assert typed(session, family, given) == ["A1"]


def test_nobody_is_compared_with_everybody(session: Session, register: Register) -> None:
    """As many statements for two as for fifty, and none of them without an end."""
    for number in range(50):
        apart = sha256(str(number).encode()).hexdigest()
        register.student(family_name=apart[:9], given_name=apart[9:20], birth_date=BORN)
    register.student("A1", birth_date=BORN)
    session.rollback()
    with count_queries() as seen:
        like(session, Traits("Klein", ("Ora",), "", BORN))
    assert len(seen) == 2
    assert all("LIMIT" in statement for statement in seen)
    bound = [dict(s.values) if isinstance(s.values, dict) else s.values for s in seen]
    assert all(CANDIDATES in (v.values() if isinstance(v, dict) else v) for v in bound)
    with count_queries() as seen:
        pairs(session, 0, 10_000_000)
    assert len(seen) <= 5
