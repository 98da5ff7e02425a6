"""Fields built from the column they fill: its length, its type, whether it may stay empty."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import InstrumentedAttribute
from wtforms import (
    BooleanField,
    DateField,
    Field,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
    validators,
)
from wtforms.fields.choices import SelectChoice

Label = Any
"""A lazily translated text."""


def clean(value: str | None) -> str | None:
    """Outer white space dropped, inner runs made one space; nothing typed is None."""
    return " ".join(value.split()) or None if isinstance(value, str) else value


def clean_lines(value: str | None) -> str | None:
    """The same for longer text, whose lines stay."""
    return value.strip() or None if isinstance(value, str) else value


FIRST_PRINTABLE = 32


LARGEST_KEY = 2**31 - 1
"""Of an INT column on a server."""


class NoControlCharacters:
    """Refuse characters that no keyboard types and no list shows."""

    def __call__(self, form: Any, field: Field) -> None:
        typed = field.data if isinstance(field.data, str) else ""
        if any(ord(c) < FIRST_PRINTABLE and c not in "\n\r\t" for c in typed):
            raise validators.ValidationError(field.gettext("Not a valid value."))


def _presence(column: InstrumentedAttribute[Any]) -> list[Any]:
    may_be_empty = column.property.columns[0].nullable
    return [validators.Optional()] if may_be_empty else [validators.DataRequired()]


def text(column: InstrumentedAttribute[Any], label: Label, hint: Label = "") -> Field:
    """One line."""
    length = column.property.columns[0].type.length
    rules = [*_presence(column), validators.Length(max=length), NoControlCharacters()]
    return StringField(label, filters=[clean], validators=rules, description=hint)


def lines(column: InstrumentedAttribute[Any], label: Label, hint: Label = "") -> Field:
    """Longer text."""
    rules = [*_presence(column), validators.Length(max=10_000), NoControlCharacters()]
    return TextAreaField(label, filters=[clean_lines], validators=rules, description=hint)


def day(column: InstrumentedAttribute[Any], label: Label, hint: Label = "") -> Field:
    """A calendar day, ISO 8601 in the form's data."""
    return DateField(label, validators=_presence(column), description=hint)


def whole(
    column: InstrumentedAttribute[Any], label: Label, low: int, high: int, hint: Label = ""
) -> Field:
    """A whole number from `low` to `high`, both inclusive."""
    presence = _presence(column)
    if not column.property.columns[0].nullable:
        presence = [validators.InputRequired()]
    rules = [*presence, validators.NumberRange(low, high)]
    return IntegerField(label, validators=rules, description=hint)


def yes_no(label: Label, hint: Label = "") -> Field:
    """A box to tick."""
    return BooleanField(label, description=hint)


def choice(
    column: InstrumentedAttribute[Any],
    label: Label,
    choices: Iterable[tuple[str, Label]] | Callable[[], Iterable[tuple[str, Label]]],
    hint: Label = "",
    default: str | None = None,
) -> Field:
    """One of a code list; a function gives one that a school may extend, asked for each form."""
    nullable = column.property.columns[0].nullable
    first = [SelectChoice("", "–")] if nullable else []
    if not nullable and default is None:
        first = [SelectChoice("", _l("Please choose"))]

    def options() -> list[SelectChoice]:
        found = choices() if callable(choices) else choices
        return [*first, *(SelectChoice(code, words) for code, words in found)]

    return SelectField(
        label,
        choices=options if callable(choices) else options(),
        coerce=lambda value: value or None,
        filters=[lambda value: value or None],
        validators=_presence(column),
        default=default,
        description=hint,
    )


def pick(label: Label, hint: Label = "", *, required: bool = True) -> Field:
    """One of a few records, by its key; a view gives `choices`, the empty one first."""
    return SelectField(
        label,
        choices=[],
        coerce=lambda value: int(value) if value else None,
        validators=[validators.DataRequired() if required else validators.Optional()],
        description=hint,
    )


class RelationField(IntegerField):
    """The key of another record, chosen by typing. A view gives `lookup_url` and `text`."""

    data: int | None

    def __init__(self, label: Label = None, resource: str = "", **options: Any) -> None:
        super().__init__(label, **options)
        self.resource = resource
        self.lookup_url = ""
        self.text = ""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        self.data = None
        if valuelist and valuelist[0].strip():
            super().process_formdata(valuelist)
            if not 0 < (self.data or 0) <= LARGEST_KEY:
                self.data = None
                raise ValueError(self.gettext("Not a valid choice."))


def relation(
    column: InstrumentedAttribute[Any], label: Label, resource: str, hint: Label = ""
) -> Field:
    """Another record, by its key."""
    return RelationField(label, resource, validators=_presence(column), description=hint)
