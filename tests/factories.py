"""Records for tests, made through the services with as little said as possible."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any

from studentadmin.models import (
    AcademicSession,
    Enrolment,
    GradeLevel,
    Homeroom,
    Organisation,
    Person,
    Student,
    StudentContact,
)
from studentadmin.services.academic_session import AcademicSessionDraft, academic_sessions
from studentadmin.services.enrolment import EnrolmentDraft, enrolments
from studentadmin.services.grade_level import GradeLevelDraft, grade_levels
from studentadmin.services.homeroom import HomeroomDraft, homerooms
from studentadmin.services.organisation import OrganisationDraft, organisations
from studentadmin.services.person import (
    PersonDraft,
    StudentContactDraft,
    people,
    student_contacts,
)
from studentadmin.services.student import StudentDraft, students
from studentadmin.services.unit import Actor, write

SYSTEM = Actor.system("test")
_numbers = count(1)


class Register:
    """Each method writes one record in a change set of its own and returns it."""

    def student(self, number: str | None = None, **values: Any) -> Student:
        values = {"family_name": "Klein", "given_name": "Ora", **values}
        draft = StudentDraft(student_number=number or f"T{next(_numbers):06}", **values)
        return write(lambda unit: students.create(unit, draft), by=SYSTEM, why="create").made

    def organisation(self, name: str | None = None, **values: Any) -> Organisation:
        draft = OrganisationDraft(**{"name": name or "School", "type": "school", **values})
        return write(lambda unit: organisations.create(unit, draft), by=SYSTEM, why="create").made

    def academic_session(self, **values: Any) -> AcademicSession:
        values = {
            "title": "2026/27",
            "type": "schoolYear",
            "start_date": date(2026, 8, 1),
            "end_date": date(2027, 7, 31),
            **values,
        }
        draft = AcademicSessionDraft(**values)
        return write(
            lambda unit: academic_sessions.create(unit, draft), by=SYSTEM, why="create"
        ).made

    def grade_level(self, code: str | None = None, **values: Any) -> GradeLevel:
        code = code or f"G{next(_numbers)}"
        draft = GradeLevelDraft(**{"code": code, "name": f"Grade {code}", "sequence": 9, **values})
        return write(lambda unit: grade_levels.create(unit, draft), by=SYSTEM, why="create").made

    def homeroom(self, name: str = "9A", **values: Any) -> Homeroom:
        values.setdefault("organisation_id", None)
        if values["organisation_id"] is None:
            values["organisation_id"] = self.organisation().id
        if "academic_session_id" not in values:
            values["academic_session_id"] = self.academic_session().id
        draft = HomeroomDraft(name=name, **values)
        return write(lambda unit: homerooms.create(unit, draft), by=SYSTEM, why="create").made

    def person(self, **values: Any) -> Person:
        draft = PersonDraft(**{"family_name": "Klein", "given_name": "Mara", **values})
        return write(lambda unit: people.create(unit, draft), by=SYSTEM, why="create").made

    def contact(self, student: Student, person: Person, **values: Any) -> StudentContact:
        draft = StudentContactDraft(
            **{"student_id": student.id, "person_id": person.id, "relation": "mother", **values}
        )
        return write(
            lambda unit: student_contacts.create(unit, draft), by=SYSTEM, why="create"
        ).made

    def enrolment(self, student: Student, **values: Any) -> Enrolment:
        values = {"student_id": student.id, "entry_date": date(2026, 9, 1), **values}
        if "organisation_id" not in values:
            values["organisation_id"] = self.organisation().id
        if "academic_session_id" not in values:
            values["academic_session_id"] = self.academic_session().id
        if "grade_level_id" not in values:
            values["grade_level_id"] = self.grade_level().id
        draft = EnrolmentDraft(**values)
        return write(lambda unit: enrolments.create(unit, draft), by=SYSTEM, why="create").made
