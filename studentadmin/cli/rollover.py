"""`studentadmin rollover`: where everyone would go, a question, one change set, and how to undo it.

Exit codes: 0 done or shown, 1 refused and nothing written, 2 wrong use.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_babel import gettext as _

from studentadmin.cli.importing import undo_hint
from studentadmin.errors import StudentAdminError
from studentadmin.extensions import db
from studentadmin.forms.rollover import DESTINATIONS, REASONS
from studentadmin.rules.rollover import Destination
from studentadmin.services import rollover, rollover_commit, school_frame
from studentadmin.services.rollover import Preview
from studentadmin.services.rollover_plan import Plan
from studentadmin.services.unit import Actor

REFUSED = 1
DAY = click.DateTime(["%Y-%m-%d"])


@click.command("rollover")
@click.option("--school", help="Name, identifier or key; not needed where there is one school.")
@click.option("--from", "old", required=True, help="Title or key of the year that ends.")
@click.option("--to", "new", required=True, help="Title or key of the year that begins.")
@click.option("--last-day", type=DAY, help="Last day in the old year; default: its end.")
@click.option("--first-day", type=DAY, help="First day in the new year; default: its start.")
@click.option(
    "--class", "classes", multiple=True, metavar="OLD=NEW", help="The class that a class becomes."
)
@click.option("--dry-run", is_flag=True, help="Show who would go where and stop.")
@click.option("--yes", is_flag=True, help="Write without asking.")
@with_appcontext
def rollover_command(*, school: str | None, old: str, new: str, **given: Any) -> None:
    """Move a school into the next year: promote, graduate, or say why not.

    Nothing is written before you have seen the totals and agreed; all of it or nothing. To decide
    for single students, use the page.
    """
    by = Actor.system("command line")
    try:
        plan = rollover.start(
            db.session,
            _one(school_frame.schools(db.session), school, "--school").id,
            _one(school_frame.sessions(db.session), old, "--from").id,
            _one(school_frame.sessions(db.session), new, "--to").id,
            by.name,
        )
        preview = rollover.look(db.session, _adjusted(plan, given))
        _print(preview)
        _stop_unless_writing(preview, dry_run=given["dry_run"], yes=given["yes"])
        digest, plan = preview.digest, preview.plan
        db.session.remove()
        settings = current_app.extensions["studentadmin.settings"]
        written = rollover_commit.carry_out(settings, plan, digest, by=by)
    except StudentAdminError as error:
        click.echo(error.message, err=True)
        raise SystemExit(REFUSED) from error
    click.echo(_("The school year was rolled over."))
    click.echo(_("To take all of it back: %(command)s", command=undo_hint(written.change_set_id)))


def _one(rows: Any, wanted: str | None, option: str) -> Any:
    """The row of a name, title, identifier or key; the only one where none is given."""
    if wanted is None:
        found = list(rows)
    else:
        found = [
            row
            for row in rows
            if wanted in {str(row.id), row.label, getattr(row, "identifier", "")}
        ]
    if len(found) != 1:
        names = ", ".join(f"{row.label} ({row.id})" for row in rows)
        raise click.BadParameter(_("Choose one of: %(names)s", names=names), param_hint=option)
    return found[0]


def _identifier(row: Any) -> str | None:
    return getattr(row, "identifier", None)


def _adjusted(plan: Plan, given: dict[str, Any]) -> Plan:
    """The plan with the days and classes of the options."""
    days: dict[str, datetime] = {
        name: given[name] for name in ("last_day", "first_day") if given[name]
    }
    plan = replace(plan, **{name: day.date() for name, day in days.items()})  # type: ignore[arg-type]
    keys = {room.name: room.id for room in rollover.look(db.session, plan).rooms}
    rooms = dict(plan.rooms)
    for option in given["classes"]:
        name, equals, target = option.partition("=")
        if not equals or name not in keys:
            raise click.UsageError(_("There is no class “%(name)s”.", name=name))
        rooms[keys[name]] = target.strip()
    return replace(plan, rooms=rooms)


def _print(preview: Preview) -> None:
    """The sum, the classes to be made, and everyone who is not moved, by number."""
    totals = preview.totals
    parts = " + ".join(f"{totals[one]} {DESTINATIONS[one]}" for one in Destination)
    click.echo(f"{preview.organisation.name}: {preview.old.title} → {preview.new.title}")
    click.echo(f"{len(preview.rows)} = {parts}")
    for text in (*preview.problems, *preview.notes):
        click.echo(text, err=True)
    if preview.to_make:
        click.echo(_("Classes that will be made: %(names)s", names=", ".join(preview.to_make)))
    for row in preview.rows:
        if row.line.reason is not None:
            click.echo(f"  {row.number}: {REASONS[row.line.reason]}")


def _stop_unless_writing(preview: Preview, *, dry_run: bool, yes: bool) -> None:
    """End the command here when it may not be written, or nobody wants it."""
    if preview.problems or not preview.moves:
        click.echo(_("Nothing was written."), err=True)
        raise SystemExit(REFUSED)
    if dry_run:
        click.echo(_("This was a dry run: nothing was written."))
        raise SystemExit(0)
    if not yes and not click.confirm(_("Write this into the register?")):
        click.echo(_("Nothing was written."), err=True)
        raise SystemExit(REFUSED)
