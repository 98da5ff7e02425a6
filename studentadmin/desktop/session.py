"""The person's session around the program: what ends it, what stands between it and its server."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from threading import Thread

_open: list[socket.socket] = []  # a wake-up socket must outlive every signal


def bell() -> socket.socket:
    """A socket that gets a byte, the signal's number, when somebody asks this process to end.

    Log-off, `kill` and Ctrl+C alike. Python runs its own handlers between two bytecodes of the main
    thread, which may be waiting for ever; this socket is written by the system's handler, at once.
    Only from the main thread.
    """
    hears, rings = socket.socketpair()
    for end in (hears, rings):
        end.setblocking(False)
        _open.append(end)
    signal.set_wakeup_fd(rings.fileno(), warn_on_full_buffer=False)
    for name in ("SIGTERM", "SIGINT", "SIGHUP", "SIGBREAK"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda *_: None)
    return hears


def when_asked_to_end(act: Callable[[str], None]) -> None:
    """Call `act` with the signal's name, from a thread, whenever the bell rings."""
    hears = bell()
    hears.setblocking(True)

    def listen() -> None:
        while number := hears.recv(1):
            with suppress(ValueError):
                act(signal.Signals(number[0]).name)

    Thread(target=listen, daemon=True, name="signals").start()


def was_asked_to_end(code: int | None) -> bool:
    """True for the exit code of a process that ended in peace or because its session did."""
    return code in {0, -signal.SIGTERM, -signal.SIGINT, -getattr(signal, "SIGHUP", 1)}


def keep_off_proxies() -> None:
    """A proxy for the web must not catch what a program says to its own computer."""
    for name in ("NO_PROXY", "no_proxy"):
        known = os.environ.get(name, "")
        os.environ[name] = ",".join(filter(None, [known, "127.0.0.1", "localhost"]))
