"""Guesses at passwords are slowed down; people who slip are not."""

from __future__ import annotations

from typing import Any

import pytest

from studentadmin.models import User
from tests.office import PASSWORD


@pytest.mark.usefixtures("throttled")
def test_guesses_at_one_account_are_stopped_and_the_page_says_for_how_long(
    owner: User, browser: Any
) -> None:
    for _try in range(10):
        assert browser.log_in("owner@school.local", "a guess").status_code == 200
    answer = browser.log_in("owner@school.local", PASSWORD)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 15 * 60
    assert answer.headers["Retry-After"] in answer.text
    assert not browser.is_in()


@pytest.mark.usefixtures("throttled")
def test_an_unknown_account_is_stopped_alike(owner: User, browser: Any) -> None:
    for _try in range(10):
        browser.log_in("nobody@school.local", "a guess")
    assert browser.log_in("nobody@school.local", "a guess").status_code == 429
    assert browser.log_in("NOBODY@school.local ", "a guess").status_code == 429
    assert browser.log_in("owner@school.local").status_code == 302


@pytest.mark.usefixtures("throttled")
def test_a_success_forgives_earlier_slips(owner: User, browser: Any) -> None:
    for _round in range(3):
        for _try in range(9):
            browser.log_in("owner@school.local", "a slip")
        assert browser.log_in("owner@school.local").status_code == 302
        browser.get("/account/password")
        browser.post("/logout")


@pytest.mark.usefixtures("throttled")
def test_guesses_over_many_accounts_from_one_address_are_stopped(browser: Any) -> None:
    for number in range(50):
        browser.log_in(f"user{number}@school.local", "a guess")
    assert browser.log_in("user99@school.local", "a guess").status_code == 429


@pytest.mark.usefixtures("throttled")
def test_letters_are_limited(owner: User, browser: Any) -> None:
    for _try in range(3):
        browser.get("/reset")
        assert browser.post("/reset", {"email": "owner@school.local"}).status_code == 200
    assert browser.post("/reset", {"email": "owner@school.local"}).status_code == 429


@pytest.mark.usefixtures("throttled")
def test_guesses_at_the_present_password_are_limited(owner: User, browser: Any) -> None:
    browser.log_in("owner@school.local")
    new = {"new_password": "seven herons over", "new_password_confirm": "seven herons over"}
    for _try in range(10):
        browser.get("/account/password")
        browser.post("/account/password", {"password": "a guess", **new})
    answer = browser.post("/account/password", {"password": PASSWORD, **new})
    assert answer.status_code == 429
