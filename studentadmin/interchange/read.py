"""A text table of any school becomes rows of cells with the lines they stand on.

Columns that hold passwords are dropped here, before anybody else sees the file.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import gettext as _

from studentadmin.errors import BadFile
from studentadmin.interchange.encodings import decode
from studentadmin.interchange.formulas import unguard
from studentadmin.interchange.headers import is_secret

DELIMITERS = (",", ";", "\t", "|")
MAX_COLUMNS = 400
MAX_ROWS = 200_000
SNIFFED_ROWS = 50


@dataclass(frozen=True)
class Row:
    """The cells of one row, as many as there are headings; `line` counts from 1.

    `surplus`: the row had more filled cells than there are headings, so it cannot be trusted.
    """

    line: int
    cells: tuple[str, ...]
    surplus: bool = False


@dataclass(frozen=True)
class Table:
    """A file as read. `dropped` names the columns that were never taken in."""

    header: tuple[str, ...]
    rows: tuple[Row, ...]
    encoding: str
    delimiter: str
    sha256: str
    dropped: tuple[str, ...] = ()


def read_table(data: bytes, encoding: str | None = None) -> Table:
    """Read the bytes of a CSV file, finding out encoding and delimiter.

    Blank rows and empty columns at the end are left out. Raises BadFile with what to do instead.
    """
    _refuse_other_kinds(data)
    text, name = decode(data, encoding)
    if "\0" in text:
        raise BadFile(_("This is not a text file. Save the table as CSV and import that."))
    first, _newline, rest = text.partition("\n")
    if first.strip().lower().startswith("sep=") and len(first.strip()) == len("sep=,"):
        delimiter, text, skipped = first.strip()[-1], rest, 1
    else:
        delimiter, skipped = _delimiter(text), 0
    records = [
        (line + skipped, cells)
        for line, cells in _records(text, delimiter)
        if any(cell.strip() for cell in cells)
    ]
    if not records:
        raise BadFile(_("The file is empty."))
    return _table(records, name, delimiter, hashlib.sha256(data).hexdigest())


def _refuse_other_kinds(data: bytes) -> None:
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise BadFile(
            _(
                "This is a workbook or an archive, not a text table."
                " In Excel choose “Save as”, “CSV UTF-8”, and import that file."
            )
        )
    if data.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8")):
        raise BadFile(_("This is a picture or a document. Save the table as CSV and import that."))


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Records with the line each begins on; a quoted cell may run over several lines."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise BadFile(
            _(
                "Line %(line)s cannot be read: a quotation mark is missing or stands in the"
                " middle of a cell. Mend that line and import again.",
                line=line,
            )
        ) from error


def _delimiter(text: str) -> str:
    """The character that cuts the most rows into as many cells as the first has."""

    def score(delimiter: str) -> tuple[float, int]:
        widths: list[int] = []
        try:
            for _line, cells in _records(text, delimiter):
                if any(cell.strip() for cell in cells):
                    widths.append(len(_trimmed(cells)) if widths else len(cells))
                if len(widths) >= SNIFFED_ROWS:
                    break
        except BadFile:
            return 0, 0
        if not widths or widths[0] == 1:
            return 0, 0
        fitting = sum(1 for width in widths[1:] if 1 < width <= widths[0])
        return (fitting + 1) / len(widths), widths[0]

    return max(DELIMITERS, key=score)


def _trimmed(cells: list[str]) -> list[str]:
    """Without the empty cells at the end."""
    end = len(cells)
    while end and not cells[end - 1].strip():
        end -= 1
    return cells[:end]


def _table(records: list[tuple[int, list[str]]], encoding: str, delimiter: str, sha: str) -> Table:
    (_line, heading), *body = records
    width = len(_trimmed(heading))
    if width > MAX_COLUMNS or len(body) > MAX_ROWS:
        raise BadFile(
            _(
                "The file is too large: at most %(rows)s rows of %(columns)s columns."
                " Cut it into parts.",
                rows=MAX_ROWS,
                columns=MAX_COLUMNS,
            )
        )
    secret = [column for column in range(width) if is_secret(heading[column])]
    kept = [column for column in range(width) if column not in secret]
    header = _names([heading[column] for column in kept])
    rows = tuple(
        Row(
            line,
            tuple(unguard(cells[column]).strip() if column < len(cells) else "" for column in kept),
            surplus=len(_trimmed(cells)) > width,
        )
        for line, cells in body
    )
    dropped = tuple(heading[column].strip() for column in secret)
    return Table(header, rows, encoding, delimiter, sha, dropped)


def _names(headings: list[str]) -> tuple[str, ...]:
    """Every column has a name of its own, so that a person can tell them apart."""
    names: list[str] = []
    for number, heading in enumerate(headings, start=1):
        name = " ".join(heading.split()) or _("Column %(number)s", number=number)
        copy = 2
        unique = name
        while unique in names:
            unique = f"{name} ({copy})"
            copy += 1
        names.append(unique)
    return tuple(names)
