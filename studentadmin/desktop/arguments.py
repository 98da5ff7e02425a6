"""What the command line asks for, read without importing anything: every start passes here.

A word that is no option is a command (`import`, `db`, `doctor` ...) and belongs to the terminal
side; no word opens the register. The options here may stand before either.
"""

from __future__ import annotations

from collections.abc import Sequence

VALUES = {"--data-dir": "data_dir", "--port": "port"}
FLAGS = {"--browser": "browser", "--headless": "headless"}


class Arguments:
    """The options before a command, and the command's own words (empty: open the register)."""

    def __init__(self) -> None:
        self.data_dir: str | None = None
        self.port: str | None = None
        self.browser = False
        self.headless = False
        self.command: list[str] = []

    @property
    def settings(self) -> dict[str, str | None]:
        """The options that are settings, for `settings.load`."""
        return {"DATA_DIR": self.data_dir, "PORT": self.port}

    @property
    def wants_window(self) -> bool:
        return not (self.command or self.browser or self.headless)


def read(words: Sequence[str]) -> Arguments:
    """Read `words`; at the first unknown one everything from there on is the command."""
    found = Arguments()
    rest = list(words)
    while rest:
        name, equals, value = rest[0].partition("=")
        if name in VALUES and (equals or len(rest) > 1):
            setattr(found, VALUES[name], value if equals else rest.pop(1))
        elif rest[0] in FLAGS:
            setattr(found, FLAGS[rest[0]], True)
        else:
            found.command = rest
            break
        rest.pop(0)
    return found
