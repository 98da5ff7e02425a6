"""Named reads of lists: plain columns, keyset paging, honest capped counts.

No list counts a table, skips rows with OFFSET, or loads a row it does not show. A page is found
from the key of the row beside it, so the address of a page holds no names.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, and_, false, func, null, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from studentadmin.extensions import ReadSession
from studentadmin.models import Record
from studentadmin.models.folded import Folded
from studentadmin.rules import names, student_number

COUNT_CAP = 10_000
PAGE = 50
NEARBY = 2_000
"""Rows that are walked along an order before all that fulfil a condition are sorted instead."""
BATCH = 2000


@dataclass(frozen=True)
class Sort:
    """One column of an order; the key is always the last."""

    path: str
    descending: bool = False


@dataclass(frozen=True)
class Slice:
    """Rows of one page, and whether there are more on either side."""

    rows: Sequence[Row[Any]]
    before: bool
    after: bool


class _Step(NamedTuple):
    """One column of an order; a related row that is not there gives NULL."""

    column: Any
    descending: bool
    nullable: bool

    @property
    def ordered(self) -> Any:
        return self.column.desc() if self.descending else self.column.asc()


@dataclass
class ListQuery:
    """A question about one table; a path such as `student.sort_name` reads a related row.

    `where` gets this query and gives conditions; live rows only, unless `trash`.
    """

    model: type[Record]
    trash: bool = False
    where: list[Callable[[ListQuery], ColumnElement[bool]]] = field(default_factory=list)
    _aliases: dict[str, Any] = field(default_factory=dict)

    def column(self, path: str) -> InstrumentedAttribute[Any]:
        """The column a path names. Raises AttributeError for a path that leads nowhere."""
        *steps, name = path.split(".")
        entity: Any = self.model
        for depth, step in enumerate(steps, 1):
            key = ".".join(steps[:depth])
            if key not in self._aliases:
                relation = getattr(entity, step)
                self._aliases[key] = (aliased(relation.property.mapper.class_), relation)
            entity = self._aliases[key][0]
        column: InstrumentedAttribute[Any] = getattr(entity, name)
        return column

    def count(self, session: ReadSession, cap: int | None = COUNT_CAP) -> int:
        """Matching rows, counted no further than one past `cap`; None counts them all."""
        if cap is not None and not self.trash and len(self.where) == 1:
            known: int = getattr(self.where[0], "at_least", 0)
            if known > cap:
                return cap + 1
        conditions = self._conditions()
        keys = self._joined(select(self.model.id)).where(*conditions)
        if cap is not None:
            keys = keys.limit(cap + 1)
        return session.scalar(select(func.count()).select_from(keys.subquery())) or 0

    def read(
        self,
        session: ReadSession,
        paths: Sequence[str],
        sorts: Sequence[Sort],
        *,
        after: int | None = None,
        before: int | None = None,
        last: bool = False,
        limit: int = PAGE,
    ) -> Slice:
        """One page: from the start, after or before the row of a key, or the last one."""
        columns = [self.column(path) for path in paths]
        order = self._order(sorts)
        backwards = last or before is not None
        if backwards:
            order = [step._replace(descending=not step.descending) for step in order]
        conditions = self._conditions()
        anchor = after if after is not None else before
        if anchor is not None:
            values = session.execute(
                self._joined(select(*(step.column for step in order))).where(
                    self.model.id == anchor
                )
            ).first()
            if values is not None:
                conditions.append(_beyond(order, list(values)))
        query = (
            self._joined(select(self.model.id, *columns))
            .order_by(*(step.ordered for step in order))
            .limit(limit + 1)
        )
        near = self._near(session, order, conditions[len(self.where) + 1 :], limit + 1)
        if near is not None:
            conditions = [self.model.id.in_(near)]
        rows = session.execute(query.where(*conditions)).all()
        more, rows = len(rows) > limit, rows[:limit]
        if backwards:
            return Slice(rows[::-1], before=more, after=before is not None)
        return Slice(rows, before=after is not None, after=more)

    def batches(
        self, session: ReadSession, paths: Sequence[str], sorts: Sequence[Sort]
    ) -> Generator[Sequence[Row[Any]], None, None]:
        """Every matching row, many at a time, memory independent of their number.

        Only the values of `paths`. Closing it ends the query.
        """
        columns = [self.column(path) for path in paths]
        order = self._order(sorts)
        conditions = self._conditions()
        query = (
            self._joined(select(*columns))
            .where(*conditions)
            .order_by(*(step.ordered for step in order))
        )
        options = {"yield_per": BATCH}
        found = session.connection().execute(query, execution_options=options)
        try:
            if first := found.fetchmany(PAGE):
                yield first
                yield from found.partitions(BATCH)
        finally:
            found.close()

    def key_at(
        self,
        session: ReadSession,
        sorts: Sequence[Sort],
        where: Callable[[_Step], ColumnElement[bool]] | None = None,
        *,
        skip: int = 0,
    ) -> int | None:
        """The key of row number `skip`, counted from 0; None when the list is shorter.

        `where` gets the first column of the order; with it, the last row that fulfils it.
        """
        order = self._order(sorts)
        conditions = self._conditions()
        if where is not None:
            conditions.append(where(order[0]))
            order = [step._replace(descending=not step.descending) for step in order]
        query = self._joined(select(self.model.id)).where(*conditions)
        query = query.order_by(*(step.ordered for step in order)).limit(1)
        key: int | None = session.scalar(query.offset(skip) if skip else query)
        return key

    def _near(
        self,
        session: ReadSession,
        order: Sequence[_Step],
        place: Sequence[ColumnElement[bool]],
        limit: int,
    ) -> list[int] | None:
        """Keys of the page, where a condition that very many rows fulfil is fulfilled nearby.

        Sorting all that fulfil it for one page is slow, and so is walking along the order to where
        they are; so it is walked for a while. None where that did not fill the page.
        """
        common: list[Any] = [make for make in self.where if getattr(make, "common", False)]
        if not common:
            return None
        rest = ListQuery(self.model, self.trash, [w for w in self.where if w not in common])
        rest._aliases = self._aliases
        keys = rest._joined(select(self.model.id)).where(*rest._conditions(), *place)
        keys = keys.order_by(*(step.ordered for step in order)).limit(NEARBY)
        walked = list(session.scalars(keys))
        found: list[int] = []
        start = 0
        for end in (len(walked) // 10, len(walked) // 3, len(walked)):
            some = walked[start:end]
            holds = select(self.model.id).where(
                self.model.id.in_(some), *(make.of_row(self.model.id) for make in common)
            )
            fulfil = set(session.scalars(holds)) if some else set()
            found += [key for key in some if key in fulfil]
            start = end
            if len(found) >= limit:
                return found[:limit]
        return found if len(walked) < NEARBY else None

    def _order(self, sorts: Sequence[Sort]) -> list[_Step]:
        """The key is last, and runs as the column before it."""
        order = []
        for sort in sorts:
            column = self.column(sort.path)
            nullable = "." in sort.path or column.property.columns[0].nullable
            order.append(_Step(column, sort.descending, bool(nullable)))
        return [*order, _Step(self.column("id"), bool(sorts and sorts[-1].descending), False)]

    def _conditions(self) -> list[ColumnElement[bool]]:
        deleted: Any = self.model.deleted_at
        if any(getattr(make, "names_rows", False) for make in self.where):
            deleted = unindexed(deleted)
        found = [deleted.is_not(None) if self.trash else deleted.is_(None)]
        return found + [make(self) for make in self.where]

    def _joined(self, query: Select[Any]) -> Select[Any]:
        query = query.select_from(self.model)
        for alias, relation in self._aliases.values():
            query = query.outerjoin(relation.of_type(alias))
        return query


def _beyond(order: Sequence[_Step], values: Sequence[Any]) -> ColumnElement[bool]:
    """Rows after `values` in `order`; NULL is the smallest value, as both databases sort it.

    A range is said first wherever it can be, so that an index begins at the page.
    """
    (column, descending, nullable), *rest = order
    value, *others = values
    if value is None:
        further = false() if descending else column.is_not(None)
        return or_(further, and_(column.is_(None), _beyond(rest, others)))
    further = column < value if descending else column > value
    if not rest:
        return further  # type: ignore[no-any-return]
    after = or_(further, and_(column == value, _beyond(rest, others)))
    if descending and nullable:
        return or_(after, column.is_(None))
    return and_(column <= value if descending else column >= value, after)


def unindexed(column: Any) -> Any:
    """The column, unfit for an index: SQLite takes one that begins with it for the best way to
    any row, however few others there are to look at.
    """
    return func.coalesce(column, null())


def escape_like(text: str, mark: str = "\\") -> str:
    """`text` as LIKE takes it literally, with `mark` as the escape character."""
    for special in (mark, "%", "_"):
        text = text.replace(special, mark + special)
    return text


def contains_words(paths: Sequence[str], text: str) -> Callable[[ListQuery], ColumnElement[bool]]:
    """Every word of `text` stands somewhere in one of the columns of `paths`; case and marks do
    not count. A text of marks alone is found nowhere.
    """
    words = text.split()

    def condition(query: ListQuery) -> ColumnElement[bool]:
        columns = [query.column(path) for path in paths]
        found = [or_(*(_contains(column, word) for column in columns)) for word in words]
        return and_(*found) if found else false()

    return condition


def _contains(column: Any, word: str) -> ColumnElement[bool]:
    """A column that is kept in a normal form is asked in that form."""
    if column.key == "student_number":
        return _like(column, student_number.normalise(word))
    folded = names.fold(word)
    kept_folded = column.key in {"search_name", "digits"}
    asked = column if kept_folded else Folded(column)
    parts = [_like(asked, part) for part in folded.split()]
    found = and_(*parts) if parts else false()
    if kept_folded or folded == word.lower():
        return found
    return or_(found, _like(asked, word))  # a server folds the column less than we fold the word


def _like(column: Any, word: str) -> ColumnElement[bool]:
    pattern: ColumnElement[bool] = column.like(f"%{escape_like(word)}%", escape="\\")
    return pattern
