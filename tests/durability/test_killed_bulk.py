"""kill -9 while a thread changes 1,200 students leaves none of them changed or all."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path
from time import perf_counter

import pytest

from studentadmin.services import register_file
from studentadmin.services.student import StudentDraft, students
from studentadmin.services.unit import Unit
from tests.durability.clerk import email
from tests.durability.warm import WarmServer
from tests.e2e import school
from tests.e2e.school import PASSWORD
from tests.e2e.visitor import Visitor

MANY = 1200
"""More than an answer waits for."""
MOMENTS = 6
"""The time the change takes is divided into so many, and the server killed at each."""


@pytest.fixture
def filled(register: Path) -> Path:
    def work(unit: Unit) -> None:
        for number in range(MANY):
            students.create(unit, StudentDraft(f"K{number:05}", "Klein"))

    school.make(school.open_register(register), work)
    return register


@pytest.mark.slow
def test_a_killed_change_leaves_all_or_nothing(
    filled: Path, warm: WarmServer, tmp_path: Path
) -> None:
    whole = shutil.copytree(filled, tmp_path / "whole")
    served = warm.serve(whole)
    visitor, url = previewed(served.port)
    began = perf_counter()
    visitor.post(url, {"step": "write"})
    wait_until_done(visitor, url)
    takes = perf_counter() - began
    warm.kill(served)
    assert changed_in(whole) == MANY

    seen = set()
    for moment in range(MOMENTS):
        folder = shutil.copytree(filled, tmp_path / f"register{moment}")
        seen.add(write_and_kill(warm, folder, takes * moment / MOMENTS))
    assert 0 in seen


def write_and_kill(warm: WarmServer, folder: Path, after: float) -> int:
    """How many rows a killed change left. The page says so, and one may look again."""
    served = warm.serve(folder)
    visitor, url = previewed(served.port)
    assert visitor.post(url, {"step": "write"}).status == 303
    warm.kill(served, after)
    left = changed_in(folder)
    assert left in {0, MANY}
    served = warm.serve(folder)
    visitor.hang_up()
    if left:
        assert visitor.get(url).location == "/students/"
    else:
        state = folder / "uploads" / "bulk" / f"{url.rpartition('/')[2]}.state"
        text = state.read_text("utf-8")
        beat = text.rpartition('"beat": ')[2].rstrip("}")
        state.write_text(text.replace(beat, "0"), "utf-8")  # as if it had been silent for long
        assert "It was interrupted. Nothing was written." in visitor.get(url).page
        visitor.post(url, {"step": "again"})
        wait_until_done(visitor, url, "rows would change")
        visitor.post(url, {"step": "write"})
        wait_until_done(visitor, url)
    warm.kill(served)
    assert changed_in(folder) == MANY
    return left


def previewed(port: int) -> tuple[Visitor, str]:
    """Somebody who looks at what would change in all students, and the address of that page."""
    visitor = Visitor(port)
    visitor.log_in(email(0), PASSWORD)
    chosen = visitor.post("/students/bulk-edit", {"all": "1"})
    assert chosen.status == 303, chosen.page
    visitor.post(chosen.location, {"step": "try", "do-language": "set", "language": "German"})
    wait_until_done(visitor, chosen.location, "rows would change")
    return visitor, chosen.location


def wait_until_done(visitor: Visitor, url: str, words: str = "") -> None:
    """Ask, as the page does, until it stands on these words, or leads back to the list."""
    for _ in range(2000):
        answer = visitor.get(url)
        if answer.status == 303 or (words and words in answer.page):
            return
        works = "Looking at the rows" in answer.page or "Writing the rows" in answer.page
        assert works, answer.page[answer.page.find("notice-danger") :][:400]
    raise AssertionError("the work did not end")


def changed_in(folder: Path) -> int:
    """How many students have the language, after holding the register against its history."""
    with closing(register_file.connect(folder / "register.db")) as register:
        assert not register_file.faults(register)

        def count(query: str) -> int:
            found: int = register.execute(query).fetchone()[0]
            return found

        changed = count("SELECT count(*) FROM student WHERE language = 'German'")
        lines = count(
            "SELECT count(*) FROM change_row JOIN change_set ON change_set.id = change_set_id"
            " WHERE why = 'bulk edit'"
        )
        assert changed == lines
        return changed
