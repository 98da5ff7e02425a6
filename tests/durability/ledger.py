"""What the register holds, measured against what was sent to it and what it acknowledged."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

TABLES = ("student", "enrolment")
KEPT_APART = frozenset({"version", "created_at", "updated_at"})


Place = tuple[str, int]
"""A table and the key of a row in it."""
Mark = tuple[str, str, str, str]
"""Table, action, column and value by which a line of history is known to be of one write only."""


@dataclass(frozen=True)
class Write:
    """One request that writes: its name, the tables it must touch, what its history must show."""

    key: str
    path: str
    data: dict[str, str]
    touches: frozenset[str]
    mark: Mark


@dataclass
class Ledger:
    """Every write that was sent; the acknowledged ones; what has been found wrong."""

    file: Path
    sent: dict[str, Write] = field(default_factory=dict)
    acknowledged: set[str] = field(default_factory=set)
    lost: list[str] = field(default_factory=list)
    half: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    first_set: int = 0
    """Change sets up to this one are of the setting-up, not of the rounds."""

    @property
    def faults(self) -> list[str]:
        return [*self.lost, *self.half, *self.doubled]

    def begin(self) -> None:
        """Everything in the register now was there before the first round."""
        with closing(self._open()) as register:
            self.first_set = register.execute("SELECT max(id) FROM change_set").fetchone()[0]

    def check(self) -> None:
        """Read the whole register; hold it against its history and against what was sent."""
        with closing(self._open()) as register:
            lines = register.execute(
                "SELECT * FROM change_row WHERE change_set_id > ? ORDER BY id", [self.first_set]
            ).fetchall()
            sets = register.execute(
                "SELECT id, row_count FROM change_set WHERE id > ?", [self.first_set]
            ).fetchall()
            held = {
                (table, row["id"]): dict(row)
                for table in TABLES
                for row in register.execute(f"SELECT * FROM {table}")
            }
        history = History()
        for line in lines:
            history.add(line)
        self._check_sets(dict(sets), history)
        self._check_rows(held, history)

    def _check_sets(self, row_counts: dict[int, int], history: History) -> None:
        keys = {write.mark: key for key, write in self.sent.items()}
        times: Counter[str] = Counter()
        for number, count in row_counts.items():
            touched = history.touched.pop(number, [])
            if count != len(touched):
                self.half.append(f"change set {number}: {len(touched)} of {count} lines")
            found = {keys[mark] for mark in history.marks.get(number, ()) if mark in keys}
            if len(found) != 1:
                self.doubled.append(f"change set {number} is of {found or 'nobody'}")
                continue
            times.update(found)
            write = self.sent[found.pop()]
            if set(touched) != write.touches:
                self.half.append(f"{write.key} touched only {touched}")
        self.half += [f"lines of a change set {number} without it" for number in history.touched]
        self.doubled += [f"{key} was written {n} times" for key, n in times.items() if n > 1]
        self.lost += [f"{key} is missing" for key in sorted(self.acknowledged - times.keys())]

    def _check_rows(self, held: dict[Place, dict[str, Any]], history: History) -> None:
        """Each row is what its history adds up to, and as new as its last line says."""
        told = history.told
        self.half += [f"{place} has no history" for place in held.keys() - told.keys()]
        self.half += [f"{place} has a history only" for place in told.keys() - held.keys()]
        self.doubled += history.repeated
        for place in held.keys() & told.keys():
            row = held[place]
            differing = [
                name
                for name, value in told[place].items()
                if name not in KEPT_APART and _plain(row[name]) != _plain(value)
            ]
            if differing:
                self.half.append(f"{place}: {differing} are not what the history says")
            if row["version"] != history.versions[place]:
                self.half.append(f"{place}: version {row['version']} is not in the history")

    def _open(self) -> sqlite3.Connection:
        register = sqlite3.connect(f"{self.file.as_uri()}?mode=ro", uri=True)
        register.row_factory = sqlite3.Row
        return register


class History:
    """What the lines of history tell, added up from the first to the last."""

    def __init__(self) -> None:
        self.told: dict[Place, dict[str, Any]] = {}
        self.versions: dict[Place, int] = {}
        self.touched: dict[int, list[str]] = {}
        self.marks: dict[int, set[Mark]] = {}
        self.repeated: list[str] = []

    def add(self, line: sqlite3.Row) -> None:
        place = table, _row = line["table_name"], line["row_id"]
        after = json.loads(line["after"])
        row = self.told.setdefault(place, {})
        row.update(after)
        if line["version"] <= self.versions.get(place, 0):
            self.repeated.append(f"{place}: version {line['version']} twice")
        self.versions[place] = line["version"]
        self.touched.setdefault(line["change_set_id"], []).append(table)
        named = {**after, "student_number": row.get("student_number")}
        marks = {(table, line["action"], name, str(value)) for name, value in named.items()}
        self.marks.setdefault(line["change_set_id"], set()).update(marks)


def _plain(value: Any) -> Any:
    """The same instant in two spellings is the same value."""
    if isinstance(value, str) and len(value) > len("2026-09-01") and value[:4].isdigit():
        try:
            return datetime.fromisoformat(value).replace(tzinfo=None)
        except ValueError:
            return value
    return value
