from datetime import date

import pytest

from studentadmin.rules.dates import Evidence, Guess, Order, Problem, guess_order, parse

TODAY = date(2026, 11, 21)
APRIL_2 = date(2000, 4, 2)


@pytest.mark.parametrize(
    "text",
    [
        "2000-04-02",
        "2000/4/2",
        "2000.04.02",
        "2000 4 2",
        "20000402",
        "2000年4月2日",
        "2000 年 04 月 02 日",
        "2000年4月2号",
        "二〇〇〇年四月二日",
        "二零零零年四月二日",
        "２０００－０４－０２",
        "2 Apr 2000",
        "02-Apr-2000",
        "2nd April 2000",
        "April 2, 2000",
        "apr 2 2000",
        "2000-Apr-02",
        "2000-04-02T00:00:00Z",
        "2000-04-02 00:00:00.000",
        "  2000-04-02 ",
    ],
)
def test_a_text_that_states_its_own_order_needs_none(text):
    assert parse(text, None, TODAY) == APRIL_2
    for order in Order:
        assert parse(text, order, TODAY) == APRIL_2


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("4/2/2000", Order.MDY, APRIL_2),
        ("4/2/2000", Order.DMY, date(2000, 2, 4)),
        ("4/2/2000 0:00", Order.MDY, APRIL_2),
        ("4/2/2000 12:00:00 AM", Order.MDY, APRIL_2),
        ("12.11.1999", Order.DMY, date(1999, 11, 12)),
        ("12. 11. 1999", Order.DMY, date(1999, 11, 12)),
        ("12-11-1999", Order.MDY, date(1999, 12, 11)),
        ("00-04-02", Order.YMD, APRIL_2),
        ("1/3/26", Order.MDY, date(2026, 1, 3)),
        ("1/3/27", Order.DMY, date(2027, 3, 1)),
        ("1/3/28", Order.DMY, date(1928, 3, 1)),
        ("1/3/99", Order.DMY, date(1999, 3, 1)),
        ("29/2/2000", Order.DMY, date(2000, 2, 29)),
        ("4/4/2000", None, date(2000, 4, 4)),
        ("二〇〇〇年十二月二十一日", None, date(2000, 12, 21)),
        ("二〇〇〇年十月三十日", None, date(2000, 10, 30)),
    ],
)
def test_a_date_is_read_by_the_order_given(text, order, day):
    assert parse(text, order, TODAY) == day


@pytest.mark.parametrize(
    ("text", "order", "problem"),
    [
        ("4/2/2000", None, Problem.ORDER_UNKNOWN),
        ("13/2/2000", None, Problem.ORDER_UNKNOWN),
        ("13/2/2000", Order.MDY, Problem.NO_SUCH_DAY),
        ("29/2/1999", Order.DMY, Problem.NO_SUCH_DAY),
        ("31/4/2000", None, Problem.NO_SUCH_DAY),
        ("2000-13-01", None, Problem.NO_SUCH_DAY),
        ("20001301", Order.DMY, Problem.NO_SUCH_DAY),
        ("0000-01-01", None, Problem.NO_SUCH_DAY),
        ("4/2/2000", Order.YMD, Problem.NO_SUCH_DAY),
        ("1102026", Order.DMY, Problem.NOT_A_DATE),
        ("36618", Order.DMY, Problem.NOT_A_DATE),
        ("", Order.DMY, Problem.NOT_A_DATE),
        ("N/A", Order.DMY, Problem.NOT_A_DATE),
        ("2 Mai 2000", Order.DMY, Problem.NOT_A_DATE),
        ("4/2/200", Order.DMY, Problem.NOT_A_DATE),
        ("4/2-2000", Order.DMY, Problem.NOT_A_DATE),
        ("2000-4-2000", Order.DMY, Problem.NOT_A_DATE),
        ("4/2", Order.DMY, Problem.NOT_A_DATE),
    ],
)
def test_what_is_no_date_says_why(text, order, problem):
    assert parse(text, order, TODAY) is problem


@pytest.mark.parametrize(
    ("values", "guess"),
    [
        (
            ["4/2/2000", "12/19/1997", "1/1/2000"],
            Guess(Order.MDY, False, (Evidence("12/19/1997", Order.MDY),)),
        ),
        (
            ["4.2.2000", " 19.12.1997"],
            Guess(Order.DMY, False, (Evidence("19.12.1997", Order.DMY),)),
        ),
        (["99-12-31", "00-04-02"], Guess(Order.YMD, False, (Evidence("99-12-31", Order.YMD),))),
        (["4/2/2000", "11/12/1999"], Guess(None, True)),
        (["4/4/2000", "2000-04-02", ""], Guess(None, False)),
        ([], Guess(None, False)),
        (["N/A", "13/13/2000"], Guess(None, False)),
        (
            ["13/1/2000", "1/13/2000"],
            Guess(
                None,
                True,
                (Evidence("13/1/2000", Order.DMY), Evidence("1/13/2000", Order.MDY)),
            ),
        ),
    ],
)
def test_only_a_whole_column_proves_an_order(values, guess):
    assert guess_order(values, TODAY) == guess
