"""The whole register at a glance, for comparing what was with what is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from studentadmin.extensions import db
from studentadmin.models import BOOKKEEPING, RECORDS
from studentadmin.services.recorder import kept_columns

Snapshot = dict[str, dict[int, dict[str, Any]]]


@contextmanager
def rolled_back() -> Iterator[None]:
    """Whatever is written meanwhile is gone afterwards; for the examples of one hypothesis test."""
    db.session.rollback()
    example = db.engine.begin_nested()  # type: ignore[attr-defined]
    try:
        yield
    finally:
        db.session.rollback()
        example.rollback()


def snapshot(session: Session) -> Snapshot:
    """Every row of every table with a history, bookkeeping apart, as it is committed now."""
    session.rollback()
    found: Snapshot = {}
    for name, model in RECORDS.items():
        columns = [c for c in kept_columns(model) if c.key not in BOOKKEEPING]
        rows = session.execute(select(*columns)).mappings()
        found[name] = {row["id"]: dict(row) for row in rows}
    session.rollback()
    return found
