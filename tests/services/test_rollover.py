"""The roll-over: what is proposed, what is written, what is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from studentadmin.errors import Clash, Missing, NotAllowed, RuleBroken
from studentadmin.models import ChangeSet, Enrolment, Homeroom, Student
from studentadmin.rules.rollover import Choice, Destination, Reason
from studentadmin.services import rollover, rollover_commit, rollover_plan
from studentadmin.services.enrolment import enrolments
from studentadmin.services.homeroom import homerooms
from studentadmin.services.unit import Actor, write
from tests.factories import Register
from tests.queries import count_queries
from tests.registers import snapshot
from tests.rollovers import AUG_31, ENTRY, SEP_1, School, make_school
from tests.services.doing import do, take_back


@pytest.fixture
def school(register: Register) -> School:
    return make_school(register)


def row_of(session: Session, plan: Any, enrolment: Enrolment) -> Any:
    rows = {row.key: row for row in rollover.look(session, plan).rows}
    return rows[enrolment.id]


def new_one(session: Session, enrolment: Enrolment) -> Enrolment | None:
    """The student's enrolment in the new year."""
    session.rollback()
    query = select(Enrolment).where(
        Enrolment.student_id == enrolment.student_id, Enrolment.entry_date == SEP_1
    )
    return session.scalars(query).first()


def test_promoted_into_a_class_that_is_made_on_the_way(session: Session, school: School) -> None:
    row = school.student("7", "7A")
    plan = school.plan(session)
    assert rollover.look(session, plan).to_make == {"8A": school.grades["8"]}
    written = school.run(session, plan)
    following = new_one(session, row)
    assert following is not None
    assert following.homeroom is not None
    assert (following.homeroom.name, following.grade_level_id) == ("8A", school.grades["8"])
    assert (following.entry_type, following.is_repeat) == ("promoted", False)
    old = session.get_one(Enrolment, row.id)
    assert (old.exit_date, old.exit_type) == (AUG_31, "promoted")
    change = session.get_one(ChangeSet, written.change_set_id)
    assert (change.why, change.source) == ("roll over", "rollover")


def test_a_class_that_is_there_takes_them(
    session: Session, school: School, register: Register
) -> None:
    there = register.homeroom(
        "8A", organisation_id=school.organisation, academic_session_id=school.new
    )
    row = school.student("7", "7A")
    school.run(session, school.plan(session))
    following = new_one(session, row)
    assert following is not None
    assert following.homeroom_id == there.id


@pytest.mark.parametrize(
    ("destination", "status", "exit_type"),
    [
        (Destination.LEAVE, "left", "expelled"),
        (Destination.GRADUATE, "graduated", "graduated"),
        (Destination.REPEAT, "enrolled", "repeated"),
        (Destination.STAY, "enrolled", None),
    ],
)
def test_a_choice_by_hand(
    session: Session, school: School, destination: Destination, status: str, exit_type: str | None
) -> None:
    row, other = school.student("7", "7A"), school.student("8", "8A")
    choice = Choice(destination, None, "expelled")
    plan = rollover_plan.choose(school.plan(session), [row.id], choice)
    school.run(session, plan)
    following = new_one(session, row)
    old = session.get_one(Enrolment, row.id)
    assert session.get_one(Student, row.student_id).status == status
    assert old.exit_type == exit_type
    assert old.exit_date == (AUG_31 if exit_type else None)
    if destination is Destination.REPEAT:
        assert following is not None
        assert following.homeroom is not None
        place = (following.grade_level_id, following.is_repeat, following.homeroom.name)
        assert place == (school.grades["7"], True, "7A")
    else:
        assert following is None
    assert new_one(session, other) is not None


def test_the_last_grade_graduates_and_a_lone_grade_does_not(
    session: Session, school: School, register: Register
) -> None:
    top = school.student("9", "9A")
    school.grades["X"] = register.grade_level("X", name="Preparatory").id
    lone = school.student("X", None)
    plan = school.plan(session)
    assert row_of(session, plan, top).line.destination is Destination.GRADUATE
    assert row_of(session, plan, lone).line.reason is Reason.NO_NEXT_GRADE


def test_reasons_that_no_choice_overrules(session: Session, school: School) -> None:
    late = school.student(entry_date=AUG_31)
    side = school.student(is_primary=False)
    plan = replace(school.plan(session), last_day=date(2027, 6, 30))
    plan = rollover_plan.choose(plan, [late.id, side.id], Choice(Destination.PROMOTE))
    assert row_of(session, plan, late).line.reason is Reason.BEGINS_LATER
    assert row_of(session, plan, side).line.reason is Reason.SIDE


def test_what_others_changed_since_is_shown_and_has_to_be_looked_at(
    session: Session, school: School
) -> None:
    moved, gone, still = (school.student() for _ in range(3))
    plan = school.plan(session)
    leave = {"exit_date": date(2027, 1, 31), "exit_type": "withdrawn"}
    do(lambda unit: enrolments.edit(unit, gone.id, leave))
    do(lambda unit: enrolments.edit(unit, moved.id, {"homeroom_id": None}))
    added = school.student()
    session.rollback()
    preview = rollover.look(session, plan)
    since = {row.key: row.since for row in preview.rows}
    assert since == {moved.id: "changed", still.id: "", added.id: "new"}
    assert preview.gone == [gone.id]
    with pytest.raises(Clash):
        school.run(session, plan)
    school.run(session, rollover.noticed(preview))
    assert new_one(session, added) is not None
    assert new_one(session, gone) is None


def test_what_was_not_shown_is_not_written(session: Session, school: School) -> None:
    school.student()
    plan = school.plan(session)
    digest = rollover.look(session, plan).digest
    other = rollover_plan.choose(plan, [*plan.seen], Choice(Destination.REPEAT))
    before = snapshot(session)
    with pytest.raises(Clash):
        do(lambda unit: rollover_commit.apply(unit, other, digest))
    assert snapshot(session) == before


def broken(act: Any) -> RuleBroken:
    with pytest.raises(RuleBroken) as caught:
        act()
    return caught.value


def test_years_that_do_not_follow_are_refused(session: Session, school: School) -> None:
    session.rollback()
    error = broken(
        lambda: rollover.start(session, school.organisation, school.new, school.old, "test")
    )
    assert error.field == "to_id"


@pytest.mark.parametrize(
    "days",
    [
        {"last_day": date(2027, 9, 1)},
        {"first_day": date(2027, 8, 31)},
        {"first_day": date(2028, 9, 1)},
        {"last_day": date(2026, 8, 31)},
    ],
)
def test_days_outside_of_their_years_are_refused(
    session: Session, school: School, days: dict[str, date]
) -> None:
    school.student()
    plan = replace(school.plan(session), **days)
    assert rollover.look(session, plan).problems
    assert broken(lambda: school.run(session, plan)).message


def test_a_class_in_the_trash_is_named(
    session: Session, school: School, register: Register
) -> None:
    room = register.homeroom(
        "8A", organisation_id=school.organisation, academic_session_id=school.new
    )
    do(lambda unit: homerooms.remove(unit, room.id))
    school.student()
    assert (
        "8A of the new year is in the trash"
        in broken(lambda: school.run(session, school.plan(session))).message
    )


def test_a_full_class_and_mixed_grades_are_said(
    session: Session, school: School, register: Register
) -> None:
    register.homeroom(
        "8A", organisation_id=school.organisation, academic_session_id=school.new, capacity=1
    )
    for grade in ("7", "7", "8"):
        school.student(grade, f"{grade}A")
    plan = school.plan(session)
    plan = replace(plan, rooms={school.rooms["8A"]: "8A"})
    notes = " ".join(rollover.look(session, plan).notes)
    assert "8A has 1 places, and 3 students would go there." in notes
    assert "several grades would go to 8A" in notes


def test_nobody_without_the_right(session: Session, school: School) -> None:
    school.student()
    plan = school.plan(session)
    digest = rollover.look(session, plan).digest
    session.rollback()
    clerk = Actor(None, "Clerk", frozenset({"clerk"}))
    with pytest.raises(NotAllowed):
        write(lambda unit: rollover_commit.apply(unit, plan, digest), by=clerk, why="roll over")


def test_it_can_be_undone_after_a_second_thought(session: Session, school: School) -> None:
    for grade in "789":
        school.student(grade, f"{grade}A")
    before = snapshot(session)
    written = school.run(session, school.plan(session))
    undone = take_back(written)
    assert snapshot(session) == before
    take_back(undone)
    names = {room.name for room in session.scalars(select(Homeroom))}
    assert names == {"7A", "8A", "9A"}
    assert len(session.scalars(select(Enrolment).filter_by(entry_date=SEP_1)).all()) == 2


def test_a_look_costs_as_much_for_ten_as_for_thirty(session: Session, school: School) -> None:
    costs = []
    for _round in range(2):
        for _ in range(10 * (_round + 1)):
            school.student()
        plan = school.plan(session)
        session.rollback()
        session.expunge_all()
        with count_queries() as seen:
            rollover.look(session, plan)
        costs.append(len(seen))
    assert costs[0] == costs[1] <= 6


def test_writing_asks_as_much_for_ten_as_for_thirty(session: Session, school: School) -> None:
    """Rows are put down one by one by some drivers; what is asked does not grow."""
    costs = []
    for _round in range(2):
        for _ in range(10 * (_round + 1)):
            school.student()
        plan = school.plan(session)
        with count_queries() as seen:
            written = school.run(session, plan)
        costs.append(sum(text.lstrip().upper().startswith("SELECT") for text in seen))
        take_back(written)
    assert costs[0] == costs[1] <= 40


class TestParking:
    """A plan between two visits."""

    def test_it_comes_back_as_it_was(
        self, session: Session, school: School, tmp_path: Path
    ) -> None:
        row = school.student(entry_date=ENTRY)
        plan = rollover_plan.choose(
            school.plan(session), [row.id], Choice(Destination.LEAVE, None, "expelled")
        )
        plan = replace(plan, rooms={school.rooms["7A"]: "8甲"})
        folder = rollover_plan.folder_in(tmp_path)
        rollover_plan.park(folder, plan)
        assert rollover_plan.find(folder, plan.token) == plan
        assert rollover_plan.every(folder) == [plan]
        assert (folder / f"{plan.token}.json").stat().st_mode & 0o077 == 0
        rollover_plan.remove(folder, plan.token)
        with pytest.raises(Missing):
            rollover_plan.find(folder, plan.token)

    @pytest.mark.parametrize("token", ["", "../../etc/passwd", "x" * 22 + "/"])
    def test_a_token_is_no_path(self, app: Any, tmp_path: Path, token: str) -> None:
        with pytest.raises(Missing):
            rollover_plan.find(rollover_plan.folder_in(tmp_path), token)
