"""Writing and taking back, in as few words as a test wants."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from studentadmin.models import ChangeSet
from studentadmin.services.undo import undo
from studentadmin.services.unit import Actor, Unit, Written, write
from tests.factories import SYSTEM


def do(work: Callable[[Unit], Any], by: Actor = SYSTEM) -> Written[Any]:
    return write(work, by=by, why="edit")


def take_back(
    written: Written[Any] | int, decisions: Any = None, by: Actor = SYSTEM
) -> Written[ChangeSet]:
    key = written if isinstance(written, int) else written.change_set_id
    assert key is not None
    return write(
        lambda unit: undo(unit, key, decisions), by=by, why="undo", source="undo", undoes=key
    )


def newest(session: Session) -> int:
    session.rollback()
    return session.scalars(select(ChangeSet.id).order_by(ChangeSet.id.desc())).first() or 0
