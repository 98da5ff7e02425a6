"""Rows as files: every value comes back as it went out, and a file begins before it is whole."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studentadmin.interchange import formulas, workbook
from studentadmin.interchange.exporting import FORMATS, Column

NAMESPACE = {"m": workbook.MAIN}
HEAD = [
    Column("number", "学号"),
    Column("born", "Birth date", "date"),
    Column("size", "Size", "number"),
    Column("here", "Here", "bool"),
]
ROWS: list[tuple[Any, ...]] = [
    ("007", date(2012, 2, 29), 31, True),
    ("=1+1", None, 0, False),
    ('a "quoted",\nline', date(1899, 5, 1), None, None),
    (None, None, -3, None),
]


def whole(name: str, rows: Sequence[Sequence[Any]], head: Sequence[Column] = HEAD) -> bytes:
    return b"".join(FORMATS[name].write(head, [rows[:2], rows[2:]]))


def sheets(content: bytes) -> list[list[list[Any]]]:
    """The cells of each sheet as Excel reads them: text, number, date or None."""
    packed = ZipFile(io.BytesIO(content))
    assert packed.testzip() is None
    related = packed.read("xl/_rels/workbook.xml.rels").decode()
    found = []
    for name in re.findall(r'Target="(worksheets/[^"]+)"', related):
        rows = ElementTree.fromstring(packed.read(f"xl/{name}")).iterfind(".//m:row", NAMESPACE)
        found.append([[_cell(cell) for cell in row] for row in rows])
    return found


def _cell(cell: ElementTree.Element) -> Any:
    text = cell.findtext("m:is/m:t", None, NAMESPACE)
    if text is not None:
        return re.sub("_x([0-9A-Fa-f]{4})_", lambda found: chr(int(found[1], 16)), text)
    value = cell.findtext("m:v", None, NAMESPACE)
    if value is None:
        return None
    if cell.get("t") == "b":
        return value == "1"
    if cell.get("s") == str(workbook.DATE):
        return date(1899, 12, 30) + timedelta(days=int(value))
    return float(value)


def test_csv_is_for_excel_and_safe() -> None:
    content = whole("csv", ROWS)
    assert content.startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert lines == [
        ["学号", "Birth date", "Size", "Here"],
        ["007", "2012-02-29", "31", "true"],
        ["'=1+1", "", "0", "false"],
        ['a "quoted",\nline', "1899-05-01", "", ""],
        ["", "", "-3", ""],
    ]


@given(st.text())
def test_any_text_comes_back_from_csv(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        return
    content = b"".join(FORMATS["csv"].write(HEAD[:1], [[(text,)]])).decode("utf-8-sig")
    if "\0" in text:
        return  # no reader of CSV knows it, and no form takes it
    *_head, (cell,) = csv.reader(io.StringIO(content, newline="")) if text else [[""]]
    assert not cell.startswith(formulas.RUNS)
    assert formulas.unguard(cell) == text


def test_json_keeps_what_things_are() -> None:
    lines = [json.loads(line) for line in whole("jsonl", ROWS).splitlines()]
    assert lines[0] == {"number": "007", "born": "2012-02-29", "size": 31, "here": True}
    assert lines[2]["number"] == 'a "quoted",\nline'
    assert lines[3] == {"number": None, "born": None, "size": -3, "here": None}


def test_excel_has_numbers_of_students_as_text_and_dates_as_dates() -> None:
    (sheet,) = sheets(whole("xlsx", ROWS))
    assert sheet == [
        ["学号", "Birth date", "Size", "Here"],
        ["007", date(2012, 2, 29), 31, True],
        ["=1+1", None, 0, False],
        ['a "quoted",\nline', "1899-05-01", None, None],
        [None, None, -3, None],
    ]


def test_excel_has_instants_on_the_clock_of_the_office() -> None:
    head, at = [Column("at", "At", "instant")], datetime(2026, 9, 1, 6, 0, tzinfo=UTC)
    (sheet,) = sheets(whole("xlsx", [(at,)], head))
    shown = datetime(1899, 12, 30) + timedelta(days=sheet[1][0])  # noqa: DTZ001
    assert abs(shown - at.astimezone().replace(tzinfo=None)) < timedelta(seconds=1)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=40))
def test_any_text_comes_back_from_excel(text: str) -> None:
    (sheet,) = sheets(whole("xlsx", [(text,)], HEAD[:1]))
    assert sheet[1] == [text.translate({0xFFFE: 0xFFFD, 0xFFFF: 0xFFFD}) or None]


@pytest.mark.parametrize("text", ["_x0041_", "__x0041_", "<b>&]]>", " spaces ", "\x0b\x00"])
def test_what_xml_would_change_is_written_so_that_it_stays(text: str) -> None:
    (sheet,) = sheets(whole("xlsx", [(text,)], HEAD[:1]))
    assert sheet[1] == [workbook.ILLEGAL.sub("\ufffd", text)]


@pytest.mark.parametrize(("count", "lengths"), [(0, [1]), (3, [4]), (4, [4, 2]), (7, [4, 4, 2])])
def test_more_rows_than_a_sheet_takes_go_on_in_another(count: int, lengths: list[int]) -> None:
    rows = [(f"{number}",) for number in range(count)]
    batches = [rows[:2], rows[2:]]
    found = sheets(b"".join(workbook.write(["n"], ["text"], batches, rows=4)))
    assert [len(sheet) for sheet in found] == lengths
    assert [cell for sheet in found for (cell,) in sheet[1:]] == [row[0] for row in rows]


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_leaves_while_rows_come_and_ends_with_its_taker(name: str) -> None:
    asked: list[int] = []

    def batches() -> Iterator[list[tuple[str]]]:
        for number in range(1000):
            asked.append(number)
            yield [(f"{number}-{n}",) for n in range(100)]

    parts = FORMATS[name].write(HEAD[:1], batches())
    taken = sum(len(next(parts)) for _each in range(5))
    assert taken
    assert len(asked) <= 5
    parts.close()  # type: ignore[attr-defined]
    assert len(asked) <= 5
