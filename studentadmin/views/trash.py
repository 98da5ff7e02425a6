"""What was removed, and the way back."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, render_template, request, url_for
from sqlalchemy import select

from studentadmin.extensions import db
from studentadmin.forms import words
from studentadmin.models import RECORDS, ChangeRow, Record, Student
from studentadmin.services import history
from studentadmin.services.listing import PAGE, ListQuery, Sort
from studentadmin.services.student import merged_students
from studentadmin.views import access
from studentadmin.views.access import needs
from studentadmin.views.admin import pages
from studentadmin.views.admin.listing import Pager, count_text, whole_number

bp = Blueprint("trash", __name__)
NEWEST_FIRST = (Sort("deleted_at", descending=True),)


@bp.get("/trash")
@needs("trash", "view")
def index() -> str:
    """One table page by page, or the newest of all tables; newest first."""
    counts = {table: _count(table) for table in words.FORMS if access.may(table, "view")}
    kinds = [
        (table, f"{words.table_label(table, many=True)} ({count_text(count)})")
        for table, count in counts.items()
        if count
    ]
    kind = request.args.get("kind")
    pager = Pager()
    if kind in counts:
        rows, pager = _page(kind)
    else:
        kind = None
        found = [row for table, _label in kinds for row in _newest(table)]
        rows = sorted(found, key=lambda row: (row.deleted_at, -row.id), reverse=True)[:PAGE]
    places = {(row.__tablename__, row.id) for row in rows}
    removed = history.removals(db.session, places)
    _named = pages.load_rows(db.session, places)
    merges = merged_students(db.session, [row.id for row in rows if isinstance(row, Student)])
    items = [_item(row, removed.get((row.__tablename__, row.id)), merges) for row in rows]
    return render_template("pages/trash.html", items=items, kinds=kinds, kind=kind, pager=pager)


def _count(table: str) -> int:
    return ListQuery(RECORDS[table], trash=True).count(db.session)


def _newest(table: str, after: int | None = None) -> list[Record]:
    page = ListQuery(RECORDS[table], trash=True).read(db.session, (), NEWEST_FIRST, after=after)
    model = RECORDS[table]
    keys = [line.id for line in page.rows]
    by_key = {row.id: row for row in db.session.scalars(select(model).where(model.id.in_(keys)))}
    return [by_key[key] for key in keys]


def _page(table: str) -> tuple[list[Record], Pager]:
    after = whole_number(request.args.get("after"))
    rows = _newest(table, after)
    more = len(rows) == PAGE
    return rows, Pager(
        first=url_for(".index", kind=table) if after else None,
        next=url_for(".index", kind=table, after=rows[-1].id) if more else None,
    )


def _item(row: Record, line: ChangeRow | None, merges: dict[int, Student]) -> dict[str, Any]:
    table = row.__tablename__
    refusal = access.refusal(table, "restore")
    merged = merges.get(row.id) if table == "student" else None
    return {
        "merged": merged and {"name": merged.label, "url": pages.record_url(merged)},
        "kind": words.table_label(table),
        "title": row.label,
        "url": pages.record_url(row),
        "at": row.deleted_at,
        "who": words.who_label(line.change_set.by_name) if line else "",
        "restore_url": None if refusal else url_for(f"{table}.restore_view", key=pages.key_of(row)),
        "refusal": refusal or None,
        "change_url": url_for("changes.show", key=line.change_set_id) if line else None,
    }


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
