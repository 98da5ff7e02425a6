"""The embedded server: its own port, HTTP/1.1, and nothing cut off at the end."""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable, Iterable, Iterator
from http.client import HTTPConnection
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from studentadmin.desktop import server
from studentadmin.desktop.server import Server

FOLDER = Path("/somewhere/register")


def hello(environ: Any, start: Callable[..., Any]) -> Iterable[bytes]:
    start("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "5")])
    return [b"hello"]


@pytest.fixture
def serve() -> Iterator[Callable[[Any], Server]]:
    started = []

    def begin(app: Any) -> Server:
        serving = Server(app, server.bind(0, FOLDER))
        serving.start()
        started.append(serving)
        return serving

    yield begin
    for serving in started:
        serving.stop(0)


def get(port: int) -> tuple[int, bytes]:
    line = HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        line.request("GET", "/")
        answer = line.getresponse()
        return answer.status, answer.read()
    finally:
        line.close()


def test_it_says_nothing_about_what_it_is_made_of(serve):
    line = HTTPConnection("127.0.0.1", serve(hello).port, timeout=20)
    line.request("GET", "/")
    answer = line.getresponse()
    assert (answer.status, answer.version, answer.read()) == (200, 11, b"hello")
    assert answer.getheader("Server") == "Student Admin"
    line.close()


def test_only_this_computer_is_served(serve):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
    serving = serve(hello)
    assert serving.url.startswith("http://127.0.0.1:")


def test_the_end_waits_for_what_is_being_written(serve):
    inside, go_on = Event(), Event()

    def slow(environ: Any, start: Callable[..., Any]) -> Iterable[bytes]:
        inside.set()
        assert go_on.wait(20)
        return hello(environ, start)

    serving = serve(slow)
    answers: list[tuple[int, bytes]] = []
    asking = Thread(target=lambda: answers.append(get(serving.port)))
    asking.start()
    assert inside.wait(20)
    finished: list[bool] = []
    ending = Thread(target=lambda: finished.append(serving.stop(20)))
    ending.start()
    go_on.set()
    ending.join()
    asking.join()
    assert finished == [True]
    assert answers == [(200, b"hello")]


def test_the_end_does_not_wait_for_ever(serve):
    inside, go_on = Event(), Event()

    def endless(environ: Any, start: Callable[..., Any]) -> Iterable[bytes]:
        inside.set()
        go_on.wait(20)
        return hello(environ, start)

    serving = serve(endless)
    asking = Thread(target=get, args=(serving.port,))
    asking.start()
    assert inside.wait(20)
    assert not serving.stop(0.05)
    go_on.set()
    asking.join()


def test_a_request_that_comes_too_late_is_refused_not_begun(serve):
    serving = serve(hello)
    with socket.create_connection(("127.0.0.1", serving.port), 20) as early:
        assert get(serving.port)[0] == 200  # by now the early one has been let in as well
        assert serving.stop(5)
        early.sendall(b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n\r\n")
        assert early.recv(1000).startswith(b"HTTP/1.1 503 ")


def test_an_app_that_fails_is_not_counted_as_busy(serve, capfd):
    def broken(environ: Any, start: Callable[..., Any]) -> Iterable[bytes]:
        raise ValueError("in the app")

    serving = serve(broken)
    assert get(serving.port)[0] == 500
    assert serving.stop(5)


def test_a_folder_keeps_its_port(tmp_path: Path):
    with server.bind(0, tmp_path) as first:
        port = first.getsockname()[1]
        with server.bind(0, tmp_path) as second:
            assert second.getsockname()[1] != port
    with server.bind(0, tmp_path) as again:
        assert again.getsockname()[1] == port
    with server.bind(0, tmp_path / "other") as other:
        assert other.getsockname()[1] != port


def test_a_chosen_port_that_is_taken_is_refused():
    with server.listen(0) as taken, pytest.raises(OSError, match="in use"):
        server.bind(taken.getsockname()[1], FOLDER)


def test_a_line_broken_at_the_last_moment_does_not_hold_up_the_end(serve):
    answered, broken = Event(), Event()

    def app(_environ: Any, start: Callable[..., Any]) -> Iterator[bytes]:
        start("200 OK", [("Content-Length", "5")])
        yield b"hello"
        answered.set()
        assert broken.wait(20)

    serving = serve(app)
    line = socket.create_connection(("127.0.0.1", serving.port))
    reset_on_close = struct.pack("ii", 1, 0)
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, reset_on_close)
    line.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert answered.wait(20)
    line.close()
    broken.set()
    assert serving.stop(10)
