"""Ways in without a password: the window's ticket, the first run, an invitation, a reset."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from studentadmin.models import ChangeSet, Organisation, User
from studentadmin.services import user as users
from studentadmin.services.links import invitation_token, invited
from tests.office import PASSWORD

FIRST = {
    "school": "Green Hill School",
    "full_name": "Anna Berg",
    "email": "Anna@School.local",
    "password": PASSWORD,
    "password_confirm": PASSWORD,
    "locale": "zh_Hans_CN",
}


def enter(app: Flask, browser: Any, ticket: str | None = None) -> Any:
    issued = app.extensions["studentadmin.tickets"].issue() if ticket is None else ticket
    return browser.get("/enter", query_string={"ticket": issued})


# -- ticket -----------------------------------------------------------------------------------


def test_a_ticket_lets_the_owner_in_once(
    app: Flask, owner: User, browser: Any, another_browser: Callable[[], Any]
) -> None:
    ticket = app.extensions["studentadmin.tickets"].issue()
    answer = enter(app, browser, ticket)
    assert (answer.status_code, answer.location) == (303, "/")
    assert browser.is_in()
    other = another_browser()
    again = enter(app, other, ticket)
    assert again.status_code == 403
    assert "icon" in again.text
    assert not other.is_in()


@pytest.mark.parametrize("ticket", ["", "x", "é" * 50, "a" * 5000])
def test_a_wrong_ticket_opens_nothing(app: Flask, owner: User, browser: Any, ticket: str) -> None:
    assert enter(app, browser, ticket).status_code == 403
    assert not browser.is_in()


def test_a_ticket_stays_in_no_address_referrer_cache_or_log(
    app: Flask, owner: User, browser: Any, caplog: pytest.LogCaptureFixture
) -> None:
    ticket = app.extensions["studentadmin.tickets"].issue()
    with caplog.at_level(logging.DEBUG):
        answer = enter(app, browser, ticket)
        enter(app, browser, ticket)
    assert ticket not in answer.location
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    assert ticket not in caplog.text
    assert "/enter" in caplog.text


def test_a_ticket_lets_in_owners_only(app: Flask, office: Any, browser: Any) -> None:
    office.person("clerk")
    assert enter(app, browser).location == "/login"
    assert not browser.is_in()


def test_the_window_asks_for_the_password_where_the_owner_wants_it(
    app: Flask, office: Any, owner: User, browser: Any
) -> None:
    enter(app, browser)
    browser.get("/account")
    form = {"full_name": "Anna Berg", "locale": "en", "lock_on_open": "y"}
    assert browser.post("/account", form).status_code == 303
    assert enter(app, browser).location == "/login"
    assert not browser.is_in()
    assert browser.log_in("owner@school.local").status_code == 302


def test_lock_ends_the_log_in_and_tickets_do_not_open_it(
    app: Flask, owner: User, browser: Any, another_browser: Callable[[], Any]
) -> None:
    enter(app, browser)
    browser.get("/account/password")
    assert browser.post("/lock").location == "/login"
    assert not browser.is_in()
    other = another_browser()
    assert enter(app, other).location == "/login"
    assert not other.is_in()
    browser.log_in("owner@school.local")
    assert browser.is_in()
    assert enter(app, other).location == "/"


# -- first run --------------------------------------------------------------------------------


def test_first_run_makes_school_and_owner_in_one_change_set_and_logs_in(
    app: Flask, office: Any, browser: Any
) -> None:
    assert enter(app, browser).location == "/first-run"
    browser.get("/first-run")
    assert browser.post("/first-run", FIRST).location == "/"
    assert browser.is_in()
    (user,) = office.ask(users.owners)
    assert (user.email, user.full_name, user.locale) == (
        "anna@school.local",
        "Anna Berg",
        "zh_Hans_CN",
    )
    changes = office.ask(lambda s: s.scalars(select(ChangeSet)).all())
    assert [change.why for change in changes] == ["first run"]
    (school,) = office.ask(lambda s: s.scalars(select(Organisation)).all())
    assert school.name == "Green Hill School"


def test_first_run_asks_for_a_ticket(browser: Any) -> None:
    assert browser.get("/first-run").status_code == 403


def test_first_run_is_closed_once_there_is_an_account(
    app: Flask, office: Any, browser: Any, another_browser: Callable[[], Any]
) -> None:
    late = another_browser()
    enter(app, late)
    late.get("/first-run")
    enter(app, browser)
    browser.get("/first-run")
    browser.post("/first-run", FIRST)
    answer = late.post("/first-run", {**FIRST, "email": "thief@school.local"})
    assert answer.location == "/"
    assert not late.is_in()
    assert len(office.ask(users.list_users)) == 1


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"password": "short", "password_confirm": "short"}, "at least 10"),
        ({"password": "1234567890", "password_confirm": "1234567890"}, "first passwords"),
        ({"password": "anna berg 1", "password_confirm": "anna berg 1"}, "own name"),
        ({"password_confirm": "something else"}, "differ"),
        ({"email": "no address"}, "not an e-mail"),
        ({"school": " "}, "required"),
    ],
)
def test_first_run_refuses_and_keeps_what_was_typed(
    app: Flask, office: Any, browser: Any, typed: dict[str, str], words: str
) -> None:
    enter(app, browser)
    browser.get("/first-run")
    answer = browser.post("/first-run", {**FIRST, **typed})
    assert answer.status_code == 422
    assert words in answer.text
    assert "Anna Berg" in answer.text
    assert PASSWORD not in answer.text
    assert office.ask(users.list_users) == []


# -- invitation -------------------------------------------------------------------------------

INVITED = {"full_name": "Li Na", "password": PASSWORD, "password_confirm": PASSWORD}


def invite(browser: Any, **typed: Any) -> str:
    browser.log_in("owner@school.local")
    browser.get("/users/invite")
    form = {"email": "li@school.local", "full_name": "Li", "roles": ["clerk"], **typed}
    page = browser.post("/users/invite", form).text
    start = page.index("/invitation/")
    return str(page[start : page.index("<", start)])


def test_an_invited_person_chooses_a_password_once(
    owner: User, office: Any, browser: Any, another_browser: Callable[[], Any]
) -> None:
    link = invite(browser)
    guest, thief = another_browser(), another_browser()
    thief.get(link)
    guest.get(link)
    assert guest.post(link, INVITED).location == "/"
    assert guest.is_in()
    user = office.ask(lambda s: users.by_email(s, "li@school.local"))
    assert (user.full_name, user.role_names) == ("Li Na", {"clerk"})
    assert thief.post(link, {**INVITED, "password": "x" * 12}).status_code == 403
    assert another_browser().get(link).status_code == 403


def test_there_is_no_registering_without_a_link(browser: Any) -> None:
    assert browser.get("/register").status_code == 404
    assert browser.get("/invitation/WzEsMl0.aaaaaa.bbbbbbbb").status_code == 403


def test_an_invitation_ends(owner: User, office: Any, app: Flask) -> None:
    draft = users.UserDraft("li@school.local", "Li")
    made = office.write(lambda unit: users.invite(unit, draft, ["clerk"]))
    token = invitation_token("key", made)
    assert office.ask(lambda s: invited(s, "key", token)).id == made.id
    assert office.ask(lambda s: invited(s, "another key", token)) is None
    assert office.ask(lambda s: invited(s, "key", token + "x")) is None
    office.write(lambda unit: users.renew_links(unit, made.id))
    assert office.ask(lambda s: invited(s, "key", token)) is None


def test_an_old_invitation_is_refused(
    owner: User, office: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from itsdangerous import TimestampSigner

    draft = users.UserDraft("li@school.local", "Li")
    made = office.write(lambda unit: users.invite(unit, draft, ["clerk"]))
    now = TimestampSigner.get_timestamp
    eight_days = 8 * 24 * 3600
    with monkeypatch.context() as past:
        past.setattr(TimestampSigner, "get_timestamp", lambda self: now(self) - eight_days)
        token = invitation_token("key", made)
    assert office.ask(lambda s: invited(s, "key", token)) is None


def test_withdrawing_by_disabling_ends_the_link(
    owner: User, office: Any, browser: Any, another_browser: Callable[[], Any]
) -> None:
    link = invite(browser)
    user = office.ask(lambda s: users.by_email(s, "li@school.local"))
    browser.get("/account/password")
    browser.post(f"/users/{user.id}/disable")
    assert another_browser().get(link).status_code == 403


# -- reset ------------------------------------------------------------------------------------


def reset_link(browser: Any, key: int) -> str:
    browser.log_in("owner@school.local")
    browser.get("/account/password")
    page = browser.post(f"/users/{key}/link").text
    start = page.index("/reset/")
    return str(page[start : page.index("<", start)])


def test_a_reset_link_sets_a_password_once_and_ends_log_ins(
    owner: User, office: Any, browser: Any, another_browser: Callable[[], Any]
) -> None:
    clerk = office.person("clerk")
    live, guest = another_browser(), another_browser()
    live.log_in("clerk@school.local")
    link = reset_link(browser, clerk.id)
    assert not live.is_in()
    guest.get(link)
    new = {"password": "seven herons over", "password_confirm": "seven herons over"}
    assert guest.post(link, new).status_code == 302
    assert guest.log_in("clerk@school.local", "seven herons over").status_code == 302
    again = another_browser()
    assert "/reset" in again.get(link).location
    old = another_browser().log_in("clerk@school.local", PASSWORD)
    assert "is not right" in old.text


def test_a_newer_reset_link_ends_the_older(
    owner: User, office: Any, browser: Any, another_browser: Callable[[], Any]
) -> None:
    clerk = office.person("clerk")
    first = reset_link(browser, clerk.id)
    second = reset_link(browser, clerk.id)
    assert another_browser().get(first).status_code == 302
    assert another_browser().get(second).status_code == 200


def test_asking_for_a_link_tells_nothing_about_accounts(
    owner: User, another_browser: Callable[[], Any]
) -> None:
    pages = []
    for address in ("owner@school.local", "nobody@school.local"):
        browser = another_browser()
        browser.get("/reset")
        answer = browser.post("/reset", {"email": address})
        pages.append((answer.status_code, answer.text.split("csrf_token")[0]))
    assert pages[0] == pages[1]
