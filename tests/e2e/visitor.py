"""Somebody at a browser, without the browser: one kept connection, cookies, CSRF tokens."""

from __future__ import annotations

import http.client
import re
from dataclasses import dataclass
from html import unescape
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
SECONDS = 60


@dataclass(frozen=True)
class Answer:
    """What came back; `page` has its entities resolved."""

    status: int
    location: str
    page: str


class Visitor:
    """Speaks HTTP to 127.0.0.1:`port`. `keeps_cookies` False: cookies stay as at the log-in."""

    def __init__(self, port: int, language: str = "en") -> None:
        self.port = port
        self.language = language
        self.cookies: dict[str, str] = {}
        self.keeps_cookies = True
        self.token = ""
        self._line: http.client.HTTPConnection | None = None

    def get(self, path: str) -> Answer:
        return self._ask("GET", path, None, "")

    def post(self, path: str, data: dict[str, str]) -> Answer:
        body = urlencode({"csrf_token": self.token, **data}).encode()
        return self._ask("POST", path, body, "application/x-www-form-urlencoded")

    def upload(self, path: str, file: Path) -> Answer:
        """Send a form with one file in the field `file`."""
        with file.open("rb") as stream:
            sent = {"csrf_token": self.token, "file": FileStorage(stream, file.name)}
            boundary, body = encode_multipart(sent)
        return self._ask("POST", path, body, f"multipart/form-data; boundary={boundary}")

    def log_in(self, email: str, password: str) -> Answer:
        """Log in through the page and take the token of the session that begins."""
        self.get("/login")
        answer = self.post("/login", {"email": email, "password": password})
        if answer.status not in {302, 303}:
            raise AssertionError(f"{email} was not let in: {answer.status}\n{answer.page[:2000]}")
        self.get("/about")
        return answer

    def hang_up(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None

    def _ask(self, method: str, path: str, body: bytes | None, kind: str) -> Answer:
        if self._line is None:
            self._line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        headers = {
            "Accept": "text/html",
            "Accept-Language": self.language,
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
        }
        if body is not None:
            headers["Content-Type"] = kind
        try:
            self._line.request(method, path, body, headers)
            response = self._line.getresponse()
            text = response.read().decode()
        except (OSError, http.client.HTTPException):
            self.hang_up()
            raise
        if self.keeps_cookies:
            for line in response.headers.get_all("Set-Cookie") or ():
                self.cookies.update({name: m.value for name, m in SimpleCookie(line).items()})
        if found := TOKEN.search(text):
            self.token = found[1]
        return Answer(response.status, response.headers.get("Location", ""), unescape(text))
