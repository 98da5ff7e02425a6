"""A register with clerks in it, and a server that is up again in a tenth of a second."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from studentadmin.services.academic_session import AcademicSessionDraft, academic_sessions
from studentadmin.services.grade_level import GradeLevelDraft, grade_levels
from studentadmin.services.unit import Unit
from tests.durability.clerk import CLERKS, email
from tests.durability.warm import WarmServer
from tests.e2e import school


@pytest.fixture
def register(tmp_path: Path) -> Path:
    """A data folder with clerks, a school year around today and a grade."""
    folder = tmp_path / "register"
    app = school.open_register(folder)
    school.found_school(app)
    people = [(email(n), f"Clerk {n}", "registrar", "en") for n in range(CLERKS)]
    school.add_people(app, people)
    today = datetime.now().astimezone().date()
    first, last = today - timedelta(days=60), today + timedelta(days=300)

    def work(unit: Unit) -> None:
        grade_levels.create(unit, GradeLevelDraft("09", "Grade 9", 9))
        academic_sessions.create(unit, AcademicSessionDraft("This year", "schoolYear", first, last))

    school.make(app, work)
    return folder


@pytest.fixture
def warm(tmp_path: Path) -> Iterator[WarmServer]:
    with WarmServer(tmp_path / "warm") as server:
        yield server
