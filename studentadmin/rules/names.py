"""Names of people: how they are shown, sorted and found.

Chinese, Japanese and Korean names stay as written; everything else is folded to plain small
letters for sorting and searching.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

from studentadmin.rules import pinyin


class NameOrder(StrEnum):
    """How a name is shown: for reading, for a list, or as its bearer writes it."""

    GIVEN_FIRST = "given_first"
    FAMILY_FIRST = "family_first"
    NATIVE = "native"


# Letters that Unicode does not take apart into a letter and a mark.
_LETTERS = str.maketrans(
    {"ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "ħ": "h", "ı": "i"}
)
# What a register in that language sorts by, where it is not simply "drop the mark".
_LOCAL = {"de": str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})}  # DIN 5007-2, lists of names
_MARKS = re.compile("[\u0300-\u036f]")
_APOSTROPHES = re.compile("['`´‘’ʻʼ]")
_JOINERS = re.compile(r"[\s\-‐‑–·•・,]+")
_EAST_ASIAN = re.compile(
    "[\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff·・々]+"
)


def fold(text: str, locale_hint: str = "") -> str:
    """Small letters without marks, apostrophes dropped, hyphens and dots between words a space.

    Only the marks of Latin, Greek and Cyrillic go: in Thai or Hindi a mark is a vowel.
    """
    text = unicodedata.normalize("NFKC", text).casefold()
    local = _LOCAL.get(locale_hint.replace("_", "-").split("-")[0].lower())
    if local:
        text = text.translate(local)
    text = _MARKS.sub("", unicodedata.normalize("NFKD", text)).translate(_LETTERS)
    text = _APOSTROPHES.sub("", unicodedata.normalize("NFC", text))
    return _JOINERS.sub(" ", text).strip()


def sort_form(family: str, given: str, locale_hint: str = "") -> str:
    """Key of a list of names. Two spaces part the names, so that "de" comes before "de la".

    Chinese names come in the order of their pinyin, as a class list in China does; equal readings
    in the order of the characters.
    """
    parts = [fold(family, locale_hint), fold(given, locale_hint)]
    if pinyin.has_han(family + given) and is_east_asian(family + given):
        parts = [pinyin.surname(parts[0]), pinyin.syllables(parts[1]), "".join(parts)]
    return "  ".join(filter(None, parts))


def search_form(*names: str | None) -> str:
    """All names of one person as folded words, each once, in the order given.

    A name in Chinese characters is followed by itself without a break (张 小明 -> 张 小明 张小明)
    when family and given name are the first two arguments.
    """
    words = " ".join(fold(name) for name in names if name).split()
    first = [name for name in names[:2] if name]
    if len(first) == 2 and all(is_east_asian(name) for name in first):  # noqa: PLR2004
        words.append(fold("".join(first)).replace(" ", ""))
    return " ".join(dict.fromkeys(words))


def is_east_asian(text: str) -> bool:
    """Whether the whole of `text` is written in Chinese, Japanese or Korean characters."""
    return not text.isascii() and _EAST_ASIAN.fullmatch("".join(text.split())) is not None


def display_name(
    family: str,
    given: str,
    middle: str | None = None,
    native: str | None = None,
    order: NameOrder = NameOrder.GIVEN_FIRST,
) -> str:
    """The name as one line. An East Asian name is family then given, unspaced, in every order."""
    family, given, middle = (" ".join((part or "").split()) for part in (family, given, middle))
    if order is NameOrder.NATIVE and native and native.strip():
        return " ".join(native.split())
    if is_east_asian(family + given):
        return family + (middle or "") + given
    forenames = " ".join(filter(None, (given, middle)))
    if order is NameOrder.FAMILY_FIRST:
        return ", ".join(filter(None, (family, forenames)))
    return " ".join(filter(None, (forenames, family)))


_TWO_CHARACTER_FAMILIES = frozenset(
    [
        "欧阳",
        "司马",
        "上官",
        "诸葛",
        "东方",
        "皇甫",
        "尉迟",
        "公孙",
        "慕容",
        "令狐",
        "长孙",
        "宇文",
        "司徒",
        "司空",
        "夏侯",
        "端木",
        "南宫",
        "百里",
        "呼延",
        "轩辕",
        "澹台",
        "公冶",
        "宗政",
        "濮阳",
        "淳于",
        "太叔",
        "申屠",
        "仲孙",
        "钟离",
        "赫连",
        "鲜于",
        "闾丘",
        "拓跋",
        "独孤",
        "西门",
        "万俟",
        "闻人",
        "歐陽",
        "司馬",
        "上官",
        "諸葛",
        "東方",
        "尉遲",
        "公孫",
        "長孫",
        "南宮",
        "軒轅",
        "澹臺",
        "濮陽",
        "淳于",
        "仲孫",
        "鍾離",
        "赫連",
        "鮮于",
        "閭丘",
        "獨孤",
        "西門",
        "萬俟",
        "聞人",
    ]
)


def split_full_name(text: str) -> tuple[str, str]:
    """Family and given name of a name in one piece; a proposal that a person must see.

    "Klein, Ora" says it itself. Chinese: the first character, or two for 欧阳 and its like, is the
    family name; a name with a dot (买买提·艾山) has none and is kept whole. Otherwise the last
    word.
    """
    name = " ".join(text.split())
    if "," in name or "，" in name:
        family, _comma, given = name.replace("，", ",").partition(",")
        return family.strip(), given.strip()
    if is_east_asian(name):
        family, _space, given = name.partition(" ")
        if given or re.search("[·・]", name):
            return family, given
        cut = 2 if name[:2] in _TWO_CHARACTER_FAMILIES and len(name) > 2 else 1  # noqa: PLR2004
        return name[:cut], name[cut:]
    given, _space, family = name.rpartition(" ")
    return family, given
