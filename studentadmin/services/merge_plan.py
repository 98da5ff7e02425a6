"""What a merge of two students means, before anything is written: what differs, what hangs on each.

What would break a rule is shown here and asked, never decided in silence.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import UniqueConstraint, select

from studentadmin.errors import RuleBroken
from studentadmin.extensions import ReadSession
from studentadmin.models import Enrolment, Phone, Record, Student, StudentContact
from studentadmin.rules.likeness import normal_text
from studentadmin.services.recorder import kept_columns
from studentadmin.services.records import Link
from studentadmin.services.student import StudentDraft, students

FIELDS = tuple(name for name in StudentDraft.__annotations__ if name != "student_number")
"""What is chosen field by field. Both numbers stay: one as the number, one as a former one."""

MINE, THEIRS, BOTH = "mine", "theirs", "both"
"""Of two enrolments on the same days: the survivor's, the other's, or both, the other beside."""

PASSING = frozenset({"id", "sourced_id", "deleted_at"})
FLAGS = ("is_emergency", "lives_with", "is_legal_guardian")


@dataclass(frozen=True)
class Hanging:
    """A row of the one that goes.

    `same`: the survivor has just this, so it goes to the trash. `buried`: the survivor had
    it before and comes by it again. `overlaps`: its enrolments that share days with it.
    """

    row: Record
    same: Record | None = None
    buried: Record | None = None
    overlaps: tuple[Enrolment, ...] = ()

    @property
    def place(self) -> tuple[str, int]:
        return self.row.__tablename__, self.row.id


@dataclass(frozen=True)
class Plan:
    """What a merge would do: `defaults` is "mine" or "theirs" for each field that differs."""

    keep: Student
    other: Student
    defaults: dict[str, str]
    hanging: list[Hanging]
    primaries: list[StudentContact]

    @property
    def asks_primary(self) -> bool:
        """Whether two people claim to be the primary contact."""
        return len({row.person_id for row in self.primaries}) > 1

    @property
    def conflicts(self) -> list[Hanging]:
        return [item for item in self.hanging if item.overlaps]


@dataclass(frozen=True)
class Choices:
    """What a person decided. Whatever is not named is taken over as `plan` proposes it."""

    fields: Mapping[str, str] = field(default_factory=dict)
    leave: frozenset[tuple[str, int]] = frozenset()
    enrolments: Mapping[int, str] = field(default_factory=dict)
    primary: int | None = None


def fuller(mine: Any, theirs: Any) -> str:
    """Which of two values says more; the survivor's where neither does."""
    if mine in (None, ""):
        return THEIRS
    longer = isinstance(mine, str) and isinstance(theirs, str) and len(theirs) > len(mine)
    return THEIRS if longer else MINE


def plan(session: ReadSession, keep_id: int, other_id: int) -> Plan:
    """What merging the student `other_id` into `keep_id` means. Raises Missing, RuleBroken."""
    if keep_id == other_id:
        raise RuleBroken(_("A student cannot be merged with the same student."))
    keep, other = students.find(session, keep_id), students.find(session, other_id)
    differing = [n for n in FIELDS if (getattr(other, n) or None) != (getattr(keep, n) or None)]
    defaults = {
        name: fuller(getattr(keep, name), getattr(other, name))
        for name in differing
        if getattr(other, name) not in (None, "")
    }
    of_name = [name for name in ("family_name", "given_name") if name in defaults]
    names = [
        " ".join(filter(None, (student.family_name, student.given_name)))
        for student in (keep, other)
    ]
    defaults |= dict.fromkeys(of_name, fuller(*names))  # both parts are of one name
    hanging: list[Hanging] = []
    for link in moving():
        mine = rows_of(session, link, keep_id)
        hanging += [
            _weigh(link, row, mine)
            for row in rows_of(session, link, other_id)
            if row.deleted_at is None
        ]
    return Plan(keep, other, defaults, hanging, _primaries(session, keep_id, hanging))


def _weigh(link: Link, row: Record, mine: list[Record]) -> Hanging:
    live = [own for own in mine if own.deleted_at is None]
    same = next((own for own in live if _same(link, own, row)), None)
    if same is not None:
        return Hanging(row, same)
    buried = next((own for own in mine if unique_with(link, own, row)), None)
    return Hanging(row, buried=buried, overlaps=_overlapping(row, live))


def _primaries(session: ReadSession, keep_id: int, hanging: list[Hanging]) -> list[StudentContact]:
    """The primary contacts of both, as the survivor would hold them."""
    query = select(StudentContact).filter_by(student_id=keep_id, is_primary=True, deleted_at=None)
    found = list(session.scalars(query))
    for item in hanging:
        if isinstance(item.row, StudentContact) and item.row.is_primary:
            held = item.same or item.buried or item.row
            if isinstance(held, StudentContact):
                found.append(held)
    return found


def moving() -> list[Link]:
    """The tables that point at a student, but for the merge that is about to be made."""
    return [link for link in students.links() if link.owned]


def rows_of(session: ReadSession, link: Link, student_id: int) -> list[Record]:
    """What hangs on a student there, the trash included, in the order of keys."""
    query = select(link.model).where(link.column == student_id).order_by(link.model.id)
    return list(session.scalars(query))


def unique_with(link: Link, mine: Record, theirs: Record) -> bool:
    """Whether the table lets only one of the two hang on a student."""
    for rule in link.model.__table__.constraints:
        if isinstance(rule, UniqueConstraint) and link.column.key in rule.columns:
            others = [c.key for c in rule.columns if c.key != link.column.key]
            if all(getattr(mine, name) == getattr(theirs, name) for name in others):
                return True
    return False


def _same(link: Link, mine: Record, theirs: Record) -> bool:
    """Whether the survivor has this already: one only may hang there, or it says the same."""
    if unique_with(link, mine, theirs):
        return True
    if isinstance(mine, Phone) and isinstance(theirs, Phone):
        return mine.digits == theirs.digits
    passing = PASSING | {"priority", link.column.key}
    columns = [column.key for column in kept_columns(link.model) if column.key not in passing]
    return bool(columns) and all(
        normal_text(getattr(mine, name)) == normal_text(getattr(theirs, name)) for name in columns
    )


def _overlapping(row: Record, mine: list[Record]) -> tuple[Enrolment, ...]:
    if not isinstance(row, Enrolment) or not row.is_primary:
        return ()
    return tuple(
        other
        for other in mine
        if isinstance(other, Enrolment) and other.is_primary and other.period.overlaps(row.period)
    )
