"""Courses, sections, calendars and attendance for tests, made through the services."""

from __future__ import annotations

from datetime import date
from typing import Any

from studentadmin.models import (
    AttendanceCode,
    AttendanceEvent,
    Calendar,
    CalendarDate,
    Course,
    Homeroom,
    Section,
    SectionEnrolment,
    Student,
)
from studentadmin.rules.attendance import PRESENT, Mark
from studentadmin.services.attendance import AttendanceEventDraft, attendance_events
from studentadmin.services.attendance_sheet import Entry, Group, Taken, take
from studentadmin.services.calendar import (
    CalendarDateDraft,
    CalendarDraft,
    calendar_dates,
    calendars,
)
from studentadmin.services.course import CourseDraft, courses
from studentadmin.services.section import (
    SectionDraft,
    SectionEnrolmentDraft,
    section_enrolments,
    sections,
)
from studentadmin.services.unit import Actor, Written, write
from tests.factories import SYSTEM, Register

MONDAY, TUESDAY, SATURDAY = date(2026, 10, 5), date(2026, 10, 6), date(2026, 10, 10)
"""Days of the school year 2026/27 that have gone."""


def code(session: Any, letters: str) -> int:
    """The key of a code that ships."""
    return int(session.query(AttendanceCode.id).filter_by(code=letters).scalar())


class Teaching(Register):
    """`Register`, and what is taught there."""

    def room(self, name: str = "9A", students: int = 3) -> tuple[Homeroom, list[Student]]:
        """A class with students A0, A1 ... since the first of September."""
        room = self.homeroom(name)
        level = self.grade_level()
        made = []
        for number in range(students):
            student = self.student(f"{name}{number}", family_name=f"A{number:02}", given_name="B")
            self.seat(student, room, level.id)
            made.append(student)
        return room, made

    def seat(self, student: Student, room: Homeroom, level: int, **values: Any) -> Any:
        """An enrolment in the class."""
        place = {
            "organisation_id": room.organisation_id,
            "academic_session_id": room.academic_session_id,
            "homeroom_id": room.id,
            "grade_level_id": level,
        }
        return self.enrolment(student, **{**place, **values})

    def course(self, organisation_id: int, code: str = "M9") -> Course:
        draft = CourseDraft("Mathematics 9", code, organisation_id)
        return write(lambda unit: courses.create(unit, draft), by=SYSTEM, why="create").made

    def section(self, room: Homeroom, **values: Any) -> Section:
        """A section of a course in the school and session of a class."""
        if "course_id" not in values:
            values["course_id"] = self.course(room.organisation_id).id
        values = {
            "title": "Mathematics 9A",
            "academic_session_id": room.academic_session_id,
            **values,
        }
        draft = SectionDraft(**values)
        return write(lambda unit: sections.create(unit, draft), by=SYSTEM, why="create").made

    def member(self, section: Section, **values: Any) -> SectionEnrolment:
        draft = SectionEnrolmentDraft(
            **{"section_id": section.id, "begin_date": date(2026, 9, 1), **values}
        )
        return write(
            lambda unit: section_enrolments.create(unit, draft), by=SYSTEM, why="create"
        ).made

    def calendar(self, room: Homeroom, **values: Any) -> Calendar:
        draft = CalendarDraft(room.organisation_id, room.academic_session_id, **values)
        return write(lambda unit: calendars.create(unit, draft), by=SYSTEM, why="create").made

    def closed(self, calendar: Calendar, first: date, last: date, **values: Any) -> CalendarDate:
        draft = CalendarDateDraft(
            **{"calendar_id": calendar.id, "title": "Holiday", "start_date": first,
               "end_date": last, **values}
        )  # fmt: skip
        return write(lambda unit: calendar_dates.create(unit, draft), by=SYSTEM, why="create").made

    def event(self, student: Student, code_id: int, **values: Any) -> AttendanceEvent:
        draft = AttendanceEventDraft(
            **{"student_id": student.id, "date": MONDAY, "attendance_code_id": code_id, **values}
        )
        return write(
            lambda unit: attendance_events.create(unit, draft), by=SYSTEM, why="create"
        ).made

    def take(
        self,
        room: Homeroom,
        day: date,
        marks: dict[int, Mark] | None = None,
        *,
        base: dict[int, Mark] | None = None,
        by: Actor = SYSTEM,
        period: int = 0,
    ) -> Written[Taken]:
        """A sheet of a class, from a page that showed `base`."""
        entries = {
            key: Entry((base or {}).get(key, PRESENT), mark) for key, mark in (marks or {}).items()
        }
        group = Group(homeroom_id=room.id)
        return write(
            lambda unit: take(unit, group, day, period, entries), by=by, why="take attendance"
        )
