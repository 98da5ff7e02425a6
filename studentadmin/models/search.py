"""The index of the search box: made from the rows, kept by the write path, no part of the history.

Names repeat, so their words stand in a dictionary (`search_term`), each with the texts it can be
found under (`search_suffix`); `search_posting` says which rows have a word. What hardly repeats,
such as numbers and addresses, is in `search_number`. The tables are plain ones, clustered by key.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Index,
    Integer,
    SmallInteger,
    String,
    Table,
    UniqueConstraint,
)

from studentadmin.extensions import Base
from studentadmin.models.base import Table as Model
from studentadmin.rules.search import PART_LENGTH, TERM_LENGTH

ON_SERVER: dict[str, Any] = {
    name: value for name, value in Model.TABLE_OPTIONS.items() if not name.startswith("sqlite")
}
CLUSTERED: dict[str, Any] = {**ON_SERVER, "sqlite_with_rowid": False}
"""A server always keeps a table in the order of its key; SQLite when it is told to."""

KINDS = {"student": 1, "person": 2, "homeroom": 3, "organisation": 4}
"""The tables that are searched, and how the index names them. The numbers are for ever."""


class What(IntEnum):
    """The things of `search_number`; of a tail the text stands backwards. Numbers are for ever."""

    STUDENT_NUMBER_TAIL = 1
    PHONE = 2
    PHONE_TAIL = 3
    EMAIL = 4
    IDENTIFIER_TAIL = 5
    FORMER_NUMBER = 6


search_term = Table(
    "search_term",
    Base.metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", SmallInteger, nullable=False),
    Column("text", String(TERM_LENGTH), nullable=False),
    Column("category", SmallInteger, nullable=False),
    UniqueConstraint("kind", "text", "category"),
    **Model.TABLE_OPTIONS,
)

search_suffix = Table(
    "search_suffix",
    Base.metadata,
    Column("kind", SmallInteger, primary_key=True, autoincrement=False),
    Column("place", SmallInteger, primary_key=True, autoincrement=False),
    Column("text", String(PART_LENGTH), primary_key=True),
    Column("term_id", Integer, primary_key=True, autoincrement=False),
    **CLUSTERED,
)

search_posting = Table(
    "search_posting",
    Base.metadata,
    Column("term_id", Integer, primary_key=True, autoincrement=False),
    Column("row_id", Integer, primary_key=True, autoincrement=False),
    Column("kind", SmallInteger, nullable=False),
    Index("ix_search_posting_kind_row_id", "kind", "row_id"),
    **CLUSTERED,
)

search_number = Table(
    "search_number",
    Base.metadata,
    Column("what", SmallInteger, primary_key=True, autoincrement=False),
    Column("text", String(PART_LENGTH), primary_key=True),
    Column("source_id", Integer, primary_key=True, autoincrement=False),
    Column("kind", SmallInteger, nullable=False),
    Column("row_id", Integer, nullable=False),
    Index("ix_search_number_what_source_id", "what", "source_id"),
    **CLUSTERED,
)

search_state = Table(
    "search_state",
    Base.metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("version", Integer, nullable=False),
    Column("complete", Boolean, nullable=False),
    Column("at_table", String(64)),
    Column("at_key", Integer, nullable=False),
    **ON_SERVER,
)
"""One row: the version of the rules, and how far the making of an index that is not whole got."""
