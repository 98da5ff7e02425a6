"""What the class of the next year is called."""

import pytest

from studentadmin.rules.rollover import class_name

NINE, TEN = ("09", "Grade 9"), ("10", "Grade 10")


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        ("9A", NINE, TEN, "10A"),
        ("09-2", NINE, TEN, "10-2"),
        ("Grade 9 Blue", NINE, TEN, "Grade 10 Blue"),
        ("Blue", NINE, TEN, "Blue"),
        ("1A", ("1", "Year 1"), ("2", "Year 2"), "2A"),
        ("10A", ("1", "Year 1"), ("2", "Year 2"), "10A"),
        ("七（1）班", ("7", "七年级"), ("8", "八年级"), "八（1）班"),
        ("九（1）班", ("9", "九年级"), ("10", "高一"), "高一（1）班"),
        ("高一(12)班", ("10", "高一"), ("11", "高二"), "高二(12)班"),
    ],
)
def test_a_class_takes_the_name_of_its_grade(
    name: str, old: tuple[str, str], new: tuple[str, str], expected: str
) -> None:
    assert class_name(name, old, new) == expected
