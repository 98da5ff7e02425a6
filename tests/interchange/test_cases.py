"""A folder in tests/cases/imports is a test: a file and what must come of it.

expected.json: `options` (column -> field and `order`, as a person would choose), and then what the
preview says. A case that may be written is written, and previewed again: then all is the same.
"""

import json

import pytest

from studentadmin.interchange.commit import commit
from studentadmin.interchange.plan import Choices
from studentadmin.models import Student
from studentadmin.rules.dates import Order
from tests.interchange.conftest import CASES, SYSTEM, TODAY

FOLDERS = sorted(folder for folder in CASES.iterdir() if folder.is_dir())


def report(preview):
    """A preview as the cases write it down."""
    return {
        "encoding": preview.table.encoding,
        "delimiter": preview.table.delimiter,
        "dropped": list(preview.table.dropped),
        "mapping": preview.plan.mapping,
        "date_orders": preview.plan.date_orders,
        "asks": [column.heading for column in preview.plan.questions],
        "problems": list(preview.problems),
        "counts": preview.counts,
        "refusals": [
            [row.line, refusal.heading, refusal.value, refusal.rule]
            for row in preview.rows
            for refusal in row.refusals
        ],
        "to_make": [getattr(item, "title", None) or item.name for item in preview.to_make],
        "can_commit": preview.can_commit,
    }


def students(session):
    return {
        student.student_number: [
            student.family_name,
            student.given_name,
            student.birth_date.isoformat() if student.birth_date else None,
            student.sex,
            student.status,
        ]
        for student in session.query(Student).order_by(Student.student_number)
    }


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_import_case(folder, look, session):
    expected = json.loads((folder / "expected.json").read_text("utf-8"))
    options = expected.pop("options", {})
    choices = Choices(
        fields={int(column): field for column, field in options.get("fields", {}).items()},
        order=Order(options["order"]) if "order" in options else None,
    )
    data = (folder / "input.csv").read_bytes()
    preview = look(data, choices)
    written = expected.pop("students", {})
    assert report(preview) == expected
    if preview.can_commit:
        session.rollback()
        commit(preview, file_name="input.csv", by=SYSTEM, today=TODAY)
        assert students(session) == written
        again = look(data, choices)
        assert again.counts["same"] == len(again.rows)
        assert again.is_settled
    else:
        assert students(session) == {}
