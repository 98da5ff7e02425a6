"""`studentadmin rollover` and the `undo` that it prints."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from studentadmin.cli.rollover import rollover_command
from studentadmin.cli.undoing import undo_command
from studentadmin.models import Enrolment, Homeroom
from studentadmin.services import backup
from tests.factories import Register
from tests.registers import snapshot
from tests.rollovers import SEP_1, School, make_school

YEARS = ("--from", "2026/27", "--to", "2027/28")


@pytest.fixture(autouse=True)
def backups(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    asked: list[str] = []
    monkeypatch.setattr(backup, "create", lambda _settings, reason: asked.append(str(reason)))
    return asked


@pytest.fixture
def school(register: Register) -> School:
    made = make_school(register)
    for grade in "789":
        made.student(grade, f"{grade}A", number=f"R{grade}")
    return made


@pytest.fixture
def run(app: Flask, session: Session) -> Callable[..., Any]:
    """`run(command, arguments)`: exit code, output and errors."""

    def invoke(*arguments: str, command: Any = rollover_command, **options: Any) -> Any:
        session.rollback()
        result = app.test_cli_runner().invoke(command, arguments, **options)
        session.rollback()
        return result

    return invoke


def moved(session: Session) -> int:
    return session.query(Enrolment).filter_by(entry_date=SEP_1).count()


def test_it_is_written_and_the_way_back_is_printed(
    run: Callable[..., Any], session: Session, school: School, backups: list[str]
) -> None:
    before = snapshot(session)
    result = run(*YEARS, "--yes", "--class", "7A=8 Blue")
    assert result.exit_code == 0, result.output
    assert "3 = 2 Promote + 0 Repeat + 0 Leave + 1 Graduate + 0 Not moved" in result.output
    assert (moved(session), backups) == (2, ["before-roll-over"])
    assert session.query(Homeroom).filter_by(name="8 Blue").count() == 1
    number = result.output.split()[-1]
    assert run(number, command=undo_command).exit_code == 0
    assert snapshot(session) == before


def test_nothing_is_written_without_a_yes(
    run: Callable[..., Any], session: Session, school: School
) -> None:
    school.student("7", None, number="LATE", entry_date=SEP_1.replace(month=8, day=31))
    result = run(*YEARS, "--dry-run", "--last-day", "2027-06-30")
    assert result.exit_code == 0
    assert "LATE: The enrolment begins after the last day" in result.output
    assert run(*YEARS, input="n\n").exit_code == 1
    assert moved(session) == 0


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--from", "2026/27", "--to", "1999"), 2, "Choose one of: 2027/28"),
        (("--from", "2027/28", "--to", "2026/27", "--yes"), 1, "must begin after the end"),
        ((*YEARS, "--class", "X=Y"), 2, "no class “X”"),
        ((*YEARS, "--first-day", "2029-01-01", "--yes"), 1, "does not lie in 2027/28"),
        ((*YEARS, "--school", "nowhere"), 2, "第一中学"),
    ],
)
def test_what_cannot_be_is_refused(
    run: Callable[..., Any],
    session: Session,
    school: School,
    arguments: tuple[str, ...],
    code: int,
    said: str,
) -> None:
    result = run(*arguments)
    assert result.exit_code == code
    assert said in result.output
    assert moved(session) == 0
