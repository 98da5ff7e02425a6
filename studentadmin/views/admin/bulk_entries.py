"""What a person may say about each field of many rows, and what was said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, StringField
from wtforms.fields import DateField

from studentadmin.errors import RuleBroken
from studentadmin.forms.base import RecordForm
from studentadmin.interchange.columns import compile_form
from studentadmin.models import RECORDS
from studentadmin.services.bulk_change import Change, Operation
from studentadmin.services.recorder import from_plain, to_plain
from studentadmin.views import access
from studentadmin.views.admin import pages

FARTHEST = 36_500
"""Days that may be added or taken off at once: a hundred years."""

WORDS: dict[str, Any] = {
    "set": _l("Set to"),
    "clear": _l("Empty"),
    "add_days": _l("Add days"),
    "replace": _l("Replace text"),
}


class Entries:
    """One line for each field that this person may change: the operation, and what it needs.

    In the page a field `x` has `do-x`, the form's own `x`, `days-x`, `find-x` and `by-x`.
    """

    def __init__(self, form: RecordForm, plain: Sequence[Mapping[str, Any]] = ()) -> None:
        self.form = form
        self.table = next(table for table, known in _forms().items() if isinstance(form, known))
        for name in list(form._fields):
            if not access_to(self.table, name):
                del form[name]
        self.plain = [dict(line) for line in plain]
        self.problem = ""
        self.problems: dict[str, str] = {}
        self.typed: Mapping[str, str] = {}

    def offered(self, field: Field) -> list[tuple[str, str]]:
        """The operations of a field, each with its words."""
        kinds = ["set"]
        column = RECORDS[self.table].__table__.columns[field.name]
        if column.nullable:
            kinds.append("clear")
        if isinstance(field, DateField):
            kinds.append("add_days")
        if isinstance(field, StringField) and column.type.python_type is str:
            kinds.append("replace")
        return [(kind, str(WORDS[kind])) for kind in kinds]

    def groups(self, fieldsets: Iterable[tuple[Any, Sequence[str]]]) -> list[Any]:
        """The fields as the form groups them: (title, [(field, offered)])."""
        found = []
        for title, names in fieldsets:
            lines = [(self.form[n], self.offered(self.form[n])) for n in names if n in self.form]
            if lines:
                found.append((title, lines))
        return found

    def take(self, typed: Any) -> bool:
        """Read a sent page; False where something is missing or wrong, which is then said."""
        self.typed = typed
        self.plain = []
        for field in self.form:
            kind = typed.get(f"do-{field.name}", "")
            if kind not in dict(self.offered(field)):
                continue
            line = {"field": field.name, "kind": kind}
            try:
                self.plain.append(line | getattr(self, f"_{kind}")(field, typed))
            except RuleBroken as error:
                self.problems[field.name] = error.message
        if not self.plain and not self.problems:
            self.problem = _("Say for at least one field what shall become of it.")
        return not (self.problems or self.problem)

    def change(self) -> Change:
        """The operations, and the form's fields as the judge of what they make of a value."""
        columns = RECORDS[self.table].__table__.columns
        operations = []
        for line in self.plain:
            value = line.get("value")
            if line["kind"] == "set":
                value = from_plain(columns[line["field"]], value)
            operations.append(
                Operation(
                    line["field"], line["kind"], value, line.get("find", ""), line.get("by", "")
                )
            )
        parsers = compile_form(type(self.form), tuple(o.field for o in operations))

        def judge(name: str, value: Any) -> Any:
            text = value.isoformat() if isinstance(value, date) else str(value)
            parsed = parsers[name].parse(text)
            if parsed.errors:
                raise RuleBroken(" ".join(parsed.errors), name)
            return parsed.value

        return Change(operations, judge)

    def _set(self, field: Field, typed: Any) -> dict[str, Any]:
        field.process(typed)
        if not field.validate(self.form):
            raise RuleBroken(" ".join(field.errors), field.name)
        return {"value": to_plain(field.data)}

    def _clear(self, _field: Field, _typed: Any) -> dict[str, Any]:
        return {}

    def _add_days(self, field: Field, typed: Any) -> dict[str, Any]:
        text = typed.get(f"days-{field.name}", "").strip()
        digits = text.removeprefix("-").removeprefix("+")
        if not (digits.isascii() and digits.isdigit()) or not 0 < int(digits[:9]) <= FARTHEST:
            raise RuleBroken(_("Type a number of days, such as 7 or -7."), field.name)
        return {"value": -int(digits) if text.startswith("-") else int(digits)}

    def _replace(self, field: Field, typed: Any) -> dict[str, Any]:
        find = typed.get(f"find-{field.name}", "")
        if not find:
            raise RuleBroken(_("Type the text that shall be replaced."), field.name)
        return {"find": find[:200], "by": typed.get(f"by-{field.name}", "")[:200]}


def access_to(table: str, name: str) -> bool:
    """Whether this person may change the field at all."""
    return access.may(table, "edit", pages.field_class(table, name))


def _forms() -> dict[str, type[RecordForm]]:
    from studentadmin.forms.words import FORMS

    return FORMS
