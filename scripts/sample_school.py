"""A small school to look at: the 86 students of a real export, and some invented people.

The invented ones have what real ones have: long names, names in two scripts, brothers and sisters
with one mother, a class that changed, a phone that two people share.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from flask_security import hash_password

from scripts.sample_teaching import attend, last_year, teach
from studentadmin.extensions import db
from studentadmin.interchange.commit import commit
from studentadmin.interchange.plan import Choices, make_plan
from studentadmin.interchange.preview import make_preview
from studentadmin.interchange.read import read_table
from studentadmin.models import GradeLevel, Homeroom, Student, User
from studentadmin.rules.password import normalise
from studentadmin.rules.school_year import title, usual_school_year
from studentadmin.services import user as users
from studentadmin.services.academic_session import AcademicSessionDraft, academic_sessions
from studentadmin.services.enrolment import EnrolmentDraft, enrolments
from studentadmin.services.enrolment_type import EnrolmentTypeDraft, enrolment_types
from studentadmin.services.grade_level import GradeLevelDraft, grade_levels
from studentadmin.services.homeroom import HomeroomDraft, homerooms
from studentadmin.services.organisation import OrganisationDraft, organisations
from studentadmin.services.person import (
    AddressDraft,
    EmailDraft,
    PersonDraft,
    PhoneDraft,
    StudentContactDraft,
    addresses,
    emails,
    people,
    phones,
    student_contacts,
)
from studentadmin.services.student import (
    StudentDraft,
    StudentIdentifierDraft,
    student_identifiers,
    students,
)
from studentadmin.services.unit import Actor, Unit, write

EXPORT = Path(__file__).parents[1] / "tests" / "cases" / "imports" / "sds-students" / "input.csv"
SCHOOLS = {"10001": "Contoso High School", "10002": "Fabrikam High School"}
PASSWORD = "a lamp beside the harbour"  # noqa: S105  of a register that is thrown away
OFFICE = (
    (users.UserDraft("bea@school.example", "Bea Registrar"), "registrar"),
    (users.UserDraft("tom@school.example", "Tom Teacher"), "teacher"),
)
TODAY = datetime.now().astimezone().date()
YEAR = usual_school_year(TODAY)
FIRST_GRADE, LAST_GRADE = 9, 12

INVENTED: tuple[dict[str, Any], ...] = (
    {
        "student_number": "00731",
        "family_name": "王",
        "given_name": "小明",
        "native_name": "王小明",
        "preferred_name": "Max",
        "sex": "male",
        "birth_place": "上海",
        "citizenship": "中国",
        "ethnicity": "汉族",
        "language": "普通话",
    },
    {"student_number": "00732", "family_name": "王", "given_name": "小雨", "sex": "female"},
    {"student_number": "00745", "family_name": "欧阳", "given_name": "若兰", "sex": "female"},
    {
        "student_number": "00746",
        "family_name": "阿卜杜热西提",
        "given_name": "古丽米热",
        "sex": "female",
    },
    {
        "student_number": "00802",
        "family_name": "von Hohenstein-Schwarzenfels",
        "given_name": "Maximilian Alexander",
        "sex": "male",
    },
    {
        "student_number": "00803",
        "family_name": "Müller-Lüdenscheidt",
        "given_name": "Anna-Lena",
        "sex": "female",
    },
    {"student_number": "00811", "family_name": "Öztürk", "given_name": "Çağla", "sex": "female"},
)


def fill(app: Flask) -> None:
    """Fill an empty register, from the first run on."""
    with app.app_context():
        hashed = hash_password(normalise(PASSWORD))
        owner = users.OwnerDraft(SCHOOLS["10001"], "Ann Owner", "ann@school.example", hashed, None)
        write(lambda unit: users.found(unit, owner), by=Actor.system("Ann Owner"), why="first run")
        ann = _actor("ann@school.example")
        for draft, role in OFFICE:
            write(lambda unit, d=draft, r=role: users.invite(unit, d, (r,)), by=ann, why="invite")
        bea = _actor("bea@school.example")
        write(_frame, by=bea, why="create")
        write(_people, by=bea, why="create")
        write(_family, by=bea, why="create")
        _import(ann)
        write(lambda unit: teach(unit, "tom@school.example", TODAY), by=bea, why="create")
        tom = _actor("tom@school.example")
        numbers = [invented["student_number"] for invented in INVENTED[2:]]
        write(lambda unit: last_year(unit, numbers, YEAR), by=bea, why="create")
        write(lambda unit: attend(unit, TODAY), by=tom, why="take attendance")
        write(_leave, by=bea, why="delete")
        db.session.remove()
        db.engine.dispose()


def _actor(email: str) -> Actor:
    user = db.session.query(User).filter_by(email=email).one()
    return Actor(user.id, user.full_name, user.role_names)


def _frame(unit: Unit) -> None:
    """The number by which files know the school, the running year, grades and classes."""
    enrolment_types.create(
        unit, EnrolmentTypeDraft("exit", "abroad", "Moved abroad with the family", "transferred")
    )
    assert YEAR.end is not None  # noqa: S101  a usual year has an end
    school = OrganisationDraft(SCHOOLS["10001"], "school", identifier="10001")
    organisations.edit(unit, 1, school, 1)
    draft = AcademicSessionDraft(title(YEAR), "schoolYear", YEAR.start, YEAR.end)
    year = academic_sessions.create(unit, draft).id
    for grade in (12, 11, 10, 9):
        following = _grade(unit, grade + 1).id if grade < LAST_GRADE else None
        draft_of_grade = GradeLevelDraft(str(grade), f"Grade {grade}", grade, following)
        key = grade_levels.create(unit, draft_of_grade).id
        for letter in "AB":
            homerooms.create(unit, HomeroomDraft(f"{grade}{letter}", 1, year, key, 28))


def next_year(unit: Unit) -> int:
    """The year that follows, for a roll-over; returns its key."""
    assert YEAR.end is not None  # noqa: S101  a usual year has an end
    following = usual_school_year(YEAR.end + timedelta(days=1))
    assert following.end is not None  # noqa: S101
    draft = AcademicSessionDraft(title(following), "schoolYear", following.start, following.end)
    return academic_sessions.create(unit, draft).id


def _grade(unit: Unit, grade: int) -> GradeLevel:
    return unit.session.query(GradeLevel).filter_by(code=str(grade)).one()


def _people(unit: Unit) -> None:
    grade = _grade(unit, FIRST_GRADE)
    rooms = unit.session.query(Homeroom).filter_by(grade_level_id=grade.id).all()
    start = YEAR.start + timedelta(days=31)
    for number, values in enumerate(INVENTED):
        born = date(TODAY.year - 15, 3, 2) + timedelta(days=37 * number)
        student = students.create(unit, StudentDraft(birth_date=born, **values))
        room = rooms[number % len(rooms)]
        draft = EnrolmentDraft(student.id, 1, 1, grade.id, start, homeroom_id=room.id)
        enrolments.create(unit, draft)


def _import(by: Actor) -> None:
    table = read_table(EXPORT.read_bytes())
    plan = make_plan(table, Choices(), TODAY)
    seen = make_preview(
        db.session(), table, plan, today=TODAY, roles=by.roles, school_names=SCHOOLS
    )
    db.session.remove()
    commit(seen, file_name="Student.csv", by=by, today=TODAY, school_names=SCHOOLS)


def _leave(unit: Unit) -> None:
    """Something for the trash."""
    students.remove(unit, unit.session.query(Student).filter_by(student_number="13063").one().id)


def _family(unit: Unit) -> None:
    """A mother shared by two, a grandfather, and how to reach them."""
    first, second = (
        unit.session.query(students.model).filter_by(student_number=number).one().id
        for number in ("00731", "00732")
    )
    mother = people.create(unit, PersonDraft("李", "芳", native_name="李芳", language="普通话")).id
    grandfather = people.create(unit, PersonDraft("王", "建国", native_name="王建国")).id
    for student in (first, second):
        contact = StudentContactDraft(student, mother, "mother", is_emergency=True, lives_with=True)
        student_contacts.create(unit, contact)
    student_contacts.create(
        unit, StudentContactDraft(first, grandfather, "grandparent", is_emergency=True, priority=2)
    )
    phones.create(unit, PhoneDraft("mobile", person_id=mother, number="138 0013 8000"))
    phones.create(unit, PhoneDraft("home", student_id=first, number="+86 21 6279 0000"))
    emails.create(unit, EmailDraft("home", student_id=first, address="xiaoming@mail.example"))
    home = AddressDraft("home", student_id=first, street="南京西路 1266 号", city="上海")
    addresses.create(unit, home)
    student_identifiers.create(unit, StudentIdentifierDraft(first, "passport", "E12345678"))
