"""`studentadmin`: without a command the register opens; with one, the terminal side answers."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from studentadmin.desktop import arguments

if TYPE_CHECKING:
    from click import Context, Group, Parameter
    from flask import Flask

    from studentadmin.desktop.arguments import Arguments

WITHOUT_REGISTER = frozenset({"backup", "db", "doctor", "routes", "settings"})
"""Commands that must work on a register that is old, broken or not there yet: it is left alone."""


def main(words: Sequence[str] | None = None) -> int:
    """Run the program on `words` (default: the command line); return its exit code."""
    given = list(sys.argv[1:] if words is None else words)
    asked = arguments.read(given)
    if asked.command:
        return command(given, asked)
    from studentadmin.desktop.launch import launch

    return launch(asked)


def command(given: list[str], asked: Arguments) -> int:
    """Run one command of the terminal; a refusal is its message and exit code 1."""
    import click
    from flask.cli import ScriptInfo
    from sqlalchemy.exc import OperationalError

    from studentadmin.desktop.failure import explain
    from studentadmin.errors import StudentAdminError

    os.umask(0o077)

    info = ScriptInfo(create_app=lambda: app_for(asked), set_debug_flag=False)
    try:
        answer = terminal().main(given, "studentadmin", standalone_mode=False, obj=info)
    except click.exceptions.Abort:
        click.echo(err=True)
        return 1
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except StudentAdminError as error:
        click.echo(str(error), err=True)
        return 1
    except OperationalError as error:
        why = explain(error, None)
        click.echo(f"{why.reason} {why.cure}", err=True)
        return 1
    return answer if isinstance(answer, int) else 0


def terminal() -> Group:
    """The group of all commands: ours, Flask-Migrate's `db`, Flask's `routes`."""
    import click
    from flask import Flask
    from flask.cli import routes_command
    from flask_migrate.cli import db

    from studentadmin import cli
    from studentadmin.desktop.doctor import doctor

    shelf = Flask("studentadmin")
    cli.init_app(shelf)
    return click.Group(
        "studentadmin",
        commands=[*shelf.cli.commands.values(), db, doctor, routes_command],
        help="The student register of a school. Without a command the register opens.",
        params=[
            click.Option(["--data-dir"], metavar="FOLDER", help="Where the register is kept."),
            click.Option(["--port"], metavar="NUMBER", help="Port of the server, 0 for any."),
            click.Option(["--browser"], is_flag=True, help="Open in the browser, not a window."),
            click.Option(["--headless"], is_flag=True, help="Open nothing, print the address."),
            click.Option(
                ["--version"],
                is_flag=True,
                is_eager=True,
                expose_value=False,
                callback=tell_version,
                help="Print the version.",
            ),
        ],
        callback=lambda **_options: None,
    )


def tell_version(context: Context, _option: Parameter, asked: bool) -> None:
    import click

    from studentadmin import __version__

    if asked:
        click.echo(f"Student Admin {__version__}")
        context.exit()


def app_for(asked: Arguments) -> Flask:
    """The app that a command works on, its register made or upgraded first.

    Commands that mend registers get theirs as it is; one that changes its structure gets it after a
    backup.
    """
    import click

    from studentadmin.app import create_app
    from studentadmin.services import backup, upgrade
    from studentadmin.settings import load

    settings = load(asked.settings)
    command, file = list(asked.command), settings.database_file
    begins = command[0] == "db" and file is not None and not file.exists()
    if begins or command == ["db", "upgrade"] or command[0] not in WITHOUT_REGISTER:
        prepared = upgrade.prepare(settings)
        settings.values["DATABASE_URL"] = prepared.database_url
        settings.values["READ_ONLY"] = settings["READ_ONLY"] or prepared.read_only
        if prepared.notice:
            click.echo(prepared.notice, err=True)
    elif command[:2] in (["db", "upgrade"], ["db", "downgrade"]) and "--help" not in command:
        backup.create(settings, backup.Reason.BEFORE_UPGRADE)
    return create_app(settings)


if __name__ == "__main__":
    sys.exit(main())
