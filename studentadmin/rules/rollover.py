"""Where each student goes when a school year ends: a named destination, or a reason why not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Destination(StrEnum):
    """What happens to a student; STAY writes nothing and has a reason."""

    PROMOTE = "promote"
    REPEAT = "repeat"
    LEAVE = "leave"
    GRADUATE = "graduate"
    STAY = "stay"


MOVES_ON = frozenset({Destination.PROMOTE, Destination.REPEAT})
"""Those after which there is an enrolment in the new year."""


class Reason(StrEnum):
    """Why a student is not moved."""

    NO_NEXT_GRADE = "no-next-grade"
    BEGINS_LATER = "begins-later"
    SIDE = "side"
    BY_HAND = "by-hand"


HARD = frozenset({Reason.BEGINS_LATER, Reason.SIDE})
"""Reasons that no choice overrules; the enrolment itself has to be mended first."""


@dataclass(frozen=True)
class Rung:
    """A grade and the one it leads to."""

    id: int
    next_id: int | None = None


@dataclass(frozen=True)
class Candidate:
    """A student's open enrolment in the year that ends."""

    enrolment_id: int
    student_id: int
    grade_id: int
    homeroom_id: int | None
    entry_date: date
    is_primary: bool = True


@dataclass(frozen=True)
class Choice:
    """What a person decided; `homeroom` None follows the classes of the plan, "" is no class."""

    destination: Destination
    homeroom: str | None = None
    exit_type: str | None = None


@dataclass(frozen=True)
class Line:
    """A candidate's destination; `grade_id` and `homeroom` (a name) only where one moves on."""

    candidate: Candidate
    destination: Destination
    reason: Reason | None = None
    grade_id: int | None = None
    homeroom: str | None = None
    exit_type: str | None = None
    by_hand: bool = False


EXIT_TYPES = {
    Destination.PROMOTE: "promoted",
    Destination.REPEAT: "repeated",
    Destination.GRADUATE: "graduated",
    Destination.LEAVE: "withdrawn",
}
"""How the old enrolment ends, unless a choice says otherwise for those who leave."""

ENTRY_TYPES = {Destination.PROMOTE: "promoted", Destination.REPEAT: "repeated"}


@dataclass(frozen=True)
class Setting:
    """What all lines share. `promoted` and `repeated` give each old class the name of the new."""

    ladder: Mapping[int, Rung]
    last_day: date
    promoted: Mapping[int, str]
    repeated: Mapping[int, str]


def propose(
    candidates: Iterable[Candidate], setting: Setting, choices: Mapping[int, Choice]
) -> list[Line]:
    """Exactly one line for each student; `choices` by the key of the enrolment."""
    lines: dict[int, Line] = {}
    for candidate in sorted(candidates, key=lambda c: (not c.is_primary, c.enrolment_id)):
        if candidate.student_id not in lines:
            choice = choices.get(candidate.enrolment_id)
            lines[candidate.student_id] = _line(candidate, setting, choice)
    return list(lines.values())


def _line(candidate: Candidate, setting: Setting, choice: Choice | None) -> Line:
    if not candidate.is_primary:
        return Line(candidate, Destination.STAY, Reason.SIDE)
    if candidate.entry_date > setting.last_day:
        return Line(candidate, Destination.STAY, Reason.BEGINS_LATER)
    wanted = choice.destination if choice else _usual(candidate.grade_id, setting.ladder)
    by_hand = choice is not None
    if wanted is Destination.STAY:
        reason = Reason.BY_HAND if by_hand else Reason.NO_NEXT_GRADE
        return Line(candidate, wanted, reason, by_hand=by_hand)
    grade_id = candidate.grade_id
    if wanted is Destination.PROMOTE:
        following = setting.ladder[grade_id].next_id if grade_id in setting.ladder else None
        if following not in setting.ladder:
            return Line(candidate, Destination.STAY, Reason.NO_NEXT_GRADE, by_hand=by_hand)
        grade_id = following or grade_id
    exit_type = EXIT_TYPES[wanted]
    if wanted not in MOVES_ON:
        if wanted is Destination.LEAVE and choice and choice.exit_type:
            exit_type = choice.exit_type
        return Line(candidate, wanted, exit_type=exit_type, by_hand=by_hand)
    rooms = setting.promoted if wanted is Destination.PROMOTE else setting.repeated
    homeroom = rooms.get(candidate.homeroom_id or 0, "")
    if choice is not None and choice.homeroom is not None:
        homeroom = choice.homeroom
    return Line(candidate, wanted, None, grade_id, homeroom or None, exit_type, by_hand)


def _usual(grade_id: int, ladder: Mapping[int, Rung]) -> Destination:
    """Up the ladder; from its top rung, which is one that another leads to, out of the school."""
    rung = ladder.get(grade_id)
    if rung is not None and rung.next_id in ladder:
        return Destination.PROMOTE
    is_top = rung is not None and rung.next_id is None
    if is_top and any(other.next_id == grade_id for other in ladder.values()):
        return Destination.GRADUATE
    return Destination.STAY


_AROUND = re.compile(r"^(grade|year|class|form|klasse)\s+|\s*年级$", re.IGNORECASE)


def class_name(name: str, old: tuple[str, str], new: tuple[str, str]) -> str:
    """What "9A" of grade `old` (code, name) is called in grade `new`: "10A".

    A name that does not begin with its grade stays as it is.
    """
    for before, after in sorted(_spellings(old, new), key=lambda pair: -len(pair[0])):
        rest = name[len(before) :]
        if name.startswith(before) and not (before[-1:].isdigit() and rest[:1].isdigit()):
            return after + rest
    return name


def _spellings(old: tuple[str, str], new: tuple[str, str]) -> set[tuple[str, str]]:
    (old_code, old_name), (new_code, new_name) = old, new
    pairs = {
        (old_name, new_name),
        (_AROUND.sub("", old_name), _AROUND.sub("", new_name)),
        (old_code, new_code),
        (old_code.lstrip("0"), new_code.lstrip("0")),
    }
    return {(before, after) for before, after in pairs if before and after}
