"""`studentadmin backup`: make, list, check and restore backups, also when no window opens.

Exit codes: 0 done, 1 refused and nothing changed, 2 wrong use.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask import current_app
from flask.cli import AppGroup
from flask_babel import format_datetime
from flask_babel import gettext as _

from studentadmin.errors import StudentAdminError
from studentadmin.services import backup as backups
from studentadmin.services import restore as restoring
from studentadmin.services.backup import Backup, Reason
from studentadmin.settings import Settings

backup_command = AppGroup("backup", help="Make, list, verify and restore backups.")


@backup_command.command("create")
@click.option(
    "--reason",
    type=click.Choice([str(reason) for reason in Reason]),
    default=str(Reason.BY_HAND),
    show_default=True,
    help="What it is for; decides how long it is kept.",
)
def create(reason: str) -> None:
    """Make a backup now, while others may be working."""
    with _refusals():
        made = backups.create(_settings(), reason)
    click.echo(made.path)


@backup_command.command("list")
@click.option("--json", "as_json", is_flag=True, help="As one JSON array.")
def list_command(as_json: bool) -> None:
    """List every backup, newest first."""
    with _refusals():
        found = backups.list_backups(_settings())
    if as_json:
        click.echo(json.dumps([_as_json(backup) for backup in found], ensure_ascii=False, indent=2))
        return
    for backup in found:
        state = "  " + _("damaged") if backup.damaged else ""
        students = _("%(count)s students", count=backup.students)
        click.echo(f"{backup.name}  {format_datetime(backup.at)}  {students}{state}")
    if not found:
        click.echo(_("There is no backup yet. Make one: studentadmin backup create"))


@backup_command.command("verify")
@click.argument("names", nargs=-1)
def verify(names: tuple[str, ...]) -> None:
    """Read backups whole and compare them with what was written down; all when none is named."""
    good = True
    with _refusals():
        wanted = names or tuple(backup.name for backup in backups.list_backups(_settings()))
    for name in wanted:
        try:
            backups.verify(_settings(), name)
        except StudentAdminError as error:
            good = False
            click.echo(str(error), err=True)
        else:
            click.echo(_("%(name)s is good.", name=name))
    if not good:
        raise SystemExit(1)


@backup_command.command("restore")
@click.argument("name")
@click.option("--yes", is_flag=True, help="Restore without asking.")
def restore(name: str, yes: bool) -> None:
    """Put a backup in the place of the register; the present one is backed up first."""
    settings = _settings()
    with _refusals():
        chosen = backups.get(settings, name)
    click.echo(
        _(
            "The whole register goes back to %(when)s, with %(count)s students. What was entered"
            " since is not in it; a backup of the present state is made first.",
            when=format_datetime(chosen.at),
            count=chosen.students,
        )
    )
    if settings.database_file is None:
        click.echo(_("Stop every Student Admin server of this database before you go on."))
    if not yes and not click.confirm(_("Restore it?")):
        click.echo(_("Nothing was changed."), err=True)
        raise SystemExit(1)
    with _refusals():
        done = restoring.restore(settings, name)
    click.echo(_("Restored %(name)s.", name=name))
    if done.before:
        click.echo(
            _(
                "To take it back: %(command)s",
                command=f"studentadmin backup restore {done.before.name}",
            )
        )
    if done.damaged:
        click.echo(_("The damaged register was kept as %(file)s.", file=done.damaged))


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except StudentAdminError as error:
        click.echo(str(error), err=True)
        raise SystemExit(1) from error


def _settings() -> Settings:
    settings: Settings = current_app.extensions["studentadmin.settings"]
    return settings


def _as_json(backup: Backup) -> dict[str, object]:
    return {
        "name": backup.name,
        "path": str(backup.path),
        "at": backup.at.isoformat(),
        "reason": str(backup.reason),
        "size": backup.size,
        "sha256": backup.sha256,
        "revision": backup.revision,
        "students": backup.students,
        "tables": dict(backup.tables),
        "damaged": backup.damaged,
    }
