"""A list of students as long as a screen."""

from __future__ import annotations

from types import SimpleNamespace as Record
from typing import Any

from tests.frontend.samples.people import LONG_CHINESE, LONG_GERMAN, NAMES, NOW, cell

VIEW = Record(title="Students", title_one="Student", resource="student", icon="users")


RECORD = Record(updated_at=NOW, deleted_at=None)


def column(name: str, label: str, kind: str = "text", **more: Any) -> Record:
    shown = {"sort_url": f"?sort={name}", "sorted": None, "width": None, "place": 0, **more}
    return Record(name=name, label=label, kind=kind, **shown)


def row(key: int, name: str) -> Record:
    status = ("enrolled", "success") if key % 3 else ("left", "neutral")
    return Record(
        id=key,
        url=f"/students/{key:04}",
        cells=[
            cell(name, "person"),
            cell(f"{key:04}"),
            cell("7b", url="/homerooms/7"),
            cell("3 Sept 2015", "date"),
            cell(None if key % 4 else "13", "number"),
            cell(None, masked=True),
            cell(status[0], "chip", tone=status[1]),
        ],
    )


CHIPS = [
    {"label": "Status: Enrolled", "remove_url": "?", "joined": ""},
    {"label": "Sex: Female", "remove_url": "?", "joined": "or"},
]


def listing(*, rows: int = 24, trash: bool = False, search: str = "", chips: bool = True) -> Record:
    columns = [
        column("name", "Name", "person", sorted="asc", width="wide"),
        column("student_number", "Student number"),
        column("homeroom", "Class"),
        column("birth_date", "Birth date", "date"),
        column("age", "Age", "number", sort_url=None),
        column("birth_place", "Birth place"),
        column("status", "Status", "chip"),
    ]
    return Record(
        columns=columns,
        rows=[row(n + 1, NAMES[n % len(NAMES)]) for n in range(rows)],
        pager=Record(
            first=None,
            previous=None,
            next="?after=24",
            last="?last=1",
            number=1,
            pages="200+",
            kept=[("sort", "name")],
        ),
        count=Record(text="10,000+ records", capped=True),
        count_url="?count=all",
        search=search,
        in_use=1 if chips else 0,
        said="Status: Enrolled" if chips else "",
        letters=[Record(text=a, url=f"?at={a}", here=a == "B") for a in "ABC…"],
        clear_url="?",
        print_url="?print=all",
        chips=CHIPS if chips else [],
        empty=Record(
            title="No students yet",
            text="Bring them in from a file, or add the first one by hand.",
            action_label="Add the first one",
            action_url="/students/new",
        ),
        trash=trash,
    )


FACTS = [
    Record(label="Student number", value="0042", masked=False, url=None),
    Record(label="Name", value=LONG_GERMAN, masked=False, url=None),
    Record(label="Name in own script", value=LONG_CHINESE, masked=False, url=None),
    Record(label="Class", value="7b", masked=False, url="/homerooms/7"),
    Record(label="Birth place", value=None, masked=True, url=None),
    Record(label="Preferred name", value=None, masked=False, url=None),
]


RELATED = Record(
    title="Enrolments",
    columns=["School year", "Grade", "Entry", "Exit"],
    rows=[
        Record(
            url="/enrolments/1",
            cells=[cell("2026/27"), cell("7"), cell("1 Sept 2026", "date"), cell(None, "date")],
        )
    ],
    add_url="/enrolments/new",
    empty_text="",
)
