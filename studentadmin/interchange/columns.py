"""A form's fields, compiled once into parsers of whole columns.

One form object serves a file of any length: each of its fields takes text after text and judges it
with the validators of the page, so that a row of a file meets the same contract as a form.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from studentadmin.forms.base import RecordForm

REMEMBERED = 4096
"""Distinct texts of one column whose outcome is kept: grades, sexes and dates repeat."""


@dataclass(frozen=True)
class Parsed:
    """The typed value, or why there is none."""

    value: Any = None
    errors: tuple[str, ...] = ()


class _OneCell:
    """A cell in the shape in which WTForms takes what was sent."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.text = text

    def __contains__(self, name: str) -> bool:
        return name == self.name

    def getlist(self, name: str) -> list[str]:
        return [self.text] if name == self.name else []


class ColumnParser:
    """One field of one form. Not for several threads at once."""

    def __init__(self, form: RecordForm, name: str) -> None:
        self.name = name
        self._form = form
        self._field = form[name]
        self._known: dict[str, Parsed] = {}

    @property
    def label(self) -> str:
        return str(self._field.label.text)

    @property
    def required(self) -> bool:
        return bool(self._field.flags.required)

    def parse(self, text: str) -> Parsed:
        """Read one cell as the form would."""
        known = self._known.get(text)
        if known is None:
            known = self._parse(text)
            if len(self._known) < REMEMBERED:
                self._known[text] = known
        return known

    def _parse(self, text: str) -> Parsed:
        field = self._field
        field.process(_OneCell(field.name, text))
        if field.validate(self._form):
            return Parsed(field.data)
        return Parsed(errors=tuple(dict.fromkeys(str(error) for error in field.errors)))


def compile_form(
    form_type: Callable[[], RecordForm], names: tuple[str, ...]
) -> dict[str, ColumnParser]:
    """Parsers for the named fields, all of one form object."""
    form = form_type()
    return {name: ColumnParser(form, name) for name in names}
