"""What is no password."""

from __future__ import annotations

import pytest

from studentadmin.rules.password import (
    LONGEST,
    TOO_COMMON,
    TOO_LONG,
    TOO_PERSONAL,
    TOO_SHORT,
    normalise,
    weakness,
)

ANNA = ("Anna Berg", "anna.berg@school.local")


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("", TOO_SHORT),
        ("123456789", TOO_SHORT),
        ("x" * (LONGEST + 1), TOO_LONG),
        ("aaaaaaaaaaaa", TOO_COMMON),
        ("1212121212", TOO_COMMON),
        ("1234567890", TOO_COMMON),
        ("0987654321", TOO_COMMON),
        ("password12", TOO_COMMON),
        ("Password1!", TOO_COMMON),
        ("StudentAdmin", TOO_COMMON),
        ("qwertyuiop", TOO_COMMON),
        ("abcdefghijk", TOO_COMMON),
        ("annaberg1", TOO_SHORT),
        ("annaberg12", TOO_PERSONAL),
        ("anna.berg@school.local", TOO_PERSONAL),
        ("Anna Berg 7", TOO_PERSONAL),
        ("correct horse battery", None),
        ("tr0ub4dor&3x", None),
        ("anna sees a berg of ice", None),
        ("春眠不觉晓处处闻啼鸟", None),
        ("пароль от школы", None),
    ],
)
def test_faults(password: str, fault: str | None) -> None:
    assert weakness(password, ANNA) == fault


def test_the_same_letters_are_the_same_password() -> None:
    assert normalise("Mu\u0308ller") == normalise("Müller")
