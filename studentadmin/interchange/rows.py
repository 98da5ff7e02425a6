"""One row of a file becomes typed values, or refusals that name cell, rule and cure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask_babel import gettext as _

from studentadmin.forms.enrolment import EnrolmentForm
from studentadmin.forms.grade_level import GradeLevelForm
from studentadmin.forms.organisation import OrganisationForm
from studentadmin.forms.student import StudentForm
from studentadmin.interchange import headers, labels, words
from studentadmin.interchange.columns import ColumnParser, Parsed, compile_form
from studentadmin.interchange.plan import DATE_FIELDS, ColumnPlan, Plan
from studentadmin.interchange.read import Row
from studentadmin.rules import ages, dates, names, student_number


@dataclass(frozen=True)
class Refusal:
    """Why a cell, or with an empty heading a whole row, cannot be taken."""

    heading: str
    field: str
    value: str
    rule: str
    cure: str


@dataclass(frozen=True)
class Reading:
    """A row as understood. `values` has the student's filled fields only."""

    line: int
    number: str
    values: dict[str, Any]
    school: str = ""
    grade: str = ""
    entry_date: date | None = None
    enrolled: bool = True
    refusals: tuple[Refusal, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        get = self.values.get
        return names.display_name(
            get("family_name") or "", get("given_name") or "", get("middle_name") or ""
        )

    @property
    def meaning(self) -> tuple[Any, ...]:
        """What two rows must share to be the same row twice."""
        values = tuple(sorted(self.values.items()))
        return (values, self.school, self.grade, self.entry_date, self.enrolled)


@dataclass
class _Draft:
    values: dict[str, Any] = field(default_factory=dict)
    refusals: list[Refusal] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


class RowReader:
    """Reads the rows of one file by one plan."""

    def __init__(self, plan: Plan, today: date) -> None:
        self.plan = plan
        self.today = today
        self._columns = plan.by_field
        self._student = compile_form(StudentForm, headers.STUDENT_FIELDS)
        self._required = [
            parser
            for name, parser in self._student.items()
            if parser.required and name != "student_number"
        ]
        self._others = {
            "school": compile_form(OrganisationForm, ("identifier",))["identifier"],
            "grade": compile_form(GradeLevelForm, ("code",))["code"],
            "entry_date": compile_form(EnrolmentForm, ("entry_date",))["entry_date"],
        }

    def read(self, row: Row) -> Reading:
        """Every fault of the row at once, not only the first."""
        draft = _Draft()
        if row.surplus:
            draft.refusals.append(_surplus())
        for name in self._student:
            self._take(draft, row, name, self._student[name])
        self._split_name(draft, row)
        for name, parser in self._others.items():
            self._take(draft, row, name, parser)
        enrolled = self._enrolled(draft, row)
        number = self._number(draft)
        self._judge_birth(draft)
        others = {name: draft.values.pop(name, None) for name in self._others}
        return Reading(
            row.line,
            number,
            draft.values,
            school=others["school"] or "",
            grade=others["grade"] or "",
            entry_date=others["entry_date"],
            enrolled=enrolled,
            refusals=tuple(draft.refusals),
            warnings=tuple(draft.warnings),
        )

    def missing(self, reading: Reading) -> tuple[Refusal, ...]:
        """What a student who is not in the register yet lacks."""
        return tuple(
            Refusal(
                self._heading(parser.name),
                parser.name,
                "",
                " ".join(parser.parse("").errors),
                _("A new student needs this. Fill the cell, or choose the column that holds it."),
            )
            for parser in self._required
            if not reading.values.get(parser.name)
        )

    def _take(self, draft: _Draft, row: Row, name: str, parser: ColumnParser) -> None:
        column = self._columns.get(name)
        text = row.cells[column.index] if column else ""
        if column is None or not text or column.asks:
            return
        if name in DATE_FIELDS:
            self._take_date(draft, column, text, parser)
            return
        parsed = parser.parse(words.sex_code(text) if name == "sex" else text)
        self._keep(draft, column, text, parsed)

    def _take_date(
        self, draft: _Draft, column: ColumnPlan, text: str, parser: ColumnParser
    ) -> None:
        day = dates.parse(text, column.order, self.today)
        if isinstance(day, dates.Problem):
            rule, cure = labels.date_problem(day)
            draft.refusals.append(Refusal(column.heading, column.field, text, rule, cure))
        else:
            self._keep(draft, column, text, parser.parse(day.isoformat()))

    @staticmethod
    def _keep(draft: _Draft, column: ColumnPlan, text: str, parsed: Parsed) -> None:
        if parsed.errors:
            draft.refusals.append(
                Refusal(
                    column.heading,
                    column.field,
                    text,
                    " ".join(parsed.errors),
                    _("Mend the cell, or leave the column out."),
                )
            )
        elif parsed.value is not None:
            draft.values[column.field] = parsed.value

    def _split_name(self, draft: _Draft, row: Row) -> None:
        column = self._columns.get("full_name")
        if column is None or not row.cells[column.index]:
            return
        parts = names.split_full_name(row.cells[column.index])
        for name, text in zip(("family_name", "given_name"), parts, strict=True):
            if text and name not in self._columns:
                parsed = self._student[name].parse(text)
                self._keep(draft, _renamed(column, name, parsed), row.cells[column.index], parsed)

    def _enrolled(self, draft: _Draft, row: Row) -> bool:
        column = self._columns.get("enrolled")
        text = row.cells[column.index] if column else ""
        if column is None or not text:
            return True
        answer = words.is_enrolled(text)
        if answer is None:
            draft.refusals.append(
                Refusal(
                    column.heading,
                    column.field,
                    text,
                    _("This does not say whether the student is at the school."),
                    _("Write Active or Inactive, or leave the column out."),
                )
            )
        return answer is not False

    def _number(self, draft: _Draft) -> str:
        typed = draft.values.pop("student_number", "")
        number = student_number.normalise(typed)
        if number and not student_number.is_valid(number):
            rule = _("A student number is made of letters, digits, “-”, “.” and “_”.")
            cure = _("Mend the number; it begins and ends with a letter or a digit.")
        elif not number and not any(r.field == "student_number" for r in draft.refusals):
            rule = _("The student number is missing.")
            cure = _("Fill the cell, or choose the column that holds the number.")
        else:
            return number
        heading = self._heading("student_number")
        draft.refusals.append(Refusal(heading, "student_number", typed, rule, cure))
        return ""

    def _judge_birth(self, draft: _Draft) -> None:
        born = draft.values.get("birth_date")
        if born is None:
            return
        if born >= self.today:
            draft.refusals.append(
                Refusal(
                    self._heading("birth_date"),
                    "birth_date",
                    born.isoformat(),
                    _("The birth date must lie before today."),
                    _("Mend the cell, or choose another order of day, month and year."),
                )
            )
        elif ages.unusual(years := ages.age(born, self.today)):
            draft.warnings.append(_("%(age)s years old: is the birth date right?", age=years))

    def _heading(self, name: str) -> str:
        column = self._columns.get(name)
        return column.heading if column else labels.field(name)


def _renamed(column: ColumnPlan, name: str, parsed: Parsed) -> ColumnPlan:
    """The column of full names, seen as the column of one part of them."""
    return ColumnPlan(column.index, column.heading, "full_name" if parsed.errors else name)


def _surplus() -> Refusal:
    return Refusal(
        "",
        "",
        "",
        _("The row has more cells than there are headings."),
        _("Look for a comma inside a cell and put that cell into quotation marks."),
    )
