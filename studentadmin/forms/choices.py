"""The words of the code lists in `rules/codes.py`."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

Words = dict[str, Any]

ORGANISATION_TYPES: Words = {
    "school": _l("School"),
    "district": _l("District"),
    "department": _l("Department"),
    "local": _l("Local authority"),
    "state": _l("State or province"),
    "national": _l("National authority"),
}
SESSION_TYPES: Words = {
    "schoolYear": _l("School year"),
    "semester": _l("Semester"),
    "term": _l("Term"),
    "gradingPeriod": _l("Grading period"),
}
SEXES: Words = {
    "female": _l("Female"),
    "male": _l("Male"),
    "other": _l("Other"),
    "unspecified": _l("Not stated"),
}
STUDENT_STATUSES: Words = {
    "registered": _l("Registered"),
    "enrolled": _l("Enrolled"),
    "left": _l("Left"),
    "graduated": _l("Graduated"),
}
IDENTIFIER_SCHEMES: Words = {
    "national": _l("National number"),
    "state": _l("State number"),
    "passport": _l("Passport"),
    "xueji": _l("学籍号 (student register)"),
    "shenfenzheng": _l("身份证 (resident identity card)"),
    "other": _l("Other number"),
}
RELATIONS: Words = {
    "mother": _l("Mother"),
    "father": _l("Father"),
    "guardian": _l("Guardian"),
    "grandparent": _l("Grandparent"),
    "sibling": _l("Brother or sister"),
    "other": _l("Other relation"),
}
CONTACT_TYPES: Words = {
    "home": _l("Home"),
    "work": _l("Work"),
    "mobile": _l("Mobile"),
    "other": _l("Other"),
}
ADDRESS_TYPES: Words = {
    "home": _l("Home"),
    "mailing": _l("Mail"),
    "work": _l("Work"),
    "other": _l("Other"),
}
ENTRY_TYPES: Words = {
    "new": _l("First enrolment"),
    "transfer": _l("Came from another school"),
    "returned": _l("Came back"),
    "promoted": _l("Promoted"),
    "repeated": _l("Repeats the grade"),
    "changed": _l("Changed class or grade"),
    "other": _l("Other entry"),
}
EXIT_TYPES: Words = {
    "promoted": _l("Promoted"),
    "repeated": _l("Repeats the grade"),
    "changed": _l("Changed class or grade"),
    "transferred": _l("Went to another school"),
    "graduated": _l("Graduated"),
    "completed": _l("Completed without a diploma"),
    "withdrawn": _l("Withdrawn"),
    "dropout": _l("Dropped out"),
    "expelled": _l("Expelled"),
    "removed": _l("Removed by decision of others"),
    "max-age": _l("Reached the maximum age"),
    "no-show": _l("Never came"),
    "invalid": _l("Enrolled by mistake"),
    "diploma": _l("Went to a diploma programme"),
    "incarcerated": _l("In custody"),
    "deceased": _l("Died or permanently unable"),
    "other": _l("Other reason"),
}
ENROLMENT_KINDS: Words = {"entry": _l("Entries"), "exit": _l("Exits")}
SECTION_ROLES: Words = {
    "student": _l("Student"),
    "teacher": _l("Teacher"),
}
ATTENDANCE_CATEGORIES: Words = {
    "present": _l("Present"),
    "excused": _l("Excused absence"),
    "unexcused": _l("Unexcused absence"),
    "tardy": _l("Late"),
    "early_departure": _l("Left early"),
    "partial": _l("Part of the day missed"),
}
ATTENDANCE_CODES: Words = {
    "Unexcused absence": _l("Unexcused absence"),
    "Sick": _l("Sick"),
    "Excused absence": _l("Excused absence"),
    "Late": _l("Late"),
    "Left early": _l("Left early"),
    "Part of the day missed": _l("Part of the day missed"),
    "School activity": _l("School activity"),
}
"""The names that ship, as the table holds them; a school's own stand as they are."""
CALENDAR_TYPES: Words = {
    "holiday": _l("Holiday"),
    "teacher_only": _l("For teachers only"),
    "weather": _l("Closed because of the weather"),
    "other": _l("Closed for another reason"),
    "make_up": _l("Made up: a day with school"),
}
WEEKDAYS: Words = {
    "1": _l("Monday"),
    "2": _l("Tuesday"),
    "3": _l("Wednesday"),
    "4": _l("Thursday"),
    "5": _l("Friday"),
    "6": _l("Saturday"),
    "7": _l("Sunday"),
}
ROLE_WORDS: Words = {
    "owner": _l("Owner"),
    "registrar": _l("Registrar"),
    "clerk": _l("Office staff"),
    "teacher": _l("Teacher"),
    "head": _l("Head"),
    "viewer": _l("Viewer"),
}
LOCALES: Words = {"en": "English", "zh_Hans_CN": "简体中文"}
CHANGE_SOURCES: Words = {
    "page": _l("Page"),
    "import": _l("Import"),
    "cli": _l("Command line"),
    "undo": _l("Undo"),
    "start": _l("First start"),
    "rollover": _l("Roll-over"),
}
