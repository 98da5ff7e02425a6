"""A previewed file into the register: all of it or nothing, as one change set."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from flask import current_app
from flask_babel import gettext as _

from studentadmin.errors import Clash, RuleBroken
from studentadmin.interchange.places import Grade, Place, School, Year, place_in_order
from studentadmin.interchange.preview import Outcome, Preview, PreviewRow, make_preview
from studentadmin.models import ImportJob
from studentadmin.rules import codes
from studentadmin.rules.backup import Reason
from studentadmin.services import backup, import_job
from studentadmin.services.academic_session import AcademicSessionDraft, academic_sessions
from studentadmin.services.enrolment import EnrolmentDraft, enrolments
from studentadmin.services.grade_level import GradeLevelDraft, grade_levels
from studentadmin.services.import_job import ImportJobDraft, ImportRowDraft
from studentadmin.services.organisation import OrganisationDraft, organisations
from studentadmin.services.student import StudentDraft, students
from studentadmin.services.unit import Actor, Unit, Written, write

WHY = "import students"

R = TypeVar("R")


@dataclass
class _Made:
    """Keys of the rows made on the way, by what asked for them."""

    ids: dict[School | Grade | Year, int] = field(default_factory=dict)

    def key(self, item: School | Grade | Year) -> int:
        return item.id if item.id is not None else self.ids[item]


def commit(
    preview: Preview,
    *,
    file_name: str,
    by: Actor,
    today: date,
    source: str = "import",
    key: str | None = None,
    school_names: Mapping[str, str] | None = None,
) -> Written[ImportJob]:
    """Write what `preview` showed, after a backup and after looking again in the transaction.

    Raises Clash when the register changed since in a way that changes the outcome, RuleBroken with
    the line when a service refuses a row, or when the preview may not be committed, StorageFailed
    when no backup could be made. Nothing is written then. `key` makes sending twice harmless.
    """
    if not preview.can_commit:
        raise RuleBroken(_("This file cannot be imported as it is. Nothing was written."))

    def work(unit: Unit) -> ImportJob:
        fresh = make_preview(
            unit.session,
            preview.table,
            preview.plan,
            today=today,
            roles=by.roles,
            school_names=school_names,
        )
        if fresh.digest != preview.digest:
            raise Clash(
                _("The register changed since you looked. Nothing was written: look again."), []
            )
        return _apply(unit, fresh, file_name)

    backup.create(current_app.extensions["studentadmin.settings"], Reason.BEFORE_IMPORT)
    return write(work, by=by, why=WHY, source=source, key=key)


def _apply(unit: Unit, preview: Preview, file_name: str) -> ImportJob:
    made = _Made()
    for item in preview.to_make:
        made.ids[item] = _make(unit, item)
    outcomes = [
        ImportRowDraft(row.line, row.outcome.value, _write_row(unit, row, made))
        for row in preview.rows
    ]
    draft = ImportJobDraft(
        file_name=file_name,
        file_sha256=preview.table.sha256,
        encoding=preview.table.encoding,
        delimiter=preview.table.delimiter,
        mapping=preview.plan.mapping,
        date_orders=preview.plan.date_orders,
        counts=preview.counts,
    )
    return import_job.keep(unit, draft, outcomes)


def _make(unit: Unit, item: School | Grade | Year) -> int:
    if isinstance(item, School):
        organisation = OrganisationDraft(item.name, "school", item.identifier)
        return organisations.create(unit, organisation).id
    if isinstance(item, Grade):
        sequence, _word = place_in_order(item.code)
        level = GradeLevelDraft(item.code, item.name, min(sequence, 999))
        return grade_levels.create(unit, level).id
    end = item.period.end or item.period.start
    session = AcademicSessionDraft(item.title, codes.SESSION_TYPES[0], item.period.start, end)
    return academic_sessions.create(unit, session).id


def _write_row(unit: Unit, row: PreviewRow, made: _Made) -> int | None:
    """The key of the student the row is about."""
    if row.outcome not in {Outcome.NEW, Outcome.CHANGED}:
        return row.student_id
    if row.student_id is not None:
        student_id = row.student_id
        _on_line(row, lambda: students.edit(unit, student_id, row.values))
    else:
        draft = StudentDraft(student_number=row.number, **row.values)
        student_id = _on_line(row, lambda: students.create(unit, draft).id)
    if (place := row.place) is not None:
        _on_line(row, lambda: _enrol(unit, student_id, place, made))
    return student_id


def _enrol(unit: Unit, student_id: int, place: Place, made: _Made) -> None:
    enrolments.create(
        unit,
        EnrolmentDraft(
            student_id=student_id,
            organisation_id=made.key(place.school),
            academic_session_id=made.key(place.year),
            grade_level_id=made.key(place.grade),
            entry_date=place.entry_date,
        ),
    )


def _on_line(row: PreviewRow, act: Callable[[], R]) -> R:
    try:
        return act()
    except RuleBroken as error:
        message = _("Line %(line)s: %(reason)s", line=row.line, reason=error.message)
        raise RuleBroken(message, error.field) from error
