"""Many rows at once: tried first, written whole or not at all, through the rules of one row."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from studentadmin.errors import Clash, NotAllowed, RuleBroken
from studentadmin.models import ChangeRow, Enrolment, Student
from studentadmin.services import bulk
from studentadmin.services.bulk import Cancelled, Tried
from studentadmin.services.bulk_change import Change, Operation
from studentadmin.services.enrolment import EnrolmentDraft, enrolments
from studentadmin.services.person import student_contacts
from studentadmin.services.student import students
from studentadmin.services.unit import Actor, rehearsal, write
from tests.factories import SYSTEM, Register
from tests.queries import Statement, count_queries
from tests.registers import snapshot
from tests.services.doing import do, take_back

BORN = date(2012, 5, 6)


def quiet(_done: int, _all: int) -> None:
    """Nobody watches."""


def change(*operations: Operation) -> Change:
    return Change(operations, lambda _name, value: value)


def rehearse(rows: Iterable[Any], what: Change, service: Any = students, by: Any = SYSTEM) -> Tried:
    return bulk.rehearse(by, service, [row.id for row in rows], what, quiet)


def carry_out(tried: Tried, what: Change, service: Any = students, tell: Any = quiet) -> Any:
    return write(
        lambda unit: bulk.edit_rows(unit, service, tried.changed, what, tell),
        by=SYSTEM,
        why="bulk edit",
    )


def column(session: Session, name: str) -> list[Any]:
    session.rollback()
    session.expire_all()
    return list(session.scalars(select(getattr(Student, name)).order_by(Student.id)))


@pytest.mark.parametrize(
    ("operation", "before", "after"),
    [
        (Operation("language", "set", "German"), [None, "Uyghur"], ["German", "German"]),
        (Operation("language", "clear"), [None, "Uyghur"], [None, None]),
        (Operation("birth_date", "add_days", 7), [None, BORN], [None, BORN + timedelta(7)]),
        (Operation("birth_date", "add_days", -6), [BORN, BORN], [BORN - timedelta(6)] * 2),
        (Operation("language", "replace", find="a", by="e"), [None, "Malay"], [None, "Meley"]),
        (Operation("birth_place", "replace", find="St. ", by=""), ["St. Gallen", "Bern"],
         ["Gallen", "Bern"]),
    ],
)  # fmt: skip
def test_each_operation_is_shown_written_and_taken_back(
    register: Register, session: Session, operation: Operation, before: Any, after: Any
) -> None:
    rows = [register.student(**{operation.field: value}) for value in before]
    was = snapshot(session)
    tried = rehearse(rows, change(operation))
    assert snapshot(session) == was
    moved = [new for old, new in zip(before, after, strict=True) if old != new]
    assert len(tried.changed) == len(moved)
    assert tried.same == len(before) - len(moved)
    assert [sample.after[operation.field] for sample in tried.samples] == moved
    written = carry_out(tried, change(operation))
    assert column(session, operation.field) == after
    lines = session.scalars(select(ChangeRow).filter_by(change_set_id=written.change_set_id))
    assert len(list(lines)) == len(moved)
    take_back(written.change_set_id)
    assert snapshot(session) == was


def test_what_follows_from_a_field_follows(register: Register, session: Session) -> None:
    rows = [register.student(given_name=name) for name in ("Ora", "Nele")]
    what = change(Operation("family_name", "set", "Öz"))
    carry_out(rehearse(rows, what), what)
    found = column(session, "sort_name")
    assert all("oz" in name for name in found), found
    homes = [register.enrolment(row) for row in rows]
    leave = change(
        Operation("exit_date", "set", date(2027, 1, 31)), Operation("exit_type", "set", "withdrawn")
    )
    carry_out(rehearse(homes, leave, enrolments), leave, enrolments)
    assert column(session, "status") == ["left", "left"]


def test_refused_rows_are_told_and_left_out(register: Register, session: Session) -> None:
    good = register.student(birth_date=BORN, given_name="Good")
    late = register.student(birth_date=date.today() - timedelta(3), given_name="Late")  # noqa: DTZ011
    what = change(Operation("birth_date", "add_days", 5))
    tried = rehearse([good, late], what)
    assert [one.id for one in tried.changed] == [good.id]
    assert (tried.refused, tried.refusals[0].label) == (1, "Late Klein")
    assert tried.refusals[0].field == "birth_date"
    assert tried.refusals[0].message == "The birth date must lie before today."
    carry_out(tried, what)
    assert column(session, "birth_date") == [BORN + timedelta(5), late.birth_date]


def test_what_one_only_may_have_is_given_to_one(register: Register) -> None:
    rows = [register.student(number) for number in ("A-1B", "A1-B", "B9")]
    tried = rehearse(rows, change(Operation("student_number", "replace", find="-", by="")))
    assert len(tried.changed) == 1
    assert tried.same == 1
    assert [r.message for r in tried.refusals] == [
        "Two of the chosen rows would get the same value."
    ]


def test_rows_of_one_student_are_judged_as_they_will_stand(register: Register) -> None:
    """Two terms that follow each other move by a week together, though each alone would overlap."""
    student, place = register.student(), register.homeroom()
    where = {
        "organisation_id": place.organisation_id,
        "academic_session_id": place.academic_session_id,
        "grade_level_id": register.grade_level().id,
    }
    first = register.enrolment(student, exit_date=date(2027, 1, 31), exit_type="changed", **where)
    second = register.enrolment(student, entry_date=date(2027, 2, 1), **where)
    week = change(Operation("entry_date", "add_days", 7), Operation("exit_date", "add_days", 7))
    both = rehearse([first, second], week, enrolments)
    assert (len(both.changed), both.refused) == (2, 0)
    assert rehearse([first], week, enrolments).refused == 1
    carry_out(both, week, enrolments)


def test_one_refused_beside_another_is_looked_at_again(register: Register) -> None:
    """The second may not move, so the first may not either: it would run into it."""
    student, place = register.student(), register.homeroom()
    where = {
        "organisation_id": place.organisation_id,
        "academic_session_id": place.academic_session_id,
        "grade_level_id": register.grade_level().id,
    }
    first = register.enrolment(student, exit_date=date(2027, 7, 10), exit_type="changed", **where)
    second = register.enrolment(student, entry_date=date(2027, 7, 11), **where)
    month = change(Operation("exit_date", "add_days", 20), Operation("entry_date", "add_days", 30))
    tried = rehearse([first, second], month, enrolments)
    assert {r.id for r in tried.refusals} == {first.id, second.id}


def test_a_colleague_in_the_same_field_is_a_clash(register: Register, session: Session) -> None:
    rows = [register.student() for _ in range(3)]
    what = change(Operation("language", "set", "German"))
    tried = rehearse(rows, what)
    do(lambda unit: students.edit(unit, rows[1].id, {"language": "Dutch"}))
    was = snapshot(session)
    with pytest.raises(Clash, match="Ora Klein"):
        carry_out(tried, what)
    assert snapshot(session) == was


def test_a_colleague_in_another_field_is_merged(register: Register, session: Session) -> None:
    rows = [register.student() for _ in range(2)]
    what = change(Operation("language", "set", "German"))
    tried = rehearse(rows, what)
    do(lambda unit: students.edit(unit, rows[1].id, {"birth_place": "Bern"}))
    carry_out(tried, what)
    assert column(session, "language") == ["German", "German"]
    assert column(session, "birth_place") == [None, "Bern"]


def test_a_row_that_went_away_is_a_clash(register: Register, session: Session) -> None:
    rows = [register.student() for _ in range(2)]
    what = change(Operation("language", "set", "German"))
    tried = rehearse(rows, what)
    do(lambda unit: students.remove(unit, rows[0].id))
    with pytest.raises(Clash):
        carry_out(tried, what)
    assert column(session, "language") == [None, None]
    assert rehearse(rows, what).gone == 1


def test_a_rule_broken_since_writes_nothing(register: Register, session: Session) -> None:
    student = register.student()
    what = change(Operation("birth_date", "set", date(2026, 9, 2)))
    tried = rehearse([student], what)
    register.enrolment(student)
    with pytest.raises(Clash):
        carry_out(tried, what)
    assert column(session, "birth_date") == [None]


def test_cancelled_between_two_pieces_writes_nothing(
    register: Register, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "AT_ONCE", 2)
    rows = [register.student() for _ in range(5)]
    what = change(Operation("language", "set", "German"))
    tried = rehearse(rows, what)
    was, told = snapshot(session), []

    def stop(done: int, total: int) -> None:
        told.append((done, total))
        if done >= 4:
            raise Cancelled("enough")

    with pytest.raises(Cancelled):
        carry_out(tried, what, tell=stop)
    assert told == [(0, 5), (2, 5), (4, 5)]
    assert snapshot(session) == was


def test_a_row_met_in_two_pieces_has_one_line_of_history(
    register: Register, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each mother was primary and ceases to be; the fathers come a piece later."""
    monkeypatch.setattr(bulk, "AT_ONCE", 1)
    monkeypatch.setattr(student_contacts, "together", None)
    student = register.student()
    rows = [register.contact(student, register.person()) for _ in range(3)]
    what = change(Operation("is_primary", "set", True))
    tried = rehearse(rows, what, student_contacts)
    written = carry_out(tried, what, student_contacts)
    lines = list(session.scalars(select(ChangeRow).filter_by(change_set_id=written.change_set_id)))
    assert len(lines) == len({(line.table_name, line.row_id) for line in lines})
    take_back(written.change_set_id)
    session.rollback()
    session.expire_all()
    assert [session.get_one(type(row), row.id).is_primary for row in rows] == [True, False, False]


@pytest.mark.parametrize(
    ("role", "field", "allowed"),
    [
        ("clerk", "language", True), ("clerk", "ethnicity", True), ("teacher", "language", False),
        ("viewer", "ethnicity", False),
    ],
)  # fmt: skip
def test_the_matrix_says_who_may(register: Register, role: str, field: str, allowed: bool) -> None:
    rows = [register.student()]
    by = Actor(1, "Somebody", frozenset({role}))
    what = change(Operation(field, "set", "X"))
    if allowed:
        assert len(rehearse(rows, what, by=by).changed) == 1
        return
    with pytest.raises(NotAllowed):
        rehearse(rows, what, by=by)


def test_a_rehearsal_cannot_write(register: Register) -> None:
    student = register.student()
    with rehearsal(SYSTEM) as unit:
        row = unit.session.get_one(Student, student.id)
        row.language = "German"
        with pytest.raises(AssertionError):
            unit.session.flush()


def test_too_far_a_day_is_refused_by_row(register: Register) -> None:
    rows = [register.student(birth_date=BORN)]
    tried = rehearse(rows, change(Operation("birth_date", "add_days", -1_000_000)))
    assert [r.message for r in tried.refusals] == ["This day lies too far away."]


def test_the_form_judges_what_becomes_of_a_value(register: Register) -> None:
    def judge(name: str, _value: Any) -> Any:
        raise RuleBroken("too long", name)

    rows = [register.student(language="Malay")]
    tried = rehearse(rows, Change([Operation("language", "replace", find="M", by="N")], judge))
    assert [(r.field, r.message) for r in tried.refusals] == [("language", "too long")]


class TestQueries:
    """What is asked does not grow with the rows of a piece; each row is written once."""

    @pytest.mark.parametrize("table", ["student", "enrolment"])
    def test_the_same_for_few_and_many(self, register: Register, table: str) -> None:
        counted = [self._cost(register, table, many) for many in (4, 24)]
        assert counted[0] == counted[1]

    @staticmethod
    def _asked(seen: list[Statement], many: int) -> int:
        """How many statements beside the writing of each row itself."""
        written = [statement for statement in seen if statement.startswith("UPDATE ")]
        assert len(written) in {0, many}
        return len(seen) - len(written)

    def _cost(self, register: Register, table: str, many: int) -> list[int]:
        place = register.homeroom()
        where = {
            "organisation_id": place.organisation_id,
            "academic_session_id": place.academic_session_id,
            "grade_level_id": register.grade_level().id,
        }
        rows: list[Any] = [register.student(birth_date=BORN) for _ in range(many)]
        service: Any = students
        what = change(Operation("language", "set", "German"))
        homes = [register.enrolment(row, **where) for row in rows]
        if table == "enrolment":
            rows, service = homes, enrolments
            what = change(Operation("homeroom_id", "set", place.id))
        costs = []
        with count_queries() as seen:
            tried = rehearse(rows, what, service)
        costs.append(self._asked(seen, many))
        with count_queries() as seen:
            written = carry_out(tried, what, service)
        costs.append(self._asked(seen, many))
        with count_queries() as seen:
            take_back(written.change_set_id)
        costs.append(self._asked(seen, many))
        return costs


def test_answers_are_forgotten_when_such_a_row_is_flushed(register: Register) -> None:
    student, homeroom, level = register.student(), register.homeroom(), register.grade_level()
    found: list[int] = []

    def work(unit: Any) -> None:
        unit.lookups.warm(Enrolment.student_id, [student.id])
        found.append(len(unit.lookups.rows(Enrolment.student_id, student.id)))
        place = (homeroom.organisation_id, homeroom.academic_session_id, level.id)
        draft = EnrolmentDraft(student.id, *place, entry_date=date(2026, 9, 1))
        enrolments.create(unit, draft)
        found.append(len(unit.lookups.rows(Enrolment.student_id, student.id)))

    do(work)
    assert found == [0, 1]
