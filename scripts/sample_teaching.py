"""Teaching and attendance for the sample school: a section, a calendar, some weeks of sheets.

The class of last year has sheets on whatever day of the year the sample is made.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import select

from studentadmin.models import (
    AcademicSession,
    AttendanceCode,
    GradeLevel,
    Homeroom,
    Organisation,
    Student,
    User,
)
from studentadmin.rules.attendance import Mark
from studentadmin.rules.periods import Period
from studentadmin.rules.school_year import title
from studentadmin.services.academic_session import AcademicSessionDraft, academic_sessions
from studentadmin.services.attendance_sheet import Entry, Group, roster, take
from studentadmin.services.calendar import (
    CalendarDateDraft,
    CalendarDraft,
    calendar_dates,
    calendars,
    school_days,
)
from studentadmin.services.course import CourseDraft, courses
from studentadmin.services.enrolment import EnrolmentDraft, enrolments
from studentadmin.services.grade_level import GradeLevelDraft, grade_levels
from studentadmin.services.homeroom import HomeroomDraft, homerooms
from studentadmin.services.section import (
    SectionDraft,
    SectionEnrolmentDraft,
    section_enrolments,
    sections,
)
from studentadmin.services.unit import Unit

WEEKS = 3


def teach(unit: Unit, teacher_email: str, today: date) -> None:
    """A course, its section with the students of the first class, and a holiday of two days."""
    room = first_room(unit)
    year = unit.session.get_one(AcademicSession, room.academic_session_id)
    course = courses.create(unit, CourseDraft("Mathematics 9", "M9", room.organisation_id))
    section = sections.create(
        unit, SectionDraft("Mathematics 9A", course.id, year.id, "Room 12", 30)
    )
    start = max(year.start_date, today - timedelta(days=40))
    for student in unit.session.scalars(roster(Group(homeroom_id=room.id), today)).all():
        draft = SectionEnrolmentDraft(section.id, start, student_id=student.id)
        section_enrolments.create(unit, draft)
    query = select(User.id).filter_by(email=teacher_email)
    teacher = unit.session.scalars(query).one()
    section_enrolments.create(
        unit, SectionEnrolmentDraft(section.id, start, "teacher", user_id=teacher)
    )
    place = (unit.session.scalars(select(Organisation.id).limit(1)).one(), year.id)
    calendar = calendars.create(unit, CalendarDraft(*place))
    monday = today - timedelta(days=today.weekday() + 14)
    days = CalendarDateDraft(calendar.id, "Autumn holidays", monday, monday + timedelta(days=1))
    calendar_dates.create(unit, days)


def attend(unit: Unit, today: date) -> None:
    """The sheets of some weeks before today; today's is left to be taken."""
    room = first_room(unit)
    codes = unit.session.scalars(select(AttendanceCode.id).order_by(AttendanceCode.position))
    absent, late, sick, *_others = codes.all()
    days = school_days(unit.session, room.organisation_id, room.academic_session_id)
    marks = (Mark(late, 10), Mark(sick, None, "flu"), Mark(absent), Mark(late, 5, "bus"))
    group = Group(homeroom_id=room.id)
    for back in range(WEEKS * 7, 0, -1):
        day = today - timedelta(days=back)
        students = unit.session.scalars(roster(group, day)).all()
        if days.closure(day) or not students:
            continue
        chosen = {students[(back * 5) % len(students)].id: marks[back % len(marks)]}
        if not back % 3:
            chosen[students[(back * 3 + 1) % len(students)].id] = marks[(back + 1) % len(marks)]
        take(unit, group, day, 0, {key: Entry(Mark(), mark) for key, mark in chosen.items()})


def last_year(unit: Unit, numbers: Sequence[str], year: Period) -> None:
    """The class of the year before, with those students, and a week of its sheets in March."""
    school = unit.session.scalars(select(Organisation.id).limit(1)).one()
    first, last = year.start.replace(year=year.start.year - 1), year.day_before
    draft = AcademicSessionDraft(title(Period(first, last)), "schoolYear", first, last)
    session = academic_sessions.create(unit, draft)
    nine = unit.session.scalars(select(GradeLevel).filter_by(code="9")).one()
    grade = grade_levels.create(unit, GradeLevelDraft("8", "Grade 8", 8, nine.id))
    room = homerooms.create(unit, HomeroomDraft("8A", school, session.id, grade.id, 28))
    for number in numbers:
        student = unit.session.scalars(select(Student).filter_by(student_number=number)).one()
        place = (student.id, school, session.id, grade.id, first)
        stay = EnrolmentDraft(*place, homeroom_id=room.id, exit_date=last, exit_type="promoted")
        enrolments.create(unit, stay)
    march = date(last.year, 3, 1)
    march += timedelta(days=-march.weekday() % 7)
    code = unit.session.scalars(select(AttendanceCode.id).limit(1)).one()
    group = Group(homeroom_id=room.id)
    for day in (march + timedelta(days=number) for number in range(5)):
        student = unit.session.scalars(roster(group, day)).all()[day.day % len(numbers)]
        take(unit, group, day, 0, {student.id: Entry(Mark(), Mark(code))})


def first_room(unit: Unit) -> Homeroom:
    """9A."""
    return unit.session.scalars(select(Homeroom).filter_by(name="9A")).one()
