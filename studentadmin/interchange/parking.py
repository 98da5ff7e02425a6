"""An uploaded file between its preview and its commit.

Kept as the table that was read, so that a password column never reaches the disk. One JSON file,
mode 0600, under a generated name; it opens for the person who uploaded it, for a day.
"""

from __future__ import annotations

import json
import os
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask_babel import gettext as _

from studentadmin.errors import Missing
from studentadmin.interchange.plan import Choices
from studentadmin.interchange.read import Row, Table
from studentadmin.rules.dates import Order

KEPT = timedelta(hours=24)
TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")


@dataclass(frozen=True)
class Parked:
    """A file waiting for a decision; `owner` is the key of a user, `size` the bytes uploaded."""

    token: str
    owner: int
    name: str
    size: int
    at: datetime
    table: Table
    choices: Choices = field(default_factory=Choices)


def folder_in(data_dir: Path) -> Path:
    """Where parked files lie; made, closed to others, when it is not there yet."""
    folder = data_dir / "uploads" / "import"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def park(folder: Path, *, owner: int, name: str, size: int, table: Table, now: datetime) -> Parked:
    """Keep a table that was read; lets go of what has waited too long."""
    sweep(folder, now)
    parked = Parked(secrets.token_urlsafe(16), owner, name, size, now, table)
    _write(folder, parked)
    return parked


def choose(folder: Path, parked: Parked, choices: Choices) -> Parked:
    """Remember what a person decided about the columns."""
    parked = replace(parked, choices=choices)
    _write(folder, parked)
    return parked


def find(folder: Path, token: str, *, owner: int, now: datetime) -> Parked:
    """Raises Missing when there is none, it is somebody else's, or its day is over."""
    path = _path(folder, token)
    try:
        parked = _read(json.loads(path.read_text("utf-8")), token)
    except FileNotFoundError:
        parked = None
    if parked is None or parked.owner != owner or now - parked.at > KEPT:
        raise Missing(
            _("This upload is no longer here: it was written, cancelled, or is older than a day.")
        )
    return parked


def remove(folder: Path, token: str) -> None:
    """Let go of a parked file, if it is still there."""
    _path(folder, token).unlink(missing_ok=True)


def sweep(folder: Path, now: datetime) -> None:
    """Remove every file that has waited longer than a day."""
    for path in _files(folder):
        if now.timestamp() - path.stat().st_mtime > KEPT.total_seconds():
            path.unlink(missing_ok=True)


def _files(folder: Path) -> Iterator[Path]:
    yield from folder.glob("*.json")
    yield from folder.glob("*.partial")


def _path(folder: Path, token: str) -> Path:
    if not TOKEN.fullmatch(token):
        raise Missing(_("There is no such upload."))
    return folder / f"{token}.json"


def _write(folder: Path, parked: Parked) -> None:
    path = _path(folder, parked.token)
    partial = path.with_suffix(".partial")
    partial.unlink(missing_ok=True)
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        json.dump(_plain(parked), stream, ensure_ascii=False)
    partial.replace(path)


def _plain(parked: Parked) -> dict[str, Any]:
    table, choices = parked.table, parked.choices
    return {
        "owner": parked.owner,
        "name": parked.name,
        "size": parked.size,
        "at": parked.at.isoformat(),
        "header": table.header,
        "rows": [[row.line, row.surplus, *row.cells] for row in table.rows],
        "encoding": table.encoding,
        "delimiter": table.delimiter,
        "sha256": table.sha256,
        "dropped": table.dropped,
        "fields": {str(column): name for column, name in choices.fields.items()},
        "order": choices.order,
    }


def _read(plain: dict[str, Any], token: str) -> Parked:
    table = Table(
        header=tuple(plain["header"]),
        rows=tuple(Row(line, tuple(cells), surplus) for line, surplus, *cells in plain["rows"]),
        encoding=plain["encoding"],
        delimiter=plain["delimiter"],
        sha256=plain["sha256"],
        dropped=tuple(plain["dropped"]),
    )
    choices = Choices(
        fields={int(column): name for column, name in plain["fields"].items()},
        order=Order(plain["order"]) if plain["order"] else None,
    )
    at = datetime.fromisoformat(plain["at"])
    return Parked(token, plain["owner"], plain["name"], plain["size"], at, table, choices)
