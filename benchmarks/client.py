"""A browser's side of HTTP, kept small: what it costs must not be taken for the server's cost."""

from __future__ import annotations

import re
import socket
from dataclasses import dataclass
from typing import NamedTuple, Self
from urllib.parse import urlencode, urlsplit

TOKEN = re.compile(rb'name="csrf_token"[^>]*value="([^"]+)"')


class Answer(NamedTuple):
    """Status, headers (names in small letters, the last of a name) and body."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class Reading:
    """What a slow answer showed on its way: bytes so far, and what came first."""

    received: int = 0


class Client:
    """One connection that is kept, with its cookies."""

    def __init__(self, port: int, *, cookies: dict[str, str] | None = None) -> None:
        self.port = port
        self.cookies = dict(cookies or {})
        self.sent: dict[str, str] = {"Accept-Encoding": "identity", "Accept": "text/html"}
        self._socket: socket.socket | None = None
        self._left = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
        self._socket, self._left = None, b""

    def get(self, path: str) -> Answer:
        self.send("GET", path)
        return self.receive()

    def post(self, path: str, values: dict[str, str]) -> Answer:
        self.send("POST", path, urlencode(values).encode())
        return self.receive()

    def follow(self, path: str) -> Answer:
        """The page at the end of the redirects."""
        answer = self.get(path)
        while answer.status in {301, 302, 303} and "location" in answer.headers:
            parts = urlsplit(answer.headers["location"])
            answer = self.get(parts.path + (f"?{parts.query}" if parts.query else ""))
        return answer

    def send(self, method: str, path: str, body: bytes = b"") -> None:
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self.port))
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}"]
        lines += [f"{name}: {value}" for name, value in self.sent.items()]
        if self.cookies:
            lines.append("Cookie: " + "; ".join(f"{n}={v}" for n, v in self.cookies.items()))
        if method == "POST":
            lines.append("Content-Type: application/x-www-form-urlencoded")
            lines.append(f"Content-Length: {len(body)}")
        self._socket.sendall("\r\n".join([*lines, "", ""]).encode() + body)

    def first_byte(self) -> None:
        """Wait until the body of an answer begins; `receive` gives the whole afterwards."""
        while b"\r\n\r\n" not in self._left or self._left.endswith(b"\r\n\r\n"):
            self._more()

    def receive(self, reading: Reading | None = None) -> Answer:
        while b"\r\n\r\n" not in self._left:
            self._more()
        head, _break, self._left = self._left.partition(b"\r\n\r\n")
        status, *lines = head.decode("latin-1").split("\r\n")
        headers = {}
        for line in lines:
            name, _colon, value = line.partition(": ")
            headers[name.lower()] = value
            if name.lower() == "set-cookie":
                cookie, _equals, kept = value.partition(";")[0].partition("=")
                self.cookies[cookie] = kept
        code = int(status.split(" ")[1])
        if headers.get("transfer-encoding") == "chunked":
            body = self._chunks(reading)
        elif "content-length" in headers:
            body = self._exactly(int(headers["content-length"]))
        elif code in {204, 304}:
            body = b""
        else:
            body = self._rest(reading)
        if headers.get("connection") == "close":
            self.close()
        return Answer(code, headers, body)

    def _more(self) -> None:
        assert self._socket is not None
        got = self._socket.recv(1 << 18)
        if not got:
            raise ConnectionError("the server hung up")
        self._left += got

    def _exactly(self, size: int) -> bytes:
        parts, missing = [self._left], size - len(self._left)
        assert self._socket is not None
        while missing > 0:
            got = self._socket.recv(min(missing, 1 << 18))
            if not got:
                raise ConnectionError("the server hung up")
            parts.append(got)
            missing -= len(got)
        whole = b"".join(parts)
        self._left = whole[size:]
        return whole[:size]

    def _chunks(self, reading: Reading | None) -> bytes:
        """Read to the last chunk; with `reading` the bytes are counted, not kept."""
        parts = []
        while True:
            while b"\r\n" not in self._left:
                self._more()
            size, _break, self._left = self._left.partition(b"\r\n")
            part = self._exactly(int(size, 16) + 2)[:-2]
            if not part:
                return b"".join(parts)
            if reading is None:
                parts.append(part)
            else:
                reading.received += len(part)

    def _rest(self, reading: Reading | None) -> bytes:
        parts = [self._left]
        assert self._socket is not None
        while got := self._socket.recv(1 << 18):
            if reading is None:
                parts.append(got)
            else:
                reading.received += len(got)
        self.close()
        return b"".join(parts)


def token_of(page: bytes) -> str:
    """The CSRF token of a page's form; empty where it has none."""
    found = TOKEN.search(page)
    return found[1].decode() if found else ""
