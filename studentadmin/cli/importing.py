"""`studentadmin import FILE`: a preview, a question, one change set, and how to undo it.

Exit codes: 0 done or nothing to do, 1 refused and nothing written, 2 wrong use.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_babel import gettext as _

from studentadmin.cli.import_report import print_preview
from studentadmin.errors import StudentAdminError
from studentadmin.extensions import db
from studentadmin.interchange import headers
from studentadmin.interchange.commit import commit
from studentadmin.interchange.companions import school_names
from studentadmin.interchange.plan import Choices, make_plan
from studentadmin.interchange.preview import Preview, make_preview
from studentadmin.interchange.read import Table, read_table
from studentadmin.rules.dates import Order
from studentadmin.services.unit import Actor

REFUSED = 1


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Show what would happen and stop.")
@click.option("--yes", is_flag=True, help="Write without asking.")
@click.option(
    "--date-order",
    type=click.Choice([order.value for order in Order]),
    help="How dates are written where the file does not prove it.",
)
@click.option("--encoding", help="Encoding of the file, such as utf-8 or gb18030; default: found.")
@click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="HEADING=FIELD",
    help="Read a column as this field; HEADING= leaves it out. Fields: "
    + ", ".join(headers.SYNONYMS),
)
@with_appcontext
def import_command(
    file: Path,
    *,
    dry_run: bool,
    yes: bool,
    date_order: str | None,
    encoding: str | None,
    columns: tuple[str, ...],
) -> None:
    """Import students, and where they are enrolled, from a CSV file.

    Nothing is written before you have seen what would happen and agreed; all of it or nothing.
    """
    today = datetime.now().astimezone().date()
    by = Actor.system("command line")
    try:
        table = read_table(file.read_bytes(), encoding)
        choices = Choices(
            fields=_fields(table, columns), order=Order(date_order) if date_order else None
        )
        names = school_names(file)
        preview = make_preview(
            db.session(),
            table,
            make_plan(table, choices, today),
            today=today,
            roles=by.roles,
            school_names=names,
        )
        print_preview(preview, file.name)
        _stop_unless_writing(preview, dry_run=dry_run, yes=yes)
        db.session.remove()
        written = commit(preview, file_name=file.name, by=by, today=today, school_names=names)
    except StudentAdminError as error:
        click.echo(error.message, err=True)
        raise SystemExit(REFUSED) from error
    counts = preview.counts
    click.echo(
        _(
            "Written: %(new)s new, %(changed)s changed students.",
            new=counts["new"],
            changed=counts["changed"],
        )
    )
    click.echo(_("To take all of it back: %(command)s", command=undo_hint(written.change_set_id)))


def _fields(table: Table, columns: tuple[str, ...]) -> dict[int, str]:
    """Column -> field for the --column options. Raises UsageError for what the file lacks."""
    found = {}
    for option in columns:
        heading, equals, field = option.rpartition("=")
        if not equals or heading not in table.header:
            raise click.UsageError(
                _("The file has no column “%(heading)s”.", heading=heading or option)
            )
        if field and field not in headers.SYNONYMS:
            raise click.UsageError(_("There is no field “%(field)s” to import into.", field=field))
        found[table.header.index(heading)] = field
    return found


def _stop_unless_writing(preview: Preview, *, dry_run: bool, yes: bool) -> None:
    """End the command here when there is nothing to write, or nobody wants it."""
    if not preview.can_commit:
        if preview.is_settled:
            click.echo(_("Everything is in the register already. Nothing was written."))
            raise SystemExit(0)
        click.echo(_("Nothing was written."), err=True)
        raise SystemExit(REFUSED)
    if dry_run:
        click.echo(_("This was a dry run: nothing was written."))
        raise SystemExit(0)
    if not yes and not click.confirm(_("Write this into the register?")):
        click.echo(_("Nothing was written."), err=True)
        raise SystemExit(REFUSED)


def undo_hint(change_set_id: int | None) -> str:
    """The command that takes a change set back."""
    settings = current_app.extensions["studentadmin.settings"]
    place = f" --data-dir {settings.data_dir}" if settings.sources["DATA_DIR"] == "argument" else ""
    return f"studentadmin{place} undo {change_set_id}"
