"""The steps of a student's way through school: what each writes, and what refuses it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from studentadmin.errors import RuleBroken
from studentadmin.models import ChangeSet, Enrolment, Student
from studentadmin.rules.enrolling import Action
from studentadmin.services import enrolling
from studentadmin.services.enrolling import ChangeDraft, ExitDraft
from studentadmin.services.enrolment import EnrolmentDraft, enrolments
from studentadmin.services.enrolment_type import EnrolmentTypeDraft, enrolment_types
from studentadmin.services.unit import Unit, Written
from tests.factories import Register
from tests.registers import snapshot
from tests.services.doing import do, take_back

SEP_1, SEP_2, OCT_31, NOV_1 = (
    date(2026, 9, 1),
    date(2026, 9, 2),
    date(2026, 10, 31),
    date(2026, 11, 1),
)
ENTER_TYPES = {Action.ADMIT: "new", Action.TRANSFER_IN: "transfer", Action.RETURN: "returned"}
EXIT_TYPES = {
    Action.LEAVE: "withdrawn",
    Action.TRANSFER_OUT: "transferred",
    Action.GRADUATE: "graduated",
}


@dataclass
class School:
    """A student before a school with two classes."""

    student: int
    places: dict[str, int]
    rooms: tuple[int, int]

    def act(self, action: Action, day: date = SEP_1, **more: Any) -> Written[Enrolment]:
        return do(lambda unit: self._act(unit, action, day, more))

    def _act(self, unit: Unit, action: Action, day: date, more: Any) -> Enrolment:
        if action in ENTER_TYPES:
            values = {"entry_type": ENTER_TYPES[action], "homeroom_id": self.rooms[0], **more}
            draft = EnrolmentDraft(self.student, entry_date=day, **self.places, **values)
            return enrolling.enter(unit, action, draft)
        if action is Action.CHANGE:
            grade = more.pop("grade_level_id", self.places["grade_level_id"])
            room = more.pop("homeroom_id", self.rooms[1])
            return enrolling.change(unit, self.student, ChangeDraft(day, grade, room, **more))
        values = {"exit_type": EXIT_TYPES[action], **more}
        return enrolling.leave(unit, action, self.student, ExitDraft(day, **values))


@pytest.fixture
def school(register: Register) -> School:
    first = register.homeroom("9A")
    second = register.homeroom(
        "9B",
        organisation_id=first.organisation_id,
        academic_session_id=first.academic_session_id,
    )
    places = {
        "organisation_id": first.organisation_id,
        "academic_session_id": first.academic_session_id,
        "grade_level_id": register.grade_level().id,
    }
    return School(register.student().id, places, (first.id, second.id))


def status(session: Session, school: School) -> str:
    session.rollback()
    return session.get_one(Student, school.student).status


def rows(session: Session) -> list[tuple[Any, ...]]:
    session.rollback()
    columns = (
        Enrolment.entry_date,
        Enrolment.entry_type,
        Enrolment.exit_date,
        Enrolment.exit_type,
        Enrolment.homeroom_id,
    )
    return [tuple(row) for row in session.execute(select(*columns).order_by(Enrolment.id))]


def test_the_status_follows_every_step(session: Session, school: School) -> None:
    seen = [status(session, school)]
    for action, day in (
        (Action.ADMIT, SEP_1),
        (Action.CHANGE, SEP_2),
        (Action.LEAVE, OCT_31),
        (Action.RETURN, NOV_1),
        (Action.TRANSFER_OUT, date(2026, 11, 30)),
        (Action.TRANSFER_IN, date(2026, 12, 1)),
        (Action.GRADUATE, date(2027, 6, 30)),
    ):
        school.act(action, day)
        seen.append(status(session, school))
    assert seen == [
        "registered", "enrolled", "enrolled", "left", "enrolled", "left", "enrolled", "graduated",
    ]  # fmt: skip


def test_a_change_is_an_exit_and_an_entry_on_adjacent_days_in_one_change_set(
    session: Session, school: School
) -> None:
    school.act(Action.ADMIT)
    before = session.scalar(select(func.count()).select_from(ChangeSet)) or 0
    school.act(Action.CHANGE, NOV_1)
    assert rows(session) == [
        (SEP_1, "new", OCT_31, "changed", school.rooms[0]),
        (NOV_1, "changed", None, None, school.rooms[1]),
    ]
    assert session.scalar(select(func.count()).select_from(ChangeSet)) == before + 1


@pytest.mark.parametrize("action", list(Action))
def test_undo_takes_the_whole_step_back(session: Session, school: School, action: Action) -> None:
    if action not in {Action.ADMIT, Action.TRANSFER_IN}:
        school.act(Action.ADMIT)
    if action is Action.RETURN:
        school.act(Action.LEAVE, OCT_31)
    before = snapshot(session)
    written = school.act(action, NOV_1)
    assert snapshot(session) != before
    take_back(written)
    assert snapshot(session) == before


def refused(act: Callable[[], Any]) -> RuleBroken:
    with pytest.raises(RuleBroken) as caught:
        act()
    return caught.value


@pytest.mark.parametrize("action", [Action.ADMIT, Action.TRANSFER_IN, Action.RETURN])
def test_nobody_enters_twice(session: Session, school: School, action: Action) -> None:
    school.act(Action.ADMIT)
    error = refused(lambda: school.act(action, NOV_1))
    assert "is enrolled in School since Sep 1, 2026" in error.message
    assert "Enter the leave first" in error.message
    assert len(rows(session)) == 1


@pytest.mark.parametrize(
    "action", [Action.CHANGE, Action.LEAVE, Action.TRANSFER_OUT, Action.GRADUATE]
)
def test_nobody_leaves_who_is_not_there(school: School, action: Action) -> None:
    assert "Use “Admit” first" in refused(lambda: school.act(action)).message
    school.act(Action.ADMIT)
    school.act(Action.LEAVE, OCT_31)
    error = refused(lambda: school.act(action, NOV_1))
    assert "the last day was Oct 31, 2026" in error.message
    assert "Use “Return” first" in error.message


def test_admit_and_return_are_told_apart(school: School) -> None:
    assert "Use “Admit”" in refused(lambda: school.act(Action.RETURN)).message
    school.act(Action.ADMIT)
    school.act(Action.LEAVE, OCT_31)
    assert "Use “Return”" in refused(lambda: school.act(Action.ADMIT, NOV_1)).message


@pytest.mark.parametrize(
    ("action", "day", "more", "field"),
    [
        (Action.CHANGE, SEP_1, {}, "first_day"),
        (Action.CHANGE, date(2027, 8, 1), {}, "first_day"),
        (Action.LEAVE, date(2026, 8, 31), {}, "exit_date"),
        (Action.LEAVE, date(2027, 8, 1), {}, "exit_date"),
        (Action.LEAVE, OCT_31, {"exit_type": "graduated"}, "exit_type"),
        (Action.LEAVE, OCT_31, {"exit_type": "nonsense"}, "exit_type"),
        (Action.GRADUATE, OCT_31, {"exit_type": "withdrawn"}, "exit_type"),
    ],
)
def test_a_wrong_day_or_type_is_refused_at_its_field(
    session: Session, school: School, action: Action, day: date, more: dict[str, Any], field: str
) -> None:
    school.act(Action.ADMIT)
    before = rows(session)
    assert refused(lambda: school.act(action, day, **more)).field == field
    assert rows(session) == before


def test_the_same_class_is_no_change(school: School) -> None:
    school.act(Action.ADMIT)
    error = refused(lambda: school.act(Action.CHANGE, NOV_1, homeroom_id=school.rooms[0]))
    assert error.field == "homeroom_id"


def test_a_return_before_the_leave_meets_rule_2(school: School) -> None:
    school.act(Action.ADMIT)
    school.act(Action.LEAVE, OCT_31)
    error = refused(lambda: school.act(Action.RETURN, OCT_31))
    assert (error.field, "already enrolled" in error.message) == ("entry_date", True)


# -- a school's own codes ------------------------------------------------------------------------


def own_type(**values: str) -> Any:
    draft = {"kind": "exit", "code": "abroad", "name": "Went abroad", "meaning": "transferred"}
    return do(lambda unit: enrolment_types.create(unit, EnrolmentTypeDraft(**{**draft, **values})))


def test_an_own_type_behaves_as_what_it_means(session: Session, school: School) -> None:
    own_type()
    own_type(code="diploma-b", name="Diploma B", meaning="graduated")
    school.act(Action.ADMIT)
    assert refused(lambda: school.act(Action.LEAVE, OCT_31, exit_type="abroad")).field
    school.act(Action.TRANSFER_OUT, OCT_31, exit_type="abroad")
    assert status(session, school) == "left"
    school.act(Action.RETURN, NOV_1)
    school.act(Action.GRADUATE, date(2027, 6, 30), exit_type="diploma-b")
    assert status(session, school) == "graduated"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"code": "withdrawn"}, "code"),
        ({"code": "a b"}, "code"),
        ({"meaning": "new"}, "meaning"),
        ({"kind": "both"}, "kind"),
    ],
)
def test_an_own_type_must_fit(app: Any, values: dict[str, str], field: str) -> None:
    assert refused(lambda: own_type(**values)).field == field


def test_a_code_is_given_once_and_stays_while_in_use(session: Session, school: School) -> None:
    written = own_type()
    made = written.made
    assert refused(own_type).field == "code"
    school.act(Action.ADMIT)
    school.act(Action.TRANSFER_OUT, OCT_31, exit_type="abroad")
    for values in ({"code": "away"}, {"meaning": "graduated"}):
        error = refused(lambda v=values: do(lambda unit: enrolment_types.edit(unit, made.id, v)))
        assert error.field in values
    assert (
        "Went abroad" in refused(lambda: do(lambda u: enrolment_types.remove(u, made.id))).message
    )
    do(lambda unit: enrolment_types.edit(unit, made.id, {"name": "Moved abroad"}))


def test_an_unknown_type_is_refused_by_the_table_itself(school: School) -> None:
    row = school.act(Action.ADMIT).made
    for field in ("entry_type", "exit_type"):
        values = {"exit_date": OCT_31, "exit_type": "withdrawn"} | {field: "nonsense"}
        error = refused(lambda v=values: do(lambda unit: enrolments.edit(unit, row.id, v)))
        assert error.field == field
