import re

import pytest

from studentadmin.rules import student_number


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("s0001", "S0001"),
        (" 0007 ", "0007"),
        ("ｓ０００１", "S0001"),
        ("2024 - 01", "2024-01"),
        ("a\u00a0b", "AB"),
        ("", ""),
    ],
)
def test_one_normal_form(typed, stored):
    assert student_number.normalise(typed) == stored
    assert student_number.normalise(stored) == stored


@pytest.mark.parametrize("number", ["1", "007", "S0001", "2024-01", "A.B_C-9", "X" * 32])
def test_valid_numbers_are_valid_in_addresses_too(number):
    assert student_number.is_valid(number)
    assert re.fullmatch(student_number.URL_REGEX, number)
    assert re.fullmatch(student_number.URL_REGEX, number.lower())


@pytest.mark.parametrize(
    "number",
    ["", "-1", "1-", ".", "..", "a", "A/B", "A B", "A\n", "学1", "X" * 33, "A?", "é", "٣"],
)
def test_anything_else_is_refused(number):
    assert not student_number.is_valid(number)
