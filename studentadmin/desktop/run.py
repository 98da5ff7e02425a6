"""One run of the program, from the claimed data folder to the last written byte."""

from __future__ import annotations

import gc
import logging
import socket
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Event, Thread, Timer
from typing import TYPE_CHECKING

from studentadmin.desktop import display, failure, server, telling, window
from studentadmin.desktop.failure import CannotOpen, Exit, Failure
from studentadmin.desktop.session import was_asked_to_end, when_asked_to_end
from studentadmin.desktop.telling import say
from studentadmin.desktop.window import Window
from studentadmin.desktop.words import _

if TYPE_CHECKING:
    from flask import Flask

    from studentadmin.desktop.arguments import Arguments
    from studentadmin.desktop.instance import Instance
    from studentadmin.desktop.server import Server
    from studentadmin.settings import Settings

log = logging.getLogger(__name__)

WINDOWS = 3
"""A window that crashed is opened again until there have been so many; then comes the browser."""

WORKERS_END = 5.0
"""Seconds that what works in the background has to end."""
HOUR = 3600.0
LAST_PAGE = 2.0
PREPARING = 600.0
"""Seconds an upgrade that is under way may take to finish when the person closes the window."""


@dataclass(frozen=True)
class Served:
    """The register is being served; each address it gives out opens it once."""

    server: Server
    app: Flask
    closing: Event
    workers: list[Thread]

    def address(self) -> str:
        ticket = self.app.extensions["studentadmin.tickets"].issue()
        return f"{self.server.url}enter?ticket={ticket}"

    def stop(self) -> None:
        """Finish what is being written; the last connection takes SQLite's side files away."""
        from studentadmin.extensions import db
        from studentadmin.services.draining import drain

        self.closing.set()
        if not self.server.stop():
            log.warning("a request did not finish in time and was given up")
        drain().close(WORKERS_END)
        for worker in self.workers:
            worker.join(WORKERS_END)
        with self.app.app_context():
            db.engine.dispose()


@dataclass(frozen=True)
class Failed:
    """The register cannot be opened."""

    error: Exception


@dataclass(frozen=True)
class Gone:
    """A window's process has ended."""

    window: Window


@dataclass(frozen=True)
class Asked:
    """Somebody, or the end of the session, asks the program to end."""

    by: str


class Run:
    """Whatever happens to the program arrives in `_events`, and is acted on in the main thread."""

    def __init__(
        self, arguments: Arguments, settings: Settings, instance: Instance, log_file: Path
    ) -> None:
        self._arguments = arguments
        self._settings = settings
        self._instance = instance
        self._log_file = log_file
        self._events: SimpleQueue[Served | Failed | Gone | Asked] = SimpleQueue()
        self._window: Window | None = None
        self._windows = 0
        self._served: Served | None = None
        self._code = Exit.OK

    def until_closed(self) -> int:
        """Open the register, wait until it is to be closed, close it; return the exit code."""
        log.info("start")
        when_asked_to_end(lambda signal: self._events.put(Asked(signal)))
        if self._arguments.wants_window and window.possible():
            self._open_window()
        self._instance.listen(self._answer)
        preparing = Thread(target=self._prepare, name="prepare", daemon=True)
        preparing.start()
        try:
            while self._goes_on():
                continue
        finally:
            self._close(preparing)
        log.info("end with exit code %d", self._code)
        return self._code

    def quit(self) -> None:
        """End the program in a moment: the page that says so still needs its style sheets."""
        Timer(LAST_PAGE, self._events.put, [Asked("a person")]).start()

    @property
    def has_window(self) -> bool:
        """False when the register is shown by a browser, which cannot end the program."""
        return self._window is not None

    # -- opening ---------------------------------------------------------------------------

    def _prepare(self) -> None:
        """The slow part, while the splash is shown: upgrade, app, server."""
        try:
            served = self._serve()
        except Exception as error:  # noqa: BLE001  whatever it is, the person is told
            self._events.put(Failed(error))
        else:
            self._events.put(served)

    def _serve(self) -> Served:
        settings = self._settings
        door = take_port(settings)
        from studentadmin.services import upgrade

        prepared = upgrade.prepare(settings)
        settings.values["PORT"] = door.getsockname()[1]
        settings.values["DATABASE_URL"] = prepared.database_url
        settings.values["READ_ONLY"] = settings["READ_ONLY"] or prepared.read_only
        from studentadmin.app import create_app

        app = create_app(settings)
        app.extensions["studentadmin.notice"] = prepared.notice
        app.extensions["studentadmin.run"] = self
        keep_for_good()
        serving = server.Server(app.wsgi_app, door)
        serving.start()
        closing, workers = Event(), list[Thread]()
        if not settings["READ_ONLY"]:
            Thread(target=keep_backups, args=(settings,), name="backups", daemon=True).start()
            workers = [
                Thread(target=complete_search, args=(app,), name="search", daemon=True),
                Thread(target=keep_counts, args=(app, closing), name="checks", daemon=True),
            ]
        for worker in workers:
            worker.start()
        return Served(serving, app, closing, workers)

    def _open_window(self) -> None:
        self._windows += 1
        self._window = Window(
            self._settings.data_dir,
            self._settings["LOCALE"],
            lambda window: self._events.put(Gone(window)),
        )

    # -- what happens ----------------------------------------------------------------------

    def _goes_on(self) -> bool:
        """Act on the next thing that happens. False when the program is to end."""
        match self._events.get():
            case Served() as served:
                self._served = served
                self._show(served)
            case Failed(error):
                return self._fail(error)
            case Gone(window) if window is self._window:
                return self._goes_on_without(window)
            case Asked(by):
                log.info("asked to end by %s", by)
                return False
        return True

    def _show(self, served: Served) -> None:
        """Put the register before the person: window, else browser, else its address."""
        if self._window is not None:
            self._window.open(served.address())
            return
        if not self._arguments.headless and display.open_browser(served.address()):
            say(_("Student Admin is open in your browser. Press Ctrl+C here to close it."))
        say(_("Student Admin is at %(url)s", url=served.address()))

    def _fail(self, error: Exception) -> bool:
        """Say why the register cannot be opened. True while a window shows it."""
        why = failure.explain(error, self._settings.data_dir)
        self._code = why.code
        log.error(
            "not opened: %s", why.reason, exc_info=None if isinstance(error, CannotOpen) else error
        )
        telling.complain(why, self._log_file)
        if self._window is not None:
            self._window.fail(why, self._log_file)
            return True
        if self._arguments.wants_window and display.named() and not telling.has_terminal():
            telling.show_in_browser(why, self._log_file)
        return False

    def _goes_on_without(self, gone: Window) -> bool:
        """The window's process ended. False when the program ends with it.

        A window that crashed is opened again; one that never got as far as its splash, or crashes
        again and again, is replaced by the browser.
        """
        self._window = None
        if was_asked_to_end(gone.code):
            return False
        log.error("the window ended with code %s: %s", gone.code, gone.last_words)
        if self._code is not Exit.OK or not display.answers():
            return False  # it was showing a failure, or the session is over
        if gone.was_shown and self._windows < WINDOWS:
            self._open_window()
        if self._served is not None:
            self._show(self._served)
        return True

    def _answer(self, word: str) -> str:
        """What a second start is told; called from a thread of the channel."""
        window, served = self._window, self._served
        if word == "front" and window is not None:
            window.come_forward()
            return "window"
        if served is None:
            raise ConnectionError("not served yet; the second start asks again")
        return served.address()

    # -- closing ---------------------------------------------------------------------------

    def _close(self, preparing: Thread) -> None:
        """Close the window, finish what is being written, let the next start in."""
        if self._window is not None:
            self._window.close()
        preparing.join(PREPARING)
        served = self._served or self._served_meanwhile()
        if served is not None:
            served.stop()
        self._instance.release()

    def _served_meanwhile(self) -> Served | None:
        while True:
            try:
                event = self._events.get_nowait()
            except Empty:
                return None
            if isinstance(event, Served):
                return event


def take_port(settings: Settings) -> socket.socket:
    """The server's socket. Raises CannotOpen when the chosen port is taken or not allowed."""
    try:
        return server.bind(settings["PORT"], settings.data_dir)
    except OSError as error:
        why = _("Port %(port)d cannot be used: %(why)s.", port=settings["PORT"], why=error.strerror)
        cure = _("Another program may have it. Choose another with --port, or leave it out.")
        raise CannotOpen(Failure(why, cure, Exit.PORT)) from error


def complete_search(app: Flask) -> None:
    """Make the index of the search box where an older program left none; searches work without.

    Ends early, to go on with the next start, when the program is closed meanwhile.
    """
    from studentadmin.errors import StudentAdminError
    from studentadmin.services import search_rebuild

    with app.app_context():
        try:
            search_rebuild.complete()
        except StudentAdminError as error:
            log.warning("the search index is not whole yet: %s", error)
        except Exception:
            log.exception("the search index could not be made")


def keep_for_good() -> None:
    """What was made so far stays: the collector need not look at it with each page."""
    gc.collect()
    gc.freeze()


def keep_backups(settings: Settings) -> None:
    """The backup of the day now, and each hour a look for a new day. Never returns."""
    from studentadmin.errors import StudentAdminError
    from studentadmin.services import backup

    never = Event()
    while True:
        try:
            backup.daily(settings)
        except (StudentAdminError, OSError):
            log.exception("no backup of the day")
        never.wait(HOUR)


def keep_counts(app: Flask, closing: Event) -> None:
    """The counts of the day for the data-health page now, and each hour a look for a new day."""
    from sqlalchemy.exc import SQLAlchemyError

    from studentadmin.errors import StudentAdminError
    from studentadmin.extensions import db
    from studentadmin.services import health_counts

    while not closing.is_set():
        try:
            with app.app_context():
                health_counts.daily(db.session)
        except (StudentAdminError, SQLAlchemyError):
            log.exception("no counts of the day")
        closing.wait(HOUR)
