"""The words of dates, ages, names, sizes and differences."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace as Record

import pytest

from studentadmin.views import filters
from tests.frontend.conftest import make_pages_app

NOW = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)


@pytest.fixture(params=["en", "zh_Hans_CN"])
def locale(request: pytest.FixtureRequest) -> Iterator[str]:
    with make_pages_app(request.param).test_request_context():
        yield request.param


@pytest.fixture
def english() -> Iterator[None]:
    with make_pages_app().test_request_context():
        yield


def test_a_day_is_written_as_the_reader_writes_it(locale: str) -> None:
    shown = {"en": "Sep 3, 2015", "zh_Hans_CN": "2015年9月3日"}
    assert filters.dates(date(2015, 9, 3)) == shown[locale]
    assert filters.diff_value("2015-09-03") == shown[locale]


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize(
    ("passed", "words"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=5), "5 minutes ago"),
        (timedelta(hours=3), "3 hours ago"),
        (timedelta(days=6), "6 days ago"),
        (timedelta(days=30), "Oct 22, 2026"),
        (-timedelta(hours=2), "in 2 hours"),
    ],
)
def test_an_instant_is_relative_for_a_week(passed: timedelta, words: str) -> None:
    assert filters.relative_time(NOW - passed, NOW) == words
    assert filters.relative_time((NOW - passed).replace(tzinfo=None), NOW) == words


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize(
    ("birth", "on", "words"),
    [
        (date(2015, 9, 3), date(2025, 9, 2), "9 years"),
        (date(2015, 9, 3), date(2025, 9, 3), "10 years"),
        (date(2024, 2, 29), date(2025, 3, 1), "1 year"),
        (date(2030, 1, 1), date(2025, 1, 1), "–"),
        (None, date(2025, 1, 1), "–"),
    ],
)
def test_an_age_is_in_completed_years(birth: date | None, on: date, words: str) -> None:
    assert filters.age(birth, on) == words


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1_000, "1 kB"),
        (18_400_321, "18.4 MB"),
        (5 * 10**15, "5,000 TB"),
    ],
)
def test_a_size_has_the_unit_people_say(size: int, words: str) -> None:
    assert filters.filesize(size) == words


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("王小明", "小明"),
        ("李四", "李四"),
        ("Anna Müller", "AM"),
        ("Anna-Lena Graf von Berg", "AB"),
        ("Ó Briain, Séamus", "ÓS"),
        ("Cher", "C"),
        ("12 -", "?"),
        ("", "?"),
    ],
)
def test_initials(name: str, letters: str) -> None:
    assert filters.initials(name) == letters


def test_a_colour_stays_with_a_name() -> None:
    assert filters.tone("王小明") == filters.tone("王小明")
    assert {filters.tone(f"name {n}") for n in range(200)} == set(range(filters.TONES))


@pytest.mark.parametrize(
    ("family", "given", "order", "shown"),
    [
        ("王", "小明", "given_first", "王小明"),
        ("Müller", "Anna", "given_first", "Anna Müller"),
        ("Müller", "Anna", "family_first", "Müller, Anna"),
        ("", "", "given_first", "–"),
    ],
)
def test_a_name_is_in_the_order_of_its_script(
    family: str, given: str, order: str, shown: str
) -> None:
    assert filters.person_name(Record(family_name=family, given_name=given), order) == shown


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "–"),
        ("", "–"),
        (True, "Yes"),
        (False, "No"),
        (0, "0"),
        ("2015-02-31", "2015-02-31"),
        ("0042", "0042"),
        (["a", None], "a, –"),
        ({"from": "2015-09-03"}, "from: Sep 3, 2015"),
    ],
)
def test_a_difference_shows_values_not_code(value: object, shown: str) -> None:
    assert filters.diff_value(value) == shown


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize(
    "name", ["dates", "datetimes", "relative_time", "age", "number", "filesize", "yes_no"]
)
def test_nothing_is_a_dash_everywhere(name: str) -> None:
    assert filters.FILTERS[name](None) == filters.NOTHING
