"""What every response tells the browser, errors included."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest

from studentadmin.models import User
from studentadmin.views.headers import HEADERS, LARGEST_REPORT

PLACES = ["/login", "/static/app.css", "/nowhere", "/first-run", "/account", "/enter?ticket=x"]


@pytest.mark.parametrize("place", PLACES)
def test_every_response_carries_the_guards(browser: Any, place: str) -> None:
    answer = browser.client.get(place)
    answer.close()
    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "*" not in policy
    assert len(answer.headers["X-Request-ID"]) == 12


def test_pages_are_not_stored_and_styles_are(owner: User, browser: Any) -> None:
    browser.log_in("owner@school.local")
    assert browser.get("/account").headers["Cache-Control"] == "no-store"
    assert browser.get("/login").headers["Cache-Control"] == "no-store"
    style = browser.client.get("/static/app.css")
    style.close()
    assert "no-store" not in style.headers.get("Cache-Control", "")


def test_a_report_of_the_policy_is_logged_without_what_a_log_must_not_hold(
    browser: Any, caplog: pytest.LogCaptureFixture
) -> None:
    found = {
        "effective-directive": "script-src\nforged line",
        "blocked-uri": "https://evil.example/x.js?name=secret",
        "document-uri": "http://localhost/students/S1?search=secret",
    }
    with caplog.at_level(logging.WARNING):
        answer = browser.client.post("/csp-report", data=json.dumps({"csp-report": found}))
    assert answer.status_code == 204
    assert "https://evil.example/x.js" in caplog.text
    assert "secret" not in caplog.text
    assert "\nforged" not in caplog.text


@pytest.mark.parametrize("body", ["", "no json", "[]", "{}", '{"csp-report": 1}', "null", "\x00"])
def test_a_report_that_is_none_is_refused_quietly(browser: Any, body: str) -> None:
    assert browser.client.post("/csp-report", data=body).status_code == 400


def test_a_huge_report_is_refused(browser: Any) -> None:
    assert browser.client.post("/csp-report", data="x" * (LARGEST_REPORT + 1)).status_code == 413
