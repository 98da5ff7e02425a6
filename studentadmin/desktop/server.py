"""The server inside the program: one loopback socket, taken once and kept until the end."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from threading import Condition, Thread
from typing import TYPE_CHECKING, Any
from zlib import crc32

if TYPE_CHECKING:
    from pathlib import Path
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

HOST = "127.0.0.1"
OWN_PORTS = range(20_000, 30_000)
"""Below what systems hand out for outgoing connections, so usually free."""

POLL = 0.05
DRAIN = 15.0
"""Seconds a request in progress may take to finish when the program closes."""


def bind(port: int, folder: Path) -> socket.socket:
    """The listening socket. Port 0 takes the port that belongs to `folder`, else any free one.

    A register keeps its port from start to start because a browser keeps what it knows (log-in,
    light or dark) by port. Raises OSError when a chosen port is taken.
    """
    if port:
        return listen(port)
    with suppress(OSError):
        return listen(OWN_PORTS[crc32(bytes(folder)) % len(OWN_PORTS)])
    return listen(0)


def listen(port: int) -> socket.socket:
    return socket.create_server((HOST, port), backlog=128)


class Server:
    """Serves `app` on a socket that is already bound. Closing waits for what is being written."""

    def __init__(self, app: WSGIApplication, door: socket.socket) -> None:
        from werkzeug.serving import WSGIRequestHandler, make_server

        class Handler(WSGIRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 120

            def version_string(self) -> str:
                return "Student Admin"

            def log_request(self, *_: object) -> None:
                """The app logs requests itself, by route: an address may name a student."""

            def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002
                """Errors of the line (a client that left) are no news."""

        self.port: int = door.getsockname()[1]
        self._busy = 0
        self._calm = Condition()
        self._closing = False
        self._app = app
        self._server = make_server(
            HOST, self.port, self._count, threaded=True, request_handler=Handler, fd=door.fileno()
        )
        self._door = door
        self._thread = Thread(target=self._server.serve_forever, args=(POLL,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}/"

    def start(self) -> None:
        self._thread.start()

    def stop(self, seconds: float = DRAIN) -> bool:
        """Take nothing new, wait for requests in progress; False when some did not finish."""
        with self._calm:
            self._closing = True
        self._server.shutdown()
        self._server.server_close()
        self._door.close()
        with self._calm:
            return self._calm.wait_for(lambda: not self._busy, seconds)

    def _count(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Count a request until its last byte has been handed over."""
        with self._calm:
            if self._closing:
                start("503 Service Unavailable", [("Content-Length", "0"), ("Connection", "close")])
                return []
            self._busy += 1
        try:
            body = self._app(environ, start)
        except BaseException:
            self._done()
            raise
        return Counted(body, self._done)

    def _done(self) -> None:
        with self._calm:
            self._busy -= 1
            self._calm.notify_all()


class Counted:
    """A response's body that tells when it has been closed."""

    def __init__(self, body: Iterable[bytes], done: Callable[[], None]) -> None:
        self._body = body
        self._done: Callable[[], None] | None = done

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._body)

    def close(self) -> None:
        try:
            if hasattr(self._body, "close"):
                self._body.close()
        finally:
            self._finish()

    def __del__(self) -> None:
        """Werkzeug forgets to close when the client breaks off the line at the last moment."""
        self._finish()

    def _finish(self) -> None:
        if self._done is not None:
            done, self._done = self._done, None
            done()
