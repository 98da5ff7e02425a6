"""The words of the checks, and of what two students have in common."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from studentadmin.rules.likeness import Reason

CHECK_WORDS: dict[str, tuple[Any, Any]] = {
    "likely_duplicate": (
        _l("Likely duplicates"),
        _l("Two records that may be one student: like names, birth dates or numbers."),
    ),
    "no_primary_contact": (
        _l("No primary contact"),
        _l("Enrolled, and nobody is named who is asked first."),
    ),
    "no_phone": (
        _l("No phone"),
        _l("Enrolled, and neither the student nor a contact can be called."),
    ),
    "overlapping_enrolment": (
        _l("Enrolled twice"),
        _l("Two main enrolments on the same days; reports would count the student twice."),
    ),
    "year_over": (
        _l("Year is over"),
        _l("Still enrolled in a school year that has ended."),
    ),
    "no_class": (
        _l("No class"),
        _l("Enrolled without a class, so no class list names the student."),
    ),
    "enrolled_nowhere": (
        _l("Not enrolled"),
        _l("Registered, and never enrolled in any year."),
    ),
    "no_birth_date": (_l("No birth date"), _l("The birth date is empty.")),
    "unusual_age": (
        _l("Unusual age"),
        _l("Enrolled, and younger than 3 or older than 24: look at the birth date."),
    ),
    "bad_identity_number": (
        _l("身份证 does not fit"),
        _l("The number is not a right one, or states another birth date or sex than the record."),
    ),
    "stated_by_number": (
        _l("Stated by the 身份证"),
        _l("Birth date or sex is empty, and the 身份证 states it."),
    ),
    "lonely_person": (_l("Contact of nobody"), _l("A person who is a contact of no student.")),
}
"""Name -> what it is called, what it says."""

REASON_WORDS: dict[Reason, Any] = {
    Reason.NUMBER: _l("same number"),
    Reason.NAME: _l("same name"),
    Reason.SIMILAR_NAME: _l("like names"),
    Reason.BIRTH_DATE: _l("same birth date"),
    Reason.NEAR_BIRTH_DATE: _l("birth dates a slip apart"),
    Reason.PHONE: _l("same phone"),
}
