"""`studentadmin search rebuild`: make the index of the search box anew.

Exit codes: 0 done, 1 stopped or refused; the register itself is never changed.
"""

from __future__ import annotations

import sys

import click
from flask.cli import AppGroup
from flask_babel import gettext as _

from studentadmin.errors import StudentAdminError
from studentadmin.services import search_rebuild
from studentadmin.services.search_rebuild import Progress

search_command = AppGroup("search", help="Look after the index of the search box.")


@search_command.command("rebuild")
def rebuild() -> None:
    """Make the index anew from the rows, while others may be working. Ctrl+C stops it."""
    shown = _Shown()
    try:
        search_rebuild.rebuild(shown.tell)
    except KeyboardInterrupt:
        shown.end()
        click.echo(_("Stopped. The next start of Student Admin goes on with it."), err=True)
        raise SystemExit(1) from None
    except StudentAdminError as error:
        shown.end()
        click.echo(str(error), err=True)
        raise SystemExit(1) from error
    shown.end()
    click.echo(_("The search index is whole: %(count)s rows.", count=shown.rows))


class _Shown:
    """A line that counts, on a terminal; a line for each tenth elsewhere."""

    def __init__(self) -> None:
        self.rows = 0
        self._tenth = 0
        self._live = sys.stderr.isatty()

    def tell(self, progress: Progress) -> bool:
        self.rows = progress.rows
        line = f"{progress.done} / {progress.rows}"
        tenth = progress.done * 10 // max(progress.rows, 1)
        if self._live:
            click.echo(f"\r{line}", nl=False, err=True)
        elif tenth > self._tenth:
            self._tenth = tenth
            click.echo(line, err=True)
        return True

    def end(self) -> None:
        if self._live:
            click.echo(err=True)
