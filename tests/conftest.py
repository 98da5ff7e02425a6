"""What every test may ask for: the app on SQLite and on MariaDB, a person logged in, records.

A test that asks for `app` runs twice, once on each database. What it writes is rolled back: the
whole test lives in one outer transaction, and every commit inside it is a savepoint.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from studentadmin.app import create_app
from studentadmin.extensions import db
from studentadmin.models import User, UserRole
from studentadmin.services.unit import Actor, write
from studentadmin.settings import load
from tests.factories import Register

pytest_plugins = ["tests.servers", "tests.chromium"]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "sqlite_only: about SQLite itself")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: Any) -> Iterator[None]:
    """Where nothing may be missing, a skipped test has failed."""
    outcome: Any = yield
    report = outcome.get_result()
    if report.skipped and os.environ.get("STUDENTADMIN_NO_SKIP") == "1":
        report.outcome = "failed"


@pytest.fixture(scope="session", params=["sqlite", "mariadb"])
def database(request: pytest.FixtureRequest) -> str:
    """The kind of database a test runs on."""
    kind: str = request.param
    return kind


@pytest.fixture(scope="session")
def migrated_app(
    database: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Flask:
    """The app on an empty database brought up by the migrations, once for all tests."""
    arguments: dict[str, Any] = {
        "DATA_DIR": tmp_path_factory.mktemp(database),
        "PROFILE": "testing",
    }
    if database == "mariadb":
        arguments["DATABASE_URL"] = request.getfixturevalue("mariadb").url
    app = create_app(load(arguments, environ={}))
    app.test_client_class = Browser
    with app.app_context():
        from flask_migrate import upgrade

        upgrade()
        db.session.remove()
    return app


class Browser(FlaskClient):
    """A browser whose requests share nothing with the test or with each other but the cookies.

    Flask reuses an app context that is there, and with it `g`: the person, the locale, the session.
    """

    def open(self, *args: Any, **kwargs: Any) -> Any:
        with self.application.app_context():
            return super().open(*args, **kwargs)


@pytest.fixture
def app(migrated_app: Flask) -> Iterator[Flask]:
    """The app, inside a transaction that the test's end rolls back."""
    with migrated_app.app_context():
        engines = db._app_engines[migrated_app]
        engine = engines[None]
        connection = engine.connect()
        transaction = connection.begin()
        engines[None] = connection  # type: ignore[assignment]
        try:
            yield migrated_app
        finally:
            db.session.remove()
            engines[None] = engine
            transaction.rollback()
            connection.close()


@pytest.fixture
def session(app: Flask) -> Session:
    """The session a page reads with."""
    return db.session()


@pytest.fixture
def register(app: Flask) -> Register:
    """Makes records through the services, as the system."""
    return Register()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser that nobody logged in."""
    return app.test_client()


@pytest.fixture
def as_role(app: Flask) -> Callable[[str], FlaskClient]:
    """`as_role("clerk")`: a browser logged in as a person of that role."""

    def log_in(role: str) -> FlaskClient:
        user = make_user(role)
        browser = app.test_client()
        with browser.session_transaction() as session:
            session["_user_id"] = user.fs_uniquifier
            session["_fresh"] = True
        return browser

    return log_in


def make_user(role: str, email: str | None = None) -> User:
    """A person with an account of that role and no password."""

    def work(unit: Any) -> User:
        user = User(
            email=email or f"{role}-{os.urandom(4).hex()}@example.org",
            full_name=f"{role.title()} Person",
            fs_uniquifier=os.urandom(16).hex(),
            active=True,
        )
        unit.add(user)
        unit.add(UserRole(user_id=user.id, name=role))
        return user

    return write(work, by=Actor.system("test"), why="create").made


@pytest.fixture
def owner(as_role: Callable[[str], FlaskClient]) -> FlaskClient:
    """A browser logged in as the owner."""
    return as_role("owner")


@pytest.fixture
def fixtures_dir() -> Path:
    return Path(__file__).parent / "cases"
