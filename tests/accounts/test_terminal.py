"""`studentadmin users`: what the person at the server does."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from studentadmin.models import User
from studentadmin.services import user as users
from tests.office import PASSWORD


def run(app: Flask, *arguments: str) -> Any:
    from studentadmin.cli.users import users_command

    return app.test_cli_runner().invoke(users_command, list(arguments))


def test_the_terminal_makes_the_first_owner_of_a_server(
    app: Flask, office: Any, browser: Any
) -> None:
    made = run(app, "invite", "Head@School.local", "Anna", "--role", "owner", "--url", "https://x/")
    assert made.exit_code == 0
    link = made.output.strip()
    assert link.startswith("https://x/invitation/")
    path = link.removeprefix("https://x")
    browser.get(path)
    form = {"full_name": "Anna", "password": PASSWORD, "password_confirm": PASSWORD}
    assert browser.post(path, form).location == "/"
    assert [user.email for user in office.ask(users.owners)] == ["head@school.local"]


def test_the_terminal_lists_disables_enables_and_changes_roles(
    app: Flask, owner: User, office: Any
) -> None:
    clerk = office.person("clerk")
    assert "clerk@school.local\tWei Zhang\tclerk\tactive" in run(app, "list").output
    assert run(app, "disable", "clerk@school.local").exit_code == 0
    assert not office.user(clerk.id).active
    assert run(app, "enable", "clerk@school.local").exit_code == 0
    assert run(app, "role", "clerk@school.local", "teacher", "viewer").exit_code == 0
    assert office.user(clerk.id).role_names == {"teacher", "viewer"}


def test_the_terminal_gives_a_password_link(
    app: Flask, owner: User, office: Any, browser: Any
) -> None:
    link = run(app, "reset-password", "owner@school.local", "--url", "http://x").output.strip()
    assert browser.get(link.removeprefix("http://x")).status_code == 200


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("disable", "nobody@school.local"), "There is no user"),
        (("disable", "owner@school.local"), "must remain owner"),
        (("invite", "owner@school.local", "A", "--role", "clerk"), "Another account"),
    ],
)
def test_the_terminal_refuses_with_exit_code_1(
    app: Flask, owner: User, arguments: tuple[str, ...], words: str
) -> None:
    result = run(app, *arguments)
    assert result.exit_code == 1
    assert words in result.output
