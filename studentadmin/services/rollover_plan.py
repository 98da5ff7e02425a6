"""A roll-over in preparation: what was chosen, parked until it is carried out or let go.

One JSON file, mode 0600, under a generated name. It holds keys and choices, no names of students;
whoever may roll a year over may open it.
"""

from __future__ import annotations

import json
import os
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from flask_babel import gettext as _

from studentadmin.errors import Missing
from studentadmin.rules.rollover import Choice, Destination
from studentadmin.services import storage

TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")
WAIT = 10.0
"""Seconds to wait for somebody else who is changing a plan."""


@dataclass(frozen=True)
class Plan:
    """One school, from one session to another. Days are the last in the old, the first in the new.

    `rooms`: key of an old class -> name of the new one; `seen`: key of an enrolment -> its version
    when it was last looked at; `choices` by key of the enrolment.
    """

    token: str
    organisation_id: int
    from_id: int
    to_id: int
    last_day: date
    first_day: date
    by: str
    at: datetime
    rooms: dict[int, str] = field(default_factory=dict)
    choices: dict[int, Choice] = field(default_factory=dict)
    seen: dict[int, int] = field(default_factory=dict)


def new_token() -> str:
    """A name that cannot be guessed."""
    return secrets.token_urlsafe(16)


def folder_in(data_dir: Path) -> Path:
    """Where plans lie; made, closed to others, when it is not there yet."""
    folder = data_dir / "uploads" / "rollover"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def park(folder: Path, plan: Plan) -> Plan:
    """Keep a plan, in the place of what was kept under its token before."""
    path = _path(folder, plan.token)
    partial = path.with_suffix(".partial")
    partial.unlink(missing_ok=True)
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        json.dump(_plain(plan), stream, ensure_ascii=False)
    partial.replace(path)
    return plan


def change(folder: Path, token: str, turn: Callable[[Plan], Plan]) -> Plan:
    """Change a plan while nobody else does. Raises Missing."""
    with storage.only_one(folder / ".lock", wait=WAIT):
        return park(folder, turn(find(folder, token)))


def find(folder: Path, token: str) -> Plan:
    """Raises Missing when it was carried out, let go, or never there."""
    try:
        return _read(token, json.loads(_path(folder, token).read_text("utf-8")))
    except FileNotFoundError:
        raise Missing(
            _("This plan is no longer here: it was carried out, or somebody let it go.")
        ) from None


def every(folder: Path) -> list[Plan]:
    """All plans, newest first."""
    names = [path.stem for path in folder.glob("*.json")]
    return sorted((find(folder, name) for name in names), key=lambda plan: plan.at, reverse=True)


def remove(folder: Path, token: str) -> None:
    """Let go of a plan, if it is still there."""
    _path(folder, token).unlink(missing_ok=True)


def choose(plan: Plan, keys: list[int], choice: Choice | None) -> Plan:
    """The plan with this choice for these enrolments; None goes back to the proposal."""
    choices = {key: kept for key, kept in plan.choices.items() if key not in keys}
    if choice is not None:
        choices |= dict.fromkeys(keys, choice)
    return replace(plan, choices=choices)


def _path(folder: Path, token: str) -> Path:
    if not TOKEN.fullmatch(token):
        raise Missing(_("There is no such plan."))
    return folder / f"{token}.json"


def _plain(plan: Plan) -> dict[str, Any]:
    return {
        "organisation_id": plan.organisation_id,
        "from_id": plan.from_id,
        "to_id": plan.to_id,
        "last_day": plan.last_day.isoformat(),
        "first_day": plan.first_day.isoformat(),
        "by": plan.by,
        "at": plan.at.isoformat(),
        "rooms": plan.rooms,
        "choices": {
            key: [choice.destination.value, choice.homeroom, choice.exit_type]
            for key, choice in plan.choices.items()
        },
        "seen": plan.seen,
    }


def _read(token: str, plain: dict[str, Any]) -> Plan:
    return Plan(
        token=token,
        organisation_id=plain["organisation_id"],
        from_id=plain["from_id"],
        to_id=plain["to_id"],
        last_day=date.fromisoformat(plain["last_day"]),
        first_day=date.fromisoformat(plain["first_day"]),
        by=plain["by"],
        at=datetime.fromisoformat(plain["at"]),
        rooms={int(key): name for key, name in plain["rooms"].items()},
        choices={
            int(key): Choice(Destination(destination), homeroom, exit_type)
            for key, (destination, homeroom, exit_type) in plain["choices"].items()
        },
        seen={int(key): version for key, version in plain["seen"].items()},
    )
