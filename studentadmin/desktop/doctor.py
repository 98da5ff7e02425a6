"""`studentadmin doctor`: looks at everything the program needs, and names a cure for each fault.

It makes no app and leaves the register as it is, so that it still answers when that does not open.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import click

from studentadmin.desktop import folder_health, program_health
from studentadmin.desktop.finding import Finding
from studentadmin.settings import BadSetting, load


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="As one JSON array.")
@click.pass_context
def doctor(context: click.Context, as_json: bool) -> None:
    """Check everything the program needs; exit code 1 when something fails."""
    root = context.find_root().params
    found = list(examine({"DATA_DIR": root.get("data_dir"), "PORT": root.get("port")}))
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in found], ensure_ascii=False, indent=2))
    else:
        width = max(len(finding.subject) for finding in found)
        for finding in found:
            click.echo(f"{finding.state:<4}  {finding.subject:<{width}}  {finding.found}")
            for line in finding.cure.splitlines():
                click.echo(f"{'':<{width + 8}}{line}")
    if any(finding.state == "fail" for finding in found):
        context.exit(1)


def examine(arguments: dict[str, Any]) -> Iterator[Finding]:
    """Every finding, in the order in which a start needs the things."""
    for look in program_health.LOOKS:
        yield look()
    try:
        settings = load(arguments)
    except BadSetting as error:
        yield Finding("settings", "fail", str(error), "Correct that setting.")
        return
    except OSError as error:
        yield Finding("data folder", "fail", str(error), folder_health.CHOOSE_ANOTHER)
        return
    changed = sorted(name for name, source in settings.sources.items() if source != "default")
    yield Finding("settings", "ok", ", ".join(changed))
    for look_into in folder_health.LOOKS:
        yield look_into(settings)
