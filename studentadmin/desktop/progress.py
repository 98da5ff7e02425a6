"""Progress of set-up: lines in a terminal, a small window when there is no terminal to see them."""

from __future__ import annotations

import sys
from typing import Any

from studentadmin.desktop import display
from studentadmin.desktop.words import _

TITLE = "Student Admin"
LONGEST_WAIT = 10 * 60 * 1000
"""Milliseconds a failure is shown; longer only holds up a start nobody is watching."""


class Progress:
    """Says what is being done. Nothing is shown until there is something to say."""

    def __init__(self) -> None:
        self.stream = sys.stderr  # None under pythonw
        self.terminal = self.stream is not None and self.stream.isatty()
        self._window: Any = None
        self._text: Any = None
        self._line = ""

    def step(self, text: str, done: int = 0, total: int = 0) -> None:
        """One step; with `total` also how far. In a terminal the last line is written over."""
        counted = f"[{done}/{total}] {text}" if total else f"{text} ..."
        if self.terminal:
            self._write("\r\x1b[K  " + counted[:76])
            self._line = counted
        elif counted != self._line:
            self._line = counted
            self._write(f"  {counted}\n")
        self._paint(counted)

    def say(self, text: str) -> None:
        """A message that stays."""
        self._end_line()
        self._write(text + "\n")
        self._paint(text)

    def fail(self, text: str) -> None:
        """The reason why it ends here, waiting for the person when only a window can show it."""
        self._end_line()
        what = _("Student Admin could not be set up.")
        self._write(f"{what}\n{text}\n")
        if not self.terminal and self._paint(text, last=True):
            self._window.mainloop()

    def close(self) -> None:
        self._end_line()
        if self._window is not None:
            self._window.destroy()

    def _end_line(self) -> None:
        if self.terminal and self._line:
            self._write("\n")
        self._line = ""

    def _write(self, text: str) -> None:
        if self.stream is not None:
            self.stream.write(text)
            self.stream.flush()

    def _paint(self, text: str, *, last: bool = False) -> bool:
        """Show `text` in a small window, where Python has Tk and no terminal is watched."""
        if self.terminal or not (display.named() and display.answers()):
            return False
        try:
            import tkinter
        except ImportError:  # a Python without Tk; the terminal's lines remain
            return False
        try:
            if self._window is None:
                self._window = tkinter.Tk()
                self._window.title(TITLE)
                self._text = tkinter.Label(self._window, width=60, wraplength=420, justify="left")
                self._text.pack(expand=True, padx=20, pady=40)
            self._text.configure(text=text)
            if last:
                self._window.after(LONGEST_WAIT, self._window.destroy)
            self._window.update()
        except tkinter.TclError:
            return False
        return True
