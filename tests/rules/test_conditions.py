"""Filters as text of an address: what is written is read back, nonsense is refused."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studentadmin.rules import conditions
from studentadmin.rules.conditions import OPERATORS, Condition, Filters
from studentadmin.rules.periods import Period

KINDS = {kind: kind for kind in OPERATORS}
DAYS = st.dates().map(date.isoformat)
NUMBERS = st.integers(-(10**6), 10**6).map(str)
WORDS = st.text(max_size=20).filter(lambda text: text.split() != [])
KEYS = st.integers(1, 10**6).map(str)
CODES = st.sampled_from(["enrolled", "left", "empty", "not", "any", "year", "last"])


@st.composite
def a_condition(draw: Any) -> Condition:
    kind = draw(st.sampled_from(sorted(OPERATORS)))
    operator = draw(st.sampled_from(OPERATORS[kind]))
    values: tuple[str, ...] = ()
    if operator == "between":
        one = NUMBERS if kind == "number" else DAYS
        values = draw(st.tuples(st.just("") | one, one) | st.tuples(one, st.just("")))
    elif operator in {"last", "next"}:
        values = (str(draw(st.integers(1, 36_500))),)
    elif operator in {"before", "after"}:
        values = (draw(st.just("today") | DAYS),)
    elif operator not in conditions.WITHOUT_VALUE:
        one = {
            "text": WORDS, "name": WORDS, "number": NUMBERS, "choice": CODES, "relation": KEYS,
            "bool": st.sampled_from(["yes", "no"]), "author": KEYS | st.just("me"),
        }.get(kind, DAYS)  # fmt: skip
        several = operator in conditions.SEVERAL
        values = tuple(draw(st.lists(one, min_size=1, max_size=3 if several else 1)))
    return conditions.checked(Condition(kind, operator, values), kind)


@given(
    st.lists(st.lists(a_condition(), min_size=1, max_size=3), max_size=4),
    st.booleans(),
)
def test_what_an_address_says_is_read_back(groups: list[list[Condition]], any_group: bool) -> None:
    any_group = any_group and bool(groups)
    filters = Filters(tuple(tuple(group) for group in groups), any_group)
    pairs = conditions.write_all(filters, KINDS)
    assert conditions.read_all(pairs, KINDS) == (filters, [])


@given(st.lists(st.tuples(st.sampled_from(["f", "or", "and", "match", "x"]), st.text())))
def test_no_text_breaks_the_reading(pairs: list[tuple[str, str]]) -> None:
    filters, _refused = conditions.read_all(pairs, KINDS)
    assert list(filters) == [] or conditions.write_all(filters, KINDS)


@pytest.mark.parametrize(
    ("text", "operator", "values"),
    [
        ("choice:enrolled,left", "any", ("enrolled", "left")),
        ("choice:not:left", "not", ("left",)),
        ("date:..2010-01-01", "between", ("", "2010-01-01")),
        ("date:2010-01-01", "is", ("2010-01-01",)),
        ("date:last:30", "last", ("30",)),
        ("date:year", "year", ()),
        ("number:20..30", "between", ("20", "30")),
        ("text:Mei", "contains", ("Mei",)),
        ("text:starts:a:b", "starts", ("a:b",)),
        ("text:at 10:30", "contains", ("at 10:30",)),
        ("bool:yes", "is", ("yes",)),
    ],
)
def test_the_ways_to_say_it(text: str, operator: str, values: tuple[str, ...]) -> None:
    kind = text.partition(":")[0]
    assert conditions.read(text, KINDS) == Condition(kind, operator, values)


@pytest.mark.parametrize(
    "text",
    [
        "date:2010-13-01", "date:last:0", "date:last:x", "date:..", "date:", "number:1.5",
        "number:99999999999", "relation:0", "relation:x", "bool:maybe", "text:", "choice:",
        "date:20100101", "author:you",
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        conditions.read(text, KINDS)


def test_an_unknown_column_is_told_from_nonsense() -> None:
    with pytest.raises(KeyError):
        conditions.read("nothing:1", KINDS)


def test_taking_one_off_leaves_the_others() -> None:
    a, b, c = (Condition(name, "empty") for name in "abc")
    filters = Filters(((a, b), (c,)))
    assert filters.without(0).groups == ((b,), (c,))
    assert filters.without(2).groups == ((a, b),)


YEAR = Period(date(2026, 9, 1), date(2027, 8, 31))
TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("operator", "values", "first", "last"),
    [
        ("last", ("1",), TODAY, TODAY),
        ("last", ("30",), date(2026, 10, 23), TODAY),
        ("next", ("2",), TODAY, date(2026, 11, 22)),
        ("before", ("today",), None, date(2026, 11, 20)),
        ("after", ("today",), date(2026, 11, 22), None),
        ("before", ("0001-01-01",), None, date.min),
        ("year", (), YEAR.start, YEAR.end),
        ("is", ("2026-01-02",), date(2026, 1, 2), date(2026, 1, 2)),
    ],
)
def test_the_days_that_are_meant(
    operator: str, values: tuple[str, ...], first: date | None, last: date | None
) -> None:
    assert conditions.days(Condition("d", operator, values), TODAY, YEAR) == (first, last)
