"""Two records of one student become one, and two again."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from studentadmin.errors import NotAllowed, RuleBroken
from studentadmin.models import (
    Enrolment,
    Phone,
    Student,
    StudentContact,
    StudentIdentifier,
    StudentMerge,
)
from studentadmin.rules import identity_number
from studentadmin.services.merge import merge
from studentadmin.services.merge_plan import BOTH, MINE, THEIRS, Choices, Plan, plan
from studentadmin.services.person import PhoneDraft, phones, student_contacts
from studentadmin.services.records import service_of
from studentadmin.services.student import (
    StudentDraft,
    StudentIdentifierDraft,
    by_number,
    student_identifiers,
    students,
)
from studentadmin.services.undo import undo
from studentadmin.services.unit import Actor, write
from tests.factories import SYSTEM, Register
from tests.registers import rolled_back, snapshot
from tests.services.doing import do, take_back

CALM = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def merged(keep: Student, other: Student, choices: Choices | None = None, **more: Any) -> Any:
    keys = keep.id, other.id
    return write(
        lambda unit: merge(unit, *keys, choices or Choices(), **more), by=SYSTEM, why="merge"
    )


def live(session: Session, model: Any, student: Student) -> list[Any]:
    session.rollback()
    query = select(model).filter_by(student_id=student.id, deleted_at=None)
    return list(session.scalars(query.order_by(model.id)))


def add_phone(student: Student, number: str) -> Any:
    return do(lambda unit: phones.create(unit, PhoneDraft("home", student.id, number=number))).made


def add_number(student: Student, scheme: str, value: str) -> Any:
    draft = StudentIdentifierDraft(student.id, scheme, value)
    return do(lambda unit: student_identifiers.create(unit, draft)).made


def test_the_fuller_value_is_proposed_and_a_chosen_one_taken(
    session: Session, register: Register
) -> None:
    keep = register.student(given_name="Ora", birth_place="Ulm", citizenship="DE")
    other = register.student(given_name="Ora Lea", birth_place="Bonn", language="de")
    wanted = plan(session, keep.id, other.id)
    assert wanted.defaults == {"given_name": THEIRS, "birth_place": THEIRS, "language": THEIRS}
    merged(keep, other, Choices(fields={"birth_place": MINE}))
    session.rollback()
    row = session.get_one(Student, keep.id)
    assert (row.given_name, row.birth_place) == ("Ora Lea", "Ulm")
    assert (row.citizenship, row.language) == ("DE", "de")


def test_all_that_hung_on_the_other_hangs_on_the_survivor(
    session: Session, register: Register
) -> None:
    keep, other = register.student(), register.student()
    contact = register.contact(other, register.person())
    enrolment = register.enrolment(other)
    phone = add_phone(other, "+49 89 1")
    number = add_number(other, "passport", "P1")
    removed = add_phone(other, "+49 89 2")
    do(lambda unit: phones.remove(unit, removed.id))
    merged(keep, other)
    for model, row in (
        (StudentContact, contact),
        (Enrolment, enrolment),
        (Phone, phone),
        (StudentIdentifier, number),
    ):
        assert [found.id for found in live(session, model, keep)] == [row.id]
        assert live(session, model, other) == []
    assert session.get_one(Phone, removed.id).student_id == keep.id
    assert session.get_one(Student, keep.id).status == "enrolled"
    assert live(session, StudentContact, keep)[0].is_primary


def test_both_numbers_are_kept_and_found_and_never_given_again(
    session: Session, register: Register
) -> None:
    first, second, third = (register.student(number) for number in ("A-1", "A-2", "A-3"))
    merged(second, first)
    merged(third, second)
    session.rollback()
    assert by_number(session, "a-1").id == by_number(session, "A-2").id == third.id
    assert by_number(session, "A-1", deleted=True).id == first.id
    assert session.get_one(Student, third.id).former_numbers == "A-1 A-2"
    with pytest.raises(RuleBroken, match="A-1"):
        register.student("A-1")


def test_a_merged_student_comes_back_by_undo_only(session: Session, register: Register) -> None:
    keep, other = register.student("A-1"), register.student("A-2")
    written = merged(keep, other)
    with pytest.raises(RuleBroken, match="Undo the merge"):
        do(lambda unit: students.restore(unit, other.id))
    take_back(written)
    session.rollback()
    assert by_number(session, "A-2").id == other.id
    assert session.get_one(Student, keep.id).former_numbers is None
    assert session.scalars(select(StudentMerge)).all() == []


@pytest.mark.parametrize(
    ("answer", "counts"), [(MINE, "keep"), (THEIRS, "other"), (BOTH, "keep"), (None, None)]
)
def test_enrolments_on_the_same_days_are_asked_for(
    session: Session, register: Register, answer: str | None, counts: str | None
) -> None:
    keep, other = register.student(), register.student()
    rows = {"keep": register.enrolment(keep).id, "other": register.enrolment(other).id}
    (conflict,) = plan(session, keep.id, other.id).conflicts
    assert conflict.row.id == rows["other"]
    if answer is None or counts is None:
        before = snapshot(session)
        with pytest.raises(RuleBroken, match="enrolments on the same days"):
            merged(keep, other)
        assert snapshot(session) == before
        return
    merged(keep, other, Choices(enrolments={rows["other"]: answer}))
    held = live(session, Enrolment, keep)
    assert [row.id for row in held if row.is_primary] == [rows[counts]]
    assert len(held) == (2 if answer == BOTH else 1)


def test_the_same_enrolment_twice_needs_no_answer(session: Session, register: Register) -> None:
    keep, other = register.student(), register.student()
    held = register.enrolment(keep)
    names = ("organisation_id", "academic_session_id", "grade_level_id")
    register.enrolment(other, **{name: getattr(held, name) for name in names})
    assert plan(session, keep.id, other.id).conflicts == []
    merged(keep, other)
    assert [row.id for row in live(session, Enrolment, keep)] == [held.id]


@pytest.mark.parametrize("which", [0, 1, None])
def test_of_two_primary_contacts_one_is_asked_for(
    session: Session, register: Register, which: int | None
) -> None:
    keep, other = register.student(), register.student()
    contacts = [register.contact(student, register.person()) for student in (keep, other)]
    assert plan(session, keep.id, other.id).asks_primary
    if which is None:
        with pytest.raises(RuleBroken, match="primary contact"):
            merged(keep, other)
        return
    chosen = contacts[which].id
    merged(keep, other, Choices(primary=chosen))
    held = live(session, StudentContact, keep)
    assert [row.id for row in held] == [row.id for row in contacts]
    assert [row.id for row in held if row.is_primary] == [chosen]


def test_one_person_twice_a_contact_loses_no_limit_of_custody(
    session: Session, register: Register
) -> None:
    keep, other, person = register.student(), register.student(), register.person()
    mine = register.contact(keep, person, restrictions="Not on Fridays")
    register.contact(other, person, restrictions="Never to collect", is_emergency=True)
    assert not plan(session, keep.id, other.id).asks_primary
    merged(keep, other)
    (held,) = live(session, StudentContact, keep)
    assert (held.id, held.is_emergency) == (mine.id, True)
    assert held.restrictions == "Not on Fridays\nNever to collect"


def test_a_contact_that_was_removed_comes_back_with_the_other(
    session: Session, register: Register
) -> None:
    keep, other, person = register.student(), register.student(), register.person()
    before = register.contact(keep, person)
    do(lambda unit: student_contacts.remove(unit, before.id))
    register.contact(other, person, relation="father", priority=3)
    merged(keep, other)
    (held,) = live(session, StudentContact, keep)
    assert (held.id, held.relation, held.priority, held.is_primary) == (
        before.id,
        "father",
        3,
        True,
    )


def test_what_is_refused_can_be_left_out(session: Session, register: Register) -> None:
    keep = register.student(birth_date=date(2012, 2, 2))
    other = register.student(birth_date=date(2012, 3, 7))
    first_17 = "11010520120307002"
    number = first_17 + identity_number.check_digit(first_17)
    card = add_number(other, "shenfenzheng", number)
    mine = Choices(fields={"birth_date": MINE})
    with pytest.raises(RuleBroken, match="cannot be taken over"):
        merged(keep, other, mine)
    left = Choices(fields=mine.fields, leave=frozenset({("student_identifier", card.id)}))
    merged(keep, other, left)
    assert live(session, StudentIdentifier, keep) == []


def test_a_merge_is_refused_to_who_may_not_remove_students(register: Register) -> None:
    keep, other = register.student(), register.student()
    clerk = Actor(1, "clerk", frozenset({"clerk"}))
    with pytest.raises(NotAllowed):
        do(lambda unit: merge(unit, keep.id, other.id, Choices()), by=clerk)


def test_a_merge_of_what_changed_since_is_refused(register: Register) -> None:
    keep, other = register.student(), register.student()
    seen = keep.version, other.version
    do(lambda unit: students.edit(unit, other.id, {"given_name": "Ora Lea"}))
    with pytest.raises(RuleBroken, match="changed one of the two"):
        merged(keep, other, versions=seen)
    with pytest.raises(RuleBroken, match="the same student"):
        merged(keep, keep)


def answers(wanted: Plan, numbers: list[int]) -> Choices:
    """A choice for every question, by the numbers that hypothesis drew."""
    drawn = iter(numbers * 20)

    def one(values: Any) -> Any:
        return list(values)[next(drawn) % len(values)]

    choice = one((MINE, THEIRS, BOTH))
    return Choices(
        fields={name: one((MINE, THEIRS)) for name in wanted.defaults},
        leave=frozenset(h.place for h in wanted.hanging if next(drawn) % 5 == 0 and not h.same),
        enrolments={item.row.id: choice for item in wanted.conflicts},
        primary=one(wanted.primaries).id if wanted.primaries else None,
    )


@CALM
@given(
    hung=st.lists(st.tuples(st.integers(0, 1), st.integers(0, 5), st.booleans()), max_size=9),
    numbers=st.lists(st.integers(0, 100), min_size=5, max_size=9),
    chain=st.booleans(),
)
def test_a_merge_undone_gives_every_table_back_and_loses_nothing(
    session: Session,
    register: Register,
    hung: list[tuple[int, int, bool]],
    numbers: list[int],
    chain: bool,
) -> None:
    with rolled_back():
        both = [register.student(given_name=name, birth_date=None) for name in ("Ora", "Ora Lea")]
        place = register.enrolment(register.student())
        people = [register.person() for _number in range(2)]
        for number, (whose, what, goes) in enumerate(hung):
            hang(register, both[whose], (what, number, goes), place, people)
        if chain:
            merged(both[0], register.student())
        before = snapshot(session)
        try:
            choices = answers(plan(session, both[0].id, both[1].id), numbers)
            written = merged(both[0], both[1], choices)
        except RuleBroken:
            assert snapshot(session) == before
            return
        after = snapshot(session)
        assert_nothing_is_lost(before, after, both)
        back = write(
            lambda unit: undo(unit, written.change_set_id), by=SYSTEM, why="undo", source="undo"
        )
        assert snapshot(session) == before
        write(lambda unit: undo(unit, back.change_set_id or 0), by=SYSTEM, why="undo")
        assert snapshot(session) == after


def hang(
    register: Register,
    student: Student,
    what: tuple[int, int, bool],
    place: Enrolment,
    people: list[Any],
) -> None:
    """One thing more on the student, which may go to the trash again."""
    kind, number, goes = what
    where = {
        name: getattr(place, name)
        for name in ("organisation_id", "academic_session_id", "grade_level_id")
    }
    exits = {"exit_date": date(2026, 10, number + 1), "exit_type": "withdrawn"}
    makers: list[Any] = [
        lambda: register.contact(student, people[number % 2], is_emergency=goes),
        lambda: register.enrolment(student, **where, **exits),
        lambda: register.enrolment(student, **where, is_primary=False),
        lambda: add_phone(student, f"+49 {number % 3}"),
        lambda: add_number(student, "passport", f"P{number}"),
        lambda: register.contact(student, people[(number + 1) % 2], restrictions=f"R{number}"),
    ]
    try:
        row = makers[kind]()
        if goes:
            do(lambda unit: service_of(type(row)).remove(unit, row.id))
    except RuleBroken:
        return


def assert_nothing_is_lost(before: Any, after: Any, both: list[Student]) -> None:
    """Each row is still there; what is no longer seen lies in the trash with one of the two."""
    keys = {student.id for student in both}
    for table, rows in before.items():
        assert rows.keys() <= after[table].keys()
        for key, row in rows.items():
            if row.get("student_id") in keys:
                assert after[table][key]["student_id"] in keys
    alive = [row for row in after["student_contact"].values() if row["deleted_at"] is None]
    for key in keys:
        held = [row["is_primary"] for row in alive if row["student_id"] == key]
        assert not held or held.count(True) == 1


def test_a_student_made_new_keeps_the_number_of_a_merged_one_out(register: Register) -> None:
    """Rule 1 through the service, as it stands after a merge."""
    merged(register.student("B-1"), register.student("B-2"))
    with pytest.raises(RuleBroken):
        do(lambda unit: students.create(unit, StudentDraft("b-2", "Klein")))
