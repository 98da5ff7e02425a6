"""Size and place of the window, remembered from start to start."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

WIDTH, HEIGHT = 1280, 860
SMALLEST = (360, 480)
GRIP = 80
"""Pixels of the title bar that must be on a screen, or the window could not be moved back."""


class Screen(Protocol):
    """What of a screen matters here."""

    x: int
    y: int
    width: int
    height: int


@dataclass
class Place:
    """Where the window is. Without x and y the desktop chooses."""

    width: int = WIDTH
    height: int = HEIGHT
    x: int | None = None
    y: int | None = None
    maximized: bool = False

    def within(self, screens: Iterable[Screen]) -> Place:
        """This place if it can be seen; its size alone when its screen is gone."""
        screens = list(screens)
        if not screens:
            return self
        widest, highest = max(s.width for s in screens), max(s.height for s in screens)
        size = Place(
            max(SMALLEST[0], min(self.width, int(widest * 0.95))),
            max(SMALLEST[1], min(self.height, int(highest * 0.9))),
            maximized=self.maximized,
        )
        if self.x is None or self.y is None:
            return size
        seen = any(
            s.x - size.width + GRIP <= self.x <= s.x + s.width - GRIP
            and s.y <= self.y <= s.y + s.height - GRIP
            for s in screens
        )
        return Place(size.width, size.height, self.x, self.y, self.maximized) if seen else size


def read(file: Path) -> Place:
    """The remembered place; the first one when there is none that can be read."""
    try:
        found = json.loads(file.read_bytes())
        place = Place(**found)
        numbers = (place.width, place.height, place.x or 0, place.y or 0)
    except (OSError, ValueError, TypeError, AttributeError):
        return Place()
    return place if all(type(number) is int for number in numbers) else Place()


def write(file: Path, place: Place) -> None:
    """Remember `place`; a folder that cannot be written does not hold the window open."""
    with suppress(OSError):
        draft = file.with_suffix(".new")
        draft.write_text(json.dumps(asdict(place)))
        draft.chmod(0o600)
        draft.replace(file)
