"""Jumps in a list: to a letter, to a page. Each finds the key of the row before, and the list goes
on behind it as behind any other row.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement

from studentadmin.extensions import ReadSession
from studentadmin.services.listing import PAGE, ListQuery, Sort

LETTERS = "abcdefghijklmnopqrstuvwxyz"
BEYOND = chr(ord(LETTERS[-1]) + 1)
"""Where names begin that are written in no Latin letters and have no pinyin."""


def before_letter(
    query: ListQuery, session: ReadSession, sorts: Sequence[Sort], letter: str
) -> int | None:
    """The key of the last row before those whose first sort column begins with `letter`.

    None when the list begins there. Chinese names stand at the letter of their pinyin, because
    `sort_name` begins with it. One look into the index of that column.
    """

    def ahead(step: Any) -> ColumnElement[bool]:
        if step.descending:
            return step.column >= chr(ord(letter) + 1)  # type: ignore[no-any-return]
        before: ColumnElement[bool] = step.column < letter
        return before | step.column.is_(None) if step.nullable else before

    return query.key_at(session, sorts, ahead)


def before_page(
    query: ListQuery, session: ReadSession, sorts: Sequence[Sort], page: int
) -> int | None:
    """The key of the last row before page number `page`, from 2 on; None when there is none.

    The database walks over the rows before: this is the one question whose cost grows with its
    place (docs/decisions/lists-without-offset.md).
    """
    return query.key_at(session, sorts, skip=(page - 1) * PAGE - 1)
