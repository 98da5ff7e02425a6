"""Options before a command are ours; from the command on, they are its own."""

from __future__ import annotations

import pytest

from studentadmin.desktop import arguments


@pytest.mark.parametrize(
    ("words", "data_dir", "command"),
    [
        ([], None, []),
        (["--data-dir", "x"], "x", []),
        (["--data-dir=x y"], "x y", []),
        (["--data-dir", "x", "import", "f.csv", "--yes"], "x", ["import", "f.csv", "--yes"]),
        (["import", "--data-dir", "x"], None, ["import", "--data-dir", "x"]),
        (["--data-dir"], None, ["--data-dir"]),
        (["--help"], None, ["--help"]),
    ],
)
def test_reading(words: list[str], data_dir: str | None, command: list[str]):
    found = arguments.read(words)
    assert (found.data_dir, found.command) == (data_dir, command)


@pytest.mark.parametrize(
    ("words", "window"),
    [([], True), (["--browser"], False), (["--headless"], False), (["doctor"], False)],
)
def test_who_wants_a_window(words: list[str], window: bool):
    assert arguments.read(words).wants_window is window


def test_port_is_a_setting():
    assert arguments.read(["--port", "8000"]).settings == {"DATA_DIR": None, "PORT": "8000"}
