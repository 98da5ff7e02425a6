"""The window as the program sees it: a process that is told what to show."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from threading import Thread

from studentadmin.desktop import display
from studentadmin.desktop.failure import Failure

log = logging.getLogger(__name__)

PACKAGE_ROOT = Path(__file__).resolve().parents[2]
CLOSING = 10.0
"""Seconds a window may take to close, dialogs and all, before it is ended."""

PROGRAM = (
    "import sys; sys.path.insert(0, sys.argv.pop(1));"
    "from studentadmin.desktop.window_process import main; sys.exit(main())"
)


def installed() -> bool:
    return find_spec("webview") is not None


def possible() -> bool:
    """True when there is a display that answers and the window's libraries are installed."""
    return display.named() and installed() and display.answers()


class Window:
    """One window process. `ended` is called from another thread when it is gone, however it went.

    `storage` keeps log-ins, size and place; without one they are forgotten.
    """

    def __init__(self, storage: Path | None, locale: str, ended: Callable[[Window], None]) -> None:
        options = {"storage": storage and str(storage), "locale": locale}
        self._errors: deque[str] = deque(maxlen=40)
        self._ended = ended
        self.was_shown = False
        self._process = subprocess.Popen(  # noqa: S603  our own Python, our own arguments
            [
                sys.executable,
                "-c",
                PROGRAM,
                str(PACKAGE_ROOT),
                json.dumps(options, ensure_ascii=False),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
            start_new_session=os.name == "posix",  # a terminal's ^C is for the program alone
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        self._reading = Thread(target=self._read_errors, daemon=True, name="window errors")
        self._reading.start()
        Thread(target=self._read_answers, daemon=True, name="window answers").start()

    @property
    def code(self) -> int | None:
        """The exit code, None while it runs; negative when a signal ended it."""
        return self._process.poll()

    @property
    def last_words(self) -> str:
        return "".join(self._errors)

    def open(self, url: str) -> None:
        self._order(do="open", url=url)

    def fail(self, failure: Failure, log_file: Path | None) -> None:
        """Say in the window why there is no register."""
        self._order(
            do="fail",
            reason=failure.reason,
            cure=failure.cure,
            log=str(log_file) if log_file else None,
        )

    def come_forward(self) -> None:
        self._order(do="front")

    def close(self) -> None:
        """Close it, dialogs and all; end it when it does not."""
        self._order(do="close")
        try:
            self._process.wait(CLOSING)
        except subprocess.TimeoutExpired:
            log.warning("the window did not close and was ended")
            self._process.kill()
            self._process.wait()

    def _order(self, **order: str | None) -> None:
        with suppress(OSError, ValueError):  # gone already; `ended` is told in its own time
            print(json.dumps(order), file=self._process.stdin, flush=True)

    def _read_answers(self) -> None:
        for line in self._process.stdout or ():
            event = json.loads(line)["event"]
            log.info("window: %s", event)
            self.was_shown = self.was_shown or event == "shown"
        self._process.wait()
        self._reading.join(1)
        self._ended(self)

    def _read_errors(self) -> None:
        self._errors.extend(self._process.stderr or ())
