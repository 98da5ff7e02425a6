"""Fifty people at once on one server: nobody sees another's name, message or language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from urllib.parse import urlsplit

import pytest

from tests.e2e import school
from tests.e2e.program import Program
from tests.e2e.visitor import Answer, Visitor

pytestmark = pytest.mark.slow
PEOPLE = 50
TURNS = 3
PATIENCE = 120
LOCALES = ("en", "zh_Hans_CN")
FLASH = re.compile(r'<div class="flashes"[^>]*>(.*?)</form>', re.DOTALL)


@pytest.fixture(params=["sqlite", "mariadb"])
def crowded(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Program]:
    """The program on that database, with fifty accounts."""
    url = request.getfixturevalue("mariadb_url") if request.param == "mariadb" else None
    folder = tmp_path / "register"
    app = school.open_register(folder, url)
    school.found_school(app)
    school.add_people(
        app, [(email(n), name(n), "registrar", LOCALES[n % 2]) for n in range(PEOPLE)]
    )
    with Program(folder, {"STUDENTADMIN_DATABASE_URL": url} if url else None) as program:
        yield program
        assert "database is locked" not in program.log
        assert "Traceback" not in program.log


def email(number: int) -> str:
    return f"person{number}@school.example"


def name(number: int) -> str:
    return f"Person-{number:02} 第{number}号"


def test_fifty_people_at_once(crowded: Program) -> None:
    port = urlsplit(crowded.url).port
    assert port is not None
    start = Barrier(PEOPLE, timeout=PATIENCE)
    with ThreadPoolExecutor(PEOPLE) as threads:
        for one in [threads.submit(office_hours, port, n, start) for n in range(PEOPLE)]:
            one.result()


def office_hours(port: int, number: int, start: Barrier) -> None:
    """Log in, then add students one after the other and look at every answer."""
    visitor = Visitor(port, "fr")
    start.wait()
    visitor.log_in(email(number), school.PASSWORD)
    for turn in range(TURNS):
        family = f"Kind-{number:02}-{turn}"
        sent = visitor.post(
            "/students/new",
            {
                "student_number": f"P{number:02}-{turn}",
                "family_name": family,
                "idempotency_key": f"{number}-{turn}",
            },
        )
        assert sent.status == 303, sent.page
        flash = check_page(visitor.get(sent.location), number)
        assert re.findall(r"Kind-\d\d-\d", flash) == [family], flash
        check_page(visitor.get("/"), number)
    check_page(visitor.get("/account"), number)


def check_page(answer: Answer, number: int) -> str:
    """The page is this person's: name, language; returns its message, if any."""
    assert answer.status == 200, answer.page
    language = LOCALES[number % 2].replace("_", "-")
    assert f'<html lang="{language}"' in answer.page
    card = re.search(r'class="account-card">.*?<strong>(.*?)</strong>', answer.page, re.DOTALL)
    assert card, answer.page
    assert card[1] == name(number)
    found = FLASH.search(answer.page)
    return found[1] if found else ""
