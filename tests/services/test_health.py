"""Every check finds its fault, and nothing where all is well."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from studentadmin.errors import Missing, NotAllowed, RuleBroken
from studentadmin.models import (
    ChangeSet,
    Enrolment,
    HealthCount,
    HealthIgnore,
    Person,
    Student,
    StudentIdentifier,
)
from studentadmin.rules import identity_number, rights
from studentadmin.services import health, health_counts
from studentadmin.services.enrolment import enrolments
from studentadmin.services.health_checks import CHECKS
from studentadmin.services.health_ignore import HealthIgnoreDraft, health_ignores
from studentadmin.services.person import PhoneDraft, phones, student_contacts
from studentadmin.services.student import (
    StudentIdentifierDraft,
    student_identifiers,
    students,
)
from studentadmin.services.unit import Actor, bookkeeping
from tests.factories import Register
from tests.queries import count_queries
from tests.services.doing import do, take_back

TODAY = date(2026, 11, 21)
BORN = date(2012, 3, 4)
CARD = "11010520120304002"
CARD += identity_number.check_digit(CARD)


def keys(session: Session, name: str, today: date = TODAY) -> list[tuple[int, int]]:
    session.rollback()
    found, following = health.findings(session, CHECKS[name], today)
    assert following is None
    assert health.count(session, CHECKS[name], today) == len(found)
    return [(one.key, one.other) for one in found]


def whole(register: Register) -> tuple[Student, Enrolment, Person]:
    """A student with whom nothing is wrong."""
    student = register.student(birth_date=BORN, sex="female")
    enrolment = register.enrolment(student, homeroom_id=None)
    room = register.homeroom(
        organisation_id=enrolment.organisation_id,
        academic_session_id=enrolment.academic_session_id,
    )
    do(lambda unit: enrolments.edit(unit, enrolment.id, {"homeroom_id": room.id}))
    person = register.person()
    register.contact(student, person)
    do(lambda unit: phones.create(unit, PhoneDraft("home", person_id=person.id, number="1")))
    card = StudentIdentifierDraft(student.id, "shenfenzheng", CARD)
    do(lambda unit: student_identifiers.create(unit, card))
    return student, enrolment, person


def test_where_all_is_well_nothing_is_found(session: Session, register: Register) -> None:
    whole(register)
    assert {name: keys(session, name) for name in CHECKS} == {name: [] for name in CHECKS}


Broken = tuple[str, Callable[[Register, Student, Enrolment, Person], int]]


def no_contact(register: Register, student: Student, _e: Any, _p: Any) -> int:
    contact = do(lambda unit: list(unit.session.scalars(select_contacts(student)))).made[0]
    do(lambda unit: student_contacts.remove(unit, contact))
    return student.id


def select_contacts(student: Student) -> Any:
    from studentadmin.models import StudentContact

    return select(StudentContact.id).filter_by(student_id=student.id)


def no_phone(register: Register, student: Student, _e: Any, person: Person) -> int:
    from studentadmin.models import Phone

    key = do(lambda unit: unit.session.scalars(select(Phone.id)).one()).made
    do(lambda unit: phones.remove(unit, key))
    return student.id


def edit(model: Any, service: Any, **values: Any) -> Callable[..., int]:
    def work(_register: Register, *rows: Any) -> int:
        row = next(row for row in rows if isinstance(row, model))
        do(lambda unit: service.edit(unit, row.id, values))
        return int(row.id)

    return work


def left_alone(register: Register, *_rows: Any) -> int:
    return register.person(given_name="Nobody").id


def registered(register: Register, *_rows: Any) -> int:
    return register.student(family_name="Weiss", birth_date=date(2013, 1, 1)).id


def twin_record(register: Register, student: Student, *_rows: Any) -> int:
    register.student(birth_date=BORN)
    return student.id


def wrong_card(register: Register, student: Student, *_rows: Any) -> int:
    do(lambda unit: students.edit(unit, student.id, {"birth_date": date(2012, 4, 30)}))
    return do(lambda unit: unit.session.scalars(select(StudentIdentifier.id)).one()).made


def empty_sex(register: Register, student: Student, *_rows: Any) -> int:
    do(lambda unit: students.edit(unit, student.id, {"sex": None}))
    return do(lambda unit: unit.session.scalars(select(StudentIdentifier.id)).one()).made


FAULTS: dict[str, Callable[..., int]] = {
    "likely_duplicate": twin_record,
    "no_primary_contact": no_contact,
    "no_phone": no_phone,
    "no_class": edit(Enrolment, enrolments, homeroom_id=None),
    "enrolled_nowhere": registered,
    "no_birth_date": edit(Student, students, birth_date=None),
    "unusual_age": edit(Student, students, birth_date=date(1999, 1, 1)),
    "bad_identity_number": wrong_card,
    "stated_by_number": empty_sex,
    "lonely_person": left_alone,
}


def test_every_check_has_a_fault_here() -> None:
    own_tests = {"overlapping_enrolment", "year_over"}
    assert FAULTS.keys() | own_tests == CHECKS.keys()


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_found_left_and_shown_again_when_the_record_changes(
    session: Session, register: Register, name: str
) -> None:
    rows = whole(register)
    key = FAULTS[name](register, *rows)
    (found,) = keys(session, name)
    assert found[0] == key
    finding = health.find(session, CHECKS[name], TODAY, *found)
    draft = HealthIgnoreDraft(name, key, finding.mark, "It is right", finding.other)
    written = do(lambda unit: health_ignores.leave(unit, draft))
    assert keys(session, name) == []
    take_back(written)
    assert keys(session, name) == [found]
    do(lambda unit: health_ignores.leave(unit, draft))
    change(name, key)
    assert keys(session, name) == [found]


def change(name: str, key: int) -> None:
    """Something else about the row, which mends nothing."""
    from studentadmin.services.person import people

    edits: dict[str, Callable[[Any], Any]] = {
        "enrolment": lambda unit: enrolments.edit(unit, key, {"is_repeat": True}),
        "person": lambda unit: people.edit(unit, key, {"language": "de"}),
        "student": lambda unit: students.edit(unit, key, {"preferred_name": "Ora-Lea"}),
        "student_identifier": lambda unit: students.edit(
            unit, unit.get(StudentIdentifier, key).student_id, {"preferred_name": "O"}
        ),
    }
    do(edits[CHECKS[name].table])


def test_enrolled_twice_and_in_a_year_that_is_over(session: Session, register: Register) -> None:
    """The services refuse it; a register that comes from elsewhere may hold it."""
    _student, enrolment, _person = whole(register)
    assert keys(session, "year_over", date(2027, 7, 31)) == []
    assert keys(session, "year_over", date(2027, 8, 1)) == [(enrolment.id, 0)]
    names = [c.key for c in Enrolment.__table__.columns if c.key not in {"id", "sourced_id"}]
    values = {name: getattr(enrolment, name) for name in names}
    with bookkeeping() as writer:
        writer.execute(
            insert(Enrolment.__table__), [{**values, "id": 10_000_000, "sourced_id": "second"}]
        )
    assert keys(session, "overlapping_enrolment") == [(enrolment.id, 10_000_000)]


def test_a_finding_that_was_mended_cannot_be_left(session: Session, register: Register) -> None:
    student, *_rest = whole(register)
    with pytest.raises(Missing):
        health.find(session, CHECKS["no_birth_date"], TODAY, student.id)
    draft = HealthIgnoreDraft("no_birth_date", student.id, "1", "  ")
    with pytest.raises(RuleBroken):
        do(lambda unit: health_ignores.leave(unit, draft))
    viewer = Actor(1, "viewer", frozenset({"viewer"}))
    good = HealthIgnoreDraft("no_birth_date", student.id, "1", "Right")
    with pytest.raises(NotAllowed):
        do(lambda unit: health_ignores.leave(unit, good), by=viewer)


def test_what_is_certain_is_mended_and_undone(session: Session, register: Register) -> None:
    student, *_rest = whole(register)
    do(lambda unit: students.edit(unit, student.id, {"sex": None, "birth_date": None}))
    check = CHECKS["stated_by_number"]
    ((key, _other),) = keys(session, check.name)
    finding = health.find(session, check, TODAY, key)
    written = do(lambda unit: health.mend(unit, check, finding))
    session.rollback()
    row = session.get_one(Student, student.id)
    assert (row.birth_date, row.sex) == (BORN, "female")
    assert keys(session, check.name) == []
    take_back(written)
    session.rollback()
    assert session.get_one(Student, student.id).birth_date is None
    lonely = register.person()
    found = health.find(session, CHECKS["lonely_person"], TODAY, lonely.id)
    do(lambda unit: health.mend(unit, CHECKS["lonely_person"], found))
    session.rollback()
    assert session.get_one(Person, lonely.id).deleted_at is not None
    with pytest.raises(Missing):
        do(lambda unit: health.mend(unit, CHECKS["no_phone"], found))


def test_pages_part_no_finding_and_lose_none(
    session: Session, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "BATCH", 3)
    made = [register.student(family_name=name) for name in "ABCDEFGH"]
    twins = [register.student(family_name="A") for _number in range(2)]
    for name, size in (("enrolled_nowhere", 10), ("likely_duplicate", 3)):
        seen: list[tuple[int, int]] = []
        after: int | None = 0
        while after is not None:
            found, after = health.findings(session, CHECKS[name], TODAY, after, limit=2)
            seen += [(one.key, one.other) for one in found]
        assert len(seen) == len(set(seen)) == size
        assert health.count(session, CHECKS[name], TODAY) == size
    assert {key for key, _other in seen} == {made[0].id, twins[0].id}


@pytest.mark.parametrize(
    ("role", "unseen"),
    [
        ("owner", set()),
        ("clerk", set()),
        ("teacher", {"likely_duplicate", "bad_identity_number", "stated_by_number"}),
    ],
)
def test_who_may_not_see_a_value_sees_no_check_about_it(role: str, unseen: set[str]) -> None:
    seen = health.seen_by(lambda *asked: rights.allowed({role}, *asked))
    assert CHECKS.keys() - {check.name for check in seen} == unseen


def test_counts_are_kept_by_day_and_know_when_they_are_old(
    session: Session, register: Register
) -> None:
    noon = datetime(2026, 11, 21, 12, tzinfo=UTC)
    first = register.student(family_name="Klein")
    assert health_counts.figures(session, noon).counts == {}
    assert health_counts.daily(session, noon)
    assert not health_counts.daily(session, noon + timedelta(minutes=5))
    session.rollback()
    kept = health_counts.figures(session, noon)
    assert (kept.current, kept.counts["enrolled_nowhere"]) == (True, 1)
    register.student(family_name="Weiss")
    session.rollback()
    assert not health_counts.figures(session, noon).current
    health_counts.keep(session, noon)
    do(lambda unit: students.remove(unit, first.id))
    assert health_counts.daily(session, noon + timedelta(days=1))
    session.rollback()
    days = health_counts.trend(session, ["enrolled_nowhere"], noon + timedelta(days=1))
    assert [number for _day, number in days["enrolled_nowhere"]] == [2, 1]
    assert health_counts.trend(session, ["enrolled_nowhere"], noon + timedelta(days=40)) == {}


def test_counting_leaves_no_history(session: Session, register: Register) -> None:
    register.student()
    session.rollback()
    before = len(session.scalars(select(ChangeSet.id)).all())
    health_counts.keep(session)
    session.rollback()
    assert len(session.scalars(select(ChangeSet.id)).all()) == before
    assert len(session.scalars(select(HealthCount)).all()) == len(CHECKS)


def test_a_page_of_findings_costs_the_same_at_three_and_at_thirty(
    session: Session, register: Register
) -> None:
    def cost() -> dict[str, int]:
        found = {}
        for name, check in CHECKS.items():
            session.rollback()
            with count_queries() as seen:
                health.findings(session, check, TODAY)
            found[name] = len(seen)
        return found

    for number in range(3):
        register.student(f"A{number}", birth_date=None)
    few = cost()
    for number in range(3, 30):
        register.student(f"A{number}", birth_date=None)
    assert cost() == few
    assert max(few.values()) <= 8


def test_a_reason_left_is_a_row_with_a_history(session: Session, register: Register) -> None:
    student = register.student()
    draft = HealthIgnoreDraft("no_birth_date", student.id, "1", "Unknown to all")
    row = do(lambda unit: health_ignores.leave(unit, draft)).made
    do(lambda unit: health_ignores.remove(unit, row.id))
    again = HealthIgnoreDraft("no_birth_date", student.id, "2", "Still unknown")
    assert do(lambda unit: health_ignores.leave(unit, again)).made.id == row.id
    session.rollback()
    (kept,) = health.left(session, ["no_birth_date"])
    assert (kept.reason, kept.mark) == ("Still unknown", "2")
    assert session.scalars(select(HealthIgnore)).one() is kept
