"""Each guard, with a real request that it refuses and the one beside it that it lets through."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from studentadmin.models import User
from studentadmin.views.guards import FORM_BYTES, safe_next
from tests.office import PASSWORD

HERE = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
WRITE = "/account"
FORM = {"full_name": "Changed", "locale": "en"}


@pytest.fixture
def inside(owner: User, browser: Any) -> Any:
    browser.log_in("owner@school.local")
    browser.get(WRITE)
    return browser


def name_of(office: Any, owner: User) -> str:
    return str(office.user(owner.id).full_name)


# -- CSRF -------------------------------------------------------------------------------------


def test_a_write_without_a_token_is_refused_and_what_was_typed_comes_back(
    inside: Any, office: Any, owner: User
) -> None:
    answer = inside.client.post(WRITE, data={**FORM, "password": "secret words"})
    assert answer.status_code == 400
    assert name_of(office, owner) == "Anna Berg"
    assert "Changed" in answer.text
    assert "secret words" not in answer.text
    inside.page = answer
    assert inside.post(WRITE, FORM).status_code == 303
    assert name_of(office, owner) == "Changed"


def test_another_persons_token_is_refused(inside: Any, office: Any, owner: User) -> None:
    answer = inside.client.post(WRITE, data={**FORM, "csrf_token": "ImZha2Ui.aaaa.bbbb"})
    assert answer.status_code == 400
    assert name_of(office, owner) == "Anna Berg"


def test_a_token_in_the_header_serves_scripts(inside: Any, office: Any, owner: User) -> None:
    import re

    token = re.search(r'name="csrf-token" content="([^"]+)"', inside.page.text)[1]
    answer = inside.client.post(WRITE, data=FORM, headers={"X-CSRFToken": token})
    assert answer.status_code == 303
    assert name_of(office, owner) == "Changed"


# -- where a request comes from -----------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "http://localhost:9999"},
        {"Origin": "http://localhost:80.evil.example"},
        {"Origin": "https://localhost"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "something new"},
        {"Origin": "http://localhost", "Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_write_from_elsewhere_is_refused_even_with_cookie_and_token(
    inside: Any, office: Any, owner: User, headers: dict[str, str]
) -> None:
    assert inside.post(WRITE, FORM, headers=headers).status_code == 403
    assert name_of(office, owner) == "Anna Berg"


@pytest.mark.parametrize("headers", [HERE, {}, {"Origin": "http://localhost"}])
def test_a_write_from_here_is_carried_out(
    inside: Any, office: Any, owner: User, headers: dict[str, str]
) -> None:
    assert inside.post(WRITE, FORM, headers=headers).status_code == 303
    assert name_of(office, owner) == "Changed"


def test_the_port_of_the_origin_counts(inside: Any) -> None:
    base = {"base_url": "http://127.0.0.1:5005"}
    inside.client.get("/login", **base)
    right = inside.client.post("/csp-report", headers={"Origin": "http://127.0.0.1:5005"}, **base)
    wrong = inside.client.post("/csp-report", headers={"Origin": "http://127.0.0.1:5006"}, **base)
    assert (right.status_code, wrong.status_code) == (400, 403)


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
@pytest.mark.parametrize(
    ("mode", "dest"), [("no-cors", "image"), ("cors", "empty"), ("navigate", "iframe")]
)
def test_another_page_cannot_embed_or_fetch_ours(
    inside: Any, site: str, mode: str, dest: str
) -> None:
    headers = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": mode, "Sec-Fetch-Dest": dest}
    assert inside.client.get("/account", headers=headers).status_code == 403
    assert inside.client.get("/static/app.css", headers=headers).status_code == 403


def test_a_link_on_another_site_arrives_by_a_page_of_ours(inside: Any) -> None:
    headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    headers["Sec-Fetch-Dest"] = "document"
    answer = inside.client.get("/users?a=1&b=%22%3E", headers=headers)
    assert answer.status_code == 200
    assert 'content="0; url=/users?a=1&amp;b=%22%3E"' in answer.text
    assert "owner@school.local" not in answer.text
    assert inside.client.post("/account", headers=headers).status_code == 403


def test_open_pages_open_from_a_link_in_a_letter(browser: Any) -> None:
    headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    headers["Sec-Fetch-Dest"] = "document"
    page = browser.client.get("/login", headers=headers).text
    assert 'name="password"' in page
    assert "http-equiv" not in page


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "169.254.169.254"])
def test_another_host_name_is_refused(browser: Any, host: str) -> None:
    answer = browser.client.get("/login", headers={"Host": host})
    assert answer.status_code == 400
    assert host not in answer.text


@pytest.mark.parametrize("host", ["localhost", "localhost:8123", "127.0.0.1:5001"])
def test_our_own_names_with_any_port_are_answered(browser: Any, host: str) -> None:
    assert browser.client.get("/login", headers={"Host": host}).status_code == 200


# -- size -------------------------------------------------------------------------------------


def test_a_form_has_a_limit_long_before_an_upload_has(inside: Any) -> None:
    answer = inside.post(WRITE, {**FORM, "note": "x" * (FORM_BYTES + 1)})
    assert answer.status_code == 413
    assert "Traceback" not in answer.text


# -- next -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("/students/?q=1", "/students/?q=1"),
        ("/", "/"),
        ("", "/"),
        (None, "/"),
        ("//evil.example", "/"),
        ("///evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/\t/evil.example", "/"),
        ("/a b", "/"),
        ("\\/evil.example", "/"),
        ("https://evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("students", "/"),
        ("/students\r\nSet-Cookie: a=b", "/"),
    ],
)
def test_only_paths_of_ours_are_gone_to(app: Flask, url: str | None, safe: str) -> None:
    with app.test_request_context("/"):
        assert safe_next(url) == safe


def test_under_a_prefix_the_start_page_is_the_prefix(app: Flask) -> None:
    with app.test_request_context("/", environ_overrides={"SCRIPT_NAME": "/school"}):
        assert safe_next("https://evil.example") == "/school/"


# -- cookie -----------------------------------------------------------------------------------


def test_the_cookie_is_kept_from_scripts_and_other_sites(owner: User, browser: Any) -> None:
    cookie = browser.log_in("owner@school.local", PASSWORD).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "Secure" not in cookie  # plain HTTP on the computer itself; HTTPS sets it, see below


def test_over_https_the_cookie_is_secure_and_hsts_is_sent(tmp_path: Any) -> None:
    from studentadmin.app import create_app
    from studentadmin.settings import load

    arguments = {"DATA_DIR": tmp_path, "PROFILE": "testing", "HTTPS": "yes"}
    served = create_app(load(arguments, environ={}))
    answer = served.test_client().get("/static/app.css")
    answer.close()
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=")
    assert served.config["SESSION_COOKIE_SECURE"]
