"""What is typed above a list or into a look-up, asked of the index of the search box."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, Select, and_, bindparam, false, or_, select

from studentadmin.extensions import ReadSession
from studentadmin.models import Record, Student
from studentadmin.models.search import search_posting
from studentadmin.rules import search
from studentadmin.services import search_index, search_numbers, search_words
from studentadmin.services.listing import COUNT_CAP, ListQuery, contains_words, unindexed

INDEXED = frozenset({"student", "person"})
"""The tables that grow long; others are read through."""

TERMS_OF_ROW = 2
"""Rows are read so many times COUNT_CAP: a word may be in several terms of a row."""

Condition = Callable[[ListQuery], ColumnElement[bool]]


@dataclass(frozen=True)
class Found:
    """The rows that fit. Where they are too many to name, `keys` are some of them."""

    keys: tuple[int, ...] = ()
    rows: tuple[Select[int], ...] = ()
    """For `common` ones: questions that together give all their keys."""
    of_row: Callable[[Any], ColumnElement[bool]] = lambda _key: false()
    """For `common` ones: whether a row fits, asked of that row alone."""

    names_rows: ClassVar[bool] = True
    """To a ListQuery: begin with these rows, and not with an index of the table."""

    @property
    def common(self) -> bool:
        """Whether they are too many to name."""
        return bool(self.rows)

    @property
    def at_least(self) -> int:
        """How many rows of the table fit at least."""
        return len(self.keys)

    def __call__(self, query: ListQuery) -> ColumnElement[bool]:
        key: Any = query.column("id")
        if self.rows:
            return or_(*(key.in_(rows) for rows in self.rows))
        if not self.keys:
            return false()
        keys: Any = bindparam("keys", self.keys, expanding=True, literal_execute=True, unique=True)
        found: ColumnElement[bool] = key.in_(keys)
        return found


def fits(
    session: ReadSession,
    model: type[Record],
    paths: Sequence[str],
    text: str,
    roles: Collection[str],
    *,
    trash: bool = False,
) -> Condition:
    """The rows that `text` finds, as the search box finds them.

    The trash is not in the index, most tables are not, and signs such as % are not: there every
    word must stand in one of the columns of `paths`.
    """
    table = model.__tablename__
    only_signs = not any(character.isalnum() for character in text)
    if table not in INDEXED or trash or only_signs or not search_index.is_whole(session):
        return contains_words(paths, text)
    ways = tuple(_ways(session, table, text, roles))
    keys: dict[int, None] = {}
    for rows in ways:
        # Not DISTINCT: for that SQLite reads another index from end to end.
        read = list(session.scalars(rows.limit(TERMS_OF_ROW * COUNT_CAP + 1)))
        keys |= dict.fromkeys(read)
        if len(keys) > COUNT_CAP or len(read) > TERMS_OF_ROW * COUNT_CAP:
            return Found(tuple(keys), ways, lambda key: _of_row(table, text, roles, key))
    return Found(keys=tuple(keys))


def _ways(session: ReadSession, table: str, text: str, roles: Collection[str]) -> list[Select[int]]:
    """Questions that together give the key of every row that fits."""
    found = []
    if question := search.asked(text):
        rarest = search_words.rarest_of(session.connection(), table, question)
        others = [word for word in question if word != rarest]
        conditions = search_words.has_all(table, search_posting.c.row_id, others)
        found += [search_words.of_form(form, table).where(*conditions) for form in rarest]
        number = search_words.number_of(table, rarest)
        if others and number is not None:
            conditions = search_words.has_all(table, Student.id, others)
            found.append(_numbered(number).where(*conditions))
    if table == "student" and (number := search_numbers.student_number_of(text)):
        found.append(_numbered(number))
    meanings = search_numbers.meanings(text, roles)
    return found + [search_numbers.entries(table, asked) for asked in meanings]


def _of_row(table: str, text: str, roles: Collection[str], key: Any) -> ColumnElement[bool]:
    """What `_ways` ask, of the row of that key."""
    ways: list[ColumnElement[bool]] = []
    if question := search.asked(text):
        ways.append(and_(*search_words.has_all(table, key, question)))
    if table == "student" and (number := search_numbers.student_number_of(text)):
        ways.append(_number_begins(number))
    ways += [
        key.in_(search_numbers.entries(table, asked))
        for asked in search_numbers.meanings(text, roles)
    ]
    return or_(false(), *ways)


def _numbered(number: str) -> Select[int]:
    return select(Student.id).where(unindexed(Student.deleted_at).is_(None), _number_begins(number))


def _number_begins(number: str) -> ColumnElement[bool]:
    end = search.following(number)
    return and_(Student.student_number >= number, Student.student_number < end)
