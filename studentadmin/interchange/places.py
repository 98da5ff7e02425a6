"""Where the students of a file are to be enrolled: schools, grades and the school year.

What the register lacks is proposed, so that a preview can show it, and made by `commit` in the same
change set as the students.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from flask_babel import gettext as _
from sqlalchemy import select

from studentadmin.extensions import ReadSession
from studentadmin.models import GradeLevel, Organisation
from studentadmin.rules import school_year
from studentadmin.rules.periods import Period
from studentadmin.services.academic_session import session_on

R = TypeVar("R", Organisation, GradeLevel)


@dataclass(frozen=True)
class School:
    """A school by its row, or one to be made (`id` None) with the identifier of the file."""

    id: int | None
    identifier: str
    name: str


@dataclass(frozen=True)
class Grade:
    """A grade by its row, or one to be made (`id` None)."""

    id: int | None
    code: str
    name: str


@dataclass(frozen=True)
class Year:
    """A school year by its row, or one to be made (`id` None)."""

    id: int | None
    title: str
    period: Period


@dataclass(frozen=True)
class Place:
    """One enrolment that a row asks for."""

    school: School
    grade: Grade
    year: Year
    entry_date: date


class Places:
    """What the texts of one file mean in this register."""

    def __init__(self, session: ReadSession, today: date, school_names: Mapping[str, str]) -> None:
        self.today = today
        self._school_names = school_names
        self._session = session
        self._schools: dict[str, School] = {}
        self._years: list[Year] = []
        for organisation in _live(session, Organisation):
            known = School(organisation.id, organisation.identifier or "", organisation.name)
            self._schools.setdefault(_key(organisation.name), known)
        for organisation in _live(session, Organisation):
            if organisation.identifier:
                known = School(organisation.id, organisation.identifier, organisation.name)
                self._schools[_key(organisation.identifier)] = known
        self._grades: dict[str, Grade] = {}
        for grade in _live(session, GradeLevel):
            known_grade = Grade(grade.id, grade.code, grade.name)
            self._grades.setdefault(_grade_key(grade.name), known_grade)
        for grade in _live(session, GradeLevel):
            self._grades[_grade_key(grade.code)] = Grade(grade.id, grade.code, grade.name)

    def only_school(self) -> School | None:
        """The school that is meant where a file names none: the only one there is."""
        query = (
            select(Organisation)
            .where(Organisation.type == "school", Organisation.deleted_at.is_(None))
            .limit(2)
        )
        found = self._session.scalars(query).all()
        if len(found) != 1:
            return None
        return School(found[0].id, found[0].identifier or "", found[0].name)

    def school(self, text: str) -> School:
        """The school whose identifier or name this is."""
        key = _key(text)
        if key not in self._schools:
            self._schools[key] = School(None, text, self._school_names.get(text, text))
        return self._schools[key]

    def grade(self, text: str) -> Grade:
        """The grade whose code or name this is; 9 and 09 are one."""
        key = _grade_key(text)
        if key not in self._grades:
            name = _("Grade %(code)s", code=text) if text.isdigit() else text
            self._grades[key] = Grade(None, text, name)
        return self._grades[key]

    def year(self, day: date | None) -> Year | None:
        """The school year of that day (default: today); None when there is none to enrol into.

        Only the present school year is made where it is missing, never one of the past.
        """
        on = day or self.today
        for year in self._years:
            if year.period.contains(on):
                return year
        if found := session_on(self._session, on):
            year = Year(found.id, found.title, Period(found.start_date, found.end_date))
        else:
            usual = school_year.usual_school_year(self.today)
            if not usual.contains(on):
                return None
            year = Year(None, school_year.title(usual), usual)
        self._years.append(year)
        return year


def missing_of(places: Iterable[Place | None]) -> tuple[School | Grade | Year, ...]:
    """What must be made before these enrolments, each once: schools, grades in order, years."""
    found = [place for place in places if place is not None]
    wanted: tuple[School | Grade | Year, ...] = (
        *(place.school for place in found),
        *sorted({place.grade for place in found}, key=lambda grade: place_in_order(grade.code)),
        *(place.year for place in found),
    )
    return tuple(dict.fromkeys(item for item in wanted if item.id is None))


def place_in_order(code: str) -> tuple[int, str]:
    """Numbers by their value, everything else behind them."""
    return (int(code), "") if code.isdecimal() else (1_000, code)


def _live(session: ReadSession, model: type[R]) -> list[R]:
    return list(session.scalars(select(model).where(model.deleted_at.is_(None)).order_by(model.id)))


def _key(text: str) -> str:
    return " ".join(text.casefold().split())


def _grade_key(text: str) -> str:
    key = _key(text)
    return key.lstrip("0") or "0" if key.isdecimal() else key
