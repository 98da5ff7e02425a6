"""Which rows of one kind have the words of a question: asked of the index, best first.

A question is asked while somebody types, so its statements are made once for each shape of a
question, and only the words are new.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    func,
    literal_column,
    or_,
    select,
)

from studentadmin.models import Student
from studentadmin.models.search import KINDS, search_posting, search_suffix, search_term
from studentadmin.rules import search, student_number
from studentadmin.rules.search import ANY_PART, Category, Form, Place, Rank, Term, Word
from studentadmin.services.listing import unindexed

FEW = 2_000
"""Rows of a word beyond which counting them tells nothing: it is common."""

ENOUGH = 16
"""Rows looked for that have several words: each row costs a look at all its terms."""

_student = Student.__table__.c

Condition = ColumnElement[bool]
Shape = tuple[bool, tuple[tuple[bool, bool], ...]]
"""Of a word: whether it may be a number; of its forms, `begins_only` and `syllable`."""

Bind = Callable[[str], Any]
"""What stands in a statement for a name: a place for its value, or the value itself."""

ONE: ColumnElement[int] = literal_column("1")


def ranked(
    connection: Connection, table: str, question: Sequence[Word], limit: int
) -> dict[int, Rank]:
    """About `limit` rows that have every word, by key; all of them, if there are no more.

    Those that fit best are among them. Among equals the shorter term comes first, and in it the
    row made last; of several words that is said of the rarest.
    """
    if not question:
        return {}
    rarest = rarest_of(connection, table, question)
    others = [word for word in question if word != rarest]
    limit = min(limit, ENOUGH) if others else limit
    found: dict[int, Rank] = {}
    for form in rarest:
        for key, rank in _walk(connection, table, form, others, limit).items():
            found[key] = min(rank, found.get(key, rank))
    if not others:
        return found
    if (number := number_of(table, rarest)) is not None:
        asked = {**_bounds("n", number), **values(table, others), "limit": limit}
        rows = connection.execute(_numbered(table, _shapes(table, others)), asked)
        found |= dict.fromkeys(rows.scalars(), Rank.START)
    return _ranks(connection, table, question, list(found))


def rarest_of(connection: Connection, table: str, question: Sequence[Word]) -> Word:
    """The word that the fewest rows have; what may be a number as well comes last."""
    if len(question) == 1:
        return question[0]
    sizes = {
        word: (
            number_of(table, word) is not None,
            sum(_size(connection, table, form) for form in word),
        )
        for word in question
    }
    return min(question, key=sizes.__getitem__)


def _size(connection: Connection, table: str, form: Form) -> int:
    asked = {"kind": KINDS[table], **_bounds("f", form.text), "limit": FEW}
    return connection.execute(_counted(form.places), asked).scalar() or 0


def _walk(
    connection: Connection, table: str, form: Form, others: Sequence[Word], limit: int
) -> dict[int, Rank]:
    """In the order of the index, so that of a common word no more is read than is needed."""
    statement = _walked(form.places, table, _shapes(table, others))
    asked = {"kind": KINDS[table], **_bounds("f", form.text), **values(table, others)}
    while True:
        rows = connection.execute(statement, {**asked, "limit": limit}).all()
        found: dict[int, Rank] = {}
        for place, text, key in rows:
            begins = Rank.WHOLE if text == form.text else Rank.START
            found.setdefault(key, begins if place == Place.START else Rank.INSIDE)
        if len(rows) < limit or len(found) * 2 >= limit:
            return found
        limit *= 4  # many terms of few rows


def _ranks(
    connection: Connection, table: str, question: Sequence[Word], keys: Sequence[int]
) -> dict[int, Rank]:
    """How well these rows fit, told from all their terms; the best first."""
    terms: dict[int, set[Term]] = {key: set() for key in keys}
    if keys:
        asked = {"kind": KINDS[table], "keys": keys}
        for key, text, category in connection.execute(_TERMS, asked):
            terms[key].add(Term(text, Category(category)))
    found = {key: search.rank(question, terms[key]) or Rank.START for key in keys}
    return dict(sorted(found.items(), key=lambda pair: pair[1]))


def number_of(table: str, word: Word) -> str | None:
    """The word as the beginning of a student number; None where it cannot be meant so."""
    text = student_number.normalise(word[0].text)
    return text if table == "student" and any(c.isdigit() for c in text) else None


# -- the values of a question ---------------------------------------------------------------------


def values(table: str, question: Sequence[Word]) -> dict[str, str]:
    """What stands for the names in the conditions that `has_all` makes."""
    found: dict[str, str] = {}
    for number, word in enumerate(question):
        for place, form in enumerate(word):
            found |= _bounds(f"w{number}_{place}", form.text)
        if (text := number_of(table, word)) is not None:
            found |= _bounds(f"n{number}", text)
    return found


def _bounds(name: str, text: str) -> dict[str, str]:
    return {f"{name}_low": text, f"{name}_high": search.following(text)}


def _shapes(table: str, question: Sequence[Word]) -> tuple[Shape, ...]:
    return tuple(
        (
            number_of(table, word) is not None,
            tuple((form.begins_only, form.syllable) for form in word),
        )
        for word in question
    )


# -- statements -----------------------------------------------------------------------------------


def of_form(form: Form, table: str) -> Select[int]:
    """The keys of all rows that have a word in this form; a row once for each of its terms."""
    asked = {"kind": KINDS[table], **_bounds("f", form.text)}
    rows: Select[int] = _postings(form.places, asked.__getitem__).with_only_columns(
        search_posting.c.row_id
    )
    return rows


def has_all(table: str, row: Any, question: Sequence[Word]) -> list[Condition]:
    """Whether the row of that key has these words: asked of its own terms, or of its number."""
    return _has(table, row, _shapes(table, question), values(table, question).__getitem__)


@lru_cache(maxsize=500)
def _walked(places: tuple[Place, ...], table: str, others: tuple[Shape, ...]) -> Select[Any]:
    part, posting = search_suffix.c, search_posting.c
    query = _postings(places).where(*_has(table, posting.row_id, others))
    order = (part.place, part.text, part.term_id, posting.row_id.desc())
    return query.order_by(*order).limit(bindparam("limit"))


@lru_cache(maxsize=10)
def _counted(places: tuple[Place, ...]) -> Select[int]:
    some = _postings(places).with_only_columns(ONE).limit(bindparam("limit"))
    return select(func.count()).select_from(some.subquery())


@lru_cache(maxsize=100)
def _numbered(table: str, others: tuple[Shape, ...]) -> Select[Any]:
    live = select(_student.id).where(
        unindexed(_student.deleted_at).is_(None), begins(_student.student_number, "n")
    )
    order = _student.student_number
    return live.where(*_has(table, _student.id, others)).order_by(order).limit(bindparam("limit"))


def _postings(places: tuple[Place, ...], bind: Bind = bindparam) -> Select[Any]:
    part, posting = search_suffix.c, search_posting.c
    placed = part.place == int(places[0])
    if len(places) > 1:
        placed = or_(part.place.in_([literal_column(str(int(place))) for place in places]))
    return (
        select(part.place, part.text, posting.row_id)
        .select_from(search_suffix.join(search_posting, posting.term_id == part.term_id))
        .where(part.kind == bind("kind"), placed, begins(part.text, "f", bind))
    )


def _has(
    table: str, row: Any, shapes: tuple[Shape, ...], bind: Bind = bindparam
) -> list[Condition]:
    found = []
    for number, (may_be_number, forms) in enumerate(shapes):
        posting, term = search_posting.alias(), search_term.alias()
        fits = [_fits(term.c, f"w{number}_{n}", shape, bind) for n, shape in enumerate(forms)]
        own = (
            select(ONE)
            .where(posting.c.kind == KINDS[table], posting.c.row_id == row)
            .where(term.c.id == posting.c.term_id, or_(*fits))
        )
        ways = [_there(own)]
        if may_be_number:
            student = Student.__table__.alias()
            holder = select(ONE).where(student.c.id == row)
            ways.append(_there(holder.where(begins(student.c.student_number, f"n{number}", bind))))
        found.append(or_(*ways))
    return found


def _there(query: Select[Any]) -> Condition:
    """Not EXISTS, of which a server makes a join that begins at the wrong end."""
    return query.limit(1).scalar_subquery().is_not(None)


def begins(column: Any, name: str, bind: Bind = bindparam) -> Condition:
    """The texts from `name`_low up to, and without, `name`_high."""
    found: Condition = and_(column >= bind(f"{name}_low"), column < bind(f"{name}_high"))
    return found


def _fits(term: Any, name: str, shape: tuple[bool, bool], bind: Bind) -> Condition:
    """`rules.search.rank` in the words of a database."""
    begins_only, syllable = shape
    start = begins(term.text, name, bind)
    of_words = term.category != int(Category.INITIALS)
    inside = func.instr(term.text, bind(f"{name}_low")) > 0
    if begins_only:
        return and_(start, of_words)
    if syllable:
        return or_(and_(start, of_words), and_(term.category == int(Category.PINYIN), inside))
    any_part = term.category.in_([literal_column(str(int(c))) for c in sorted(ANY_PART)])
    return or_(start, and_(any_part, inside))


_TERMS = select(search_posting.c.row_id, search_term.c.text, search_term.c.category).where(
    search_posting.c.kind == bindparam("kind"),
    search_posting.c.row_id.in_(bindparam("keys", expanding=True)),
    search_term.c.id == search_posting.c.term_id,
)
