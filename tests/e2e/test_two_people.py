"""Two people at the same student: what does not touch is merged, what does is asked about."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e import school
from tests.e2e.person import Person
from tests.e2e.program import Program

pytestmark = pytest.mark.slow


@pytest.fixture
def pair(
    program: Program, person_at: Callable[[Program, str], Person], locale: str
) -> tuple[Person, Person]:
    """Two clerks, each in a browser of his own; the second always reads English."""
    found = person_at(program, locale), person_at(program, "en")
    for person, (email, *_) in zip(found, school.CLERKS, strict=True):
        person.log_in(email, school.PASSWORD)
    return found


def test_fields_that_do_not_touch_are_merged(pair: tuple[Person, Person], locale: str) -> None:
    first, second = pair
    path = first.add_student(f"M-{locale}", family_name="Merge", given_name="Mia")
    first.go(f"{path}/edit")
    second.go(f"{path}/edit")
    second.type(given_name="Maja")
    second.press("Save")
    second.is_told("%(name)s was saved.", name="Maja Merge")
    first.type(birth_place="Bremen")
    first.press("Save")
    first.stands_on(path)
    first.sees("Maja Merge", "Bremen")


def test_the_same_field_shows_both_values(pair: tuple[Person, Person], locale: str) -> None:
    first, second = pair
    path = first.add_student(f"C-{locale}", family_name="Clash", given_name="Cem")
    first.go(f"{path}/edit")
    second.go(f"{path}/edit")
    second.type(given_name="Cemal")
    second.press("Save")
    second.is_told("%(name)s was saved.", name="Cemal Clash")
    first.type(given_name="Cemil", birth_place="Kiel")
    with first.refused(409):
        first.press("Save")
    first.sees("Cem", "Cemal", "Cemil", "Dirk Desk", within="table.clash")
    first.holds(birth_place="Kiel")
    expect(first.page.locator("[name=clash-given_name][value=theirs]")).to_be_checked()
    first.page.locator("[name=clash-given_name][value=mine]").check()
    first.press("Save")
    first.stands_on(path)
    first.sees("Cemil Clash", "Kiel")
    second.go(f"{path}/history")
    second.sees("Carla Clerk", "Dirk Desk", "Cemal", "Cemil")


def test_theirs_stays_unless_chosen_otherwise(pair: tuple[Person, Person], locale: str) -> None:
    first, second = pair
    path = first.add_student(f"T-{locale}", family_name="Theirs", given_name="Tim")
    first.go(f"{path}/edit")
    second.go(f"{path}/edit")
    second.type(given_name="Timo")
    second.press("Save")
    second.is_told("%(name)s was saved.", name="Timo Theirs")
    first.type(given_name="Timm")
    with first.refused(409):
        first.press("Save")
    first.press("Save")
    first.stands_on(path)
    first.sees("Timo Theirs")


def test_an_undo_asks_where_somebody_wrote_since(pair: tuple[Person, Person], locale: str) -> None:
    first, second = pair
    path = first.add_student(f"U-{locale}", family_name="Undo", given_name="Udo")
    first.go(f"{path}/edit")
    first.type(given_name="Ute")
    first.press("Save")
    second.go(f"{path}/edit")
    second.type(given_name="Ulla")
    second.press("Save")
    second.is_told("%(name)s was saved.", name="Ulla Undo")
    with first.refused(409):
        first.press("Undo", within=".flashes")
    first.sees("Udo", "Ulla", "Dirk Desk", within="table.clash")
    first.press("Undo with these choices")
    first.go(path)
    first.sees("Ulla Undo")
