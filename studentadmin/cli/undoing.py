"""`studentadmin undo NUMBER`: take one change set back."""

from __future__ import annotations

import click
from flask.cli import with_appcontext
from flask_babel import gettext as _

from studentadmin.errors import Clash, StudentAdminError
from studentadmin.forms import words
from studentadmin.services.undo import undo
from studentadmin.services.unit import Actor, write


@click.command("undo")
@click.argument("number", type=click.IntRange(min=1))
@with_appcontext
def undo_command(number: int) -> None:
    """Take a change set back, all of it or nothing. Its number stands on the Changes page."""
    try:
        written = write(
            lambda unit: undo(unit, number),
            by=Actor.system("command line"),
            why="undo",
            source="undo",
            undoes=number,
        )
    except Clash as clash:
        click.echo(clash.message, err=True)
        for field in clash.clashes:
            name = words.field_label(field.table, field.field)
            table = words.table_label(field.table)
            click.echo(f"  {table} {field.row_id}, {name}: {field.base} → {field.theirs}", err=True)
        click.echo(
            _("Open Changes in the window and decide for each. Nothing was written."), err=True
        )
        raise SystemExit(1) from clash
    except StudentAdminError as error:
        click.echo(error.message, err=True)
        raise SystemExit(1) from error
    click.echo(
        _("Taken back. This is change %(number)s itself.", number=written.change_set_id or number)
    )
