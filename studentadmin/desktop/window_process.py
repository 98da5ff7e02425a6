"""The process of the window. It is told what to do line by line, and dies with who started it.

Apart from the server because Qt ends a process it cannot draw in, because a crash of the graphics
must not take a write with it, and because both then load at the same time.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from threading import Event, Thread
from typing import IO, TYPE_CHECKING, Any

from studentadmin.desktop import place, splash
from studentadmin.desktop.session import when_asked_to_end
from studentadmin.desktop.words import _, speak

if TYPE_CHECKING:
    from studentadmin.desktop.qt import QtSide

LOGO = Path(__file__).parents[1] / "static" / "logo.svg"
PLACE_FILE = "window.json"
SPLASH_SECONDS = 20.0
UNUSABLE = 70
"""Exit code when no web engine can be loaded: the browser is used instead."""


def main() -> int:
    """Run until the window is closed. `sys.argv[1]` holds `storage` and `locale` as JSON."""
    options = json.loads(sys.argv[1])
    sys.argv[:] = ["studentadmin"]  # Qt names its window class and its folders after it
    orders, answers = private_streams()
    prepare_environment()
    speak(options["locale"])
    storage = options["storage"] and Path(options["storage"])
    return WindowProcess(storage, options["locale"], orders, answers).run()


class WindowProcess:
    """A pywebview window that obeys the program's orders and answers with what has happened."""

    def __init__(
        self, storage: Path | None, locale: str, orders: Iterable[str], answers: IO[str]
    ) -> None:
        self._storage = storage
        self._locale = locale
        self._orders = orders
        self._answers = answers
        self._window: Any = None
        self._qt: QtSide | None = None
        self._opened = False
        self._splash_there = Event()

    def run(self) -> int:
        """Show the window and obey until it is closed; return the exit code."""
        import webview

        webview.settings["OPEN_EXTERNAL_LINKS_IN_BROWSER"] = True
        webview.settings["ALLOW_FILE_URLS"] = False
        webview.settings["ALLOW_DOWNLOADS"] = sys.platform != "linux"  # on Qt: see qt.py
        try:
            where = self._remembered(webview)
            self._window = webview.create_window(
                _("Student Admin"),
                html=splash.opening(self._locale),
                width=where.width,
                height=where.height,
                x=where.x,
                y=where.y,
                maximized=where.maximized,
                min_size=place.SMALLEST,
                background_color=splash.LIGHT,
                text_select=True,
                zoomable=True,
            )
            events = self._window.events
            events.initialized += self._reach_through
            events.before_show += self._take_over
            events.shown += lambda: self._tell("shown")
            events.closing += self._remember
            when_asked_to_end(lambda _signal: self._end())
            webview.start(
                lambda: Thread(target=self._obey_all, daemon=True, name="orders").start(),
                gui="qt" if sys.platform == "linux" else None,
                private_mode=self._storage is None,
                storage_path=self._storage and str(self._storage / "web"),
                icon=str(LOGO),
            )
        except (ImportError, webview.WebViewException) as error:
            sys.stderr.write(f"{error}\n")
            return UNUSABLE
        if self._qt is not None:
            self._qt.let_go()
        self._tell("closed")
        return 0

    # -- making it -------------------------------------------------------------------------

    def _remembered(self, webview: Any) -> place.Place:
        if self._storage is None:
            return place.Place(900, 520)
        return place.read(self._storage / PLACE_FILE).within(webview.screens)

    def _reach_through(self, renderer: str) -> None:
        """The engine has been loaded, the window is not yet made."""
        self._on_qt = renderer.startswith("qt")
        if self._on_qt:
            from studentadmin.desktop import qt

            qt.speak(self._locale)

    def _take_over(self) -> None:
        """The window has been made and not yet been shown."""
        if self._on_qt:
            from studentadmin.desktop.qt import QtSide

            native = self._window.native
            self._qt = QtSide(native, self._locale, self._loaded, self._give_up)
        else:
            self._window.events.loaded += lambda: self._loaded(True)

    def _loaded(self, done: bool) -> None:
        if self._opened:
            self._tell("loaded" if done else "not loaded")
        elif not self._splash_there.is_set():
            self._splash_there.set()
            self._tell("splash")

    def _give_up(self) -> None:
        reason = _("The page keeps crashing.")
        cure = _("Close this window and open Student Admin again. Nothing you saved is lost.")
        self._window.load_html(splash.failed(self._locale, reason, cure, None))
        self._tell("gave up")

    # -- obeying ---------------------------------------------------------------------------

    def _obey_all(self) -> None:
        """An address given while the splash is still being loaded would lose against it."""
        self._splash_there.wait(SPLASH_SECONDS)
        for line in self._orders:
            self._obey(json.loads(line))
        self._end()

    def _obey(self, order: dict[str, Any]) -> None:
        match order["do"]:
            case "open":
                self._opened = True
                if self._qt is not None:
                    self._qt.belongs_to(order["url"])
                self._window.load_url(order["url"])
            case "fail":
                page = splash.failed(self._locale, order["reason"], order["cure"], order["log"])
                self._window.load_html(page)
                self._tell("failed")
            case "front":
                self._come_forward()
                self._tell("forward")
            case "close":
                self._end()

    def _come_forward(self) -> None:
        if self._qt is not None:
            self._on_its_thread(self._qt.come_forward)
        else:
            self._window.restore()
            self._window.show()

    def _end(self) -> None:
        if self._qt is not None:
            self._on_its_thread(self._qt.end)
        else:
            self._window.destroy()

    def _on_its_thread(self, act: Any) -> None:
        """Qt's objects are touched on Qt's thread only; pywebview has a signal that leads there."""
        self._window.native.create_window_trigger.emit(act)

    def _remember(self) -> None:
        """Where the window was, on closing."""
        if self._storage is None:
            return
        if self._qt is not None:
            now = self._qt.place()
        else:
            window = self._window
            now = place.Place(window.width, window.height, window.x, window.y)
        place.write(self._storage / PLACE_FILE, now)

    def _tell(self, event: str) -> None:
        try:
            print(json.dumps({"event": event}), file=self._answers, flush=True)
        except OSError:  # who started us is gone; the end of the orders closes the window
            return


def private_streams() -> tuple[IO[str], IO[str]]:
    """Orders in, answers out; no library, and no browser started from here, gets hold of them."""
    orders = os.fdopen(os.dup(0), "r", encoding="utf-8")
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    return orders, answers


def prepare_environment() -> None:
    """What the web engine reads from the environment, set before it is loaded."""
    os.environ["QT_API"] = "pyside6"
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        os.environ["QTWEBENGINE_DISABLE_SANDBOX"] = "1"
    # A page's console may name a person; it has no business in a log.
    os.environ.setdefault("QT_LOGGING_RULES", "js=false;qt.webenginecontext=false")


if __name__ == "__main__":
    sys.exit(main())
