"""Markup that a page repeats hundreds of times: drawn once by a macro with holes, filled here.

A macro called for each cell costs more than all else of a list. The markup stays in macros; what
is put into a hole is escaped, whatever it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from flask import Flask
from markupsafe import Markup, escape

from studentadmin.views.filters import initials, tone

HOLE = Markup("\0")  # stands in no text: browsers send none, and forms refuse it


class Frame(NamedTuple):
    """What stands around the cells of a column; `names_row`: its cells lead to the row's page."""

    opening: str
    closing: str
    names_row: bool
    first: bool


def frame(opening: str, closing: str, names_row: bool, first: bool) -> Frame:
    return Frame(str(opening), str(closing), bool(names_row), bool(first))


def body_of(
    rows: Iterable[Any], frames: Sequence[Frame], drawn: Mapping[str, str], ending: str
) -> Markup:
    """The rows of a table (url, cells) as markup.

    `drawn` has, with holes: row (url and, where rows are chosen, id), plain_row (id, likewise),
    chip (tone, text), link (url, text), person (url, tone, initials, text), and without: hidden,
    nothing. `ending` closes a row.
    """
    row_before, *row_rest = drawn["row"].split(HOLE)
    plain_before, *plain_rest = drawn["plain_row"].split(HOLE)
    hidden, nothing = str(drawn["hidden"]), str(drawn["nothing"])
    chip, link, person = (drawn[name].split(HOLE) for name in ("chip", "link", "person"))
    parts: list[str] = []
    put, put_all = parts.append, parts.extend
    for row in rows:
        own = escape(row.url) if row.url else ""
        if own:
            put_all((row_before, own, row_rest[0]))
        else:
            put(plain_before)
        for rest in row_rest[1:] if own else plain_rest:
            put_all((str(row.id), rest))
        for (opening, closing, names_row, first), cell in zip(frames, row.cells, strict=False):
            text, kind = cell.text, cell.kind
            url = escape(cell.url) if cell.url else own if names_row else ""
            put(opening)
            if cell.masked:
                put(hidden)
            elif not text:
                put_all((link[0], url, link[1], nothing, link[2]) if first and url else (nothing,))
            elif kind == "chip" and not url:
                put_all((chip[0], escape(cell.tone or "neutral"), chip[1], escape(text), chip[2]))
            elif not url:
                put(escape(text))
            elif kind == "person":
                marks = (str(tone(text)), person[2], escape(initials(text)))
                put_all((person[0], url, person[1], *marks, person[3], escape(text), person[4]))
            else:
                put_all((link[0], url, link[1], escape(text), link[2]))
            put(closing)
        put(ending)
    return Markup("".join(parts))  # noqa: S704 - of macros and escaped values


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(hole=HOLE, frame=frame, body_of=body_of)
