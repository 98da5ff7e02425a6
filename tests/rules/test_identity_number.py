from datetime import date

import pytest

from studentadmin.rules.identity_number import Problem, check, check_digit, normalise, sex

GOOD = "11010519491231002X"  # the example of the standard: born 31 December 1949, female
BORN = date(1949, 12, 31)


def test_the_example_of_the_standard_holds():
    assert check(GOOD, BORN, "female") == []
    assert check(GOOD) == []
    assert check("440524188001010014", date(1880, 1, 1), "male") == []
    assert check_digit(GOOD[:17]) == "X"
    assert sex(GOOD) == "female"


def test_it_may_be_typed_freely():
    assert normalise(" 110105 19491231 002ｘ") == GOOD
    assert check("110105-19491231-002x") == []


@pytest.mark.parametrize(
    ("value", "born", "stated", "problems"),
    [
        ("110105491231002", None, None, [Problem.OLD_LENGTH]),
        ("", None, None, [Problem.SHAPE]),
        ("11010519491231002", None, None, [Problem.SHAPE]),
        ("1101051949123100XX", None, None, [Problem.SHAPE]),
        ("01010519491231002X", None, None, [Problem.SHAPE]),
        ("110105194912310021", None, None, [Problem.CHECK_DIGIT]),
        (GOOD, date(1949, 12, 30), None, [Problem.BIRTH_DATE_DIFFERS]),
        (GOOD, BORN, "male", [Problem.SEX_DIFFERS]),
        (GOOD, BORN, "unspecified", []),
        (GOOD, None, "male", [Problem.SEX_DIFFERS]),
        ("110105194913310022", BORN, None, [Problem.CHECK_DIGIT, Problem.BIRTH_DATE]),
    ],
)
def test_each_fault_is_named(value, born, stated, problems):
    assert check(value, born, stated) == problems


@pytest.mark.parametrize("place", range(17))
def test_one_wrong_digit_is_always_caught(place):
    wrong = GOOD[:place] + str((int(GOOD[place]) + 1) % 10) + GOOD[place + 1 :]
    assert check(wrong)
