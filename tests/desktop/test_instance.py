"""One instance a folder; only who can read its card may speak to it."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest

from studentadmin.desktop import instance as instance_module
from studentadmin.desktop.instance import CARD_FILE, Instance


@pytest.fixture
def first(tmp_path: Path) -> Iterator[Instance]:
    claimed = Instance(tmp_path)
    assert claimed.claim()
    claimed.listen(lambda word: f"heard {word}")
    yield claimed
    claimed.release()


def test_the_folder_is_claimed_once(first: Instance, tmp_path: Path):
    second = Instance(tmp_path)
    assert not second.claim()
    assert second.ask("front") == "heard front"


def test_after_release_the_next_one_gets_it(tmp_path: Path):
    first, second = Instance(tmp_path), Instance(tmp_path)
    assert first.claim()
    assert not second.claim()
    first.release()
    assert second.claim()
    second.release()


def test_the_card_is_for_its_owner_only(first: Instance, tmp_path: Path):
    assert (tmp_path / CARD_FILE).stat().st_mode & 0o777 == 0o600


def test_a_wrong_key_gets_no_answer(first: Instance, tmp_path: Path, monkeypatch):
    monkeypatch.setattr(instance_module, "PATIENCE", 0.3)
    card = json.loads((tmp_path / CARD_FILE).read_bytes())
    (tmp_path / CARD_FILE).write_text(json.dumps({**card, "key": "00" * 32}))
    assert Instance(tmp_path).ask("front") is None


def test_somebody_else_on_the_port_is_not_believed(tmp_path: Path, monkeypatch):
    """A card left by kill -9, its port now another program's that says yes to everything."""
    monkeypatch.setattr(instance_module, "PATIENCE", 0.3)
    first = Instance(tmp_path)
    assert first.claim()
    with socket.create_server(("127.0.0.1", 0)) as other:
        card = {"pid": 1, "port": other.getsockname()[1], "key": "11" * 32}
        (tmp_path / CARD_FILE).write_text(json.dumps(card))
        answered = Event()

        def yes() -> None:
            visitor, _address = other.accept()
            with visitor:
                visitor.sendall(b"\0" * 32)
                visitor.recv(100)
                visitor.sendall(b"\0" * 32 + b"window\n")
            answered.set()

        from threading import Thread

        talking = Thread(target=yes)
        talking.start()
        assert Instance(tmp_path).ask("front") is None
        talking.join()
    assert answered.is_set()
    first.release()


def test_a_visitor_who_says_nothing_holds_nobody_up(first: Instance, tmp_path: Path):
    port = json.loads((tmp_path / CARD_FILE).read_bytes())["port"]
    with socket.create_connection(("127.0.0.1", port)):
        assert Instance(tmp_path).ask("front") == "heard front"


@pytest.mark.parametrize("card", [None, b"", b"{}", b"[]", b'{"port": 1, "key": "zz"}'])
def test_a_card_that_cannot_be_read_is_no_answer(tmp_path: Path, monkeypatch, card: bytes | None):
    monkeypatch.setattr(instance_module, "PATIENCE", 0.1)
    if card is not None:
        (tmp_path / CARD_FILE).write_bytes(card)
    assert Instance(tmp_path).ask("front") is None
