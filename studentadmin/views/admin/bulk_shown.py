"""What a preview of many rows shows: kept as plain values, put into words when looked at."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from studentadmin.extensions import db
from studentadmin.forms import words
from studentadmin.models import RECORDS
from studentadmin.services.bulk import Tried
from studentadmin.services.bulk_delete import Radius
from studentadmin.services.recorder import to_plain
from studentadmin.views.access import may
from studentadmin.views.admin import pages
from studentadmin.views.admin.bulk_jobs import Job
from studentadmin.views.admin.pages import Change

REFUSALS_SHOWN = 50


def kept_edit(table: str, tried: Tried) -> dict[str, Any]:
    """The outcome of a rehearsal as JSON can hold it."""
    columns = RECORDS[table].__table__.columns
    seen = {name for name in columns.keys() if name not in words.HIDDEN_IN_DIFFS}  # noqa: SIM118
    return _counts(tried) | {
        "by_field": {name: n for name, n in tried.by_field.items() if name in seen},
        "samples": [
            {
                "id": sample.id,
                "label": sample.label,
                "before": _plain(sample.before, seen),
                "after": _plain(sample.after, seen),
            }
            for sample in tried.samples
        ],
    }


def kept_delete(radius: Radius) -> dict[str, Any]:
    """What a removal would touch, as JSON can hold it."""
    return _counts(radius) | {
        "names": radius.names,
        "along": [[c.table, c.count, list(c.samples)] for c in radius.along],
    }


def _counts(tried: Tried) -> dict[str, Any]:
    return {
        "changed": len(tried.changed),
        "same": tried.same,
        "gone": tried.gone,
        "refused": tried.refused,
        "refusals": [[r.id, r.label, r.field, r.message] for r in tried.refusals],
    }


def _plain(values: dict[str, Any], seen: set[str]) -> dict[str, Any]:
    return {name: to_plain(value) for name, value in values.items() if name in seen}


def context(table: str, job: Job) -> dict[str, Any]:
    """The variables of the preview's template, in the reader's language."""
    found: dict[str, Any] = {
        "changed": 0, "same": 0, "gone": 0, "refused": 0, "refusals": [], "by_field": {},
        "samples": [], "names": [], "along": [], **job.found,
    }  # fmt: skip
    wanted = {(table, line[0]) for line in found["refusals"][:REFUSALS_SHOWN]}
    wanted |= {(table, sample["id"]) for sample in found["samples"]}
    rows = {row.id: row for row in pages.load_rows(db.session, wanted) if _is_of(row, table)}
    return {
        "found": found,
        "operations": [_in_words(table, line) for line in job.entries],
        "by_field": [(words.field_label(table, n), c) for n, c in found["by_field"].items()],
        "samples": [_sample(table, sample, rows) for sample in found["samples"]],
        "refusals": [_refusal(table, line, rows) for line in found["refusals"][:REFUSALS_SHOWN]],
        "more_refused": max(0, found["refused"] - REFUSALS_SHOWN),
        "along": [
            {"label": words.table_label(name, many=count != 1), "count": count, "samples": samples}
            for name, count, samples in found["along"]
        ],
    }


def _is_of(row: Any, table: str) -> bool:
    return bool(row.__tablename__ == table)


def _sample(table: str, sample: dict[str, Any], rows: dict[int, Any]) -> dict[str, Any]:
    columns = RECORDS[table].__table__.columns
    changes = []
    for name, old in sample["before"].items():
        label = words.field_label(table, name)
        if not may(table, "view", pages.field_class(table, name)):
            changes.append(Change(label, None, None, masked=True))
            continue
        was, now = (
            pages.shown(columns[name], table, name, v) for v in (old, sample["after"][name])
        )
        changes.append(Change(label, was, now))
    row = rows.get(sample["id"])
    return {
        "label": sample["label"],
        "url": pages.record_url(row) if row is not None else None,
        "changes": changes,
    }


def _refusal(table: str, line: list[Any], rows: dict[int, Any]) -> dict[str, Any]:
    key, label, name, message = line
    row = rows.get(key)
    return {
        "label": label,
        "url": pages.record_url(row) if row is not None else None,
        "field": words.field_label(table, name) if name else "",
        "message": message,
    }


def _in_words(table: str, line: dict[str, Any]) -> str:
    """An operation as a sentence: "Language: set to German"."""
    name = words.field_label(table, line["field"])
    if line["kind"] == "set":
        column = RECORDS[table].__table__.columns[line["field"]]
        value = pages.shown(column, table, line["field"], line["value"])
        return _("%(field)s: set to “%(value)s”", field=name, value=value or "–")
    if line["kind"] == "add_days":
        return _("%(field)s: days added: %(days)s", field=name, days=line["value"])
    if line["kind"] == "replace":
        return _(
            "%(field)s: “%(find)s” becomes “%(by)s”", field=name, find=line["find"], by=line["by"]
        )
    return _("%(field)s: emptied", field=name)
