"""The code lists of the register. Their words stand in `forms/choices.py`."""

from __future__ import annotations

from studentadmin.rules import enrolment_types

ORGANISATION_TYPES = ("school", "district", "department", "local", "state", "national")
"""OneRoster 1.2 OrgType."""

SESSION_TYPES = ("schoolYear", "semester", "term", "gradingPeriod")
"""OneRoster 1.2 SessionType."""

SEXES = ("female", "male", "other", "unspecified")
"""OneRoster 1.2 demographics."""

STUDENT_STATUSES = ("registered", "enrolled", "left", "graduated")
"""Follows from the enrolments; never typed."""

IDENTIFIER_SCHEMES = ("national", "state", "passport", "xueji", "shenfenzheng", "other")

RELATIONS = ("mother", "father", "guardian", "grandparent", "sibling", "other")

CONTACT_TYPES = ("home", "work", "mobile", "other")
ADDRESS_TYPES = ("home", "mailing", "work", "other")

ENTRY_TYPES = tuple(enrolment_types.ENTRY)
EXIT_TYPES = tuple(enrolment_types.EXIT)
"""The codes that ship; a school may add its own."""

SECTION_ROLES = ("student", "teacher")
"""OneRoster 1.2 RoleType, as far as sections have them."""

ATTENDANCE_CATEGORIES = (
    "present", "excused", "unexcused", "tardy", "early_departure", "partial",
)  # fmt: skip
"""Ed-Fi AttendanceEventCategoryDescriptor. The second and third are absences."""

CALENDAR_TYPES = ("holiday", "teacher_only", "weather", "other", "make_up")
"""After Ed-Fi CalendarEventDescriptor; only "make_up" has school."""

CHANGE_SOURCES = ("page", "import", "cli", "undo", "start", "rollover")
