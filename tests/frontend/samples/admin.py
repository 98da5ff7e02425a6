"""The pages of one table: list, create, edit, details, history, delete."""

from __future__ import annotations

from types import SimpleNamespace as Record
from typing import Any

from tests.frontend.samples.changes import CLASHES, ENTRIES
from tests.frontend.samples.forms import FIELDSETS, student_form
from tests.frontend.samples.people import LONG_GERMAN, PAGER
from tests.frontend.samples.records import FACTS, RECORD, RELATED, VIEW, listing

ADMIN = {
    "view": VIEW,
    "list_url": "/students/",
    "record": RECORD,
    "title": LONG_GERMAN,
    "cancel_url": "/students/0042",
}


FORM_PAGE = ADMIN | {"fieldsets": FIELDSETS, "version": 3, "idempotency_key": "k", "clashes": []}


LIST_PAGE = {
    "view": VIEW,
    "can_create": True,
    "new_url": "/students/new",
    "exports": [
        {
            "label": "These rows, these columns",
            "files": [{"label": label, "url": f"/x.{label}"} for label in ("CSV", "Excel")],
        }
    ],
    "import_url": "/i",
    "trash_url": "/t",
    "hidden": [("sort", "name"), ("status", "enrolled")],
    "panel": None,
    "views": {
        "items": [("Here now", "?view=1", True)],
        "standard_url": "?view=0",
        "active": "Here now",
        "changed": True,
    },
}


def filter_row(place: int, kind: str, label: str, **more: Any) -> Record:
    shown = {
        "begins": True,
        "operator": "between",
        "operators": [("between", "from … to …"), ("last", "in the last … days")],
        "value": "",
        "other": "",
        "choices": [],
        "lookup_url": "",
        **more,
    }
    return Record(place=place, name=kind, label=label, kind=kind, **shown)


FILTERS = {
    "kind": "filters",
    "close_url": "?",
    "editor": Record(
        rows=[
            filter_row(0, "date", "Birth date", value="2010-01-01"),
            filter_row(
                1,
                "choice",
                "Status",
                begins=False,
                operator="any",
                operators=[("any", "is one of"), ("not", "is none of")],
                choices=[("enrolled", "Enrolled", True), ("left", "Left", False)],
            ),
            filter_row(
                2,
                "relation",
                "Class",
                operator="any",
                operators=[("any", "is one of")],
                choices=[("7", "7b", True)],
                lookup_url="/lookup",
            ),
        ],
        any_group=False,
        addable=[("name", "Name"), ("sex", "Sex")],
        refused=["Birth date"],
    ),
}
COLUMNS = {
    "kind": "columns",
    "close_url": "?",
    "columns": [
        {"name": "name", "label": LONG_GERMAN, "shown": True, "width": "wide"},
        {"name": "sex", "label": "Sex", "shown": False, "width": ""},
    ],
    "back": "/list",
    "own": True,
}
SAVED = Record(
    id=1, name="Here now", url="?view=1", send="http://x/views/1", own=True, removable=True,
    roles=frozenset({"clerk"}), opens=False, changed=True,
)  # fmt: skip
VIEWS = {
    "kind": "views",
    "close_url": "?",
    "query": "f=status:enrolled",
    "may_share": True,
    "roles": [("owner", "Owner"), ("clerk", "Office staff")],
    "views": [SAVED, Record(**{**vars(SAVED), "id": 2, "own": False, "opens": True})],
    "opens": 2,
}


DETAILS = ADMIN | {
    "subtitle": "0042 · 7b",
    "chips": [("enrolled", "success")],
    "panels": [Record(title="Name", items=FACTS), Record(title="Birth", items=FACTS[:3])],
    "related": [
        RELATED,
        Record(title="Contacts", columns=[], rows=[], add_url="/c", empty_text="No contacts yet."),
    ],
    "edit_url": "/e",
    "delete_url": None,
    "restore_url": None,
    "history_url": "/h",
    "previous_url": "/p",
    "next_url": "/n",
    "notices": [("warning", "Unusual age for a student: 31 years.")],
    "refusals": {"delete": "Office staff may not delete students."},
}

PAGES = {
    "list": ("admin/list.html", LIST_PAGE | {"listing": listing()}),
    **{
        f"list-{panel['kind']}": (
            "admin/list.html",
            LIST_PAGE | {"listing": listing(), "panel": panel},
        )
        for panel in (FILTERS, COLUMNS, VIEWS)
    },
    "list-empty": (
        "admin/list.html",
        LIST_PAGE | {"listing": listing(rows=0, chips=False)},
    ),
    "list-nothing": (
        "admin/list.html",
        LIST_PAGE | {"listing": listing(rows=0, search="x")},
    ),
    "list-trash": ("admin/list.html", LIST_PAGE | {"listing": listing(rows=2, trash=True)}),
    "create": ("admin/create.html", FORM_PAGE | {"form": student_form(), "record": None}),
    "edit": ("admin/edit.html", FORM_PAGE | {"form": student_form()}),
    "edit-broken": ("admin/edit.html", FORM_PAGE | {"form": student_form(broken=True)}),
    "edit-clash": (
        "admin/edit.html",
        FORM_PAGE | {"form": student_form(), "clashes": CLASHES},
    ),
    "details": ("admin/details.html", DETAILS),
    "history": (
        "admin/history.html",
        ADMIN | {"entries": ENTRIES, "pager": PAGER, "record_url": "/s"},
    ),
    "delete": (
        "admin/delete.html",
        ADMIN
        | {
            "version": 1,
            "consequences": [
                {"label": "Enrolments", "count": 2, "samples": ["2026/27", "2025/26"]}
            ],
            "refusal": None,
        },
    ),
    "delete-refused": (
        "admin/delete.html",
        ADMIN | {"version": 1, "consequences": [], "refusal": "Three enrolments still need it."},
    ),
}
