"""From the columns of a row to what the search box finds it by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from studentadmin.models.search import KINDS, What
from studentadmin.rules import email, phone, search, student_number
from studentadmin.rules.search import PART_LENGTH, Term
from studentadmin.services.naming import NAME_FIELDS

Values = Mapping[str, Any]

SHORTEST_TAIL = 3
"""Digits; of less the end of a number tells nothing."""

OWNERS = {"student_id": "student", "person_id": "person", "organisation_id": "organisation"}
IDENTIFIERS = "student_identifier"


@dataclass(frozen=True)
class Entry:
    """A line of `search_number`: `text` leads to the row `row_id` of `kind`."""

    what: What
    text: str
    kind: int
    row_id: int


@dataclass
class Found:
    """What one row is found by."""

    terms: frozenset[Term] = frozenset()
    entries: set[Entry] = field(default_factory=set)


COLUMNS: dict[str, tuple[str, ...]] = {
    "student": ("student_number", "former_numbers", *NAME_FIELDS),
    "person": NAME_FIELDS,
    "homeroom": ("name",),
    "organisation": ("name", "identifier"),
    "phone": ("digits", *OWNERS),
    "email": ("address", *OWNERS),
    IDENTIFIERS: ("value", "student_id"),
}
"""Every table that the index is made from, and the columns that matter to it."""

WHATS: dict[str, tuple[What, ...]] = {
    "student": (What.STUDENT_NUMBER_TAIL, What.FORMER_NUMBER),
    "phone": (What.PHONE, What.PHONE_TAIL),
    "email": (What.EMAIL,),
    IDENTIFIERS: (What.IDENTIFIER_TAIL,),
}
"""What of `search_number` comes from which table."""


def found_by(table: str, key: int, values: Values) -> Found:
    """What the row with that key is found by; `values` has the columns of its table."""
    entries = set(_entries(table, key, values))
    if table in {"student", "person"}:
        family, given, middle, preferred, native = (values.get(name) for name in NAME_FIELDS)
        return Found(search.name_terms(family, given, native, middle, preferred), entries)
    if table in KINDS:
        return Found(search.text_terms(*(values.get(name) for name in COLUMNS[table])), entries)
    return Found(entries=entries)


def _entries(table: str, key: int, values: Values) -> Iterator[Entry]:
    if table == "student":
        yield _entry(What.STUDENT_NUMBER_TAIL, values["student_number"][::-1], "student", key)
        for number in (values.get("former_numbers") or "").split():
            yield _entry(What.FORMER_NUMBER, number, "student", key)
        return
    if table == IDENTIFIERS:
        tail = identifier(values["value"])[::-1]
        if tail:
            yield _entry(What.IDENTIFIER_TAIL, tail, "student", values["student_id"])
        return
    owner = next((column for column in OWNERS if values.get(column) is not None), None)
    if table not in WHATS or owner is None:
        return
    kind, row_id = OWNERS[owner], values[owner]
    if table == "email":
        yield _entry(What.EMAIL, email.normalise(values["address"]), kind, row_id)
    elif digits := values["digits"].lstrip("+"):
        yield _entry(What.PHONE_TAIL, digits[::-1], kind, row_id)
        for start in phone.starts(values["digits"]):
            yield _entry(What.PHONE, start, kind, row_id)


def _entry(what: What, text: str, table: str, row_id: int) -> Entry:
    return Entry(what, text[:PART_LENGTH], KINDS[table], row_id)


def identifier(text: str) -> str:
    """A number that others gave, without what only parts it: letters large, and digits."""
    return "".join(letter for letter in student_number.normalise(text) if letter.isalnum())
