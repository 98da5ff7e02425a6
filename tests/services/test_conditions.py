"""Random filters, orders and positions against a naive scan in Python, on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from studentadmin.models import Address, Person
from studentadmin.rules import conditions as rules
from studentadmin.rules import names
from studentadmin.rules.conditions import Condition, Filters
from studentadmin.rules.periods import Period
from studentadmin.services import jumps
from studentadmin.services.conditions import Field, Moment, moment, running_school_year, where
from studentadmin.services.listing import ListQuery, Sort
from studentadmin.services.unit import Unit, write
from tests.factories import SYSTEM, Register
from tests.queries import count_queries
from tests.services.test_listing import naive

TODAY = date(2026, 11, 21)
NOW = Moment(TODAY, UTC, Period(date(2026, 9, 1), date(2027, 8, 31)))
TEXT = st.text("aAbBéÉ0_%张李 ", max_size=4).map(lambda text: " ".join(text.split()))
DAYS = [date(1, 1, 1), date(2020, 2, 29), TODAY - timedelta(29), TODAY, TODAY + timedelta(1)]
FIELDS = {
    "street": Field("text", "street"),
    "city": Field("text", "city"),
    "from": Field("date", "valid_from"),
    "changed": Field("instant", "updated_at"),
    "priority": Field("number", "priority"),
    "type": Field("choice", "type"),
    "person": Field("relation", "person_id"),
    "name": Field("name", "person.search_name"),
}
PATHS = ("street", "city", "valid_from", "priority", "person.sort_name")


@pytest.fixture
def people(register: Register) -> list[int]:
    return [register.person(family_name=name).id for name in ("Abel", "Bébé", "张")]


@st.composite
def a_row(draw: Any) -> dict[str, Any]:
    return {
        "street": draw(TEXT) or "x",
        "city": draw(st.none() | TEXT),
        "valid_from": draw(st.none() | st.sampled_from(DAYS)),
        "priority": draw(st.integers(1, 4)),
        "type": draw(st.sampled_from(["home", "work", "other"])),
        "owner": draw(st.integers(0, 2)),
        "day": draw(st.sampled_from(DAYS[1:])),
        "hour": draw(st.sampled_from([0, 23])),
    }


@st.composite
def a_condition(draw: Any) -> Condition:
    name = draw(st.sampled_from(sorted(FIELDS)))
    kind = FIELDS[name].kind
    operator = draw(st.sampled_from(rules.OPERATORS[kind]))
    day = st.sampled_from(DAYS).map(date.isoformat)
    one: Any = {
        "text": TEXT.filter(bool), "name": TEXT.filter(bool), "date": day, "instant": day,
        "number": st.integers(0, 4).map(str), "relation": st.integers(0, 2).map(str),
        "choice": st.sampled_from(["home", "work", "gone"]),
    }[kind]  # fmt: skip
    if operator in rules.WITHOUT_VALUE:
        values: Any = ()
    elif operator == "between":
        values = draw(st.tuples(one | st.just(""), one) | st.tuples(one, st.just("")))
    elif operator in {"last", "next"}:
        values = (draw(st.sampled_from(["1", "2", "30", "36500"])),)
    elif operator in {"before", "after"}:
        values = (draw(one | st.just("today")),)
    else:
        values = draw(st.lists(one, min_size=1, max_size=2 if operator in rules.SEVERAL else 1))
    return Condition(name, operator, tuple(values))


def fill(rows: list[dict[str, Any]], people: list[int]) -> None:
    def work(unit: Unit) -> None:
        unit.session.execute(delete(Address))
        for number, row in enumerate(rows):
            kept = ("street", "city", "valid_from", "priority", "type")
            at = datetime(
                row["day"].year, row["day"].month, row["day"].day, row["hour"], tzinfo=UTC
            )
            stamps = {"created_at": at, "updated_at": at, "version": 1}
            values = {name: row[name] for name in kept}
            key = people[row["owner"]]
            unit.session.execute(
                insert(Address).values(**values, **stamps, person_id=key, sourced_id=f"c{number}")
            )
        unit.session.commit()

    write(work, by=SYSTEM, why="fill")


def fulfils(row: Address, item: Condition, people: list[int]) -> bool:
    """The meaning of a condition, in Python."""
    kind = FIELDS[item.column].kind
    value: Any = row
    for step in FIELDS[item.column].path.split("."):
        value = getattr(value, step)
    if item.operator in {"empty", "filled"}:
        return (value is None or value == "") is (item.operator == "empty")
    if kind in {"choice", "relation"}:
        wanted = set(item.values)
        if kind == "relation":
            wanted = {people[int(v)] for v in item.values}  # type: ignore[misc]
        return (value in wanted) is (item.operator == "any")
    if value is None:
        return False
    if kind in {"text", "name"}:
        text, asked = names.fold(value), names.fold(item.values[0])
        if item.operator == "contains":
            return bool(asked) and all(part in text for part in asked.split())
        return text == asked if item.operator == "is" else text.startswith(asked)
    if kind == "number":
        low, high = item.values if item.operator == "between" else item.values * 2
        return (not low or int(low) <= value) and (not high or value <= int(high))
    first, last = rules.days(item, TODAY, NOW.school_year)
    day = value.date() if kind == "instant" else value
    return (first is None or first <= day) and (last is None or day <= last)


def matches(row: Address, filters: Filters, people: list[int]) -> bool:
    groups = [[fulfils(row, item, people) for item in group] for group in filters.groups]
    if not groups:
        return True
    if filters.any_group:
        return any(all(group) for group in groups)
    return all(any(group) for group in groups)


def with_keys(filters: Filters, people: list[int]) -> Filters:
    """Relations are drawn as places in `people`."""

    def keyed(item: Condition) -> Condition:
        if FIELDS[item.column].kind != "relation":
            return item
        keys = tuple(str(people[int(value)]) for value in item.values)
        return Condition(item.column, item.operator, keys)

    groups = tuple(tuple(keyed(item) for item in group) for group in filters.groups)
    return Filters(groups, filters.any_group)


@settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    rows=st.lists(a_row(), max_size=10),
    groups=st.lists(st.lists(a_condition(), min_size=1, max_size=3), max_size=3),
    any_group=st.booleans(),
    sorts=st.lists(
        st.builds(Sort, st.sampled_from(PATHS), st.booleans()),
        max_size=2,
        unique_by=lambda sort: sort.path,
    ),
    limit=st.integers(1, 4),
)
def test_filtered_pages_are_what_a_scan_finds(
    session: Session,
    people: list[int],
    rows: list[dict[str, Any]],
    groups: list[list[Condition]],
    any_group: bool,
    sorts: list[Sort],
    limit: int,
) -> None:
    fill(rows, people)
    session.rollback()
    drawn = Filters(tuple(tuple(group) for group in groups), any_group)
    all_rows = {row.id: row for row in session.query(Address).all()}
    expected = [key for key in naive(session, sorts) if matches(all_rows[key], drawn, people)]
    asked = where(with_keys(drawn, people), FIELDS, NOW)

    def query() -> ListQuery:
        return ListQuery(Address, where=list(asked))

    assert query().count(session) == len(expected)
    found: list[int] = []
    page = query().read(session, (), sorts, limit=limit)
    found += [row.id for row in page.rows]
    while page.after:
        page = query().read(session, (), sorts, after=page.rows[-1].id, limit=limit)
        found += [row.id for row in page.rows]
    assert found == expected
    for place, key in enumerate(expected):
        assert query().key_at(session, sorts, skip=place) == key
    assert query().key_at(session, sorts, skip=len(expected)) is None


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    family=st.lists(st.text("abcABCÉ张李9Ωя", min_size=1, max_size=3), max_size=8),
    letter=st.sampled_from("abclz" + jumps.BEYOND),
    descending=st.booleans(),
)
def test_a_letter_begins_where_its_names_begin(
    session: Session, family: list[str], letter: str, descending: bool
) -> None:
    def work(unit: Unit) -> None:
        unit.session.execute(delete(Person))
        stamps = {"created_at": datetime.now(UTC), "updated_at": datetime.now(UTC), "version": 1}
        for number, name in enumerate(family):
            forms = {"family_name": name, "sort_name": names.sort_form(name, "")}
            values = {**forms, "search_name": name, "sourced_id": f"l{number}", **stamps}
            unit.session.execute(insert(Person).values(**values))
        unit.session.commit()

    write(work, by=SYSTEM, why="fill")
    session.rollback()
    sorts = (Sort("sort_name", descending),)
    everyone = ListQuery(Person).read(session, ("sort_name",), sorts).rows
    turned = chr(ord(letter) + 1)
    ahead = [
        row for row in everyone
        if (row.sort_name >= turned if descending else row.sort_name < letter)
    ]  # fmt: skip
    expected = ahead[-1].id if ahead else None
    assert jumps.before_letter(ListQuery(Person), session, sorts, letter) == expected


def test_chinese_names_stand_at_the_letter_of_their_pinyin(
    session: Session, register: Register
) -> None:
    kept = [
        register.person(family_name=f, given_name=g).id for f, g in (("王", "伟"), ("单", "静"))
    ]
    query, sorts = ListQuery(Person), (Sort("sort_name"),)
    after = jumps.before_letter(query, session, sorts, "s")
    page = ListQuery(Person).read(session, (), sorts, after=after)
    assert [row.id for row in page.rows] == [kept[1], kept[0]], "单 is read shàn as a surname"


def test_the_school_year_is_the_one_of_the_register(session: Session, register: Register) -> None:
    day = date(2026, 8, 20)
    assert running_school_year(session, day) == Period(date(2025, 9, 1), date(2026, 8, 31))
    register.academic_session(start_date=date(2026, 8, 1), end_date=date(2027, 7, 31))
    session.rollback()
    assert running_school_year(session, day) == Period(date(2026, 8, 1), date(2027, 7, 31))


def test_the_school_year_is_looked_up_only_where_it_is_asked(session: Session) -> None:
    asks = Filters(((Condition("from", "year"),),))
    with count_queries() as seen:
        moment(session, Filters(), UTC)
        assert seen == []
        moment(session, asks, UTC)
    assert len(seen) == 1


@pytest.mark.parametrize("hours", [-11, 0, 13])
def test_a_day_is_one_of_the_readers_time_zone(
    session: Session, register: Register, hours: int
) -> None:
    from datetime import timezone

    zone = timezone(timedelta(hours=hours))
    person = register.person()
    session.rollback()
    made = session.get(Person, person.id)
    assert made is not None
    day = made.created_at.astimezone(zone).date()
    now = Moment(day, zone, NOW.school_year)
    fields = {"made": Field("instant", "created_at")}

    def found(*values: str) -> bool:
        asked = where(Filters(((Condition("made", *values[:1], values[1:]),),)), fields, now)
        return ListQuery(Person, where=list(asked)).count(session) == 1

    assert found("is", day.isoformat())
    assert found("last", "1")
    assert not found("before", "today")
    assert not found("is", (day - timedelta(1)).isoformat())
