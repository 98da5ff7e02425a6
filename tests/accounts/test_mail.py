"""Letters, sent to a real mail server that takes them down word for word."""

from __future__ import annotations

import email
import email.policy
import re
import socketserver
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask

from studentadmin.models import User
from tests.office import PASSWORD


class Taking(socketserver.StreamRequestHandler):
    """As much of SMTP (RFC 5321) as one letter needs."""

    def handle(self) -> None:
        self._say("220 ready")
        while line := self.rfile.readline():
            word = line.decode().strip().upper().split(" ")[0]
            if word == "DATA":
                self._say("354 go on")
                self.server.letters.append(self._letter())  # type: ignore[attr-defined]
                self.server.arrived.set()  # type: ignore[attr-defined]
            self._say("221 bye" if word == "QUIT" else "250 ok")
            if word == "QUIT":
                return

    def _letter(self) -> Any:
        lines = iter(self.rfile.readline, b".\r\n")
        return email.message_from_bytes(b"".join(lines), policy=email.policy.default)

    def _say(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")


class Post(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Taking)
        self.letters: list[Any] = []
        self.arrived = threading.Event()

    def next(self) -> Any:
        assert self.arrived.wait(10), "no letter came"
        self.arrived.clear()
        return self.letters[-1]


@pytest.fixture
def post(app: Flask) -> Iterator[Post]:
    server = Post()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    set_now = {
        "MAIL_HOST": "127.0.0.1",
        "MAIL_PORT": server.server_address[1],
        "MAIL_SECURITY": "none",
        "MAIL_FROM": "register@school.local",
        "SECURITY_SEND_PASSWORD_RESET_EMAIL": True,
    }
    before = {name: app.config[name] for name in set_now}
    app.config.update(set_now)
    yield server
    app.config.update(before)
    server.shutdown()
    server.server_close()
    thread.join()


def link_in(letter: Any, start: str) -> str:
    found = re.search(rf"http://localhost({start}\S+)", letter.get_content())
    assert found is not None
    return found[1]


def test_an_invitation_is_mailed(
    owner: User, browser: Any, another_browser: Callable[[], Any], post: Post
) -> None:
    browser.log_in("owner@school.local")
    browser.get("/users/invite")
    form = {"email": "li@school.local", "full_name": "Li", "roles": ["clerk"]}
    assert browser.post("/users/invite", form).status_code == 200
    letter = post.next()
    assert letter["To"] == "li@school.local"
    assert letter["From"] == "register@school.local"
    guest, link = another_browser(), link_in(letter, "/invitation/")
    guest.get(link)
    chosen = {"full_name": "Li", "password": PASSWORD, "password_confirm": PASSWORD}
    assert guest.post(link, chosen).location == "/"


def test_a_forgotten_password_is_set_by_a_mailed_link(
    owner: User, browser: Any, post: Post
) -> None:
    browser.get("/reset")
    browser.post("/reset", {"email": "owner@school.local"})
    link = link_in(post.next(), "/reset/")
    browser.get(link)
    new = {"password": "seven herons over", "password_confirm": "seven herons over"}
    assert browser.post(link, new).status_code == 302
    assert browser.log_in("owner@school.local", "seven herons over").status_code == 302


def test_an_unknown_address_gets_no_letter_and_the_same_answer(
    owner: User, browser: Any, another_browser: Callable[[], Any], post: Post
) -> None:
    other = another_browser()
    browser.get("/reset")
    other.get("/reset")
    unknown = browser.post("/reset", {"email": "nobody@school.local"})
    known = other.post("/reset", {"email": "owner@school.local"})
    post.next()
    assert len(post.letters) == 1
    answers = [page.text.split("csrf_token")[0] for page in (unknown, known)]
    assert answers[0] == answers[1]


def test_a_mail_server_that_is_away_stops_nobody(
    app: Flask, owner: User, browser: Any, post: Post
) -> None:
    app.config["MAIL_PORT"] = 1
    browser.log_in("owner@school.local")
    browser.get("/users/invite")
    form = {"email": "li@school.local", "full_name": "Li", "roles": ["clerk"]}
    assert "/invitation/" in browser.post("/users/invite", form).text
