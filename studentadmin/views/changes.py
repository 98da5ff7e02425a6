"""Everything that was written: who, when, why, from where; and its Undo."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from flask import Blueprint, Flask, redirect, render_template, request, url_for
from flask_babel import get_timezone
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from studentadmin.errors import Clash, RuleBroken
from studentadmin.extensions import db
from studentadmin.forms import words
from studentadmin.models import RECORDS, ChangeRow, ChangeSet, User
from studentadmin.services import history
from studentadmin.services import undo as undoing
from studentadmin.services.listing import PAGE
from studentadmin.services.unit import write
from studentadmin.views import access
from studentadmin.views.access import needs
from studentadmin.views.admin import pages
from studentadmin.views.admin.listing import Filter, Pager, whole_number, with_query
from studentadmin.views.answers import flash_written, refuse_here

bp = Blueprint("changes", __name__, url_prefix="/changes")
ROWS_SHOWN = 100


@dataclass(frozen=True)
class ShownChange:
    """A change set as a list shows it."""

    id: int
    url: str
    at: datetime
    who: str
    why: str
    subject: str
    source: str
    rows: int
    tables: list[str]
    undone: bool
    undo_url: str | None


@bp.get("/")
@needs("change", "view")
def index() -> str:
    """Newest first, narrowed by person, table and days (both inclusive)."""
    args = request.args
    before = whole_number(args.get("before"))
    found = history.list_changes(
        db.session,
        by=whole_number(args.get("person")),
        table=args.get("table") if args.get("table") in RECORDS else None,
        since=_midnight(args.get("from")),
        until=_midnight(args.get("to"), days=1),
        before_id=before,
        limit=PAGE + 1,
    )
    more = len(found) > PAGE
    found = found[:PAGE]
    kept = {name: value for name, value in args.items() if name != "before"}
    own = url_for(".index")
    pager = Pager(
        first=with_query(own, kept) if before else None,
        next=with_query(own, {**kept, "before": found[-1].id}) if more else None,
    )
    return render_template(
        "pages/changes.html", changes=shown(found), filters=_filters(args), pager=pager
    )


def shown(found: list[ChangeSet]) -> list[ShownChange]:
    """Change sets as lists show them, in as many queries for a hundred as for one."""
    keys = [change.id for change in found]
    undone = history.undone_by(db.session, keys)
    tables: dict[int, list[str]] = {}
    query = select(ChangeRow.change_set_id, ChangeRow.table_name).where(
        ChangeRow.change_set_id.in_(keys)
    )
    for key, table in db.session.execute(query.distinct()):
        tables.setdefault(key, []).append(words.table_label(table, many=True))
    about = {change.id: place for change in found if (place := _about_one(change))}
    rows = pages.load_rows(db.session, set(about.values()))
    labels = {(row.__tablename__, row.id): row.label for row in rows}
    return [
        ShownChange(
            id=change.id,
            url=url_for("changes.show", key=change.id),
            at=change.at,
            who=words.who_label(change.by_name),
            why=words.why_label(change.why),
            subject=labels.get(about.get(change.id, ("", 0)), ""),
            source=change.source,
            rows=change.row_count,
            tables=sorted(tables.get(change.id, [])),
            undone=change.id in undone,
            undo_url=_undo_url(change),
        )
        for change in found
    ]


def _about_one(change: ChangeSet) -> tuple[str, int] | None:
    """The record that a change set is about; None for one about many, as an import is."""
    table, key = change.subject_table, change.subject_id
    undo_of_many = change.undoes_id is not None and change.row_count > 1
    if (
        change.source in {"import", "rollover"}
        or undo_of_many
        or table not in RECORDS
        or key is None
        or not access.may(table, "view")
    ):
        return None
    return table, key


@bp.get("/<int:key>")
@needs("change", "view")
def show(key: int) -> str:
    """One change set with every row before and after."""
    return _page(history.change_set(db.session, key), [])


@bp.post("/<int:key>/undo")
@needs("change", "undo")
def undo(key: int) -> Response | tuple[str, int]:
    """Take a change set back; where fields were changed since, ask for each first."""
    change = history.change_set(db.session, key)
    decisions = _decisions(request.form)
    try:
        written = write(
            lambda unit: undoing.undo(unit, key, decisions),
            by=access.actor(),
            why="undo",
            source="undo",
            undoes=key,
        )
    except Clash as clash:
        return _page(change, _clashes(clash)), 409
    except RuleBroken as error:
        refuse_here(error)
    else:
        flash_written(written, _("The change was taken back."), _("Nothing was left to take back."))
    return redirect(url_for(".show", key=key), 303)


def _page(change: ChangeSet, clashes: list[dict[str, Any]]) -> str:
    lines = history.rows_of(db.session, change.id, limit=ROWS_SHOWN)
    _named = pages.load_named(db.session, lines)
    undone = history.undone_by(db.session, [change.id]).get(change.id)
    return render_template(
        "pages/change.html",
        change={
            "id": change.id,
            "at": change.at,
            "who": words.who_label(change.by_name),
            "why": words.why_label(change.why),
            "source": change.source,
            "rows": change.row_count,
            "undone": undone is not None,
            "undone_by": url_for(".show", key=undone) if undone else None,
            "undoes": url_for(".show", key=change.undoes_id) if change.undoes_id else None,
        },
        rows=[_row(line) for line in lines],
        more=max(0, change.row_count - ROWS_SHOWN),
        undo_url=None if undone else _undo_url(change),
        refusal=None if undone else pages.undo_refusal(change) or None,
        clashes=clashes,
        changes_url=url_for(".index"),
    )


def _row(line: ChangeRow) -> dict[str, Any]:
    row = db.session.get(RECORDS[line.table_name], line.row_id)
    seen = access.may(line.table_name, "view")
    return {
        "label": row.label if row is not None and seen else f"#{line.row_id}",
        "table": words.table_label(line.table_name),
        "url": pages.record_url(row) if row is not None else None,
        "action": line.action,
        "changes": pages.changes_of(line),
    }


def _undo_url(change: ChangeSet) -> str | None:
    return None if pages.undo_refusal(change) else url_for("changes.undo", key=change.id)


def _decisions(form: MultiDict[str, str]) -> dict[tuple[str, int, str], str]:
    words_of = {"mine": undoing.PUT_BACK, "theirs": undoing.KEEP}
    found = {}
    for name, choice in form.items():
        parts = name.removeprefix("clash-").split(".")
        key = whole_number(parts[1]) if len(parts) == 3 else None  # noqa: PLR2004
        if name.startswith("clash-") and key and choice in words_of:
            found[parts[0], key, parts[2]] = words_of[choice]
    return found


def _clashes(error: Clash) -> list[dict[str, Any]]:
    found = []
    for clash in error.clashes:
        row = db.session.get(RECORDS[clash.table], clash.row_id)
        name = words.field_label(clash.table, clash.field)
        column = RECORDS[clash.table].__table__.columns[clash.field]
        sides = {
            side: pages.shown(column, clash.table, clash.field, getattr(clash, side))
            for side in ("base", "mine", "theirs")
        }
        found.append(
            {
                "field": f"{clash.table}.{clash.row_id}.{clash.field}",
                "label": f"{row.label}: {name}" if row is not None else name,
                "who": words.who_label(clash.who),
                **sides,
            }
        )
    return found


def _midnight(text: str | None, *, days: int = 0) -> datetime | None:
    try:
        day = date.fromisoformat(text or "") + timedelta(days=days)
        return datetime.combine(day, time(), get_timezone()).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _filters(args: MultiDict[str, str]) -> list[Filter]:
    people = db.session.execute(select(User.id, User.full_name).order_by(User.full_name))
    tables = sorted((words.table_label(name, many=True), name) for name in RECORDS)
    return [
        Filter(
            "person", _("Person"), [(str(key), name) for key, name in people], args.get("person")
        ),
        Filter("table", _("Table"), [(name, label) for label, name in tables], args.get("table")),
        Filter("from", _("From day"), [], args.get("from"), "date"),
        Filter("to", _("To day"), [], args.get("to"), "date"),
    ]


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
