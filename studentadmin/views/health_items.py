"""What a finding is called, and the way to its cure: the right form, opened at the right field."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import url_for
from flask_babel import format_date
from flask_babel import gettext as _
from sqlalchemy import select

from studentadmin.extensions import db
from studentadmin.forms import words
from studentadmin.forms.health import REASON_WORDS
from studentadmin.models import Enrolment, Record, Student, StudentContact, StudentIdentifier
from studentadmin.services.health import MENDS, Finding
from studentadmin.services.health_checks import Check
from studentadmin.services.student import identity_problem
from studentadmin.views import access
from studentadmin.views.admin import pages


@dataclass(frozen=True)
class Fix:
    """A link to a form, or with `mends` a button that does it."""

    label: str
    url: str
    mends: bool = False


@dataclass(frozen=True)
class Item:
    """A finding as the page shows it."""

    key: int
    other: int
    mark: str
    title: str
    url: str | None
    facts: list[str] = field(default_factory=list)
    fixes: list[Fix] = field(default_factory=list)


def items(check: Check, found: list[Finding], back: str) -> list[Item]:
    """The findings in words, in as many queries for fifty as for one."""
    places = {(check.table, key) for one in found for key in (one.key, one.other) if key}
    rows = pages.load_rows(db.session, places)
    by_key = {row.id: row for row in rows if row.__tablename__ == check.table}
    who = _people_of(by_key) if check.name == "no_phone" else {}
    shown = []
    for one in found:
        row, other = by_key.get(one.key), by_key.get(one.other)
        if row is None:
            continue
        student = _student_of(row)
        about = student if student is not None else row
        shown.append(
            Item(
                one.key,
                one.other,
                one.mark,
                _name(about),
                pages.record_url(about),
                _facts(one, row, other),
                _fixes(one, row, other, back, who.get(one.key)),
            )
        )
    return shown


def _student_of(row: Record) -> Student | None:
    if isinstance(row, Student):
        return row
    return row.student if isinstance(row, Enrolment | StudentIdentifier) else None


def _name(row: Record) -> str:
    return f"{row.label}, {row.student_number}" if isinstance(row, Student) else row.label


def _born(student: Student) -> str:
    if student.birth_date is None:
        return _("birth date unknown")
    return _("born %(day)s", day=format_date(student.birth_date))


def _facts(one: Finding, row: Record, other: Record | None) -> list[str]:
    if isinstance(row, Student) and isinstance(other, Student):
        common = words.listed(REASON_WORDS[reason] for reason in one.facts["reasons"])
        return [_born(row), f"{_name(other)}, {_born(other)}", common]
    if isinstance(row, Enrolment):
        return [_days(item) for item in (row, other) if isinstance(item, Enrolment)]
    if one.check == "unusual_age" and isinstance(row, Student):
        return [_born(row)]
    if one.check == "bad_identity_number" and isinstance(row, StudentIdentifier):
        return [row.value, identity_problem(one.facts["problem"])]
    if one.check == "stated_by_number":
        return [_stated(one)]
    return []


def _days(row: Enrolment) -> str:
    end = format_date(row.exit_date) if row.exit_date else _("today and on")
    span = _("%(start)s to %(end)s", start=format_date(row.entry_date), end=end)
    return f"{row.organisation.label}, {row.academic_session.title}: {span}"


def _stated(one: Finding) -> str:
    said = []
    if "birth_date" in one.facts:
        said.append(_("born %(day)s", day=format_date(one.facts["birth_date"])))
    if "sex" in one.facts:
        said.append(words.code_label("student", "sex", one.facts["sex"]) or "")
    return words.listed(said)


# -- the way to the cure ------------------------------------------------------------------------


def _fixes(
    one: Finding, row: Record, other: Record | None, back: str, person: int | None
) -> list[Fix]:
    if one.check == "likely_duplicate":
        url = url_for("merging.compare", keep=one.key, other=one.other, next=back)
        return [Fix(_("Compare and merge"), url)] if access.may("student_merge", "view") else []
    found = [make(row, other, back, person) for make in LINKS.get(one.check, ())]
    fixes = [fix for fix in found if fix is not None]
    if one.check in MENDS and access.may(*MENDING[one.check]):
        label = (
            _("Take over: %(what)s", what=_stated(one))
            if one.check == "stated_by_number"
            else _("Move to the trash")
        )
        fixes.insert(0, Fix(label, url_for("health.mend", name=one.check), mends=True))
    return fixes


MENDING = {"stated_by_number": ("student", "edit"), "lonely_person": ("person", "delete")}
"""The right that a button asks for; the service asks again."""

Link = Callable[[Any, Any, str, int | None], Fix | None]


def _edit(name: str, label: Callable[[], str], *, second: bool = False) -> Link:
    """The form of the row, or of the pair's second one, opened at a field."""

    def make(row: Any, other: Any, back: str, _person: int | None) -> Fix | None:
        about = other if second else row
        table = about.__tablename__
        if not access.may(table, "edit", pages.field_class(table, name.removesuffix("-text"))):
            return None
        url = pages.record_url(about, "edit_view", next=back, _anchor=name)
        return Fix(label(), url) if url else None

    return make


def _add(table: str, column: str, label: Callable[[], str]) -> Link:
    """An empty form that knows whose it will be."""

    def make(row: Any, _other: Any, back: str, person: int | None) -> Fix | None:
        key = person if column == "person_id" and person else row.id
        if not access.may(table, "create") or (table == "phone" and person is None):
            return None
        values: dict[str, Any] = {column: key, "next": back}
        return Fix(label(), url_for(f"{table}.create_view", **values))

    return make


LINKS: dict[str, tuple[Link, ...]] = {
    "no_primary_contact": (_add("student_contact", "student_id", lambda: _("Add a contact")),),
    "no_phone": (
        _add("phone", "person_id", lambda: _("Add a phone of the contact")),
        _add("student_contact", "student_id", lambda: _("Add a contact")),
    ),
    "overlapping_enrolment": (
        _edit("exit_date", lambda: _("Mend the first")),
        _edit("entry_date", lambda: _("Mend the second"), second=True),
    ),
    "year_over": (_edit("exit_date", lambda: _("Give the last day")),),
    "no_class": (_edit("homeroom_id-text", lambda: _("Choose the class")),),
    "enrolled_nowhere": (_add("enrolment", "student_id", lambda: _("Enrol")),),
    "no_birth_date": (_edit("birth_date", lambda: _("Give the birth date")),),
    "unusual_age": (_edit("birth_date", lambda: _("Look at the birth date")),),
    "bad_identity_number": (_edit("value", lambda: _("Mend the number")),),
    "lonely_person": (_add("student_contact", "person_id", lambda: _("Name the student")),),
}


def _people_of(students: dict[int, Record]) -> dict[int, int]:
    """For each student the contact who is asked first."""
    query = (
        select(StudentContact.student_id, StudentContact.person_id)
        .where(StudentContact.student_id.in_(students), StudentContact.deleted_at.is_(None))
        .order_by(StudentContact.is_primary, StudentContact.priority.desc())
    )
    return {student: person for student, person in db.session.execute(query)}  # noqa: C416
