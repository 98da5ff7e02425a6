"""The roll-over of a school year, looked at: who would go where. Nothing is written here.

Every look reads the register anew, in as many queries for ten students as for a thousand.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from flask_babel import format_date
from flask_babel import gettext as _
from sqlalchemy import select

from studentadmin.errors import Missing, RuleBroken
from studentadmin.extensions import ReadSession
from studentadmin.models import AcademicSession, Enrolment, Homeroom, Organisation, Student
from studentadmin.rules import names
from studentadmin.rules import rollover as rules
from studentadmin.rules.periods import Period
from studentadmin.rules.rollover import Candidate, Destination, Line, Rung, Setting
from studentadmin.services import school_frame
from studentadmin.services.rollover_plan import Plan, new_token

LONGEST_NAME = 100


@dataclass(frozen=True)
class Row:
    """One student: where from, where to. `since`: "new" or "changed" after the last look."""

    line: Line
    number: str
    name: str
    version: int
    since: str = ""

    @property
    def key(self) -> int:
        return self.line.candidate.enrolment_id


@dataclass(frozen=True)
class Room:
    """An old class of the plan, and the new one that its students go to."""

    id: int
    name: str
    students: int
    target: str
    is_new: bool


@dataclass(frozen=True)
class Preview:
    """What a plan would do now. `gone`: keys of enrolments that are no longer open."""

    plan: Plan
    organisation: Organisation
    old: AcademicSession
    new: AcademicSession
    rows: Sequence[Row]
    rooms: Sequence[Room]
    grades: dict[int, str]
    homerooms: dict[str, int]
    """Classes that are there in the new session: name -> key."""
    old_rooms: dict[int, str] = field(default_factory=dict)
    problems: Sequence[str] = ()
    notes: Sequence[str] = ()
    gone: Sequence[int] = ()

    @property
    def totals(self) -> Counter[Destination]:
        """Students by destination; together they are all of them."""
        return Counter(row.line.destination for row in self.rows)

    @property
    def has_changed(self) -> bool:
        """Somebody changed an enrolment since the plan was last looked through."""
        return bool(self.gone) or any(row.since for row in self.rows)

    @property
    def moves(self) -> bool:
        return any(row.line.destination is not Destination.STAY for row in self.rows)

    @property
    def to_make(self) -> dict[str, int]:
        """Classes of the new session that are not there yet: name -> grade."""
        return {
            row.line.homeroom: row.line.grade_id or 0
            for row in reversed(self.rows)
            if row.line.homeroom and row.line.homeroom not in self.homerooms
        }

    @property
    def digest(self) -> str:
        """Names what is shown: the same digest, the same result."""
        shown = [
            (row.key, row.version, row.line.destination.value, row.line.grade_id,
             row.line.homeroom, row.line.exit_type)
            for row in sorted(self.rows, key=lambda row: row.key)
        ]  # fmt: skip
        days = (self.plan.last_day, self.plan.first_day)
        said = repr((shown, days, sorted(self.to_make.items()), sorted(self.gone)))
        return hashlib.sha256(said.encode()).hexdigest()


def start(session: ReadSession, organisation_id: int, from_id: int, to_id: int, by: str) -> Plan:
    """A new plan with the proposal for every student. Raises RuleBroken when the years do not fit.

    Nothing is parked yet.
    """
    old = _found(session, AcademicSession, from_id)
    new = _found(session, AcademicSession, to_id)
    _found(session, Organisation, organisation_id)
    if new.start_date <= old.end_date:
        raise RuleBroken(
            _(
                "%(new)s must begin after the end of %(old)s, %(day)s.",
                new=new.title,
                old=old.title,
                day=format_date(old.end_date),
            ),
            "to_id",
        )
    plan = Plan(
        new_token(), organisation_id, from_id, to_id, old.end_date, new.start_date, by,
        datetime.now(UTC),
    )  # fmt: skip
    return noticed(look(session, plan))


def noticed(preview: Preview) -> Plan:
    """The plan of a preview whose changes a person has looked through."""
    seen = {row.key: row.version for row in preview.rows}
    choices = {key: choice for key, choice in preview.plan.choices.items() if key in seen}
    return replace(preview.plan, seen=seen, choices=choices)


def look(session: ReadSession, plan: Plan) -> Preview:
    """What the plan would do now. Raises Missing when its school or a session is gone."""
    organisation = _found(session, Organisation, plan.organisation_id)
    old, new = (_found(session, AcademicSession, key) for key in (plan.from_id, plan.to_id))
    levels = school_frame.grades(session)
    people = session.execute(_students(plan)).all()
    homerooms, trashed = _homerooms(session, plan)
    old_rooms = {room.id: room for room in homerooms if room.academic_session_id == plan.from_id}
    known = {room.name: room for room in homerooms if room.academic_session_id == plan.to_id}
    spelled = {level.id: (level.code, level.name) for level in levels}
    ladder = {level.id: Rung(level.id, level.next_id) for level in levels}
    grade_of = {row.homeroom_id: row.grade_level_id for row in people if row.homeroom_id}
    proposed = {
        key: plan.rooms.get(key, _proposed(room.name, grade_of.get(key), ladder, spelled))
        for key, room in old_rooms.items()
    }
    setting = Setting(
        ladder, plan.last_day, proposed, {key: room.name for key, room in old_rooms.items()}
    )
    lines = rules.propose(map(_candidate, people), setting, plan.choices)
    rows = _rows(lines, people, plan)
    counts = Counter(row.line.candidate.homeroom_id for row in rows)
    preview = Preview(
        plan=plan,
        organisation=organisation,
        old=old,
        new=new,
        rows=rows,
        rooms=[
            Room(key, room.name, counts[key], proposed[key], proposed[key] not in {"", *known})
            for key, room in old_rooms.items()
            if counts[key]
        ],
        grades={level.id: level.name for level in levels},
        homerooms={name: room.id for name, room in known.items()},
        old_rooms={key: room.name for key, room in old_rooms.items()},
        gone=sorted(plan.seen.keys() - {row.key for row in rows}),
    )
    return replace(preview, problems=_problems(preview, trashed), notes=_notes(preview, known))


def _found(session: ReadSession, model: Any, key: int) -> Any:
    row = session.get(model, key)
    if row is None or row.deleted_at is not None:
        raise Missing(_("The school or a school year of this plan is no longer there."))
    return row


def _students(plan: Plan) -> Any:
    """Open enrolments of the school and session, with what names the student."""
    return (
        select(
            Enrolment.id,
            Enrolment.student_id,
            Enrolment.grade_level_id,
            Enrolment.homeroom_id,
            Enrolment.entry_date,
            Enrolment.is_primary,
            Enrolment.version,
            Student.student_number,
            Student.family_name,
            Student.given_name,
            Student.middle_name,
        )
        .join(Student, Student.id == Enrolment.student_id)
        .where(
            Enrolment.organisation_id == plan.organisation_id,
            Enrolment.academic_session_id == plan.from_id,
            Enrolment.exit_date.is_(None),
            Enrolment.deleted_at.is_(None),
            Student.deleted_at.is_(None),
        )
        .order_by(Student.sort_name, Enrolment.id)
    )


def _homerooms(session: ReadSession, plan: Plan) -> tuple[list[Homeroom], set[str]]:
    """Classes of both sessions by name, and names in the new one that lie in the trash."""
    query = select(Homeroom).where(
        Homeroom.organisation_id == plan.organisation_id,
        Homeroom.academic_session_id.in_((plan.from_id, plan.to_id)),
    )
    found = session.scalars(query.order_by(Homeroom.name, Homeroom.id)).all()
    trashed = {
        room.name for room in found if room.deleted_at and room.academic_session_id == plan.to_id
    }
    return [room for room in found if room.deleted_at is None], trashed


def _candidate(row: Any) -> Candidate:
    return Candidate(
        row.id, row.student_id, row.grade_level_id, row.homeroom_id, row.entry_date, row.is_primary
    )


def _proposed(
    name: str,
    grade_id: int | None,
    ladder: dict[int, Rung],
    spelled: dict[int, tuple[str, str]],
) -> str:
    following = ladder[grade_id].next_id if grade_id in ladder else None
    if grade_id is None or following not in spelled:
        return name
    return rules.class_name(name, spelled[grade_id], spelled[following])


def _rows(lines: list[Line], people: Sequence[Any], plan: Plan) -> list[Row]:
    line_of = {line.candidate.enrolment_id: line for line in lines}
    rows = []
    for person in people:
        if (line := line_of.get(person.id)) is None:
            continue  # the second enrolment of a student who has a line already
        full = names.display_name(
            person.family_name,
            person.given_name or "",
            person.middle_name or "",
            order=names.NameOrder.FAMILY_FIRST,
        )
        since = "" if plan.seen.get(person.id) == person.version else "changed"
        if plan.seen and person.id not in plan.seen:
            since = "new"
        rows.append(Row(line, person.student_number, full, person.version, since))
    return rows


def _problems(preview: Preview, trashed: set[str]) -> list[str]:
    """What keeps the whole plan from being carried out."""
    plan, found = preview.plan, []
    for day, session in ((plan.last_day, preview.old), (plan.first_day, preview.new)):
        if not Period(session.start_date, session.end_date).contains(day):
            found.append(
                _(
                    "%(day)s does not lie in %(session)s.",
                    day=format_date(day),
                    session=session.title,
                )
            )
    if plan.first_day <= plan.last_day:
        found.append(_("The first day in the new year must come after the last in the old."))
    for name in preview.to_make:
        if name in trashed:
            found.append(_("The class %(name)s of the new year is in the trash.", name=name))
        if len(name) > LONGEST_NAME:
            found.append(_("The name of a class has at most %(count)s signs.", count=LONGEST_NAME))
    return found


def _notes(preview: Preview, known: dict[str, Homeroom]) -> list[str]:
    """What deserves a second look."""
    found = []
    filled = Counter(row.line.homeroom for row in preview.rows if row.line.homeroom)
    for name, room in known.items():
        if room.capacity and filled[name] > room.capacity:
            found.append(
                _(
                    "%(name)s has %(places)s places, and %(count)s students would go there.",
                    name=name,
                    places=room.capacity,
                    count=filled[name],
                )
            )
    grades: dict[str, set[int]] = {}
    for row in preview.rows:
        if row.line.homeroom and row.line.grade_id:
            grades.setdefault(row.line.homeroom, set()).add(row.line.grade_id)
    mixed = sorted(name for name, ids in grades.items() if len(ids) > 1)
    if mixed:
        found.append(_("Students of several grades would go to %(names)s.", names=", ".join(mixed)))
    return found
