"""Every route by every role: none without a right, none that does more than its right, and no GET
that writes."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.routing import Rule

from studentadmin.models import ChangeSet
from studentadmin.rules import rights
from studentadmin.views.access import Open, Right, right_of
from studentadmin.views.guards import TAKES_FILE

ROLES = [*rights.ROLES, "stranger"]
VALUES = {
    "key": 999_999,
    "student_no": "S0001",
    "token": "none",
    "filename": "none.css",
    "path": "x",
}
ALLOWED_TO_STRANGERS = {
    "static",
    "security.login",
    "security.logout",
    "security.forgot_password",
    "security.reset_password",
    "doors.enter",
    "doors.first_run",
    "doors.invitation",
    "headers.report",
    "language.switch",
}
"""Whoever opens another route to strangers writes it here, too."""


def rules(app: Flask) -> list[Rule]:
    return list(app.url_map.iter_rules())


def address(app: Flask, rule: Rule) -> str:
    with app.test_request_context("/"):
        values: dict[str, Any] = {name: VALUES.get(name, 999_999) for name in rule.arguments}
        if rule.rule.startswith("/students/<student_no"):
            values["key"] = "S0001"
        return str(app.url_map.bind("localhost").build(rule.endpoint, values, append_unknown=False))


def test_every_route_has_a_right(app: Flask) -> None:
    without = [rule.rule for rule in rules(app) if right_of(app, rule.endpoint) is None]
    assert without == []


def test_strangers_see_what_is_listed_here_and_each_has_its_reason(app: Flask) -> None:
    opened = {
        rule.endpoint for rule in rules(app) if isinstance(right_of(app, rule.endpoint), Open)
    }
    assert opened == ALLOWED_TO_STRANGERS
    for endpoint in opened:
        right = right_of(app, endpoint)
        assert isinstance(right, Open)
        assert len(right.reason) > 15


def test_every_right_is_one_that_the_owner_has(app: Flask) -> None:
    """A route that asks for what nobody may is a slip in a name."""
    for rule in rules(app):
        right = right_of(app, rule.endpoint)
        if isinstance(right, Right):
            assert rights.allowed(["owner"], right.resource, right.action), rule


def test_what_writes_asks_for_more_than_to_look(app: Flask) -> None:
    """A route for POST only is none for those who may just see.

    One asks: the search box, by POST, so that no name stands in an address.
    """
    for rule in rules(app):
        right = right_of(app, rule.endpoint)
        if isinstance(right, Right) and not {"GET"} & (rule.methods or set()):
            own = right.resource == "account" or rule.endpoint == "search.answer"
            assert right.action not in {"view", "history"} or own, rule


def test_what_reads_a_file_is_marked_and_nothing_else_takes_large_bodies(app: Flask) -> None:
    for view in app.view_functions.values():
        plain = inspect.unwrap(view)
        if plain.__module__.startswith("studentadmin."):
            reads = "request.files" in inspect.getsource(plain)
            assert bool(getattr(view, TAKES_FILE, False)) is reads, view


@pytest.mark.parametrize("role", ROLES)
def test_each_role_gets_where_the_matrix_lets_it_and_nowhere_else(
    app: Flask, office: Any, browser: Any, role: str
) -> None:
    if role != "stranger":
        office.person("owner", email="owner@school.local")
        office.person(role, email="me@school.local")
        browser.log_in("me@school.local")
    browser.get("/account/password" if role != "stranger" else "/login")
    wrong = []
    for rule in rules(app):
        right = right_of(app, rule.endpoint)
        if not isinstance(right, Right):
            continue
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            if rule.endpoint in {"doors.lock", "accounts.end_own_sessions"}:
                continue  # they end the log-in this walk needs; tests/accounts has them
            url = address(app, rule)
            call = browser.client.get if method == "GET" else browser.post
            answer = call(url, headers={"Accept": "application/json"})
            answer.close()
            may = rights.allowed([role], right.resource, right.action)
            refused = answer.status_code == (401 if role == "stranger" else 403)
            if may is refused:
                wrong.append((method, url, answer.status_code, right))
    assert wrong == []


def test_no_get_writes(app: Flask, office: Any, owner: Any, browser: Any) -> None:
    browser.log_in("owner@school.local")
    count = select(func.count()).select_from(ChangeSet)
    before = office.ask(lambda session: session.scalar(count))
    for rule in rules(app):
        if "GET" in (rule.methods or set()) and rule.endpoint != "doors.enter":
            answer = browser.client.get(address(app, rule))
            answer.close()
            assert office.ask(lambda session: session.scalar(count)) == before, rule
    assert browser.is_in()
