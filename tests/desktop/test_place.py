"""Where the window goes, whatever became of the screens."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from studentadmin.desktop import place
from studentadmin.desktop.place import Place


@dataclass
class Monitor:
    x: int
    y: int
    width: int
    height: int


LEFT, RIGHT = Monitor(0, 0, 1920, 1080), Monitor(1920, 0, 1280, 1024)


@pytest.mark.parametrize(
    ("saved", "screens", "expected"),
    [
        (Place(900, 640, 100, 50), [LEFT], Place(900, 640, 100, 50)),
        (Place(900, 640, 2000, 50), [LEFT, RIGHT], Place(900, 640, 2000, 50)),
        (Place(900, 640, 2000, 50), [LEFT], Place(900, 640)),
        (Place(900, 640, -3000, 50), [LEFT], Place(900, 640)),
        (Place(900, 640, 100, -20), [LEFT], Place(900, 640)),
        (Place(900, 640, 100, 1070), [LEFT], Place(900, 640)),
        (Place(5000, 4000), [RIGHT], Place(1216, 921)),
        (Place(10, 10), [LEFT], Place(360, 480)),
        (Place(900, 640, 10, 10, maximized=True), [LEFT], Place(900, 640, 10, 10, maximized=True)),
        (Place(900, 640, 5, 5), [], Place(900, 640, 5, 5)),
    ],
)
def test_a_window_can_always_be_seen(saved: Place, screens: list[Monitor], expected: Place):
    assert saved.within(screens) == expected


def test_it_is_remembered(tmp_path: Path):
    file = tmp_path / "window.json"
    place.write(file, Place(900, 640, 7, 9, maximized=True))
    assert place.read(file) == Place(900, 640, 7, 9, maximized=True)
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("text", [None, "", "[]", "{", '{"width": "wide"}', '{"colour": 1}'])
def test_what_cannot_be_read_is_the_first_place(tmp_path: Path, text: str | None):
    file = tmp_path / "window.json"
    if text is not None:
        file.write_text(text)
    assert place.read(file) == Place()


def test_a_folder_that_is_gone_is_no_matter(tmp_path: Path):
    place.write(tmp_path / "gone" / "window.json", Place())
