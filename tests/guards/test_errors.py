"""Every refusal has a page and one shape of JSON, and tells nothing of its internals."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from flask import Flask, abort
from flask_babel import gettext as _
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from studentadmin import errors
from studentadmin.app import create_app
from studentadmin.settings import load
from studentadmin.views.access import public
from studentadmin.views.errors import PAGES

JSON = {"Accept": "application/json"}
SECRET = "column password of table user at /srv/data/register.db"


@pytest.fixture(scope="module")
def failing(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The program with a route that fails as it is told."""
    arguments = {"DATA_DIR": tmp_path_factory.mktemp("failing"), "PROFILE": "production"}
    app = create_app(load(arguments, environ={}))

    @app.get("/fail/<kind>")
    @public("a test")
    def fail(kind: str) -> str:
        if kind.isdigit():
            abort(int(kind))
        if kind == "crash":
            raise RuntimeError(SECRET)
        if kind == "database":
            raise OperationalError("SELECT 1", {}, Exception(SECRET))
        if kind == "crowd":
            raise NoConnectionFree(SECRET)
        raise {
            "rule": errors.RuleBroken(_("Born in the future."), "birth_date"),
            "draft": errors.DraftRefused(_("Some fields."), {"name": ["empty"]}),
            "right": errors.NotAllowed(_("Not you."), "clerk may not delete student"),
            "missing": errors.Missing(_("Gone.")),
            "clash": errors.Clash(_("Changed since."), []),
            "readonly": errors.ReadOnly(_("Reading only.")),
        }[kind]

    @app.get("/undeclared")
    def undeclared() -> str:
        return "seen"

    return app


@pytest.mark.parametrize("status", PAGES)
def test_each_error_has_a_page_and_json(failing: Flask, status: int) -> None:
    client = failing.test_client()
    page = client.get(f"/fail/{status}")
    assert page.status_code == status
    assert page.content_type.startswith("text/html")
    assert "<h1>" in page.text
    assert page.headers["X-Request-ID"] in page.text
    answer = client.get(f"/fail/{status}", headers=JSON)
    assert answer.status_code == status
    assert answer.json is not None
    assert answer.json.keys() == {"error"}
    assert answer.json["error"].keys() == {"status", "message", "field", "request_id"}
    assert answer.json["error"]["status"] == status
    assert answer.json["error"]["request_id"] == answer.headers["X-Request-ID"]


@pytest.mark.parametrize(
    ("kind", "status", "message", "field"),
    [
        ("rule", 422, "Born in the future.", "birth_date"),
        ("draft", 422, "Some fields.", "name"),
        ("right", 403, "Not you.", None),
        ("missing", 404, "Gone.", None),
        ("clash", 409, "Changed since.", None),
        ("readonly", 503, "Reading only.", None),
    ],
)
def test_a_refusal_of_ours_keeps_its_status_words_and_field(
    failing: Flask, kind: str, status: int, message: str, field: str | None
) -> None:
    client = failing.test_client()
    answer: Any = client.get(f"/fail/{kind}", headers=JSON)
    said = answer.json["error"]
    assert (answer.status_code, said["message"], said["field"]) == (status, message, field)
    page = client.get(f"/fail/{kind}")
    assert page.status_code == status
    assert message in page.text


@pytest.mark.parametrize(("kind", "status"), [("crash", 500), ("database", 503), ("crowd", 503)])
@pytest.mark.parametrize("headers", [{}, JSON])
def test_a_failure_shows_nothing_of_its_inside_but_the_log_does(
    failing: Flask,
    kind: str,
    status: int,
    headers: dict[str, str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.ERROR):
        answer = failing.test_client().get(f"/fail/{kind}", headers=headers)
    assert answer.status_code == status
    for inside in (SECRET, "Traceback", "RuntimeError", "OperationalError", "SELECT"):
        assert inside not in answer.text
    assert SECRET in caplog.text


def test_a_route_without_a_right_is_open_to_nobody(
    failing: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        answer = failing.test_client().get("/undeclared")
    assert answer.status_code == 403
    assert "seen" not in answer.text
    assert "no right is declared" in caplog.text


def test_a_method_that_is_not_there_says_which_are(failing: Flask) -> None:
    answer = failing.test_client().put("/login")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_strangers_are_asked_to_log_in_each_in_their_way(failing: Flask) -> None:
    client = failing.test_client()
    assert client.get("/account?a=1").location == "/login?next=/account?a%3D1"
    assert client.get("/account", headers=JSON).status_code == 401
    fragment = client.get("/account", headers={"HX-Request": "true"})
    assert fragment.status_code == 401
    assert fragment.headers["HX-Redirect"] == "/login"


def test_the_log_names_the_route_and_never_the_address(
    failing: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        answer = failing.test_client().get("/fail/404?name=Li+Na")
        failing.test_client().get("/invitation/secret-token")
    assert answer.headers["X-Request-ID"] in caplog.text
    assert "/fail/<kind>" in caplog.text
    assert "Li+Na" not in caplog.text
    assert "secret-token" not in caplog.text
