"""Chosen rows between their choice and the commit: what was chosen, tried, and how far it is.

One JSON file each, mode 0600, under a generated name; it opens for the person who chose, for a day.
How far the work is stands in a small file beside it, so that any process may be asked; that it is
done stands in the register alone, as a change set with the job's token for a key.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import time
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask_babel import gettext as _

from studentadmin.errors import Missing

KEPT = timedelta(hours=24)
SILENT = 120.0
"""Seconds after which work of another process that says nothing has been ended with it."""
TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")
RUN = secrets.token_hex(8)
"""Names this process in the files that others read."""


@dataclass
class Job:
    """`kind` is edit or delete, `keys` the rows chosen, `back` the address of the list.

    `entries` are the operations as plain values; `pinned` the rows to be written as (key, version,
    group); `found` what the preview shows.
    """

    owner: int
    table: str
    kind: str
    keys: list[int]
    back: str
    at: str
    token: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    entries: list[dict[str, Any]] = field(default_factory=list)
    pinned: list[list[int]] = field(default_factory=list)
    found: dict[str, Any] = field(default_factory=dict)


@dataclass
class State:
    """`step`: chosen, looking, ready, writing, done, failed; `message` says why it failed."""

    step: str = "chosen"
    done: int = 0
    total: int = 0
    message: str = ""
    change_set: int | None = None
    told: bool = False
    run: str = RUN
    beat: float = 0.0

    @property
    def works(self) -> bool:
        return self.step in {"looking", "writing"}


class Shelf:
    """The folder of the jobs."""

    def __init__(self, data_dir: Path) -> None:
        self.folder = data_dir / "uploads" / "bulk"

    def put(self, job: Job) -> None:
        """Keep a job as it is now; lets go of what has waited too long."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.sweep(time.time())
        self._write(self._path(job.token), asdict(job))

    def find(self, token: str, *, owner: int, table: str, kind: str, now: datetime) -> Job:
        """Raises Missing when there is none, it is somebody else's, or its day is over."""
        try:
            job = Job(**json.loads(self._path(token).read_text("utf-8")))
        except FileNotFoundError:
            job = None
        asked = (owner, table, kind)
        if (
            job is None
            or (job.owner, job.table, job.kind) != asked
            or now - datetime.fromisoformat(job.at) > KEPT
        ):
            raise Missing(_("These rows are no longer chosen. Go back to the list, choose again."))
        return job

    def tell(self, token: str, state: State) -> None:
        """Keep how far the work is."""
        state.beat = time.time()
        self._write(self._path(token, "state"), asdict(state))

    def state(self, token: str) -> State:
        try:
            return State(**json.loads(self._path(token, "state").read_text("utf-8")))
        except FileNotFoundError:
            return State()

    def ask_to_end(self, token: str) -> None:
        """Have the work end before its next piece, in whatever process it runs."""
        self._path(token, "cancel").touch(mode=0o600)

    def should_end(self, token: str) -> bool:
        return self._path(token, "cancel").exists()

    def go_on(self, token: str) -> None:
        """Forget that it should end: the person begins anew."""
        self._path(token, "cancel").unlink(missing_ok=True)

    def remove(self, token: str) -> None:
        for ending in ("json", "state", "cancel"):
            self._path(token, ending).unlink(missing_ok=True)

    def sweep(self, now: float) -> None:
        """Remove what has lain longer than a day."""
        for path in self.folder.glob("*.*"):
            if now - path.stat().st_mtime > KEPT.total_seconds():
                path.unlink(missing_ok=True)

    def _path(self, token: str, ending: str = "json") -> Path:
        if not TOKEN.fullmatch(token):
            raise Missing(_("There is no such choice of rows."))
        return self.folder / f"{token}.{ending}"

    @staticmethod
    def _write(path: Path, plain: dict[str, Any]) -> None:
        partial = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            json.dump(plain, stream, ensure_ascii=False)
        partial.replace(path)
