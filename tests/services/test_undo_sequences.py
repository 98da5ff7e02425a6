"""Random days at the office, undone step by step from the last to the first."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from studentadmin.errors import Clash, StudentAdminError
from studentadmin.models import (
    Enrolment,
    GradeLevel,
    Person,
    Phone,
    Student,
    StudentContact,
    StudentIdentifier,
)
from studentadmin.services.enrolment import EnrolmentDraft, enrolments
from studentadmin.services.grade_level import GradeLevelDraft, grade_levels
from studentadmin.services.person import (
    PersonDraft,
    PhoneDraft,
    StudentContactDraft,
    people,
    phones,
    student_contacts,
)
from studentadmin.services.records import service_of
from studentadmin.services.student import (
    StudentDraft,
    StudentIdentifierDraft,
    student_identifiers,
    students,
)
from studentadmin.services.undo import KEEP, PUT_BACK, undo
from studentadmin.services.unit import Unit, write
from tests.factories import SYSTEM, Register
from tests.registers import rolled_back, snapshot

YEAR = (date(2026, 8, 1), date(2027, 7, 31))
CALM = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
Verb = Callable[[Unit, "Hand"], Any]


class Hand:
    """Picks rows and values by the numbers that hypothesis drew."""

    def __init__(self, numbers: list[int], place: dict[str, int]) -> None:
        self.numbers = numbers
        self.place = place
        self.drawn = 0

    def number(self, below: int) -> int:
        self.drawn += 1
        return self.numbers[self.drawn % len(self.numbers)] % max(1, below)

    def one(self, values: Any) -> Any:
        values = list(values)
        return values[self.number(len(values))]

    def row(self, unit: Unit, model: Any, *, trashed: bool = False) -> int:
        where = model.deleted_at.is_not(None) if trashed else model.deleted_at.is_(None)
        keys = unit.session.scalars(select(model.id).where(where).order_by(model.id)).all()
        return int(self.one(keys)) if keys else 0

    def day(self) -> date:
        return YEAR[0] + timedelta(days=self.number(365))

    def flag(self) -> bool:
        return self.number(2) == 1


def edit_student(unit: Unit, hand: Hand) -> Any:
    values = {
        "given_name": hand.one(["Ora", "Nora", None, "张"]),
        "student_number": f"S{hand.number(4)}",
        "birth_date": hand.one([None, date(2012, 2, 29)]),
    }
    name = hand.one(values)
    return students.edit(unit, hand.row(unit, Student), {name: values[name]})


def add_enrolment(unit: Unit, hand: Hand) -> Any:
    entry = hand.day()
    leaves = hand.flag()
    draft = EnrolmentDraft(
        student_id=hand.row(unit, Student),
        grade_level_id=hand.row(unit, GradeLevel),
        entry_date=entry,
        exit_date=min(entry + timedelta(days=hand.number(60)), YEAR[1]) if leaves else None,
        exit_type=hand.one(["graduated", "withdrawn"]) if leaves else None,
        is_primary=hand.flag(),
        **hand.place,
    )
    return enrolments.create(unit, draft)


def edit_enrolment(unit: Unit, hand: Hand) -> Any:
    values: dict[str, Any] = hand.one(
        [
            {"exit_date": hand.day(), "exit_type": "withdrawn"},
            {"exit_date": None, "exit_type": None},
            {"is_primary": hand.flag()},
            {"entry_date": hand.day()},
        ]
    )
    return enrolments.edit(unit, hand.row(unit, Enrolment), values)


def add_contact(unit: Unit, hand: Hand) -> Any:
    student, person = hand.row(unit, Student), hand.row(unit, Person)
    draft = StudentContactDraft(
        student, person, "mother", is_primary=hand.flag(), priority=1 + hand.number(3)
    )
    return student_contacts.create(unit, draft)


def edit_contact(unit: Unit, hand: Hand) -> Any:
    values = {"is_primary": hand.flag(), "priority": 1 + hand.number(3)}
    return student_contacts.edit(unit, hand.row(unit, StudentContact), values)


def add_grade(unit: Unit, hand: Hand) -> Any:
    following = hand.row(unit, GradeLevel) or None
    draft = GradeLevelDraft(f"G{hand.number(5)}", "Grade", hand.number(9), following)
    return grade_levels.create(unit, draft)


def edit_grade(unit: Unit, hand: Hand) -> Any:
    following = hand.one([None, hand.row(unit, GradeLevel)])
    return grade_levels.edit(unit, hand.row(unit, GradeLevel), {"next_id": following})


def add_phone(unit: Unit, hand: Hand) -> Any:
    owner = hand.one(
        [{"student_id": hand.row(unit, Student)}, {"person_id": hand.row(unit, Person)}]
    )
    return phones.create(unit, PhoneDraft("home", number=f"+49 {hand.number(99)}", **owner))


def remove_or_restore(unit: Unit, hand: Hand) -> Any:
    model = hand.one([Student, Student, StudentContact, Enrolment, Person, Phone, GradeLevel])
    trashed = hand.flag()
    key = hand.row(unit, model, trashed=trashed)
    service = service_of(model)
    return service.restore(unit, key) if trashed else service.remove(unit, key)


VERBS: list[Verb] = [
    lambda unit, hand: students.create(unit, StudentDraft(f"S{hand.number(4)}", "Klein", "Ora")),
    lambda unit, hand: people.create(unit, PersonDraft("Klein", "Mara")),
    lambda unit, hand: student_identifiers.create(
        unit, StudentIdentifierDraft(hand.row(unit, Student), "passport", f"P{hand.number(3)}")
    ),
    edit_student, edit_student, add_enrolment, add_enrolment, edit_enrolment, add_contact,
    add_contact, edit_contact, add_grade, edit_grade, add_phone,
    remove_or_restore, remove_or_restore, remove_or_restore,
]  # fmt: skip


def primaries_are_right(session: Session) -> bool:
    """Rule 4, over the whole register."""
    held: dict[int, list[bool]] = {}
    for row in session.scalars(select(StudentContact).filter_by(deleted_at=None)):
        held.setdefault(row.student_id, []).append(row.is_primary)
    return all(flags.count(True) == 1 for flags in held.values())


@CALM
@given(
    units=st.lists(
        st.tuples(
            st.lists(st.integers(0, len(VERBS) - 1), min_size=1, max_size=3),
            st.lists(st.integers(0, 1000), min_size=5, max_size=9),
        ),
        min_size=1,
        max_size=9,
    )
)
def test_undone_in_reverse_every_table_is_as_it_was(
    session: Session, register: Register, units: list[tuple[list[int], list[int]]]
) -> None:
    with rolled_back():
        a_random_day(session, register, units)


def a_random_day(
    session: Session, register: Register, units: list[tuple[list[int], list[int]]]
) -> None:
    place = {
        "organisation_id": register.organisation().id,
        "academic_session_id": register.academic_session().id,
    }
    register.grade_level()
    register.student("S0")
    register.person()
    register.person()
    seen = [snapshot(session)]
    done: list[int] = []
    for verbs, numbers in units:
        hand = Hand(numbers, place)

        def work(unit: Unit, verbs: list[int] = verbs, hand: Hand = hand) -> None:
            for verb in verbs:
                VERBS[verb](unit, hand)

        try:
            written = write(work, by=SYSTEM, why="edit")
        except StudentAdminError:
            assert snapshot(session) == seen[-1]
            continue
        if written.change_set_id is not None:
            done.append(written.change_set_id)
            seen.append(snapshot(session))
            assert primaries_are_right(session)
    undone = []
    for key, expected in zip(reversed(done), reversed(seen[:-1]), strict=True):
        taken = write(lambda unit, key=key: undo(unit, key), by=SYSTEM, why="undo", undoes=key)
        undone.append(taken.change_set_id or 0)
        assert snapshot(session) == expected
    for key, expected in zip(reversed(undone), seen[1:], strict=True):
        write(lambda unit, key=key: undo(unit, key), by=SYSTEM, why="undo", undoes=key)
        assert snapshot(session) == expected


FIELDS = ("given_name", "middle_name", "birth_place")
VALUES = st.sampled_from([None, "A", "B"])


@CALM
@given(
    edits=st.lists(
        st.dictionaries(st.sampled_from(FIELDS), VALUES, min_size=1), min_size=2, max_size=6
    ),
    which=st.integers(0, 5),
    choices=st.tuples(*[st.sampled_from([KEEP, PUT_BACK])] * len(FIELDS)),
)
def test_an_undo_loses_no_later_edit_silently(
    session: Session,
    register: Register,
    edits: list[dict[str, Any]],
    which: int,
    choices: tuple[str, ...],
) -> None:
    student = register.student(given_name=None)
    done: list[tuple[int, dict[str, Any], dict[str, Any]]] = []
    now: dict[str, Any] = dict.fromkeys(FIELDS)
    for values in edits:
        written = write(
            lambda unit, values=values: students.edit(unit, student.id, values),
            by=SYSTEM,
            why="edit",
        )
        changed = {name: value for name, value in values.items() if now[name] != value}
        if written.change_set_id:
            done.append((written.change_set_id, {n: now[n] for n in changed}, changed))
        now |= values
    if not done:
        return
    key, before, after = done[which % len(done)]
    newer = {name for name in after if now[name] != after[name]}
    decisions = {
        ("student", student.id, name): choice
        for name, choice in zip(FIELDS, choices, strict=True)
        if name in newer
    }
    if newer:
        with pytest.raises(Clash) as refused:
            write(lambda unit: undo(unit, key), by=SYSTEM, why="undo", undoes=key)
        assert {clash.field for clash in refused.value.clashes} == newer
    write(lambda unit: undo(unit, key, decisions), by=SYSTEM, why="undo", undoes=key)
    expected = dict(now)
    for name in after:
        if decisions.get(("student", student.id, name)) != KEEP:
            expected[name] = before[name]
    session.rollback()
    row = session.get_one(Student, student.id)
    assert {name: getattr(row, name) for name in FIELDS} == expected


def test_the_verbs_do_something(session: Session, register: Register) -> None:
    """The sequences above are not made of refusals alone."""
    place = {
        "organisation_id": register.organisation().id,
        "academic_session_id": register.academic_session().id,
    }
    register.grade_level()
    register.student("S0")
    register.person()
    for verb in VERBS:
        for seed in range(50):
            drawn = Random(seed)
            hand = Hand([drawn.randrange(1000) for _ in range(7)], place)
            try:
                write(lambda unit, hand=hand, verb=verb: verb(unit, hand), by=SYSTEM, why="x")
                break
            except StudentAdminError:
                continue
        else:
            raise AssertionError(verb)
    assert session.scalars(select(StudentIdentifier)).first()
