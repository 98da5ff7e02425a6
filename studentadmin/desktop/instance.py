"""One running register for each data folder, and a way to speak to it.

A second double-click finds the lock taken and asks the first to come forward. The channel is a
loopback socket; both ends prove that they can read `instance.json`, which only this person can.
"""

from __future__ import annotations

import hmac
import json
import os
import secrets
import socket
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from threading import Thread

from studentadmin.desktop.lock import FileLock

LOCK_FILE = "instance.lock"
CARD_FILE = "instance.json"
PATIENCE = 10.0
"""Seconds a second start waits for the first one to be far enough to answer."""

TIMEOUT = 3.0
LONGEST = 1024


class Instance:
    """The claim of this process on `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock: FileLock | None = None
        self._socket: socket.socket | None = None

    def claim(self) -> bool:
        """True when this process is now the one; False when another is. Raises OSError."""
        descriptor = os.open(self.folder / LOCK_FILE, os.O_WRONLY | os.O_CREAT, 0o600)
        os.close(descriptor)
        lock = FileLock(self.folder / LOCK_FILE)
        if not lock.take():
            lock.release()
            return False
        self._lock = lock
        return True

    def listen(self, answer: Callable[[str], str]) -> None:
        """Answer what other starts ask, in a thread of its own. Only after `claim`."""
        self._socket = socket.create_server(("127.0.0.1", 0))
        key = secrets.token_bytes(32)
        card = {"pid": os.getpid(), "port": self._socket.getsockname()[1], "key": key.hex()}
        draft = self.folder / f".{CARD_FILE}"
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(card, file)
        draft.replace(self.folder / CARD_FILE)
        Thread(target=self._serve, args=(self._socket, key, answer), daemon=True).start()

    def release(self) -> None:
        """Let the next start in."""
        if self._socket is not None:
            self._socket.close()
            (self.folder / CARD_FILE).unlink(missing_ok=True)
        if self._lock is not None:
            self._lock.release()

    def _serve(self, door: socket.socket, key: bytes, answer: Callable[[str], str]) -> None:
        while True:
            try:
                visitor, _address = door.accept()
            except OSError:  # closed by `release`
                return
            Thread(target=_receive, args=(visitor, key, answer), daemon=True).start()

    def ask(self, word: str, clock: Callable[[], float] = time.monotonic) -> str | None:
        """What the running instance answers to `word`; None when it does not within PATIENCE.

        The first start writes its card a moment after it has taken the lock, so a card that is
        missing or of a process long dead is looked for again.
        """
        end = clock() + PATIENCE
        while clock() < end:
            try:
                card = json.loads((self.folder / CARD_FILE).read_bytes())
                return _ask(card["port"], bytes.fromhex(card["key"]), word)
            except (OSError, ValueError, KeyError, TypeError):
                time.sleep(0.05)
        return None


def _proof(key: bytes, nonce: bytes, text: bytes) -> bytes:
    return hmac.new(key, nonce + text, sha256).digest()


def _receive(visitor: socket.socket, key: bytes, answer: Callable[[str], str]) -> None:
    """One conversation: nonce out; proof and word in; proof and answer out."""
    with visitor, visitor.makefile("rb") as reading:
        visitor.settimeout(TIMEOUT)
        nonce = secrets.token_bytes(32)
        try:
            visitor.sendall(nonce)
            proof, word = reading.read(32), reading.readline(LONGEST).rstrip(b"\n")
            if not hmac.compare_digest(proof, _proof(key, nonce, b"ask:" + word)):
                return
            text = answer(word.decode()).encode()
            visitor.sendall(_proof(key, nonce, b"answer:" + text) + text + b"\n")
        except (OSError, UnicodeDecodeError):
            return


def _ask(port: int, key: bytes, word: str) -> str:
    with (
        socket.create_connection(("127.0.0.1", port), TIMEOUT) as line,
        line.makefile("rb") as reading,
    ):
        nonce = reading.read(32)
        line.sendall(_proof(key, nonce, b"ask:" + word.encode()) + word.encode() + b"\n")
        proof, text = reading.read(32), reading.readline(LONGEST).rstrip(b"\n")
    if not hmac.compare_digest(proof, _proof(key, nonce, b"answer:" + text)):
        raise ConnectionError("whoever answers on the port of the register is not the register")
    return text.decode()
