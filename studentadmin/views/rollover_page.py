"""A plan of a roll-over in the shape its page shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from flask import url_for
from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from studentadmin.extensions import db
from studentadmin.forms import words
from studentadmin.forms.rollover import DESTINATIONS, REASONS, TONES
from studentadmin.models import Enrolment
from studentadmin.rules.rollover import MOVES_ON, Destination
from studentadmin.services.rollover import Preview, Row
from studentadmin.views.admin.listing import Pager, whole_number, with_query

PAGE = 50
GONE_SHOWN = 20
FILTERS = ("to", "grade", "room", "since", "hand")


def matching(preview: Preview, args: Mapping[str, str]) -> list[Row]:
    """The rows that the filters of an address leave."""
    grade, room = whole_number(args.get("grade")), args.get("room", "")
    return [
        row
        for row in preview.rows
        if args.get("to", "") in {"", row.line.destination.value}
        and grade in {None, row.line.candidate.grade_id}
        and room in {"", str(row.line.candidate.homeroom_id or 0)}
        and (not args.get("since") or row.since)
        and (not args.get("hand") or row.line.by_hand)
    ]


def refusal(preview: Preview) -> str:
    """Why the plan cannot be carried out; empty when it can."""
    if preview.has_changed:
        return _("Look through what changed since, and press “I have looked”.")
    if preview.problems:
        return preview.problems[0]
    return "" if preview.moves else _("Nobody would be moved.")


def context(preview: Preview, args: Mapping[str, str]) -> dict[str, Any]:
    """The variables of pages/rollover_plan.html but for its form and the addresses it posts to."""
    rows = matching(preview, args)
    start = whole_number(args.get("from")) or 0
    start = min(start, max(0, len(rows) - 1)) // PAGE * PAGE
    own = url_for("rollover.show", token=preview.plan.token)
    kept = {name: args[name] for name in FILTERS if args.get(name)}
    return {
        "title": f"{preview.old.title} → {preview.new.title}",
        "school": preview.organisation.name,
        "by": words.who_label(preview.plan.by),
        "at": preview.plan.at,
        "total": len(preview.rows),
        "sums": _sums(preview, own),
        "tabs": _tabs(preview, own, kept),
        "filters": _filters(preview, args),
        "hidden": list(kept.items()),
        "rows": [_row(preview, row) for row in rows[start : start + PAGE]],
        "matching": len(rows),
        "pager": _pager(own, kept, start, len(rows)),
        "rooms": preview.rooms,
        "to_make": list(preview.to_make),
        "homerooms": sorted({*preview.homerooms, *preview.to_make}),
        "notes": [("danger", text) for text in preview.problems]
        + [("warning", text) for text in preview.notes],
        "gone": _gone(preview),
        "more_gone": max(0, len(preview.gone) - GONE_SHOWN),
        "has_changed": preview.has_changed,
        "refusal": refusal(preview),
    }


def in_short(totals: Mapping[Destination, int]) -> str:
    """ "Promote: 480, Graduate: 98"."""
    return words.listed(
        f"{DESTINATIONS[one]}: {format_decimal(totals[one])}"
        for one in Destination
        if totals.get(one)
    )


def _sums(preview: Preview, own: str) -> list[dict[str, Any]]:
    """The parts of the sum, each with the address of its rows."""
    totals = preview.totals
    return [
        {
            "label": str(DESTINATIONS[one]),
            "count": totals[one],
            "url": with_query(own, {"to": one.value}),
            "tone": TONES[one],
        }
        for one in Destination
    ]


def _tabs(preview: Preview, own: str, kept: Mapping[str, str]) -> list[dict[str, Any]]:
    """What a person narrows the table by first; grade and class stay as they are."""
    place = {name: kept[name] for name in ("grade", "room") if name in kept}
    inside = matching(preview, place)
    counts = Counter(row.line.destination for row in inside)
    choices = [("", "", _("All"), len(inside))]
    choices += [("to", one.value, str(DESTINATIONS[one]), counts[one]) for one in Destination]
    choices.append(("hand", "1", _("By hand"), sum(row.line.by_hand for row in inside)))
    if preview.has_changed:
        changed = sum(bool(row.since) for row in inside)
        choices.append(("since", "1", _("Changed since"), changed))
    found = []
    for name, value, label, count in choices:
        chosen = {n: v for n, v in kept.items() if n in {"to", "hand", "since"}}
        found.append(
            {
                "label": label,
                "count": count,
                "url": with_query(own, {**place, name: value} if name else place),
                "active": chosen == ({name: value} if name else {}),
            }
        )
    return found


def _filters(preview: Preview, args: Mapping[str, str]) -> list[dict[str, Any]]:
    rooms = {row.line.candidate.homeroom_id or 0 for row in preview.rows}
    grades = {row.line.candidate.grade_id for row in preview.rows}
    named = [(str(key), name) for key, name in preview.old_rooms.items() if key in rooms]
    if 0 in rooms:
        named.append(("0", _("No class")))
    return [
        {
            "name": "grade",
            "label": _("Grade"),
            "choices": [(str(k), name) for k, name in preview.grades.items() if k in grades],
            "value": args.get("grade", ""),
        },
        {"name": "room", "label": _("Class"), "choices": named, "value": args.get("room", "")},
    ]


def _row(preview: Preview, row: Row) -> dict[str, Any]:
    line = row.line
    target = ""
    if line.destination in MOVES_ON:
        target = preview.grades.get(line.grade_id or 0, "")
    elif line.exit_type:
        target = words.code_label("enrolment", "exit_type", line.exit_type) or ""
    return {
        "key": row.key,
        "name": row.name,
        "number": row.number,
        "url": url_for("student.details_view", key=row.number),
        "grade": preview.grades.get(line.candidate.grade_id, ""),
        "room": preview.old_rooms.get(line.candidate.homeroom_id or 0, ""),
        "destination": str(DESTINATIONS[line.destination]),
        "tone": TONES[line.destination],
        "by_hand": line.by_hand,
        "since": {"new": _("new since"), "changed": _("changed since")}.get(row.since, ""),
        "target": target,
        "target_room": line.homeroom or "",
        "is_new_room": bool(line.homeroom) and line.homeroom not in preview.homerooms,
        "reason": str(REASONS[line.reason]) if line.reason else "",
    }


def _pager(own: str, kept: Mapping[str, str], start: int, count: int) -> Pager:
    def at(place: int) -> str:
        return with_query(own, {**kept, "from": place})

    last = max(0, count - 1) // PAGE * PAGE
    return Pager(
        first=at(0) if start else None,
        previous=at(start - PAGE) if start else None,
        next=at(start + PAGE) if start < last else None,
        last=at(last) if start < last else None,
    )


def _gone(preview: Preview) -> list[dict[str, str]]:
    """Who was in the plan and has no open enrolment there any more."""
    query = (
        select(Enrolment)
        .where(Enrolment.id.in_(preview.gone[:GONE_SHOWN]))
        .options(joinedload(Enrolment.student))
        .order_by(Enrolment.id)
    )
    return [
        {
            "name": row.student.full_name,
            "url": url_for("student.details_view", key=row.student.student_number),
        }
        for row in db.session.scalars(query)
    ]


def rows_text(count: int) -> str:
    """ "1 student", "30 students"."""
    return ngettext("%(num)d student", "%(num)d students", count)
