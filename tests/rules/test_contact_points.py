import pytest

from studentadmin.rules import email, phone


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("555-123-4567", "5551234567"),
        ("+86 138 0013 8000", "+8613800138000"),
        ("＋８６ １３８", "+86138"),
        ("(020) 12-34 ext. 5", "02012345"),
        ("n/a", ""),
    ],
)
def test_a_phone_is_compared_by_its_digits(typed, digits):
    assert phone.digits(typed) == digits


def test_an_address_is_compared_without_capitals():
    assert email.normalise(" Ora.Klein@Example.ORG ") == "ora.klein@example.org"
