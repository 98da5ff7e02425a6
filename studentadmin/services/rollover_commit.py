"""A roll-over carried out: a backup, then one change set, in a few statements however many."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from flask_babel import gettext as _
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from studentadmin.errors import Clash, NotAllowed, RuleBroken
from studentadmin.extensions import ReadSession
from studentadmin.models import ChangeSet, Enrolment, Homeroom, Student
from studentadmin.rules import rights
from studentadmin.rules import rollover as rules
from studentadmin.rules.backup import Reason
from studentadmin.rules.rollover import MOVES_ON, Destination
from studentadmin.services import backup, rollover
from studentadmin.services.enrolment import (
    check_dates,
    check_homeroom,
    refuse_overlap,
    status_of,
)
from studentadmin.services.enrolment_type import meaning_of
from studentadmin.services.homeroom import HomeroomDraft, homerooms
from studentadmin.services.rollover import Preview, Row
from studentadmin.services.rollover_plan import Plan
from studentadmin.services.unit import Actor, Unit, Written, write
from studentadmin.settings import Settings

WHY = "roll over"
CHUNK = 500
T = TypeVar("T")


@dataclass(frozen=True)
class Done:
    """What was written: students by destination, and classes made."""

    totals: dict[Destination, int]
    classes: int


def carry_out(
    settings: Settings,
    plan: Plan,
    digest: str,
    *,
    by: Actor,
    source: str = "rollover",
    key: str | None = None,
) -> Written[Done]:
    """Back up, look again in the transaction, and write what `digest` names.

    Raises Clash when the register or the plan changed since, RuleBroken when a rule refuses,
    NotAllowed, StorageFailed when no backup could be made. Nothing is written then.
    """
    backup.create(settings, Reason.BEFORE_ROLL_OVER)
    return write(lambda unit: apply(unit, plan, digest), by=by, why=WHY, source=source, key=key)


def written_with(session: ReadSession, key: str) -> int | None:
    """The change set that was written with this idempotency key."""
    return session.scalar(select(ChangeSet.id).filter_by(idempotency_key=key))


def apply(unit: Unit, plan: Plan, digest: str) -> Done:
    """Everything that `carry_out` writes, as part of a unit. Raises as it does."""
    if rule := rights.refusing_rule(unit.by.roles, "rollover", "create"):
        raise NotAllowed(_("Your role does not allow this."), rule)
    students = _lock_students(unit, rollover.look(unit.session, plan))
    preview = rollover.look(unit.session, plan)
    if preview.digest != digest or preview.has_changed:
        raise Clash(
            _("The register changed since you looked. Nothing was written: look again."), []
        )
    if preview.problems or not preview.moves:
        raise RuleBroken(preview.problems[0] if preview.problems else _("Nobody would be moved."))
    rooms = _make_rooms(unit, preview)
    moving = [row for row in preview.rows if row.line.destination is not Destination.STAY]
    for code in {row.line.exit_type or "" for row in moving}:
        if meaning_of(unit.session, "exit", code) is None:
            raise RuleBroken(_("Choose a type from the list."), "exit_type")
    enrolments = _enrolments_of(unit, {row.line.candidate.student_id for row in moving})
    with unit.session.no_autoflush:
        following = [_move(unit, preview, row, rooms, students, enrolments) for row in moving]
    unit.session.add_all([row for row in following if row is not None])
    unit.session.flush()
    _settle(unit, moving, students, enrolments)
    return Done(dict(preview.totals), len(preview.to_make))


def _lock_students(unit: Unit, preview: Preview) -> dict[int, Student]:
    keys = {row.line.candidate.student_id for row in preview.rows}
    return {row.id: row for row in _locked(unit.session, select(Student), Student.id, keys)}


def _enrolments_of(unit: Unit, students: set[int]) -> dict[int, list[Enrolment]]:
    """Each student's live enrolments, locked."""
    query = select(Enrolment).where(Enrolment.deleted_at.is_(None))
    found: dict[int, list[Enrolment]] = {key: [] for key in students}
    for row in _locked(unit.session, query, Enrolment.student_id, students):
        found[row.student_id].append(row)
    return found


def _locked(session: Session, query: Select[Any], column: Any, keys: Iterable[int]) -> list[Any]:
    return [
        row
        for some in _chunks(sorted(keys))
        for row in session.scalars(
            query.where(column.in_(some))
            .order_by(column)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    ]


def _chunks(values: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]


def _make_rooms(unit: Unit, preview: Preview) -> dict[str, Homeroom]:
    """Every class that somebody goes to, by name; those that are not there are made."""
    plan = preview.plan
    for name, grade_id in preview.to_make.items():
        homerooms.create(unit, HomeroomDraft(name, plan.organisation_id, plan.to_id, grade_id))
    wanted = {row.line.homeroom for row in preview.rows if row.line.homeroom}
    query = select(Homeroom).where(
        Homeroom.organisation_id == plan.organisation_id,
        Homeroom.academic_session_id == plan.to_id,
        Homeroom.deleted_at.is_(None),
    )
    return {room.name: room for room in unit.session.scalars(query) if room.name in wanted}


def _move(
    unit: Unit,
    preview: Preview,
    row: Row,
    rooms: dict[str, Homeroom],
    students: dict[int, Student],
    enrolments: dict[int, list[Enrolment]],
) -> Enrolment | None:
    """End the old enrolment; the new one where there is one, checked by the same rules as any."""
    line, plan = row.line, preview.plan
    student = students[line.candidate.student_id]
    own = enrolments[student.id]
    ending = next(item for item in own if item.id == row.key)
    ending.exit_date, ending.exit_type = plan.last_day, line.exit_type
    check_dates(ending, preview.old, student)
    primary = [item for item in own if item.is_primary]
    if line.destination not in MOVES_ON:
        return None
    room = rooms[line.homeroom] if line.homeroom else None
    following = Enrolment(
        student_id=student.id,
        organisation_id=plan.organisation_id,
        academic_session_id=plan.to_id,
        grade_level_id=line.grade_id or ending.grade_level_id,
        homeroom_id=room.id if room else None,
        entry_date=plan.first_day,
        entry_type=rules.ENTRY_TYPES[line.destination],
        is_primary=True,
        is_repeat=line.destination is Destination.REPEAT,
    )
    check_dates(following, preview.new, student)
    if room is not None:
        check_homeroom(room, following)
    refuse_overlap(following, primary)
    own.append(following)
    return following


def _settle(
    unit: Unit,
    moving: list[Row],
    students: dict[int, Student],
    enrolments: dict[int, list[Enrolment]],
) -> None:
    """Each student's status follows, as after any enrolment."""
    for row in moving:
        student = students[row.line.candidate.student_id]
        newest_first = sorted(
            enrolments[student.id], key=lambda item: (item.entry_date, item.id), reverse=True
        )
        student.status = status_of(unit.session, newest_first)
    unit.session.flush()
