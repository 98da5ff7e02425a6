"""What the log may not keep."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from studentadmin.desktop import log


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("GET /enter?ticket=abc&x=1 303", "GET /enter?… 303"),
        ("mail to anna.lee@school.example failed", "mail to …@… failed"),
        ("Exception on /students/S0001 [GET]", "Exception on … [GET]"),
        ("number 110101199003070134 is taken", "number ###### is taken"),
        ("id 11010119900307013X", "id ######"),
        ("Duplicate entry 'S0001' for key 'x'", "Duplicate entry … for key 'x'"),
        ("[SQL: INSERT] [parameters: ('Lee', 1)]", "[SQL: INSERT] [parameters left out]"),
        ("token " + "a1B_" * 12 + " used", "token … used"),
        ("window: loaded", "window: loaded"),
        ("file /home/anna/register.db at 20261121", "file /home/anna/register.db at ######"),
    ],
)
def test_scrubbing(said: str, kept: str):
    assert log.scrub(said) == kept


def test_the_time_stays_readable():
    line = "2026-11-21 04:01:37,123 INFO a: 123456 things"
    assert log.scrub(line) == "2026-11-21 04:01:37,123 INFO a: ###### things"


def test_values_are_left_out_of_a_traceback():
    error = ValueError("INSERT\n[parameters: ('Lee',\n 'Lin')]\n(Background on this error)")
    info = (ValueError, error, None)
    record = logging.LogRecord("a", logging.ERROR, "f", 1, "failed", (), info)
    text = log.Scrubbed().format(record)
    assert "Lee" not in text
    assert "Lin" not in text
    assert "ValueError" in text


def test_it_rotates_and_stays_private(tmp_path: Path):
    handler = log.PrivateFile(tmp_path / "a.log", maxBytes=200, backupCount=2, encoding="utf-8")
    for number in range(100):
        handler.emit(logging.LogRecord("a", logging.INFO, "f", 1, "line %d", (number,), None))
    handler.close()
    files = sorted(tmp_path.iterdir())
    assert [file.name for file in files] == ["a.log", "a.log.1", "a.log.2"]
    assert {oct(file.stat().st_mode & 0o777) for file in files} == {"0o600"}
