"""A school at the end of a year, for tests of the roll-over."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from studentadmin.models import Enrolment, Student
from studentadmin.services import rollover, rollover_commit
from studentadmin.services.rollover_commit import Done
from studentadmin.services.rollover_plan import Plan
from studentadmin.services.unit import Written, write
from tests.factories import SYSTEM, Register

JUN_30, AUG_31, SEP_1 = date(2027, 6, 30), date(2027, 8, 31), date(2027, 9, 1)
ENTRY = date(2026, 9, 1)


@dataclass
class School:
    """Two years, a ladder of grades 7 to 9, a class "<grade>A" in each, and students."""

    register: Register
    organisation: int
    old: int
    new: int
    grades: dict[str, int]
    rooms: dict[str, int] = field(default_factory=dict)

    def student(self, grade: str = "7", room: str | None = "7A", **more: Any) -> Enrolment:
        names = {k: more.pop(k) for k in ("number", "family_name", "birth_date") if k in more}
        student = self.register.student(**names)
        return self.enrol(student.id, grade, room, **more)

    def enrol(self, student_id: int, grade: str, room: str | None, **more: Any) -> Enrolment:
        student = Student(id=student_id)
        values = {
            "organisation_id": self.organisation,
            "academic_session_id": self.old,
            "grade_level_id": self.grades[grade],
            "homeroom_id": self.rooms[room] if room else None,
            "entry_date": ENTRY,
            **more,
        }
        return self.register.enrolment(student, **values)

    def plan(self, session: Session) -> Plan:
        session.rollback()
        return rollover.start(session, self.organisation, self.old, self.new, "test")

    def run(self, session: Session, plan: Plan) -> Written[Done]:
        """Carry the plan out as it looks now, without a backup."""
        session.rollback()
        digest = rollover.look(session, plan).digest
        session.rollback()
        return write(
            lambda unit: rollover_commit.apply(unit, plan, digest),
            by=SYSTEM, why="roll over", source="rollover",
        )  # fmt: skip


def make_school(register: Register, *, top: str = "9", first: str = "7") -> School:
    organisation = register.organisation("第一中学").id
    years = [
        register.academic_session(
            title=f"{year}/{year - 1999}",
            start_date=date(year, 9, 1),
            end_date=date(year + 1, 8, 31),
        ).id
        for year in (2026, 2027)
    ]
    grades: dict[str, int] = {}
    following = None
    for number in range(int(top), int(first) - 1, -1):
        level = register.grade_level(
            f"{number}", name=f"Grade {number}", sequence=number, next_id=following
        )
        grades[str(number)] = following = level.id
    school = School(register, organisation, *years, grades)
    for number, key in grades.items():
        room = register.homeroom(
            f"{number}A", organisation_id=organisation, academic_session_id=school.old,
            grade_level_id=key,
        )  # fmt: skip
        school.rooms[f"{number}A"] = room.id
    return school
