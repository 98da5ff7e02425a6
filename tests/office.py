"""A register with people in it, and browsers that carry tokens as a page does."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_security import hash_password
from sqlalchemy.orm import Session

from studentadmin.extensions import db
from studentadmin.models import User
from studentadmin.services import account as own
from studentadmin.services import user as users
from studentadmin.services.unit import Actor, Unit, write
from studentadmin.views.doors import LOCKED
from studentadmin.views.throttle import COUNTER

PASSWORD = "a lamp beside the harbour"
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class Browser:
    """A client that takes the CSRF token from the page it stands on."""

    def __init__(self, app: Flask) -> None:
        self.client: FlaskClient = app.test_client()
        self.page: Any = None

    def get(self, url: str, **more: Any) -> Any:
        self.page = self.client.get(url, **more)
        return self.page

    def post(self, url: str, data: dict[str, Any] | None = None, **more: Any) -> Any:
        found = TOKEN.search(self.page.text) if self.page is not None else None
        token = {"csrf_token": found[1]} if found else {}
        answer = self.client.post(url, data={**token, **(data or {})}, **more)
        if TOKEN.search(answer.text):
            self.page = answer
        return answer

    def log_in(self, email: str, password: str = PASSWORD) -> Any:
        self.get("/login")
        return self.post("/login", {"email": email, "password": password})

    def is_in(self) -> bool:
        return bool(self.client.get("/account/password").status_code == 200)


class Office:
    """The register behind the pages, asked and written in a context of its own each time."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def write(self, work: Callable[[Unit], Any], why: str = "edit", by: Actor | None = None) -> Any:
        with self.app.app_context():
            return write(work, by=by or Actor.system("tests"), why=why).made

    def ask(self, question: Callable[[Session], Any]) -> Any:
        with self.app.app_context():
            return question(db.session())

    def user(self, key: int) -> User:
        found: User = self.ask(lambda session: session.get(User, key))
        return found

    def person(self, *roles: str, email: str = "", name: str = "Wei Zhang") -> User:
        """An account with these roles and `PASSWORD`."""
        draft = users.UserDraft(email or f"{'-'.join(roles)}@school.local", name)
        made = self.write(lambda unit: users.invite(unit, draft, roles), "invite")
        with self.app.app_context():
            hashed = hash_password(PASSWORD)
        self.write(lambda unit: own.set_password(unit, made.id, hashed), "set password")
        return self.user(made.id)


@pytest.fixture
def app(migrated_app: Flask) -> Iterator[Flask]:
    """The app, rolled back at the end, and no context around the test.

    Flask keeps who is logged in on the application context; with one around the whole test every
    request would be the first one's person.
    """
    hashing = migrated_app.extensions["security"].pwd_context
    hashing.update(argon2__memory_cost=8, argon2__time_cost=1, argon2__parallelism=1)
    migrated_app.extensions[LOCKED].clear()
    engines = db._app_engines[migrated_app]
    engine = engines[None]
    connection = engine.connect()
    transaction = connection.begin()
    engines[None] = connection  # type: ignore[assignment]
    try:
        yield migrated_app
    finally:
        engines[None] = engine
        transaction.rollback()
        connection.close()


@pytest.fixture
def office(app: Flask) -> Office:
    return Office(app)


@pytest.fixture
def browser(app: Flask) -> Browser:
    return Browser(app)


@pytest.fixture
def another_browser(app: Flask) -> Callable[[], Browser]:
    return lambda: Browser(app)


@pytest.fixture
def owner(office: Office) -> User:
    return office.person("owner", email="owner@school.local", name="Anna Berg")


@pytest.fixture
def throttled(app: Flask) -> Iterator[None]:
    """Rate limits on, as in an office."""
    before = app.config["RATELIMIT_ENABLED"]
    app.config["RATELIMIT_ENABLED"] = True
    app.extensions[COUNTER].storage.reset()
    yield
    app.config["RATELIMIT_ENABLED"] = before
