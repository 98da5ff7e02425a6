"""What a typed word finds: each way of typing a name that a clerk would try."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studentadmin.rules import search
from studentadmin.rules.search import Category, Rank, Term

WANG = search.name_terms("王", "小明")
LETTERS = st.text("abng王明é1-' ", max_size=8)


def rank(typed: str, terms: frozenset[Term]) -> Rank | None:
    return search.rank(search.asked(typed), terms)


@pytest.mark.parametrize(
    ("typed", "fits"),
    [
        ("王小明", Rank.WHOLE),
        ("王", Rank.WHOLE),
        ("小明", Rank.WHOLE),
        ("王小", Rank.START),
        ("明", Rank.INSIDE),
        ("小明 王", Rank.WHOLE),
        ("wang", Rank.WHOLE),
        ("WANG", Rank.WHOLE),
        ("wangxiaoming", Rank.WHOLE),
        ("wang xiaoming", Rank.WHOLE),
        ("xiaoming wang", Rank.WHOLE),
        ("wang xiao ming", Rank.INSIDE),
        ("wangxi", Rank.START),
        ("ming", Rank.INSIDE),
        ("wáng xiǎo míng", Rank.INSIDE),
        ("wang2", Rank.WHOLE),
        ("wang2xiao3ming2", Rank.WHOLE),
        ("wang2 ming2", Rank.INSIDE),
        ("wxm", Rank.INSIDE),
        ("wx", Rank.INSIDE),
        ("xm", None),
        ("zhang", None),
        ("wang zhang", None),
        ("王大", None),
    ],
)
def test_a_chinese_name_is_found_as_people_type_it(typed: str, fits: Rank | None) -> None:
    assert rank(typed, WANG) == fits


@pytest.mark.parametrize(
    ("family", "typed"),
    [
        ("单", "shan"),
        ("单", "shàn"),
        ("单", "shan4"),
        ("曾", "zeng"),
        ("仇", "qiu"),
        ("仇", "qiú"),
        ("万俟", "moqi"),
        ("万俟", "mo4qi2"),
        ("万俟", "mq"),
        ("欧阳", "ouyang"),
        ("吕", "lv"),
        ("吕", "lü"),
        ("吕", "lu"),
        ("吕", "lyu"),
        ("吕", "lv3"),
        ("单", "dan"),
    ],
)
def test_a_surname_is_read_as_a_surname(family: str, typed: str) -> None:
    """And as its character is read elsewhere, by those who do not know better."""
    assert rank(typed, search.name_terms(family, "芳")) is not None


def test_a_native_name_is_found_beside_the_latin_one() -> None:
    terms = search.name_terms("Wang", "Xiaoming", "王小明")
    assert rank("王小", terms) == Rank.START
    assert rank("wxm", terms) == Rank.INSIDE
    assert rank("xiaoming 王", terms) == Rank.WHOLE


def test_any_part_of_a_name_in_characters_is_found() -> None:
    terms = search.name_terms("欧阳", "若兰")
    whole = "欧阳若兰"
    parts = [whole[a:b] for a in range(4) for b in range(a + 1, 5)]
    assert [part for part in parts if rank(part, terms) is None] == []


@pytest.mark.parametrize(
    ("typed", "fits"),
    [
        ("muller", Rank.WHOLE),
        ("MÜLLER", Rank.WHOLE),
        ("ludensch", Rank.START),
        ("scheidt", Rank.INSIDE),
        ("lena müller", Rank.WHOLE),
        ("obrien", Rank.WHOLE),
        ("o'brien", Rank.WHOLE),
        ("o’br", Rank.START),
        ("m", Rank.START),
        ("r", None),
        ("al", None),
    ],
)
def test_accents_case_and_apostrophes_do_not_count(typed: str, fits: Rank | None) -> None:
    terms = search.name_terms("Müller-Lüdenscheidt", "Anna-Lena", None, "O'Brien")
    assert rank(typed, terms) == fits


def test_a_tone_looks_for_syllables_only() -> None:
    assert rank("li4", search.name_terms("Oliver", "Tom")) is None
    assert rank("li", search.name_terms("Oliver", "Tom")) == Rank.INSIDE
    assert rank("li4", search.name_terms("王", "小丽")) == Rank.INSIDE


@pytest.mark.parametrize(
    "typed", ["高一3班", "高一(3)班", "高一（3）班", "gaoyi", "3班", "班 高一"]
)
def test_a_class_is_found_by_its_name_and_reading(typed: str) -> None:
    assert rank(typed, search.text_terms("高一（3）班")) is not None


def test_a_class_is_no_syllable() -> None:
    assert rank("a1", search.text_terms("A1")) == Rank.WHOLE
    assert rank("a1", search.text_terms("Ada")) is None


@pytest.mark.parametrize("letter", ["a", "ang", "王", "a1", "1", "é"])
def test_a_long_question_is_read_in_no_time(letter: str) -> None:
    """Once a run of vowels took for ever to be cut into syllables."""
    assert len(search.asked(letter * 5_000)) == 1


def test_nothing_but_marks_asks_nothing() -> None:
    assert search.asked(" -·, ") == []


@given(LETTERS, LETTERS, LETTERS)
def test_the_parts_of_terms_lead_to_what_fits(family: str, given_name: str, typed: str) -> None:
    """What an index knows of a term is enough to answer any single word."""
    terms = search.name_terms(family, given_name)
    for word in search.asked(typed):
        by_index = any(
            part.startswith(form.text) and place in form.places
            for term in terms
            for place, part in search.parts(term)
            for form in word
        )
        assert by_index == (search.rank([word], terms) is not None)


def test_the_range_of_a_text_ends_before_the_next() -> None:
    assert search.following("li") == "lj"
    assert search.following("\ud7ff") == "\ue000"
    assert search.following("a\U0010ffff") > "a\U0010ffff" + "z"


def test_a_term_is_found_from_its_beginning_only_when_it_is_joined() -> None:
    joined = frozenset({Term("wangfang", Category.JOINED)})
    assert rank("wang", joined) == Rank.START
    assert rank("fang", joined) is None
