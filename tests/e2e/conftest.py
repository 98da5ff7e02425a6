"""The program, started as a person starts it, and people before it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.e2e import school
from tests.e2e.browser import keep_pictures, watched
from tests.e2e.person import Person
from tests.e2e.program import Program
from tests.e2e.sample import Sample, fill

LOCALES = ("en", "zh_Hans_CN")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """A failed test keeps a picture of what stood on the screen."""
    outcome: Any = yield
    if outcome.get_result().failed:
        keep_pictures(item.name)


@pytest.fixture(params=LOCALES)
def locale(request: pytest.FixtureRequest) -> str:
    """Each test that asks for it runs in both languages."""
    chosen: str = request.param
    return chosen


@dataclass(frozen=True)
class Filled:
    """A data folder, and what a sample register holds in it."""

    folder: Path
    sample: Sample


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Filled:
    """The sample school, with two clerks who have passwords."""
    folder = tmp_path_factory.mktemp("program") / "register"
    return Filled(folder, fill(school.open_register(folder)))


@pytest.fixture(scope="session")
def program(filled: Filled) -> Iterator[Program]:
    """The program on the filled register."""
    with Program(filled.folder) as running:
        yield running
        assert "Traceback" not in running.log


@pytest.fixture
def person_at(browser: Browser) -> Iterator[Callable[[Program, str], Person]]:
    """`person_at(program, locale)`: somebody with a browser of his own."""
    with ExitStack() as open_pages:

        def sit_down(program: Program, locale: str) -> Person:
            page, watch = open_pages.enter_context(watched(browser, program.url, locale))
            return Person(page, watch, locale)

        yield sit_down


@pytest.fixture
def owner(person_at: Callable[[Program, str], Person], program: Program, locale: str) -> Person:
    """The owner, in by the ticket of a double-click."""
    person = person_at(program, locale)
    person.go(program.new_ticket())
    person.stands_on("/")
    return person


@pytest.fixture
def students_file() -> Path:
    """A real export of 86 students."""
    return Path(__file__).parents[1] / "cases" / "imports" / "sds-students" / "input.csv"
