"""The commands of the terminal: `studentadmin ...`."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Add every command of ours; Flask-Migrate adds `db`, Flask `routes` and `shell`."""
    from studentadmin.cli.backup import backup_command
    from studentadmin.cli.importing import import_command
    from studentadmin.cli.rollover import rollover_command
    from studentadmin.cli.searching import search_command
    from studentadmin.cli.settings import settings_command
    from studentadmin.cli.undoing import undo_command
    from studentadmin.cli.users import users_command

    commands = (
        backup_command,
        import_command,
        rollover_command,
        search_command,
        settings_command,
        undo_command,
        users_command,
    )
    for command in commands:
        app.cli.add_command(command)
