"""The start page and those that stand alone."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace as Record

from tests.frontend.samples.changes import CHANGE_SETS
from tests.frontend.samples.forms import PasswordForm
from tests.frontend.samples.people import LONG_GERMAN, NAMES, NOW, PAGER

STEPS = [
    Record(
        label="Name the school year",
        text="It carries the enrolments.",
        url="/s",
        action_label="Add",
        done=True,
    ),
    Record(
        label="Bring the students in",
        text="Any file you have will do.",
        url="/i",
        action_label="Import",
        done=False,
    ),
]


TILES = [
    Record(label="Students", count="1,204", url="/students", icon="users", hint=""),
    Record(label="Classes", count="48", url="/h", icon="school", hint="2026/27"),
]

PAGES = {
    "home": (
        "pages/home.html",
        {
            "school": LONG_GERMAN,
            "today": date(2026, 11, 21),
            "tiles": TILES,
            "recent": CHANGE_SETS[:4],
            "changes_url": "/changes",
            "first_steps": [],
            "backup": Record(at=NOW, url="/backups"),
        },
    ),
    "home-new": (
        "pages/home.html",
        {
            "school": None,
            "today": date(2026, 11, 21),
            "tiles": [],
            "recent": [],
            "changes_url": "/changes",
            "first_steps": STEPS,
            "backup": None,
        },
    ),
    "trash": (
        "pages/trash.html",
        {
            "items": [
                Record(
                    kind="Student",
                    title=n,
                    url="/s",
                    at=NOW,
                    who="李四",
                    restore_url="/r" if n != "李四" else None,
                    refusal="Its class is in the trash too.",
                    change_url="/c",
                )
                for n in NAMES
            ],
            "kinds": [("student", "Students")],
            "kind": "",
            "pager": PAGER,
        },
    ),
    "about": (
        "pages/about.html",
        {
            "version": "0.1.0",
            "python": "3.11.7",
            "database": "SQLite 3.40.1",
            "data_dir": "/home/office/.local/share/Student Admin",
            "revision": "0001",
            "licence": "MIT",
            "settings": [
                Record(
                    name="PORT",
                    value="0",
                    source="default",
                    help="Port of the embedded server; 0 takes any free one.",
                ),
                Record(
                    name="SECRET_KEY",
                    value="hidden",
                    source="secret.key",
                    help="Signs cookies; made on first start and kept.",
                ),
            ],
            "parts": [Record(name="Flask", version="3.1.3", licence="BSD-3-Clause")],
        },
    ),
    "first-run": (
        "pages/first_run.html",
        {"form": PasswordForm(), "data_dir": "/home/office/.local/share/Student Admin"},
    ),
    "arriving": ("pages/arriving.html", {"url": "/students/?search=o'hara"}),
}
