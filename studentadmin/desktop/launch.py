"""From a double-click to the open register, and back to nothing: the order of things."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING

from studentadmin import settings as settings_module
from studentadmin.desktop import display, failure, log, telling, window
from studentadmin.desktop.failure import Exit
from studentadmin.desktop.instance import Instance
from studentadmin.desktop.run import Run
from studentadmin.desktop.session import keep_off_proxies, when_asked_to_end
from studentadmin.desktop.telling import say
from studentadmin.desktop.words import _, speak

if TYPE_CHECKING:
    from studentadmin.desktop.arguments import Arguments
    from studentadmin.settings import Settings

logger = logging.getLogger(__name__)


def launch(arguments: Arguments) -> int:
    """Open the register as `arguments` ask; return the exit code when it has been closed."""
    os.umask(0o077)
    keep_off_proxies()
    folder = log_file = None
    try:
        settings = settings_module.load(arguments.settings)
        speak(settings["LOCALE"])
        folder = settings.data_dir
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        instance = Instance(folder)
        if not instance.claim():
            return call_the_first(settings, arguments)
        if os.name == "posix":
            folder.chmod(0o700)
        log_file = log.start(folder, settings["LOG_LEVEL"])
    except Exception as error:  # noqa: BLE001  whatever it is, the person is told
        return refuse(error, folder, log_file, arguments)
    return Run(arguments, settings, instance, log_file).until_closed()


def call_the_first(settings: Settings, arguments: Arguments) -> int:
    """This is a second start: bring the first one forward, or say where it is, and end."""
    answer = Instance(settings.data_dir).ask("front" if arguments.wants_window else "address")
    if answer is None:
        why = failure.Failure(
            _("Student Admin is already running, but does not answer."),
            _("End it, or restart the computer, then open it again."),
            Exit.BUSY,
        )
        telling.complain(why, log.path_in(settings.data_dir))
        return why.code
    if answer == "window":
        say(_("Student Admin is already open; its window comes forward."))
    elif arguments.headless or not display.open_browser(answer):
        say(_("Student Admin is already open at %(url)s", url=answer))
    else:
        say(_("Student Admin is already open; it comes forward in your browser."))
    return Exit.OK


def refuse(
    error: Exception, folder: Path | None, log_file: Path | None, arguments: Arguments
) -> int:
    """Nothing could even begin: say why, and wait until a window that says so is closed."""
    from queue import SimpleQueue

    why = failure.explain(error, folder)
    if log_file is not None:
        logger.error("not opened: %s", why.reason, exc_info=error)
    telling.complain(why, log_file)
    if not arguments.wants_window or not display.named():
        return why.code
    if window.possible():
        gone: SimpleQueue[object] = SimpleQueue()
        when_asked_to_end(gone.put)
        shown = window.Window(None, "en", gone.put)
        shown.fail(why, log_file)
        gone.get()
        shown.close()
    elif not telling.has_terminal():
        telling.show_in_browser(why, log_file)
    return why.code
