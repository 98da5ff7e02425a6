"""Rows found by what hardly repeats: numbers, telephones, addresses of e-mail.

The whole question is one number, with or without spaces. What one may not see one does not find.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, bindparam, select

from studentadmin.models import Student
from studentadmin.models.search import KINDS, What, search_number
from studentadmin.rules import email, phone, rights, search, student_number
from studentadmin.rules.search import Rank
from studentadmin.services.listing import unindexed
from studentadmin.services.search_sources import SHORTEST_TAIL, identifier
from studentadmin.services.search_words import begins

SHORTEST_PHONE, SHORTEST_EMAIL, SHORTEST_IDENTIFIER = 4, 3, 4
"""Characters that must be typed before these are looked for."""

RIGHTS = {
    What.PHONE: ("phone", "contact"),
    What.PHONE_TAIL: ("phone", "contact"),
    What.EMAIL: ("email", "contact"),
    What.IDENTIFIER_TAIL: ("student_identifier", "sensitive"),
}
"""Resource and class of fields that one must be allowed to see to find by it."""

TAILS = frozenset({What.STUDENT_NUMBER_TAIL, What.PHONE_TAIL, What.IDENTIFIER_TAIL})

_PHONE = re.compile(r"\+?[\d\s()/.\-]+")
_NUMBER = re.compile(r"[A-Z0-9._-]+", re.ASCII)

_student, _entry = Student.__table__.c, search_number.c
_STUDENTS: Select[Any] = (
    select(_student.id, _student.student_number)
    .where(unindexed(_student.deleted_at).is_(None), begins(_student.student_number, "f"))
    .order_by(_student.student_number)
    .limit(bindparam("limit"))
)
_ENTRIES: Select[Any] = (
    select(_entry.kind, _entry.row_id, _entry.text)
    .where(_entry.what == bindparam("what"), begins(_entry.text, "f"))
    .order_by(_entry.text, _entry.source_id)
    .limit(bindparam("limit"))
)


@dataclass(frozen=True)
class Asked:
    """What a question may be the beginning of, as it stands in the index; of a tail, backwards."""

    what: What
    text: str

    @property
    def bounds(self) -> dict[str, str]:
        return {"f_low": self.text, "f_high": search.following(self.text)}


def ranked(
    connection: Connection, text: str, roles: Collection[str], limit: int
) -> dict[str, dict[int, Rank]]:
    """Rows by table and key for which the whole of `text` is, begins or ends a number of theirs."""
    found: dict[str, dict[int, Rank]] = {table: {} for table in KINDS}
    tables = {kind: table for table, kind in KINDS.items()}
    for asked in meanings(text, roles):
        rows = connection.execute(_ENTRIES, {"what": asked.what, "limit": limit, **asked.bounds})
        for kind, key, known in rows:
            part = Rank.INSIDE if asked.what in TAILS else Rank.START
            rank = Rank.WHOLE if known == asked.text else part
            ranks = found[tables[kind]]
            ranks[key] = min(rank, ranks.get(key, rank))
    if number := student_number_of(text):
        bounds = {"f_low": number, "f_high": search.following(number)}
        for key, known in connection.execute(_STUDENTS, {"limit": limit, **bounds}):
            found["student"][key] = Rank.NUMBER if known == number else Rank.START
    return found


def student_number_of(text: str) -> str | None:
    """`text` as the beginning of a student number; None when none begins so."""
    number = student_number.normalise(text)
    return number if _NUMBER.fullmatch(number) else None


def meanings(text: str, roles: Collection[str]) -> Iterator[Asked]:
    """What `text` may mean that one of these roles may see."""
    for asked in _meanings(text):
        if asked.what not in RIGHTS:
            yield asked
            continue
        resource, field_class = RIGHTS[asked.what]
        if rights.allowed(roles, resource, "view") and rights.allowed(
            roles, resource, "view", field_class
        ):
            yield asked


def _meanings(text: str) -> Iterator[Asked]:
    number = student_number_of(text) or ""
    if len(number) >= SHORTEST_TAIL and any(letter.isdigit() for letter in number):
        yield Asked(What.STUDENT_NUMBER_TAIL, number[::-1])
    if number:
        yield Asked(What.FORMER_NUMBER, number)
    digits = phone.digits(text).lstrip("+")
    if _PHONE.fullmatch(text.strip()) and len(digits) >= SHORTEST_PHONE:
        for typed in dict.fromkeys((digits, digits.removeprefix("0"))):
            yield Asked(What.PHONE, typed)
            yield Asked(What.PHONE_TAIL, typed[::-1])
    address = email.normalise(text)
    if len(address) >= SHORTEST_EMAIL and not re.search(r"\s", address) and not address.isdigit():
        yield Asked(What.EMAIL, address)
    value = identifier(text)
    if len(value) >= SHORTEST_IDENTIFIER and any(letter.isdigit() for letter in value):
        yield Asked(What.IDENTIFIER_TAIL, value[::-1])


def entries(table: str, asked: Asked) -> Select[int]:
    """The keys of all rows of `table` that `asked` finds, once or more often."""
    return select(_entry.row_id).where(
        _entry.what == int(asked.what),
        _entry.kind == KINDS[table],
        begins(_entry.text, "f", asked.bounds.__getitem__),
    )
