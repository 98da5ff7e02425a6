"""An Excel workbook (ECMA-376) written in one go, so that its first bytes leave at once.

Only what an export needs. Libraries for workbooks put the whole file on the disk before its first
byte can be sent; here a row is zipped and gone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import IO, Any, cast
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

ROWS = 1_048_576
"""Rows of a sheet, the heading among them: Excel opens no longer one."""

LONGEST = 32_767
"""Letters of a cell."""

EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - a cell has no time zone
FIRST = date(1900, 3, 1)
"""Days before it are text: Excel counts a 29 February 1900 that never was."""

DAY = timedelta(days=1)
HEADING, TEXT, DATE, INSTANT = 1, 2, 3, 4
"""Styles of `styles.xml` below, by their place."""

ILLEGAL = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
LOOKS_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
SHEET = (
    f'{XML}<worksheet xmlns="{MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1"'
    ' topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
    '<cols><col min="1" max="{columns}" width="18" customWidth="1"/></cols><sheetData>'
)
STYLES = (
    f'{XML}<styleSheet xmlns="{MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/>'
    '</font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill>'
    '<patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border>'
    '</borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>'
    '</cellStyleXfs><cellXfs count="5"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"'
    ' xfId="0"/><xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>'
    + "".join(
        f'<xf numFmtId="{shown}" fontId="0" fillId="0" borderId="0" xfId="0"'
        ' applyNumberFormat="1"/>'
        for shown in (49, 14, 22)
    )
    + '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/>'
    "</cellStyles></styleSheet>"
)

TYPES = (
    f'{XML}<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType='
    '"application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml"'
    ' ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType='
    f'"{KIND}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType='
    f'"{KIND}.styles+xml"/>{{parts}}</Types>'
)


class _Sink:
    """Takes what the zip file writes; it can neither seek nor tell, so nothing is gone back to."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []

    def write(self, data: bytes, /) -> int:
        self.parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        pass

    def taken(self) -> bytes:
        found, self.parts = b"".join(self.parts), []
        return found


def write(
    titles: Sequence[str],
    kinds: Sequence[str],
    batches: Iterable[Sequence[Sequence[Any]]],
    *,
    rows: int = ROWS,
) -> Iterator[bytes]:
    """The parts of a workbook. kinds: text, date, instant, number or bool, one for each column.

    A sheet takes `rows` rows with its heading; what does not fit begins another.
    """
    sink = _Sink()
    heading = "".join(_text(title, HEADING) for title in titles)
    cells = [CELLS[kind] for kind in kinds]
    waiting, sheets = iter(batches), 0
    rest: Sequence[Sequence[Any]] | None = []
    with ZipFile(cast("IO[bytes]", sink), "w", ZIP_DEFLATED, compresslevel=1) as packed:
        while rest is not None:
            sheets += 1
            with packed.open(f"xl/worksheets/sheet{sheets}.xml", "w") as sheet:
                sheet.write(SHEET.format(columns=max(1, len(titles))).encode())
                sheet.write(f"<row>{heading}</row>".encode())
                free = rows - 1
                while True:
                    sheet.write(_rows(cells, rest[:free]))
                    free, rest = free - len(rest[:free]), rest[free:]
                    yield sink.taken()
                    if rest or (rest := next(waiting, None)) is None or not free:
                        break
                sheet.write(b"</sheetData></worksheet>")
        for name, text in _frame(sheets):
            packed.writestr(name, text)
    yield sink.taken()


def _rows(cells: Sequence[Callable[[Any], str]], rows: Sequence[Sequence[Any]]) -> bytes:
    lines = ["".join([draw(value) for draw, value in zip(cells, row, strict=True)]) for row in rows]
    return f"<row>{'</row><row>'.join(lines)}</row>".encode() if lines else b""


def _text(value: Any, style: int = TEXT) -> str:
    if value is None or value == "":
        return "<c/>"
    text = str(value)[:LONGEST]
    if not text.isalnum():
        text = ILLEGAL.sub("\ufffd", text)
        text = escape(LOOKS_ESCAPED.sub("_x005F_", text))
    return f'<c t="inlineStr" s="{style}"><is><t xml:space="preserve">{text}</t></is></c>'


def _date(value: date | None) -> str:
    if value is None:
        return "<c/>"
    if isinstance(value, datetime):
        return _instant(value)
    if value < FIRST:
        return _text(value.isoformat())
    return f'<c s="{DATE}"><v>{value.toordinal() - EPOCH.toordinal()}</v></c>'


def _instant(value: datetime | None) -> str:
    """The office's clock: a cell knows no time zone."""
    if value is None:
        return "<c/>"
    passed = value.astimezone().replace(tzinfo=None) - EPOCH
    return f'<c s="{INSTANT}"><v>{passed / DAY:.9f}</v></c>'


def _number(value: float | None) -> str:
    return "<c/>" if value is None else f"<c><v>{value}</v></c>"


def _bool(value: bool | None) -> str:
    return "<c/>" if value is None else f'<c t="b"><v>{int(value)}</v></c>'


CELLS: dict[str, Callable[[Any], str]] = {
    "text": _text,
    "date": _date,
    "instant": _instant,
    "number": _number,
    "bool": _bool,
}


def _frame(sheets: int) -> Iterator[tuple[str, str]]:
    """The files that make sheets a workbook."""
    numbers = range(1, sheets + 1)
    parts = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{KIND}.worksheet+xml"/>'
        for n in numbers
    )
    yield "[Content_Types].xml", TYPES.format(parts=parts)
    yield "_rels/.rels", _relations([("officeDocument", "xl/workbook.xml")])
    named = "".join(f'<sheet name="{n}" sheetId="{n}" r:id="rId{n}"/>' for n in numbers)
    yield (
        "xl/workbook.xml",
        f'{XML}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{named}</sheets></workbook>',
    )
    own = [("worksheet", f"worksheets/sheet{n}.xml") for n in numbers]
    yield "xl/_rels/workbook.xml.rels", _relations([*own, ("styles", "styles.xml")])
    yield "xl/styles.xml", STYLES


def _relations(targets: Sequence[tuple[str, str]]) -> str:
    lines = "".join(
        f'<Relationship Id="rId{n}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets, 1)
    )
    return f'{XML}<Relationships xmlns="{PACKAGE}/relationships">{lines}</Relationships>'
