"""Rows of the register as a file, written while they are read: CSV and JSON lines.

Whoever takes the parts of a file may stop at any time; nothing more is read then.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from studentadmin.interchange import formulas, workbook

Batches = Iterable[Sequence[Sequence[Any]]]
"""Rows as they come from the database, many at a time: text, date, int, bool or None."""

RISKY = frozenset({*formulas.RUNS, "'"})
"""First letters of what `formulas.guard` may change."""


class Column(NamedTuple):
    """A column of a file: `name` for programs, `title` for people.

    kind: text, date, instant, number or bool.
    """

    name: str
    title: str
    kind: str = "text"


@dataclass(frozen=True)
class Format:
    """A kind of file and what writes it."""

    name: str
    label: str
    mimetype: str
    write: Callable[[Sequence[Column], Batches], Iterator[bytes]]


def csv_file(columns: Sequence[Column], batches: Batches) -> Iterator[bytes]:
    """UTF-8 with a byte order mark, for Excel; texts that a spreadsheet would run are guarded."""
    stream = io.StringIO()
    writer = csv.writer(stream)
    stream.write("\ufeff")
    writer.writerow([formulas.guard(column.title) for column in columns])
    yield _taken(stream)
    for batch in batches:
        writer.writerows(map(_csv_row, batch))
        yield _taken(stream)


def _csv_row(row: Sequence[Any]) -> list[Any]:
    return [
        formulas.guard(value)
        if value.__class__ is str and value[:1] in RISKY
        else str(value).lower()
        if value.__class__ is bool
        else value
        for value in row
    ]


def _taken(stream: io.StringIO) -> bytes:
    text = stream.getvalue()
    stream.seek(0)
    stream.truncate()
    return text.encode()


def json_lines(columns: Sequence[Column], batches: Batches) -> Iterator[bytes]:
    """One object in a line; dates are ISO 8601, what is not there is null."""
    names = [column.name for column in columns]
    write = json.JSONEncoder(ensure_ascii=False, default=_iso).encode
    for batch in batches:
        lines = [write(dict(zip(names, row, strict=True))) for row in batch]
        yield ("\n".join(lines) + "\n").encode() if lines else b""


def _iso(value: Any) -> str:
    return value.isoformat()  # type: ignore[no-any-return]


def excel_file(columns: Sequence[Column], batches: Batches) -> Iterator[bytes]:
    """A workbook: numbers of students and other texts as text, dates as dates."""
    kinds = [column.kind for column in columns]
    return workbook.write([column.title for column in columns], kinds, batches)


FORMATS = {
    found.name: found
    for found in (
        Format("csv", "CSV", "text/csv; charset=utf-8", csv_file),
        Format(
            "xlsx",
            "Excel",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            excel_file,
        ),
        Format("jsonl", "JSON", "application/jsonl; charset=utf-8", json_lines),
    )
}
