"""What may be done about a student's enrolment, as it stands now."""

from __future__ import annotations

from enum import StrEnum

from studentadmin.rules.enrolment_types import ENTRY, EXIT, STAYS


class Action(StrEnum):
    """A step in a student's life at school; each is one change set."""

    ADMIT = "admit"
    TRANSFER_IN = "transfer-in"
    RETURN = "return"
    CHANGE = "change"
    TRANSFER_OUT = "transfer-out"
    LEAVE = "leave"
    GRADUATE = "graduate"


ENTERS = frozenset({Action.ADMIT, Action.TRANSFER_IN, Action.RETURN})
EXITS = frozenset({Action.TRANSFER_OUT, Action.LEAVE, Action.GRADUATE})

_SPECIAL = frozenset({"transferred", "graduated"})
MEANINGS = {
    Action.ADMIT: frozenset({"new", "other"}),
    Action.TRANSFER_IN: frozenset({"transfer"}),
    Action.RETURN: frozenset({"returned"}),
    Action.TRANSFER_OUT: frozenset({"transferred"}),
    Action.GRADUATE: frozenset({"graduated"}),
    Action.LEAVE: frozenset(EXIT) - STAYS - _SPECIAL,
}
"""The entry or exit types an action may give, by what they mean."""


class Refusal(StrEnum):
    """Why an action is not possible now."""

    IS_ENROLLED = "is-enrolled"
    WAS_HERE = "was-here"
    NEVER_HERE = "never-here"
    NOT_ENROLLED = "not-enrolled"


def refusal(action: Action, *, is_open: bool, was_here: bool) -> Refusal | None:
    """None when possible; `is_open`: an enrolment is open, `was_here`: one was ended."""
    if action not in ENTERS:
        return None if is_open else Refusal.NOT_ENROLLED
    if is_open:
        return Refusal.IS_ENROLLED
    if action is Action.ADMIT and was_here:
        return Refusal.WAS_HERE
    if action is Action.RETURN and not was_here:
        return Refusal.NEVER_HERE
    return None


def kind_of(action: Action) -> str:
    """Whether the type an action gives is of an "entry" or an "exit"."""
    return "entry" if action in ENTERS else "exit"


def fits(action: Action, meaning: str | None) -> bool:
    """Whether a type that means this may be given by the action."""
    return meaning in MEANINGS[action] and meaning in (ENTRY if action in ENTERS else EXIT)
