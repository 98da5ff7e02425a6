from datetime import date

import pytest

from studentadmin.rules.ages import age, unusual


@pytest.mark.parametrize(
    ("birth", "on", "years"),
    [
        (date(2000, 4, 2), date(2010, 4, 1), 9),
        (date(2000, 4, 2), date(2010, 4, 2), 10),
        (date(2000, 2, 29), date(2001, 2, 28), 0),
        (date(2000, 2, 29), date(2001, 3, 1), 1),
        (date(2000, 2, 29), date(2004, 2, 29), 4),
        (date(2000, 4, 2), date(2000, 4, 1), -1),
    ],
)
def test_age_in_completed_years(birth, on, years):
    assert age(birth, on) == years


@pytest.mark.parametrize(
    ("years", "answer"), [(2, True), (3, False), (24, False), (25, True), (-1, True)]
)
def test_unusual_age(years, answer):
    assert unusual(years) is answer
