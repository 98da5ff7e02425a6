"""What a person must know about a file as a whole: what stops it, and what it will do unasked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from flask_babel import format_date
from flask_babel import gettext as _

from studentadmin.forms.words import listed
from studentadmin.interchange import labels
from studentadmin.interchange.places import Grade, Places, School, Year
from studentadmin.interchange.plan import Plan
from studentadmin.interchange.read import Table
from studentadmin.rules import rights

Made = Sequence[School | Grade | Year]


def enrols(plan: Plan, places: Places) -> bool:
    """Whether the file says enough to enrol anybody: a grade, and a school or only one there is."""
    fields = plan.by_field
    return "grade" in fields and ("school" in fields or places.only_school() is not None)


def problems(table: Table, plan: Plan, to_make: Made, roles: Iterable[str]) -> Iterator[str]:
    """What stands in the way of every row."""
    if not table.rows:
        yield _("The file has headings but no rows.")
    if "student_number" not in plan.by_field:
        yield _("No column is known to hold the student number. Choose which one does.")
    held = frozenset(roles)
    for kind, table_name, words in (
        (School, "organisation", _("schools")),
        (Grade, "grade_level", _("grades")),
        (Year, "academic_session", _("school years")),
    ):
        missing = [item for item in to_make if isinstance(item, kind)]
        if missing and rights.refusing_rule(held, table_name, "create"):
            yield _(
                "The register lacks %(what)s that this file needs, and your role may not add"
                " %(kind)s. Ask a registrar to add them, or leave the column out.",
                what=listed(_called(item) for item in missing),
                kind=words,
            )


def explain(table: Table, plan: Plan, places: Places, to_make: Made) -> Iterator[str]:
    """What the import does and leaves undone, so that nobody is surprised afterwards."""
    if table.dropped:
        yield _(
            "Never taken in, because passwords do not belong into a register: %(columns)s.",
            columns=listed(table.dropped),
        )
    left_out = [column.heading for column in plan.columns if not column.field]
    if left_out:
        yield _("Not imported: %(columns)s.", columns=listed(left_out))
    for column in plan.columns:
        if column.guess is None or column.order is None:
            continue
        proof = next((e for e in column.guess.evidence if e.order is column.order), None)
        order = str(labels.ORDERS[column.order])
        if proof is None:
            yield _(
                "“%(column)s” is read as %(order)s, as you chose.",
                column=column.heading,
                order=order,
            )
        else:
            yield _(
                "“%(column)s” is read as %(order)s: %(value)s fits no other way.",
                column=column.heading,
                order=order,
                value=proof.value,
            )
    if "full_name" in plan.by_field:
        yield _(
            "Names in “%(column)s” are cut into family and given name. Look at some rows.",
            column=plan.by_field["full_name"].heading,
        )
    yield from _about_enrolments(plan, places, to_make)
    yield _("An empty cell leaves what the register holds.")


def _about_enrolments(plan: Plan, places: Places, to_make: Made) -> Iterator[str]:
    if not enrols(plan, places):
        yield _("Nobody is enrolled by this file: it needs a column of schools and one of grades.")
        if column := plan.by_field.get("entry_date"):
            yield _("So the first days in “%(column)s” are not kept.", column=column.heading)
        return
    schools = [item for item in to_make if isinstance(item, School)]
    grades = [item for item in to_make if isinstance(item, Grade)]
    years = [item for item in to_make if isinstance(item, Year)]
    if schools:
        yield _("Schools that are added: %(names)s.", names=listed(map(_called, schools)))
    if grades:
        yield _("Grades that are added: %(names)s.", names=listed(map(_called, grades)))
    for year in years:
        yield _(
            "School year that is added: %(title)s, from %(start)s to %(end)s.",
            title=year.title,
            start=format_date(year.period.start),
            end=format_date(year.period.end),
        )
    if "entry_date" not in plan.by_field:
        yield _("The file has no first days: enrolments begin on the first day of the school year.")


def _called(item: School | Grade | Year) -> str:
    if isinstance(item, School):
        known = item.name != item.identifier
        return f"{item.name} ({item.identifier})" if known else item.identifier
    return item.code if isinstance(item, Grade) else item.title
