"""A preview of an import in the shape its page shows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import format_date
from flask_babel import gettext as _

from studentadmin.interchange import headers, labels
from studentadmin.interchange.encodings import OFFERED as ENCODINGS
from studentadmin.interchange.parking import Parked
from studentadmin.interchange.plan import Plan
from studentadmin.interchange.preview import Outcome, Preview, PreviewRow
from studentadmin.models import ImportJob, Student
from studentadmin.rules import dates, rights
from studentadmin.rules.dates import Order
from studentadmin.services.unit import Actor
from studentadmin.views.access import may
from studentadmin.views.admin.listing import Pager

__all__ = ["ENCODINGS", "context", "in_short", "may_undo", "students_url"]

PAGE = 50


def context(
    parked: Parked, preview: Preview, args: Mapping[str, str], today: date
) -> dict[str, Any]:
    """The variables of pages/import_preview.html but for its URLs."""
    shown = args.get("shown", "")
    rows = [row for row in preview.rows if not shown or row.outcome.value == shown]
    start = int(args["from"]) if args.get("from", "").isdecimal() else 0
    start = min(start, max(0, len(rows) - 1)) // PAGE * PAGE
    tones = [("danger", problem) for problem in preview.problems]
    return {
        "file": {
            "name": parked.name,
            "size": parked.size,
            "rows": len(parked.table.rows),
            "encoding": parked.table.encoding,
            "delimiter": parked.table.delimiter,
        },
        "counts": preview.counts,
        "columns": _columns(preview),
        "fields": [
            ("", _("Leave out")),
            *((name, labels.field(name)) for name in headers.SYNONYMS),
        ],
        "date_question": _date_question(preview.plan, today),
        "notes": [*tones, *(("info", note) for note in preview.notes)],
        "rows": [_row(row) for row in rows[start : start + PAGE]],
        "shown": shown,
        "tabs": _tabs(parked, preview, shown),
        "pager": _pager(parked, shown, start, len(rows)),
        "can_commit": preview.can_commit,
        "refusal": _refusal(preview),
    }


def in_short(counts: Mapping[str, int]) -> str:
    """An earlier import in one line."""
    return str(_("%(new)s new, %(changed)s changed, %(same)s same", **counts))


def may_undo(job: ImportJob, actor: Actor) -> bool:
    """Whether this person may take the import back."""
    action = "undo" if job.change_set.by_user_id == actor.user_id else "undo_others"
    return rights.allowed(actor.roles, "change", action)


def students_url() -> str:
    return url_for("student.index_view")


def _columns(preview: Preview) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {
            "index": column.index,
            "header": column.heading,
            "field": column.field,
            "sample": column.samples,
            "dropped": None,
        }
        for column in preview.plan.columns
    ]
    dropped = _("Never taken in")
    found += [
        {"index": "", "header": heading, "field": "", "sample": (), "dropped": dropped}
        for heading in preview.table.dropped
    ]
    return found


def _date_question(plan: Plan, today: date) -> dict[str, Any] | None:
    """Asked wherever a column proves no order; stays open to a change of mind."""
    asked = [column for column in plan.columns if column.guess and column.guess.ambiguous]
    if not asked:
        return None
    samples = [sample for column in asked for sample in column.samples]
    return {
        "samples": samples,
        "choices": [(o.value, str(labels.ORDERS[o]), _example(samples, o, today)) for o in Order],
        "chosen": asked[0].order.value if asked[0].order else "",
    }


def _example(samples: list[str], order: Order, today: date) -> str:
    """The first date of the file that this order reads as a day, and that day in words."""
    for text in samples:
        day = dates.parse(text, order, today)
        if isinstance(day, date):
            return f"{text} = {format_date(day, 'long')}"
    return str(_("fits none of them"))


def _row(row: PreviewRow) -> dict[str, Any]:
    problems = [
        {
            "field": refusal.heading,
            "value": refusal.value,
            "rule": refusal.rule,
            "cure": refusal.cure,
        }
        for refusal in row.refusals
    ]
    problems += [{"field": "", "value": "", "rule": text, "cure": ""} for text in row.warnings]
    return {
        "line": row.line,
        "outcome": row.outcome.value,
        "label": f"{row.number} {row.name}".strip(),
        "changes": [
            {
                "label": labels.field(change.field),
                "before": labels.value(change.field, change.old),
                "after": labels.value(change.field, change.new),
                "masked": _masked(change.field),
            }
            for change in row.changes
        ],
        "problems": problems,
    }


def _masked(name: str) -> bool:
    column = Student.__table__.columns.get(name)
    field_class = column.info.get("field_class", "directory") if column is not None else "directory"
    return not may("student", "view", field_class)


def _tabs(parked: Parked, preview: Preview, shown: str) -> list[dict[str, Any]]:
    counts = preview.counts
    tabs = [("", _("All"), len(preview.rows))]
    tabs += [(o.value, str(labels.OUTCOMES[o.value]), counts[o.value]) for o in Outcome]
    return [
        {
            "value": value,
            "label": label,
            "count": count,
            "url": url_for("importing.preview", token=parked.token, shown=value or None),
            "active": value == shown,
        }
        for value, label, count in tabs
        if count or not value
    ]


def _pager(parked: Parked, shown: str, start: int, total: int) -> Pager:
    def url(first: int) -> str:
        values: dict[str, Any] = {"shown": shown or None, "from": first or None}
        return url_for("importing.preview", token=parked.token, **values)

    last = max(0, total - 1) // PAGE * PAGE
    return Pager(
        first=url(0) if start else None,
        previous=url(start - PAGE) if start else None,
        next=url(start + PAGE) if start < last else None,
        last=url(last) if start < last else None,
    )


def _refusal(preview: Preview) -> str:
    """Why nothing can be written as it stands; empty when it can."""
    if preview.can_commit:
        return ""
    if preview.problems:
        return preview.problems[0]
    if preview.plan.questions:
        return str(_("Say first how the dates are written."))
    if preview.is_settled:
        return str(_("Everything is in the register already."))
    return str(_("Mend the rows that are refused or clash: all rows are written, or none."))
