"""Whatever the register: one destination for everyone, right sums, and Undo gives it back."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from studentadmin.models import Student
from studentadmin.rules.rollover import Choice, Destination
from studentadmin.services import rollover, rollover_plan
from studentadmin.services.grade_level import grade_levels
from studentadmin.services.student import students
from tests.factories import Register
from tests.registers import rolled_back, snapshot
from tests.rollovers import AUG_31, ENTRY, SEP_1, School, make_school
from tests.services.doing import do, take_back

CALM = settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
KINDS = ("open", "late", "left", "changed", "side", "both", "trash", "no class")
PEOPLE = st.lists(st.tuples(st.sampled_from(KINDS), st.sampled_from("789")), min_size=1, max_size=9)
CHOICES = st.lists(st.none() | st.sampled_from(list(Destination)), min_size=9, max_size=9)
NAMES = st.lists(st.sampled_from(["8A", "10X", "", "7A"]), min_size=9, max_size=9)
LADDER = st.sampled_from(["whole", "broken", "none"])


def fill(school: School, people: list[tuple[str, str]]) -> None:
    for kind, grade in people:
        room = f"{grade}A"
        if kind == "left":
            school.student(grade, room, exit_date=date(2027, 1, 31), exit_type="withdrawn")
        elif kind == "changed":
            row = school.student(grade, None, exit_date=date(2027, 1, 31), exit_type="changed")
            student = school.register.student()  # and another, so that keys do not run in step
            school.enrol(row.student_id, grade, room, entry_date=date(2027, 2, 1))
            school.enrol(student.id, grade, None, exit_date=ENTRY, exit_type="invalid")
        elif kind == "side":
            school.student(grade, room, is_primary=False)
        elif kind == "both":
            row = school.student(grade, room)
            school.enrol(row.student_id, grade, None, is_primary=False)
        elif kind == "trash":
            key = school.student(grade, room).student_id
            do(lambda unit, key=key: students.remove(unit, key))
        else:
            entry = AUG_31 if kind == "late" else ENTRY
            school.student(grade, None if kind == "no class" else room, entry_date=entry)


def expected(session: Session, school: School, *, main: bool = False) -> set[int]:
    """Students with an open (main) enrolment of the school and year, asked another way."""
    found = set()
    for student in session.scalars(select(Student)):
        for row in student.enrolments:
            place = (row.organisation_id, row.academic_session_id)
            here = place == (school.organisation, school.old) and row.exit_date is None
            counts = row.is_primary or not main
            if here and counts and row.deleted_at is None and student.deleted_at is None:
                found.add(student.id)
    return found


def break_ladder(school: School, ladder: str) -> None:
    for code in {"whole": "", "broken": "8", "none": "78"}[ladder]:
        do(lambda unit, code=code: grade_levels.edit(unit, school.grades[code], {"next_id": None}))


def refuses_rule_2(session: Session) -> list[int]:
    """Students whose main enrolments share a day, or of whom two are open."""
    session.rollback()
    wrong = []
    for student in session.scalars(select(Student)):
        rows = [e for e in student.enrolments if e.is_primary and e.deleted_at is None]
        days = [
            entry + timedelta(days=n)
            for entry, end in ((e.entry_date, e.exit_date or date(2028, 8, 31)) for e in rows)
            for n in range((end - entry).days + 1)
        ]
        if len(days) != len(set(days)) or sum(e.exit_date is None for e in rows) > 1:
            wrong.append(student.id)
    return wrong


@given(people=PEOPLE, chosen=CHOICES, names=NAMES, ladder=LADDER)
@CALM
def test_any_register_rolls_over_and_back(
    register: Register,
    session: Session,
    people: list[tuple[str, str]],
    chosen: list[Destination | None],
    names: list[str],
    ladder: str,
) -> None:
    with rolled_back():
        school = make_school(Register())
        fill(school, people)
        break_ladder(school, ladder)
        plan = school.plan(session)
        keys = [row.key for row in rollover.look(session, plan).rows]
        for key, choice, name in zip(keys, chosen, names, strict=False):
            if choice is not None:
                plan = rollover_plan.choose(plan, [key], Choice(choice, name or None))
        preview = rollover.look(session, plan)
        students_in = [row.line.candidate.student_id for row in preview.rows]
        assert len(students_in) == len(set(students_in))
        assert set(students_in) == expected(session, school)
        assert sum(preview.totals.values()) == len(students_in)
        for row in preview.rows:
            assert (row.line.destination is Destination.STAY) == (row.line.reason is not None)
            has_main = row.line.candidate.student_id in expected(session, school, main=True)
            assert has_main is row.line.candidate.is_primary
        if not preview.moves:
            return
        totals = dict(preview.totals)
        before = snapshot(session)
        written = school.run(session, plan)
        assert written.made.totals == totals
        assert refuses_rule_2(session) == []
        after = snapshot(session)
        moved = {
            key
            for key, row in after["enrolment"].items()
            if row["academic_session_id"] == school.new and row["entry_date"] == SEP_1
        }
        assert len(moved) == totals.get(Destination.PROMOTE, 0) + totals.get(Destination.REPEAT, 0)
        assert moved.isdisjoint(before["enrolment"])
        take_back(written)
        assert snapshot(session) == before
