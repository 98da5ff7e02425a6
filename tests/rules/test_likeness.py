"""Whom a second look takes for one student, and whom it does not."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studentadmin.rules.likeness import Reason, Traits, likeness, name_likeness, near

BORN = date(2012, 3, 4)


def student(family: str, *given: str, native: str = "", born: date | None = BORN) -> Traits:
    return Traits(family, given, native, born)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (student("Klein", "Ora"), student("Klein", "Ora Christopher")),
        (student("Klein", "Ora"), student("Ora", "Klein")),
        (student("Klein", "Ora"), student("Kline", "Ora")),
        (student("Müller", "Jörg"), student("Mueller", "Joerg")),
        (student("Álvarez", "José"), student("Alvarez", "Jose")),
        (student("Graf", "Elisabeth", "Lisa"), student("Graf", "Lisa")),
        (student("张", "小明"), student("Zhang", "Xiaoming")),
        (student("张", "小明"), student("Xiao Ming", "Zhang")),
        (student("张", "小明"), student("小明", "张")),
        (student("张", "小明"), student("张", "晓明")),
        (student("单", "雄信"), student("Shan", "Xiongxin")),
        (student("欧阳", "娜"), student("Wang", "Na", native="欧阳娜")),
        (student("Klein", "Ora"), student("Klein", "Ora", born=None)),
        (student("Klein", "Ora"), student("Klein", "Ora", born=date(2012, 4, 3))),
    ],
)
def test_they_may_be_one(one: Traits, other: Traits) -> None:
    score, reasons = likeness(one, other)
    assert 70 <= score <= 100
    assert reasons
    assert likeness(other, one) == (score, reasons)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (student("Klein", "Anna"), student("Klein", "Max")),
        (student("Klein", "Maximilian"), student("Klein", "Maria")),
        (student("张", "小明"), student("张", "小红")),
        (student("王", "伟"), student("王", "芳")),
        (student("Klein", "Ora"), student("Klein", "Ora", born=date(2010, 11, 30))),
        (student("Klein", "Ora"), student("Klein", "Nora", born=None)),
        (student("Klein"), student("Klein", "Ora")),
    ],
)
def test_they_are_two(one: Traits, other: Traits) -> None:
    assert likeness(one, other) == (0, ())


def test_a_number_in_common_is_reason_enough() -> None:
    one = Traits("Klein", ("Ora",), numbers=frozenset({"P1"}))
    other = Traits("Weiss", ("Lea",), birth_date=BORN, numbers=frozenset({"P1", "P2"}))
    assert likeness(one, other) == (100, (Reason.NUMBER,))


def test_a_phone_in_common_makes_up_for_a_missing_birth_date() -> None:
    phone = frozenset({"1"})
    one = Traits("Klein", ("Anna",), phones=phone)
    assert likeness(one, Traits("Klein", ("Ana",), phones=phone))[1][-1] is Reason.PHONE
    assert likeness(one, Traits("Klein", ("Ana",))) == (0, ())
    assert likeness(one, Traits("Klein", ("Paul",), phones=phone)) == (0, ())


def test_another_sex_makes_it_less_likely() -> None:
    boy, girl = (Traits("Klein", ("Kim",), birth_date=BORN, sex=s) for s in ("male", "female"))
    assert likeness(boy, girl)[0] < likeness(boy, boy)[0]
    unborn = Traits("Klein", ("Kim",), sex="female")
    assert likeness(boy, unborn) == (0, ())


@pytest.mark.parametrize(
    ("other", "is_near"),
    [
        (date(2012, 4, 3), True),
        (date(2012, 3, 5), True),
        (date(2002, 3, 4), True),
        (date(2012, 3, 4), False),
        (date(2011, 4, 3), False),
        (date(2013, 3, 5), False),
    ],
)
def test_a_slip_of_the_pen(other: date, is_near: bool) -> None:
    assert near(BORN, other) is near(other, BORN) is is_near


NAMES = st.text(st.sampled_from("aekl 张王小明ö-'"), max_size=6)
FAMILIES = NAMES.filter(lambda name: any(letter.isalpha() for letter in name))


@settings(deadline=None)  # the first reading loads a dictionary
@given(family=FAMILIES, given_name=NAMES, other=FAMILIES, other_given=NAMES)
def test_any_name_can_be_compared(
    family: str, given_name: str, other: str, other_given: str
) -> None:
    one, two = Traits(family, (given_name,)), Traits(other, (other_given,))
    assert 0 <= name_likeness(one, two) == name_likeness(two, one) <= 100
