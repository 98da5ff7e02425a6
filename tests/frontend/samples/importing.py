"""The three steps of an import."""

from __future__ import annotations

from types import SimpleNamespace as Record

from tests.frontend.samples.changes import CHANGES
from tests.frontend.samples.people import LONG_GERMAN, NOW, PAGER

FILE = Record(
    name="Schülerstammdaten-2026-Herbst-endgültig.csv",
    size=48_311,
    rows=86,
    encoding="GB18030",
    delimiter=",",
)


COUNTS = Record(new=80, changed=3, same=1, clash=1, refused=1)


IMPORT_ROWS = [
    Record(line=2, outcome="new", label="王小明 0042", changes=[], problems=[]),
    Record(line=3, outcome="changed", label=LONG_GERMAN, changes=CHANGES[:2], problems=[]),
    Record(
        line=4,
        outcome="refused",
        label="Li Wei",
        changes=[],
        problems=[
            Record(
                field="Birth date",
                value="31.02.2015",
                rule="There is no such day.",
                cure="Mend it in the file.",
            )
        ],
    ),
    Record(line=5, outcome="clash", label="张伟", changes=[], problems=[]),
    Record(line=6, outcome="same", label="李四", changes=[], problems=[]),
]


COLUMNS = [
    Record(index=0, header="学号", field="student_number", sample=["0042", "0043"], dropped=None),
    Record(index=1, header="Password", field="", sample=[], dropped="Never read"),
]

PAGES = {
    "import-upload": (
        "pages/import_upload.html",
        {
            "kinds": [("student", "Students"), ("person", "People")],
            "kind": "student",
            "limit": 50_000_000,
            "problem": Record(message="This is a picture, not a table.", cure="Save it as CSV."),
            "recent": [Record(name="a.csv", at=NOW, who="王小明", outcome="86 new", url="/i/1")],
        },
    ),
    "import-preview": (
        "pages/import_preview.html",
        {
            "file": FILE,
            "counts": COUNTS,
            "columns": COLUMNS,
            "fields": [("student_number", "Student number")],
            "date_question": Record(
                samples=["4/2/2000"],
                choices=[
                    ("dmy", "Day, month, year", "4 February 2000"),
                    ("mdy", "Month, day, year", "2 April 2000"),
                ],
                chosen="",
            ),
            "notes": [("info", "The school 1001 will be made.")],
            "rows": IMPORT_ROWS,
            "shown": "",
            "tabs": [
                Record(value="", label="All", count=86, url="?", active=True),
                Record(value="new", label="New", count=80, url="?", active=False),
            ],
            "pager": PAGER,
            "can_commit": False,
            "refusal": "One row is refused.",
            "update_url": "/u",
            "commit_url": "/c",
            "cancel_url": "/x",
            "idempotency_key": "k",
        },
    ),
    "import-done": (
        "pages/import_done.html",
        {
            "file": FILE,
            "counts": COUNTS,
            "change": Record(id=1, url="/changes/1"),
            "undo_url": "/u",
            "list_url": "/s",
            "again_url": "/i",
        },
    ),
}
