"""The rows of a table, filled into markup that was drawn once."""

from __future__ import annotations

import re

from flask import Flask, render_template_string

from studentadmin.views.admin.columns import Cell
from studentadmin.views.admin.listing import ShownRow

TABLE = (
    '{% from "_macros/tables.html" import data_table %}{{ data_table(columns, rows, "Students") }}'
)
BAD = "<b>&\"'\0%s{}"
ESCAPED = "&lt;b&gt;&amp;&#34;&#39;\0%s{}"


def table(pages_app: Flask, cells: list[Cell], url: str = "/students/1") -> list[str]:
    """The cells of a table of one row, as markup."""
    columns = [{"label": BAD, "kind": cell.kind} for cell in cells]
    with pages_app.test_request_context():
        html = render_template_string(TABLE, columns=columns, rows=[ShownRow(1, url, cells)])
    body = html.partition("<tbody")[2]
    assert "<b>" not in html
    return re.findall(r"<(?:td|th)\b.*?</(?:td|th)>", body, re.DOTALL)


def test_every_value_is_escaped_wherever_it_stands(pages_app: Flask) -> None:
    cells = [
        Cell(BAD),
        Cell(BAD, "person"),
        Cell(BAD, "chip", tone=BAD),
        Cell(BAD, url=f"/x?{BAD}"),
        Cell(BAD, "date"),
    ]
    for markup in table(pages_app, cells, f"/students/{BAD}"):
        assert ESCAPED in markup, markup


def test_a_cell_is_drawn_by_what_it_holds(pages_app: Flask) -> None:
    number, name, plain, state, empty, hidden, linked = table(
        pages_app,
        [
            Cell("007"),
            Cell("Smith, Ann", "person"),
            Cell("男"),
            Cell("Left", "chip", tone="warning"),
            Cell(None),
            Cell("secret", masked=True),
            Cell("7b", url="/homerooms/7"),
        ],
    )
    assert '<a href="/students/1">007</a>' in number
    assert number.startswith('<th scope="row"')
    assert '<a href="/students/1"><span class="avatar' in name
    assert 'data-initials="SA"' in name
    assert name.endswith("<span>Smith, Ann</span></a></td>")
    assert plain.endswith(">男</td>")
    assert '<span class="chip chip-warning">Left</span>' in state
    assert ">–</span>" in empty
    assert "secret" not in hidden
    assert "You may not see this field" in hidden
    assert '<a href="/homerooms/7">7b</a>' in linked


def test_a_row_without_a_page_leads_nowhere(pages_app: Flask) -> None:
    for markup in table(pages_app, [Cell("007"), Cell("Smith", "person")], ""):
        assert "<a" not in markup
