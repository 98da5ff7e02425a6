"""Closing the program from a browser, where there is no window of its own to close."""

from __future__ import annotations

from typing import Protocol

from flask import Blueprint, Flask, current_app, render_template, url_for
from flask_babel import gettext as _

from studentadmin.errors import Missing
from studentadmin.views.access import needs

bp = Blueprint("desktop", __name__)
RUN = "studentadmin.run"


class Run(Protocol):
    """What the page may know and ask of the running program (`studentadmin.desktop.run`)."""

    @property
    def has_window(self) -> bool: ...

    def quit(self) -> None: ...


def quit_url() -> str | None:
    """Where to close the program; None in its own window and on a shared server."""
    run: Run | None = current_app.extensions.get(RUN)
    return None if run is None or run.has_window else url_for("desktop.close")


@bp.post("/desktop/close")
@needs("account", "view")
def close() -> str:
    """Close the program that serves this page. Missing where it is not the person's to close."""
    if quit_url() is None:
        raise Missing(_("There is no such page."))
    page = render_template("pages/closed.html")
    current_app.extensions[RUN].quit()
    return page


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
