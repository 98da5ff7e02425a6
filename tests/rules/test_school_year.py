from datetime import date

import pytest

from studentadmin.rules.periods import Period
from studentadmin.rules.school_year import title, usual_school_year


@pytest.mark.parametrize(
    ("day", "first"),
    [
        (date(2026, 8, 31), 2025),
        (date(2026, 9, 1), 2026),
        (date(2026, 12, 31), 2026),
        (date(2027, 1, 1), 2026),
    ],
)
def test_a_school_year_begins_in_september(day, first):
    year = usual_school_year(day)
    assert year == Period(date(first, 9, 1), date(first + 1, 8, 31))
    assert year.contains(day)


def test_title():
    assert title(usual_school_year(date(2026, 9, 1))) == "2026/27"
    assert title(usual_school_year(date(1999, 9, 1))) == "1999/00"
    assert title(Period(date(2026, 1, 5), date(2026, 12, 4))) == "2026"
