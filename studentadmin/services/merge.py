"""Two records of one student become one: field by field, with all that hangs on either.

What would break a rule is asked before (`plan`), never decided in silence. One change set, so one
Undo gives both back.
"""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from studentadmin.errors import RuleBroken
from studentadmin.models import Record, Student, StudentContact
from studentadmin.services.enrolment import enrolments
from studentadmin.services.merge_plan import (
    BOTH,
    FLAGS,
    MINE,
    PASSING,
    THEIRS,
    Choices,
    Hanging,
    Plan,
    moving,
    plan,
    rows_of,
    unique_with,
)
from studentadmin.services.person import student_contacts
from studentadmin.services.recorder import kept_columns
from studentadmin.services.records import service_of
from studentadmin.services.student import students
from studentadmin.services.student_merge import StudentMergeDraft, student_merges
from studentadmin.services.unit import Unit


def merge(
    unit: Unit,
    keep_id: int,
    other_id: int,
    choices: Choices,
    versions: tuple[int, int] | None = None,
) -> Student:
    """Make one student of two; returns the survivor, the other lies in the trash, its number kept.

    `versions` are those of both that a person looked at. Raises RuleBroken with what is to be
    decided or refused, NotAllowed, Missing; nothing is written then.
    """
    for key in sorted((keep_id, other_id)):
        unit.get(Student, key)
    wanted = plan(unit.session, keep_id, other_id)
    if versions not in (None, (wanted.keep.version, wanted.other.version)):
        raise RuleBroken(
            _("Somebody changed one of the two since you opened this page. Look at it again first.")
        )
    unit.subject = wanted.keep
    _decide(wanted, choices)
    _take_fields(unit, wanted, choices)
    _settle_enrolments(unit, wanted, choices)
    for item in wanted.hanging:
        _take(unit, wanted, item, choices)
    _take_from_trash(unit, keep_id, other_id)
    _make_primary(unit, wanted, choices)
    students.remove(unit, other_id)
    student_merges.create(unit, StudentMergeDraft(other_id, keep_id))
    return wanted.keep


def _decide(wanted: Plan, choices: Choices) -> None:
    """Refuse while a question is open."""
    for item in wanted.conflicts:
        left = item.place in choices.leave
        if not left and choices.enrolments.get(item.row.id) not in {MINE, THEIRS, BOTH}:
            raise RuleBroken(_("Choose which of the enrolments on the same days counts."))
    for own in {own.id for item in wanted.conflicts for own in item.overlaps}:
        said = {
            choices.enrolments.get(item.row.id)
            for item in wanted.conflicts
            if own in {other.id for other in item.overlaps} and item.place not in choices.leave
        }
        if {MINE, THEIRS} <= said:
            raise RuleBroken(_("Two answers about the same enrolment contradict each other."))
    keys = {row.id for row in wanted.primaries} - {
        item.row.id for item in wanted.hanging if item.place in choices.leave
    }
    if wanted.asks_primary and choices.primary not in keys:
        raise RuleBroken(_("Choose the primary contact: there can be only one."))


def _take_fields(unit: Unit, wanted: Plan, choices: Choices) -> None:
    taken = {
        name: getattr(wanted.other, name)
        for name, default in wanted.defaults.items()
        if choices.fields.get(name, default) == THEIRS
    }
    if taken:
        students.edit(unit, wanted.keep.id, taken)


def _settle_enrolments(unit: Unit, wanted: Plan, choices: Choices) -> None:
    """Where the other's enrolment counts, the survivor's on those days go to the trash."""
    gone: set[int] = set()
    for item in wanted.conflicts:
        if choices.enrolments.get(item.row.id) == THEIRS and item.place not in choices.leave:
            for own in item.overlaps:
                if own.id not in gone:
                    enrolments.remove(unit, own.id)
                    gone.add(own.id)


def _take(unit: Unit, wanted: Plan, item: Hanging, choices: Choices) -> None:
    table, key = item.place
    model = type(item.row)
    if item.same is not None:
        if isinstance(item.row, StudentContact) and isinstance(item.same, StudentContact):
            _join_contacts(unit, item.same, item.row)
        return
    if (table, key) in choices.leave:
        return
    column = next(link.column.key for link in moving() if link.model is model)
    values: dict[str, Any] = {column: wanted.keep.id}
    if item.overlaps:
        decided = choices.enrolments.get(key)
        if decided == MINE:
            return
        if decided == BOTH:
            values["is_primary"] = False
    if isinstance(item.row, StudentContact):
        values["is_primary"] = False  # the chosen one is made primary at the end
    try:
        if item.buried is None:
            service_of(model).edit(unit, key, values)
        else:
            _raise_buried(unit, item.buried, item.row)
    except RuleBroken as error:
        raise RuleBroken(
            _("%(what)s cannot be taken over: %(why)s", what=item.row.label, why=error.message)
        ) from error


def _raise_buried(unit: Unit, mine: Record, theirs: Record) -> None:
    """The survivor's own row comes out of the trash and says what the other's says."""
    service = service_of(type(mine))
    service.restore(unit, mine.id)
    names = [c.key for c in kept_columns(type(mine)) if not c.foreign_keys and c.key not in PASSING]
    names = [name for name in names if name not in service.derived and name != "is_primary"]
    service.edit(unit, mine.id, {name: getattr(theirs, name) for name in names})


def _make_primary(unit: Unit, wanted: Plan, choices: Choices) -> None:
    for contact in wanted.primaries:
        here = contact.student_id == wanted.keep.id and contact.deleted_at is None
        if here and (not wanted.asks_primary or contact.id == choices.primary):
            student_contacts.edit(unit, contact.id, {"is_primary": True})
            return


def _join_contacts(unit: Unit, mine: StudentContact, theirs: StudentContact) -> None:
    """One person, twice a contact: what either says holds; no limit of custody is lost."""
    values: dict[str, Any] = {f: True for f in FLAGS if getattr(theirs, f)}
    limits = [text for text in (mine.restrictions, theirs.restrictions) if text]
    if theirs.restrictions and theirs.restrictions != mine.restrictions:
        values["restrictions"] = "\n".join(dict.fromkeys(limits))
    if values:
        student_contacts.edit(unit, mine.id, values)


def _take_from_trash(unit: Unit, keep_id: int, other_id: int) -> None:
    """What was removed from the other before can be put back to the survivor."""
    for link in moving():
        mine = rows_of(unit.session, link, keep_id)
        for row in rows_of(unit.session, link, other_id):
            if row.deleted_at is not None and not any(unique_with(link, m, row) for m in mine):
                setattr(row, link.column.key, keep_id)
    unit.session.flush()
