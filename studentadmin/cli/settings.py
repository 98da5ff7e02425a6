"""`studentadmin settings`: every setting, its value and where it came from."""

from __future__ import annotations

import json

import click
from flask import current_app
from flask.cli import with_appcontext

from studentadmin.settings import Settings


@click.command("settings")
@click.option("--json", "as_json", is_flag=True, help="As one JSON array.")
@with_appcontext
def settings_command(as_json: bool) -> None:
    """Print each setting, its value and where the value came from."""
    settings: Settings = current_app.extensions["studentadmin.settings"]
    rows = settings.table()
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    name_width = max(len(row["name"]) for row in rows)
    source_width = max(len(row["source"]) for row in rows)
    for row in rows:
        head = f"{row['name']:<{name_width}}  {row['source']:<{source_width}}  "
        click.echo(f"{head}{row['value']}")
        click.echo(f"{'':<{name_width}}  {row['help']}")
