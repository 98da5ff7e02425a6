"""Chinese names in the order in which a class list in China has them."""

from __future__ import annotations

import pytest

from studentadmin.rules import pinyin
from studentadmin.rules.names import sort_form


def test_names_come_in_the_order_of_their_pinyin() -> None:
    names = [("王", "芳"), ("陈", "静"), ("李", "小明"), ("单", "雄信"), ("李", "伟"), ("张", "三")]
    ordered = sorted(names, key=lambda name: sort_form(*name))
    assert ordered == [
        ("陈", "静"),
        ("李", "伟"),
        ("李", "小明"),
        ("单", "雄信"),
        ("王", "芳"),
        ("张", "三"),
    ]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("单", "shan4"),
        ("曾", "zeng1"),
        ("仇", "qiu2"),
        ("万俟", "mo4qi2"),
        ("张", "zhang1"),
        ("欧阳", "ou1yang2"),
    ],
)
def test_surnames_have_readings_of_their_own(written: str, read: str) -> None:
    assert pinyin.surname(written) == read


def test_equal_readings_keep_one_order() -> None:
    assert sort_form("李", "伟") != sort_form("李", "玮")
