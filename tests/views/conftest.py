"""A register, and people of any role before its pages.

There is no application context around a test: Flask keeps who is logged in on it, and every request
would be the first one's person.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from tests.conftest import make_user
from tests.factories import Register
from tests.markup import Form, Page
from tests.office import Browser, Office, app, office  # noqa: F401


class Desk(Browser):
    """A person at a screen: opens pages, fills in forms as they stand, presses their buttons."""

    user_id: int

    def open(self, url: str, status: int = 200, **more: Any) -> Page:
        answer = self.get(url, **more)
        assert answer.status_code == status, (url, answer.status_code, answer.text[-2000:])
        return Page(answer.text)

    def send(self, url: str, form: Form, **typed: Any) -> Any:
        """Post a form with some of its fields typed over."""
        data = {**form.fields, **{name: str(value) for name, value in typed.items()}}
        self.page = self.client.post(form.action or url, data=data)
        return self.page

    def fill(self, url: str, **typed: Any) -> Any:
        """Open a page with a form of these fields, type, and press its button."""
        return self.send(url, self.open(url).form(*typed), **typed)

    def press(self, url: str, status: int = 303) -> Any:
        """Post what a button without fields posts."""
        answer = self.post(url)
        assert answer.status_code == status, (url, answer.status_code, answer.text[-2000:])
        return answer


@pytest.fixture
def register(app: Flask) -> Any:  # noqa: F811
    """Makes records through the services, as the system, each in a context of its own."""

    class InContext:
        def __getattr__(self, name: str) -> Callable[..., Any]:
            def make(*values: Any, **named: Any) -> Any:
                with app.app_context():
                    return getattr(Register(), name)(*values, **named)

            return make

    return InContext()


@pytest.fixture
def as_role(app: Flask) -> Callable[[str], Desk]:  # noqa: F811
    """`as_role("clerk")`: somebody of that role who has just logged in."""

    def log_in(role: str) -> Desk:
        with app.app_context():
            user = make_user(role)
        desk = Desk(app)
        desk.user_id = user.id
        with desk.client.session_transaction() as session:
            session["_user_id"] = user.fs_uniquifier
            session["_fresh"] = True
            session["_id"] = os.urandom(4).hex()
        desk.get("/about")
        return desk

    return log_in


@pytest.fixture
def owner(as_role: Callable[[str], Desk]) -> Desk:
    return as_role("owner")


@pytest.fixture
def clerk(as_role: Callable[[str], Desk]) -> Desk:
    return as_role("clerk")
