"""Looks into the page of the real window through the engine's own developer tools.

Playwright cannot connect to Qt's engine (it has no browser contexts), so this speaks the protocol:
one web socket, one question at a time.
"""

from __future__ import annotations

import base64
import json
import os
import socket
import struct
from typing import Any
from urllib.parse import urlsplit
from urllib.request import urlopen

from tests.desktop.waiting import until


class Page:
    """The page that the window shows, across navigations."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._count = 0
        self._line: socket.socket | None = None

    def evaluate(self, script: str) -> Any:
        """The value of an expression, promises awaited; as if a person had just clicked."""
        answer = self.ask(
            "Runtime.evaluate",
            expression=script,
            awaitPromise=True,
            returnByValue=True,
            userGesture=True,
        )
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def until(self, script: str) -> Any:
        """Wait until `script` is true; a page that is being replaced is not yet true."""

        def look() -> Any:
            try:
                return self.evaluate(script)
            except (OSError, AssertionError, ValueError):
                return None

        return until(look, script)

    def fill(self, selector: str, text: str) -> None:
        """Type into a field, as far as the page can tell."""
        self.until(f"!!document.querySelector({json.dumps(selector)})")
        self.evaluate(f"document.querySelector({json.dumps(selector)}).focus(), 1")
        self.evaluate(f"document.querySelector({json.dumps(selector)}).select?.(), 1")
        self.ask("Input.insertText", text=text)

    def click(self, selector: str) -> None:
        self.until(f"!!document.querySelector({json.dumps(selector)})")
        self.evaluate(
            f"setTimeout(() => document.querySelector({json.dumps(selector)}).click()), 1"
        )

    def text(self) -> str:
        return str(self.evaluate("document.body.innerText"))

    def ask(self, method: str, **parameters: Any) -> Any:
        self._count += 1
        try:
            line = self._connection()
            send(line, json.dumps({"id": self._count, "method": method, "params": parameters}))
            while True:
                answer = json.loads(receive(line))
                if answer.get("id") == self._count:
                    assert "error" not in answer, answer
                    return answer["result"]
        except OSError:
            self.close()
            raise

    def close(self) -> None:
        """Let go of the page; the next question finds it anew."""
        if self._line is not None:
            self._line.close()
            self._line = None

    def _connection(self) -> socket.socket:
        if self._line is None:
            with urlopen(f"http://127.0.0.1:{self._port}/json") as answer:
                pages = json.load(answer)
            found = next(page for page in pages if page["type"] == "page")
            self._line = connect(found["webSocketDebuggerUrl"])
        return self._line


def connect(url: str) -> socket.socket:
    where = urlsplit(url)
    line = socket.create_connection((where.hostname, where.port), 20)
    key = base64.b64encode(os.urandom(16)).decode()
    head = (
        f"GET {where.path} HTTP/1.1\r\nHost: {where.netloc}\r\nUpgrade: websocket\r\n"
        f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    line.sendall(head.encode())
    answer = b""
    while not answer.endswith(b"\r\n\r\n"):
        answer += exactly(line, 1)
    assert b" 101 " in answer.splitlines()[0], answer
    return line


def send(line: socket.socket, text: str) -> None:
    body, mask = text.encode(), os.urandom(4)
    size = len(body)
    if size < 126:
        head = struct.pack("!BB", 0x81, 0x80 | size)
    elif size < 65_536:
        head = struct.pack("!BBH", 0x81, 0x80 | 126, size)
    else:
        head = struct.pack("!BBQ", 0x81, 0x80 | 127, size)
    line.sendall(head + mask + bytes(b ^ mask[i % 4] for i, b in enumerate(body)))


def receive(line: socket.socket) -> str:
    text = b""
    while True:
        first, second = exactly(line, 2)
        size = second & 0x7F
        if size == 126:
            (size,) = struct.unpack("!H", exactly(line, 2))
        elif size == 127:
            (size,) = struct.unpack("!Q", exactly(line, 8))
        body = exactly(line, size)
        if first & 0x0F == 8:
            raise ConnectionError("the page is gone")
        if first & 0x0F in {0, 1}:
            text += body
            if first & 0x80:
                return text.decode()


def exactly(line: socket.socket, count: int) -> bytes:
    found = b""
    while len(found) < count:
        part = line.recv(count - len(found))
        if not part:
            raise ConnectionError("the line was closed")
        found += part
    return found
