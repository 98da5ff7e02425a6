"""The code lists of the register. Their words stand in `forms/choices.py`."""

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

ENTRY_TYPES = ("new", "transfer", "promoted", "repeated", "returned", "changed")
"""After Ed-Fi EntryTypeDescriptor, as far as an office tells them apart."""

EXIT_TYPES = ("promoted", "transferred", "graduated", "withdrawn", "changed", "deceased", "other")
"""After Ed-Fi ExitWithdrawTypeDescriptor."""

CHANGE_SOURCES = ("page", "import", "cli", "undo", "start")
