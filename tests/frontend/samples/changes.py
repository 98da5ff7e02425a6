"""What was changed, by whom, and what clashes with it."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace as Record

from tests.frontend.samples.people import LONG_GERMAN, NAMES, NOW, PAGER

CHANGES = [
    Record(label="Family name", before="Müller", after="Müller-Lüdenscheidt", masked=False),
    Record(label="Birth date", before=None, after="2015-09-03", masked=False),
    Record(label="Citizenship", before="", after="", masked=True),
    Record(label="Boards at the school", before=True, after=False, masked=False),
]


ENTRIES = [
    Record(
        at=NOW - timedelta(hours=n),
        who=NAMES[n],
        why="Edited",
        source=source,
        url="/changes/9",
        undo_url="/changes/9/undo" if n < 2 else None,
        action=action,
        changes=CHANGES[: 4 - n],
    )
    for n, (source, action) in enumerate(
        (("page", "update"), ("import", "insert"), ("undo", "delete"))
    )
]


CHANGE_SETS = [
    Record(
        id=n,
        url=f"/changes/{n}",
        at=NOW - timedelta(hours=5 * n),
        who=NAMES[n],
        why=("Import students from Schülerstammdaten-2026-Herbst.csv", "Edit", "Undo")[n % 3],
        source=("import", "page", "undo")[n % 3],
        rows=(86, 1, 1)[n % 3],
        tables=["Students", "Enrolments"],
        undone=n == 2,
        undo_url=f"/changes/{n}/undo",
        undone_by=None,
        undoes=None,
    )
    for n in range(7)
]


CLASHES = [
    {
        "label": "Family name",
        "field": "family_name",
        "base": "Müller",
        "mine": "Mueller",
        "theirs": "Möller",
        "who": "李四",
    },
    {
        "label": "Birth date",
        "field": "birth_date",
        "base": None,
        "mine": "2015-09-03",
        "theirs": "2015-03-09",
        "who": "",
    },
]

FILTERS = [
    Record(
        name="status",
        label="Status",
        kind="choice",
        choices=[("enrolled", "Enrolled")],
        value="enrolled",
    ),
    Record(name="grade", label="Grade", kind="choice", choices=[], value=None),
]

PAGES = {
    "changes": (
        "pages/changes.html",
        {"changes": CHANGE_SETS, "filters": FILTERS, "pager": PAGER},
    ),
    "changes-empty": ("pages/changes.html", {"changes": [], "filters": [], "pager": None}),
    "change": (
        "pages/change.html",
        {
            "change": CHANGE_SETS[0],
            "rows": [
                Record(
                    label=LONG_GERMAN,
                    table="Student",
                    url="/s",
                    action="update",
                    changes=CHANGES,
                )
            ],
            "more": 85,
            "undo_url": "/u",
            "refusal": None,
            "clashes": [],
        },
    ),
    "change-clash": (
        "pages/change.html",
        {
            "change": CHANGE_SETS[0],
            "rows": [],
            "more": 0,
            "undo_url": "/u",
            "refusal": None,
            "clashes": CLASHES,
        },
    ),
}
