"""Every page of the program by its address, as the sample register fills it."""

from __future__ import annotations

from tests.e2e.sample import FEATURED, Sample

TABLES = (
    "people",
    "homerooms",
    "enrolments",
    "enrolment-types",
    "organisations",
    "academic-sessions",
    "grade-levels",
    "student-contacts",
    "student-identifiers",
    "phones",
    "emails",
    "addresses",
    "courses",
    "sections",
    "section-enrolments",
    "calendars",
    "calendar-dates",
    "attendance-codes",
    "attendance-sheets",
    "attendance-events",
)
STUDENT = f"/students/{FEATURED}"
FILTERED = (
    "f=status:enrolled&or=class:filled&f=birth_date:..2020-01-01&f=family_name:contains:a"
    "&sort=name,-birth_date&cols=name.wide,class,grade,birth_date,status"
)


def of_strangers() -> dict[str, str]:
    """Pages before the log-in, by name."""
    return {"log-in": "/login", "forgotten-password": "/reset"}


def of_the_owner(sample: Sample) -> dict[str, str]:
    """Pages behind it, by name: each kind of page of each table, and all that stand alone."""
    found = {
        "home": "/",
        "students": "/students/",
        "students-search": "/students/?search=maxi",
        "students-nothing-found": "/students/?search=qqqq",
        "students-in-the-trash": "/students/?trash=1",
        "students-filtered": f"/students/?{FILTERED}",
        "students-filters": f"/students/?panel=filters&{FILTERED}",
        "students-columns": "/students/?panel=columns",
        "students-views": "/students/?panel=views",
        "enrolments-filters": "/enrolments/?panel=filters&f=student_id:1,2&f=exit_date:last:30",
        "student": STUDENT,
        "student-edit": f"{STUDENT}/edit",
        "student-history": f"{STUDENT}/history",
        "student-admit": f"{STUDENT}/enrolment/admit",
        "student-change": f"{STUDENT}/enrolment/change",
        "student-leave": f"{STUDENT}/enrolment/leave",
        "why-not-listed": "/why-not-listed?list=student&status=left",
        "rollover": "/rollover/",
        "student-delete": f"{STUDENT}/delete",
        "student-new": "/students/new",
        "search": "/search?q=wang",
        "changes": "/changes/",
        "change": f"/changes/{sample.change}",
        "change-taken-back": f"/changes/{sample.undone_change}",
        "trash": "/trash",
        "health": "/health/",
        "health-check": "/health/no_phone",
        "health-duplicates": "/health/likely_duplicate",
        "health-left": "/health/left",
        "merge": "/merge/1/2",
        "merge-choose": "/merge/1",
        "import": "/import/",
        "import-done": f"/import/done/{sample.import_job}",
        "backups": "/backups/",
        "users": "/users",
        "user": f"/users/{sample.invited}",
        "user-invite": "/users/invite",
        "account": "/account",
        "account-password": "/account/password",
        "about": "/about",
    }
    for table in TABLES:
        found |= {
            table: f"/{table}/",
            f"{table}-new": f"/{table}/new",
            f"{table}-one": f"/{table}/1",
            f"{table}-edit": f"/{table}/1/edit",
            f"{table}-history": f"/{table}/1/history",
            f"{table}-delete": f"/{table}/1/delete",
        }
    return found
