"""What tests of files may ask for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import Babel
from sqlalchemy.orm import Session

from studentadmin.interchange.plan import Choices, make_plan
from studentadmin.interchange.preview import Preview, make_preview
from studentadmin.interchange.read import read_table
from studentadmin.services.unit import Actor

TODAY = date(2026, 11, 21)
SYSTEM = Actor.system("test")
CASES = Path(__file__).parents[1] / "cases" / "imports"


@pytest.fixture
def in_english() -> Iterator[None]:
    """Texts without the app, for what needs no database."""
    app = Flask("studentadmin")
    Babel(app)
    with app.app_context():
        yield


Look = Callable[..., Preview]


@pytest.fixture
def look(session: Session) -> Look:
    """`look(text_or_bytes)`: the preview of a file, as the system unless `roles` are given."""

    def preview(
        content: str | bytes,
        choices: Choices | None = None,
        roles: frozenset[str] = SYSTEM.roles,
        today: date = TODAY,
        **options: object,
    ) -> Preview:
        data = content.encode() if isinstance(content, str) else content
        table = read_table(data)
        plan = make_plan(table, choices or Choices(), today)
        return make_preview(session, table, plan, today=today, roles=roles, **options)  # type: ignore[arg-type]

    return preview
