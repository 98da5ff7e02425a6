"""What tables, columns and codes are called on the screen, asked by every page that names them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from studentadmin.forms import choices
from studentadmin.forms.academic_session import AcademicSessionForm
from studentadmin.forms.attendance import (
    AttendanceCodeForm,
    AttendanceEventForm,
    AttendanceSheetForm,
)
from studentadmin.forms.base import RecordForm
from studentadmin.forms.calendar import CalendarDateForm, CalendarForm
from studentadmin.forms.enrolment import EnrolmentForm
from studentadmin.forms.enrolment_type import EnrolmentTypeForm
from studentadmin.forms.grade_level import GradeLevelForm
from studentadmin.forms.homeroom import HomeroomForm
from studentadmin.forms.organisation import OrganisationForm
from studentadmin.forms.own_codes import ENTRY_TYPES, EXIT_TYPES
from studentadmin.forms.person import (
    AddressForm,
    EmailForm,
    PersonForm,
    PhoneForm,
    StudentContactForm,
)
from studentadmin.forms.section import CourseForm, SectionEnrolmentForm, SectionForm
from studentadmin.forms.student import StudentForm, StudentIdentifierForm

FORMS: dict[str, type[RecordForm]] = {
    "organisation": OrganisationForm,
    "academic_session": AcademicSessionForm,
    "grade_level": GradeLevelForm,
    "homeroom": HomeroomForm,
    "student": StudentForm,
    "student_identifier": StudentIdentifierForm,
    "person": PersonForm,
    "student_contact": StudentContactForm,
    "address": AddressForm,
    "phone": PhoneForm,
    "email": EmailForm,
    "enrolment": EnrolmentForm,
    "enrolment_type": EnrolmentTypeForm,
    "course": CourseForm,
    "section": SectionForm,
    "section_enrolment": SectionEnrolmentForm,
    "calendar": CalendarForm,
    "calendar_date": CalendarDateForm,
    "attendance_code": AttendanceCodeForm,
    "attendance_sheet": AttendanceSheetForm,
    "attendance_event": AttendanceEventForm,
}

TABLES: dict[str, tuple[Any, Any]] = {
    "organisation": (_l("Organisation"), _l("Organisations")),
    "academic_session": (_l("Academic session"), _l("Academic sessions")),
    "grade_level": (_l("Grade level"), _l("Grade levels")),
    "homeroom": (_l("Class"), _l("Classes")),
    "student": (_l("Student"), _l("Students")),
    "student_identifier": (_l("Identifier"), _l("Identifiers")),
    "person": (_l("Person"), _l("People")),
    "student_contact": (_l("Contact"), _l("Contacts")),
    "address": (_l("Address"), _l("Addresses")),
    "phone": (_l("Phone"), _l("Phones")),
    "email": (_l("E-mail"), _l("E-mails")),
    "enrolment": (_l("Enrolment"), _l("Enrolments")),
    "enrolment_type": (_l("Entry or exit type"), _l("Entry and exit types")),
    "student_merge": (_l("Merge"), _l("Merges")),
    "health_ignore": (_l("Finding left as it is"), _l("Findings left as they are")),
    "course": (_l("Course"), _l("Courses")),
    "section": (_l("Section"), _l("Sections")),
    "section_enrolment": (_l("Member of a section"), _l("Members of sections")),
    "calendar": (_l("Calendar"), _l("Calendars")),
    "calendar_date": (_l("Holiday or special day"), _l("Holidays and special days")),
    "attendance_code": (_l("Attendance code"), _l("Attendance codes")),
    "attendance_sheet": (_l("Attendance sheet"), _l("Attendance sheets")),
    "attendance_event": (_l("Attendance mark"), _l("Attendance marks")),
    "user": (_l("User"), _l("Users")),
    "user_role": (_l("Role"), _l("Roles")),
    "saved_view": (_l("Saved view"), _l("Saved views")),
}
"""Singular and plural of each table with a history."""


class WeekdayWords(dict[str, Any]):
    """ "135" is Monday, Wednesday and Friday."""

    def get(self, days: str, _default: Any = None) -> str:
        return listed(choices.WEEKDAYS[day] for day in days)


CODES: dict[tuple[str, str], Mapping[str, Any]] = {
    ("organisation", "type"): choices.ORGANISATION_TYPES,
    ("academic_session", "type"): choices.SESSION_TYPES,
    ("student", "sex"): choices.SEXES,
    ("student", "status"): choices.STUDENT_STATUSES,
    ("student_identifier", "scheme"): choices.IDENTIFIER_SCHEMES,
    ("student_contact", "relation"): choices.RELATIONS,
    ("address", "type"): choices.ADDRESS_TYPES,
    ("phone", "type"): choices.CONTACT_TYPES,
    ("email", "type"): choices.CONTACT_TYPES,
    ("enrolment", "entry_type"): ENTRY_TYPES,
    ("enrolment", "exit_type"): EXIT_TYPES,
    ("enrolment_type", "kind"): choices.ENROLMENT_KINDS,
    ("enrolment_type", "meaning"): choices.ENTRY_TYPES | choices.EXIT_TYPES,
    ("section_enrolment", "role"): choices.SECTION_ROLES,
    ("calendar", "weekdays"): WeekdayWords(choices.WEEKDAYS),
    ("calendar_date", "type"): choices.CALENDAR_TYPES,
    ("attendance_code", "category"): choices.ATTENDANCE_CATEGORIES,
    ("attendance_code", "name"): choices.ATTENDANCE_CODES,
    ("user", "locale"): choices.LOCALES,
    ("user_role", "name"): choices.ROLE_WORDS,
}

DERIVED: dict[str, Any] = {
    "status": _l("Status"),
    "former_numbers": _l("Former numbers"),
    "into_id": _l("Merged into"),
    "check_name": _l("Check"),
    "row_id": _l("Record"),
    "other_id": _l("Second record"),
    "mark": _l("State of the finding"),
    "reason": _l("Reason"),
    "sort_name": _l("Name"),
    "search_name": _l("Search form of the name"),
    "digits": _l("Digits"),
    "deleted_at": _l("Moved to the trash"),
    "sourced_id": _l("Permanent identifier"),
    "id": _l("Key"),
    "created_at": _l("Created"),
    "updated_at": _l("Last changed"),
    "full_name": _l("Name"),
    "active": _l("Active"),
    "locale": _l("Language"),
    "password_changed_at": _l("Password set"),
    "lock_on_open": _l("Asks for the password when the window opens"),
    "email": _l("E-mail address"),
    "name": _l("Role"),
    "user_id": _l("User"),
    "resource": _l("List"),
    "query": _l("Filters, order and columns"),
    "shared_with": _l("Shared with"),
    "opens_id": _l("Opens with"),
    "changed_by": _l("Changed by"),
    "taken_by_id": _l("Taken by"),
    "taken_at": _l("Taken at"),
    "changed_by_id": _l("Changed by"),
    "changed_at": _l("Changed at"),
    "attendance_sheet_id": _l("Attendance sheet"),
}

OWN_NAMES: dict[tuple[str, str], Any] = {("saved_view", "name"): _l("Name of the view")}
"""Columns of tables without a form whose name means something else elsewhere."""

HIDDEN_IN_DIFFS = frozenset({"id", "sourced_id", "sort_name", "search_name", "digits", "mark"})
"""Columns that follow from others and tell a reader nothing."""

WHY: dict[str, Any] = {
    "create": _l("Created"),
    "edit": _l("Edited"),
    "delete": _l("Moved to the trash"),
    "restore": _l("Restored from the trash"),
    "bulk edit": _l("Many rows changed"),
    "bulk delete": _l("Many rows moved to the trash"),
    "undo": _l("Undone"),
    "merge": _l("Merged"),
    "leave as it is": _l("Finding left as it is"),
    "show again": _l("Finding shown again"),
    "mend": _l("Mended from the data health page"),
    "import": _l("Imported"),
    "admit": _l("Admitted"),
    "transfer-in": _l("Transferred in"),
    "return": _l("Returned to school"),
    "change": _l("Grade or class changed"),
    "transfer-out": _l("Transferred out"),
    "leave": _l("Left"),
    "graduate": _l("Graduated"),
    "roll over": _l("School year rolled over"),
    "import students": _l("Students imported"),
    "first run": _l("Set up"),
    "invite": _l("Invited"),
    "accept invitation": _l("Invitation accepted"),
    "edit user": _l("User edited"),
    "change roles": _l("Roles changed"),
    "disable user": _l("User disabled"),
    "enable user": _l("User enabled"),
    "new link": _l("New link handed out"),
    "end sessions": _l("Log-ins ended"),
    "take attendance": _l("Attendance taken"),
    "set password": _l("Password set"),
    "refresh hash": _l("Password stored anew"),
    "edit account": _l("Own account edited"),
    "save view": _l("View saved"),
    "edit view": _l("View changed"),
    "delete view": _l("View deleted"),
    "keep list": _l("Opening of a list kept"),
}
"""The reasons that the program itself gives; a person's own words stand as they are."""

WHO: dict[str, Any] = {"command line": _l("Command line")}
"""Who wrote when it was no person; the name of a person stands as it is."""


def field_label(table: str, column: str) -> str:
    """What a column is called: the label of its form field, else its derived name."""
    form = FORMS.get(table)
    field = getattr(form, column, None) if form else None
    if field is not None and hasattr(field, "args") and field.args:
        return str(field.args[0])
    own = OWN_NAMES.get((table, column))
    return str(own or DERIVED.get(column, column.replace("_", " ")))


def table_label(table: str, *, many: bool = False) -> str:
    """What a table is called, for one row or for many."""
    pair = TABLES.get(table)
    return str(pair[many]) if pair else table


def code_label(table: str, column: str, code: Any) -> str | None:
    """The words of a code; None when the column holds no codes."""
    words = CODES.get((table, column))
    return None if words is None else str(words.get(code, code))


def why_label(why: str) -> str:
    """The reason of a change set in the reader's language."""
    return str(WHY.get(why, why))


def who_label(name: str) -> str:
    """The author of a change set in the reader's language."""
    return str(WHO.get(name, name))


def listed(texts: Iterable[Any]) -> str:
    """Several texts in one line, with the comma of the reader's language."""
    return ("、" if _in_chinese() else ", ").join(str(text) for text in texts)


def labelled(label: str, text: str) -> str:
    """A label and what it says, with the colon of the reader's language."""
    return f"{label}{'：' if _in_chinese() else ': '}{text}"


def _in_chinese() -> bool:
    locale = get_locale()
    return locale is not None and locale.language == "zh"


def yes_no(value: bool) -> str:
    return _("Yes") if value else _("No")


def attendance_name(name: str) -> str:
    """The name of an attendance code, in the reader's language where it is one that ships."""
    return str(choices.ATTENDANCE_CODES.get(name, name))


def attendance_letters(code: str, name: str) -> str:
    """What stands for a code in a small cell: its letters, or the first sign of a Chinese name."""
    shown = attendance_name(name)
    return code if shown == name else shown[:1]
