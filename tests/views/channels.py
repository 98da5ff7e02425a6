"""The ways by which something is written, each saying "saved" or the field that was refused."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from flask import Flask, url_for

from studentadmin.errors import RuleBroken
from studentadmin.extensions import db
from studentadmin.forms.words import FORMS
from studentadmin.interchange.commit import commit
from studentadmin.interchange.plan import Choices, make_plan
from studentadmin.interchange.preview import make_preview
from studentadmin.interchange.read import read_table
from studentadmin.models import RECORDS
from studentadmin.rules.dates import Order
from studentadmin.services.records import service_of
from studentadmin.services.unit import write
from studentadmin.views.admin.pages import key_of
from tests.factories import SYSTEM
from tests.markup import Page

SAVED = "saved"
HEADINGS = {
    "student_number": "Student number", "family_name": "Family name", "given_name": "Given name",
    "birth_date": "Birth date", "sex": "Sex",
}  # fmt: skip


class Office:
    """Somebody at a desk, and the services behind it."""

    def __init__(self, app: Flask, desk: Any) -> None:
        self.app, self.desk = app, desk

    def url(self, table: str, page: str, row: Any = None) -> str:
        with self.app.test_request_context():
            values = {"key": key_of(row)} if row is not None else {}
            return url_for(f"{table}.{page}", **values)

    def service(self, table: str, values: dict[str, Any], row: Any = None) -> str:
        """Straight to the service."""
        owner = service_of(RECORDS[table])

        def work(unit: Any) -> Any:
            if row is None:
                return owner.create(unit, FORMS[table].draft_type(**values))
            return owner.edit(unit, row.id, values)

        try:
            with self.app.app_context():
                write(work, by=SYSTEM, why="test")
        except RuleBroken as error:
            return error.field or "all"
        return SAVED

    def page(self, table: str, values: dict[str, Any], row: Any = None) -> str:
        """The create or edit page, with what stood in it."""
        url = self.url(table, "create_view" if row is None else "edit_view", row)
        form = self.desk.open(url).form("csrf_token", "idempotency_key")
        typed = dict(form.fields)
        for name, value in values.items():
            if value is False:
                typed.pop(name, None)
            else:
                typed[name] = _text(value)
        answer = self.desk.client.post(url, data=typed)
        if answer.status_code == 303:
            return SAVED
        assert answer.status_code == 422, answer.text
        shown = Page(answer.text).form("csrf_token", "idempotency_key")
        for name in values.keys() & typed.keys() - shown.options.keys():
            kept = {typed[name], " ".join(typed[name].split())}
            assert shown.fields.get(name) in kept, "what was typed must stay"
        wrong = re.findall(r'class="field-error" id="([a-z_]+)-note"', answer.text)
        return str(wrong[0]) if wrong else "all"

    def cell(self, table: str, values: dict[str, Any], row: Any = None) -> str:
        """One cell of a list."""
        assert row is not None
        ((name, value),) = values.items()
        url = self.url(table, "ajax_update", row)
        with self.app.app_context():
            version = db.session.get(RECORDS[table], row.id).version  # type: ignore[union-attr]
        self.desk.get("/about")
        answer = self.desk.post(
            url,
            {"name": name, "value": _text(value), "version": version},
            headers={"Accept": "application/json"},
        )
        if answer.status_code == 200:
            return SAVED
        assert answer.status_code == 422
        return str(answer.get_json()["error"]["field"])

    def file(self, table: str, values: dict[str, Any], row: Any = None) -> str:
        """A line of a CSV file."""
        assert table == "student"
        if row is not None:
            values = {"student_number": row.student_number, **values}
        stream = io.StringIO()
        writer = csv.writer(stream)
        writer.writerow([HEADINGS[name] for name in values])
        writer.writerow([_text(value) for value in values.values()])
        today = datetime.now().astimezone().date()
        with self.app.app_context():
            read = read_table(stream.getvalue().encode())
            plan = make_plan(read, Choices(order=Order.YMD), today)
            preview = make_preview(
                db.session(), read, plan, today=today, roles=SYSTEM.roles, school_names=None
            )
            refusals = [refusal for line in preview.rows for refusal in line.refusals]
            if refusals:
                return refusals[0].field
            assert preview.can_commit
            db.session.rollback()
            try:
                commit(preview, file_name="x.csv", by=SYSTEM, today=today)
            except RuleBroken as error:
                return error.field or "all"
        return SAVED


def _text(value: Any) -> str:
    if value is None or value is False:
        return ""
    if value is True:
        return "y"
    return value.isoformat() if isinstance(value, date) else str(value)


Channel = Callable[..., str]
