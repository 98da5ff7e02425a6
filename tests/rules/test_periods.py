from datetime import date

import pytest

from studentadmin.rules.periods import Period, first_overlap

SEP, JAN_31 = date(2025, 9, 1), date(2026, 1, 31)
FEB_1, JUN = date(2026, 2, 1), date(2026, 6, 30)


@pytest.mark.parametrize(
    ("a", "b", "clash"),
    [
        (Period(SEP, JAN_31), Period(FEB_1, JUN), False),
        (Period(SEP, FEB_1), Period(FEB_1, JUN), True),
        (Period(SEP), Period(FEB_1, JUN), True),
        (Period(SEP), Period(FEB_1), True),
        (Period(SEP, SEP), Period(SEP, SEP), True),
        (Period(SEP, JUN), Period(JAN_31, FEB_1), True),
        (Period(FEB_1), Period(SEP, JAN_31), False),
    ],
)
def test_overlap_is_symmetric(a, b, clash):
    assert a.overlaps(b) is b.overlaps(a) is clash


@pytest.mark.parametrize(
    ("period", "what", "inside"),
    [
        (Period(SEP, JAN_31), SEP, True),
        (Period(SEP, JAN_31), JAN_31, True),
        (Period(SEP, JAN_31), FEB_1, False),
        (Period(SEP), JUN, True),
        (Period(FEB_1), JAN_31, False),
        (Period(SEP, JUN), Period(SEP, JUN), True),
        (Period(SEP, JUN), Period(FEB_1), False),
        (Period(SEP), Period(FEB_1), True),
        (Period(FEB_1), Period(SEP, JUN), False),
    ],
)
def test_both_ends_belong_to_a_period(period, what, inside):
    assert period.contains(what) is inside


def test_the_day_before_lets_periods_touch_without_overlapping():
    assert Period(FEB_1).day_before == JAN_31
    assert not Period(SEP, Period(FEB_1).day_before).overlaps(Period(FEB_1))


def test_a_period_does_not_end_before_it_begins():
    with pytest.raises(ValueError, match="ends on or after"):
        Period(FEB_1, JAN_31)
    assert Period(FEB_1, FEB_1).is_open is False
    assert Period(FEB_1).is_open


def test_first_overlap_is_the_earliest():
    early, late = Period(SEP, JAN_31), Period(FEB_1, JUN)
    assert first_overlap(Period(SEP), [late, early]) == early
    assert first_overlap(Period(date(2026, 7, 1)), [late, early]) is None
