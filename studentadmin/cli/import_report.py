"""The preview of an import on a terminal."""

from __future__ import annotations

from collections.abc import Iterable

import click
from flask_babel import gettext as _

from studentadmin.interchange import labels
from studentadmin.interchange.preview import Outcome, Preview, PreviewRow

SAMPLES = 3
LISTED = 50


def print_preview(preview: Preview, file_name: str) -> None:
    """Counts, notes, some rows of each kind, every refusal (the first 50) with its cure."""
    table = preview.table
    click.echo(
        _(
            "%(file)s: %(rows)s rows, %(encoding)s",
            file=file_name,
            rows=len(table.rows),
            encoding=table.encoding,
        )
    )
    for column in preview.plan.columns:
        if column.field:
            click.echo(f"  {column.heading} → {labels.field(column.field)}")
    click.echo("")
    for note in preview.notes:
        click.echo(f"- {note}")
    click.echo("")
    click.echo(
        "  ".join(f"{labels.OUTCOMES[name]}: {count}" for name, count in preview.counts.items())
    )
    _samples(preview)
    _refusals(preview)
    _warnings(row for row in preview.rows if row.outcome is not Outcome.CLASH)
    for column in preview.plan.questions:
        click.echo(
            _(
                "? “%(column)s” does not prove how its dates are written (%(samples)s)."
                " Say it with --date-order dmy, mdy or ymd.",
                column=column.heading,
                samples=", ".join(column.samples),
            )
        )
    for problem in preview.problems:
        click.echo(f"! {problem}")


def _samples(preview: Preview) -> None:
    for outcome in (Outcome.NEW, Outcome.CHANGED):
        rows = [row for row in preview.rows if row.outcome is outcome]
        for row in rows[:SAMPLES]:
            click.echo("")
            click.echo(f"{labels.OUTCOMES[outcome.value]}: {row.number} {row.name}")
            for change in row.changes:
                old = labels.value(change.field, change.old)
                new = labels.value(change.field, change.new)
                arrow = f"{old} → {new}" if old else new
                click.echo(f"    {labels.field(change.field)}: {arrow}")
        _more(len(rows) - SAMPLES)


def _refusals(preview: Preview) -> None:
    lines = [line for row in preview.rows for line in _of_row(row)]
    if lines:
        click.echo("")
    for line in lines[:LISTED]:
        click.echo(line)
    _more(len(lines) - LISTED)


def _of_row(row: PreviewRow) -> Iterable[str]:
    if row.outcome is Outcome.CLASH:
        yield _("Line %(line)s: %(reason)s", line=row.line, reason=" ".join(row.warnings))
    for refusal in row.refusals:
        cell = f"{refusal.heading} “{refusal.value}”: " if refusal.heading else ""
        reason = f"{cell}{refusal.rule} {refusal.cure}"
        yield _("Line %(line)s: %(reason)s", line=row.line, reason=reason)


def _warnings(rows: Iterable[PreviewRow]) -> None:
    lines = [
        _("Line %(line)s: %(reason)s", line=row.line, reason=warning)
        for row in rows
        for warning in row.warnings
    ]
    if not lines:
        return
    click.echo("")
    click.echo(_("Worth a second look:"))
    for line in lines[:SAMPLES]:
        click.echo(f"  {line}")
    _more(len(lines) - SAMPLES)


def _more(count: int) -> None:
    if count > 0:
        click.echo("  " + _("… and %(count)s more", count=count))
