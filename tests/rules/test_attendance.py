"""Marks that go together, rates, days with school, and who is counted at once."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studentadmin.rules.attendance import PRESENT, Mark, Tally, merged, tally
from studentadmin.rules.codes import ATTENDANCE_CATEGORIES
from studentadmin.rules.periods import Period, covered, most_at_once
from studentadmin.rules.school_days import SchoolDays, SpecialDays

CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
LATE, SICK = Mark(1, 10), Mark(2, None, "flu")
MONDAY = date(2026, 10, 5)
YEAR = Period(date(2026, 8, 1), date(2027, 7, 31))
DAYS = st.integers(0, 40).map(lambda n: MONDAY + timedelta(days=n))


def span(first: int, last: int | None) -> Period:
    return Period(MONDAY + timedelta(first), None if last is None else MONDAY + timedelta(last))


PERIODS = st.tuples(st.integers(0, 20), st.integers(0, 12) | st.none()).map(
    lambda pair: span(pair[0], None if pair[1] is None else pair[0] + pair[1])
)


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "result"),
    [
        (PRESENT, PRESENT, LATE, LATE),
        (PRESENT, LATE, PRESENT, LATE),
        (PRESENT, LATE, LATE, LATE),
        (LATE, PRESENT, LATE, PRESENT),
        (PRESENT, LATE, SICK, None),
        (LATE, PRESENT, SICK, None),
        (LATE, Mark(1, 15), LATE, Mark(1, 15)),
    ],
)
def test_what_two_people_made_of_a_mark(
    base: Mark, mine: Mark, theirs: Mark, result: Mark | None
) -> None:
    assert merged(base, mine, theirs) == result
    if result is None:
        assert merged(base, theirs, mine) is None


@CALM
@given(st.lists(st.sampled_from(ATTENDANCE_CATEGORIES) | st.none()))
def test_a_rate_is_what_one_counts_by_hand(days: list[str | None]) -> None:
    found = tally(days)
    absent = sum(1 for day in days if day in ("excused", "unexcused"))
    assert (found.held, found.absent) == (len(days), absent)
    if not days:
        assert found.absence_rate is None
    else:
        assert abs(found.absence_rate - Decimal(absent) / len(days)) <= Decimal("0.00005")


def test_a_rate_is_rounded_half_up_to_four_places() -> None:
    assert Tally(held=3, excused=1).absence_rate == Decimal("0.3333")
    assert Tally(held=20_000, unexcused=1).absence_rate == Decimal("0.0001")
    assert Tally(held=2, excused=1) + Tally(held=1, tardy=1) == Tally(held=3, excused=1, tardy=1)


@CALM
@given(PERIODS, st.lists(PERIODS, max_size=4))
def test_covered_means_every_day_lies_in_one(what: Period, by: list[Period]) -> None:
    last = what.end or what.start
    days = [what.start + timedelta(days=n) for n in range((last - what.start).days + 1)]
    assert covered(what, by) is all(any(held.contains(day) for held in by) for day in days)


@CALM
@given(st.lists(PERIODS, max_size=6))
def test_most_at_once_is_the_fullest_day(periods: list[Period]) -> None:
    days = [MONDAY + timedelta(days=n) for n in range(60)]
    fullest = max(sum(period.contains(day) for period in periods) for day in days)
    assert most_at_once(periods) == fullest


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2026, 9, 30), None),
        (date(2026, 10, 1), ("holiday", "National Day")),
        (date(2026, 10, 7), ("holiday", "National Day")),
        (date(2026, 10, 8), None),
        (date(2026, 10, 10), None),
        (date(2026, 10, 11), ("weekend", "")),
        (date(2026, 7, 31), ("outside", "")),
        (date(2027, 8, 2), ("outside", "")),
    ],
)
def test_why_there_is_no_school(day: date, why: tuple[str, str] | None) -> None:
    closure = autumn().closure(day)
    assert (closure and (closure.type, closure.title)) == why


def autumn() -> SchoolDays:
    return SchoolDays(
        YEAR,
        "12345",
        (
            SpecialDays(Period(date(2026, 10, 10), date(2026, 10, 10)), "make_up", "for Friday"),
            SpecialDays(Period(date(2026, 10, 1), date(2026, 10, 7)), "holiday", "National Day"),
            SpecialDays(Period(date(2026, 10, 7), date(2026, 10, 7)), "make_up", "of the district"),
        ),
    )


def test_the_next_day_with_school_skips_holidays_and_ends_with_the_session() -> None:
    days = autumn()
    assert days.neighbour(date(2026, 9, 30), 1) == date(2026, 10, 8)
    assert days.neighbour(date(2026, 10, 8), -1) == date(2026, 9, 30)
    assert days.neighbour(date(2020, 1, 1), 1) == date(2026, 8, 3)
    assert days.neighbour(date(2027, 7, 30), 1) is None
