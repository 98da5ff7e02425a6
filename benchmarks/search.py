"""How long does the search box take? Part of `make bench`; alone: python -m benchmarks.search.

For each question: p50 and p95 in ms of the whole service, from the text to what the box shows the
owner; beside it what lists did before, a scan with LIKE over the names, and the floor: one read of
an index and its row by bare sqlite3 in the same run. Only on a machine that does nothing else do
the numbers mean much.
"""

from __future__ import annotations

import argparse
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from benchmarks import people, register
from benchmarks.pages import SIZES
from studentadmin.app import create_app
from studentadmin.extensions import db
from studentadmin.rules import names
from studentadmin.services import search
from studentadmin.settings import load

ROLES = ("owner",)
TABLES = ("search_term", "search_suffix", "search_posting", "search_number")
QUESTIONS = {
    "two letters": "li",
    "two letters, inside": "an",
    "common name": "emma",
    "rare name": people.RARE[0],
    "two Chinese characters": people.RARE_CHINESE[1],
    "full name, Chinese": "".join(people.RARE_CHINESE),
    "one Chinese character": "王",
    "pinyin, two words": "qiu xinmiao",
    "two common words": "wang xiao",
    "initials": "qxm",
    "student number": "{number}",
    "end of a number": "{tail}",
    "class": "7B",
    "nothing": "zzxxq",
}


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--sizes", default="1k,100k,1m", help="of " + ", ".join(SIZES))
    asked.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "student-bench")
    asked.add_argument("--times", type=int, default=200)
    arguments = asked.parse_args()
    for name in arguments.sizes.lower().split(","):
        folder = register.ready(arguments.cache, SIZES[name])
        measure(folder, SIZES[name], arguments.times)


def measure(folder: Path, size: int, times: int) -> None:
    """Print one table for the register in `folder`."""
    app = create_app(load({"DATA_DIR": str(folder)}))
    with app.app_context(), closing(sqlite3.connect(folder / "register.db")) as raw:
        number = people.number_of(size // 2)
        floor = p(lambda: bare(raw, number), times)[0]
        counted = (raw.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in TABLES)
        rows = ", ".join(f"{table} {n:,}" for table, n in zip(TABLES, counted, strict=True))
        print(f"\n{size:,} students; {rows}")
        print(f"floor: one read of an index and its row by bare sqlite3: {floor:.3f} ms")
        print(f"{'question':<26}{'p50 ms':>9}{'p95 ms':>9}{'x floor':>9}{'LIKE ms':>10}{'x':>8}")
        for label, pattern in QUESTIONS.items():
            text = pattern.format(number=number, tail=number[3:])
            middle, late = p(lambda text=text: search.find(db.session, text, ROLES), times)
            scanned = p(lambda text=text: scan(raw, text), 3)[0]
            print(
                f"{label:<26}{middle:>9.2f}{late:>9.2f}{middle / floor:>9.0f}"
                f"{scanned:>10.1f}{scanned / middle:>8.1f}"
            )
        db.session.remove()
        db.engine.dispose()


def p(act: Callable[[], Any], times: int) -> tuple[float, float]:
    """p50 and p95 in ms, three warming runs apart."""
    found = []
    for _number in range(times + 3):
        began = time.perf_counter()
        act()
        found.append((time.perf_counter() - began) * 1000)
    found = sorted(found[3:])
    return statistics.median(found), found[min(len(found) - 1, int(len(found) * 0.95))]


def scan(raw: sqlite3.Connection, text: str) -> list[Any]:
    """Every word somewhere in the names or the number: what reading the table through costs."""
    words = [f"%{word}%" for word in names.fold(text).split()]
    where = " AND ".join("(search_name LIKE ? OR student_number LIKE ?)" for _word in words)
    query = f"SELECT id FROM student WHERE {where} AND +deleted_at IS NULL LIMIT 8"
    return raw.execute(query, [word for word in words for _twice in "12"]).fetchall()


def bare(raw: sqlite3.Connection, number: str) -> Any:
    query = "SELECT id, family_name, given_name FROM student WHERE student_number = ?"
    return raw.execute(query, (number,)).fetchone()


if __name__ == "__main__":
    main()
