"""How Chinese characters are read: a sort key for names, surnames by their own readings.

A surname is often read unlike the same character elsewhere: 单 is shàn, not dān.
"""

from __future__ import annotations

SURNAMES = {
    "万俟": "mo4qi2", "尉迟": "yu4chi2", "澹台": "tan2tai2", "长孙": "zhang3sun1",
    "单于": "chan2yu2", "令狐": "ling2hu2", "单": "shan4", "曾": "zeng1", "仇": "qiu2",
    "解": "xie4", "朴": "piao2", "任": "ren2", "查": "zha1", "盖": "ge3", "区": "ou1",
    "乐": "yue4", "翟": "zhai2", "覃": "qin2", "缪": "miao4", "员": "yun4", "种": "chong2",
    "召": "shao4", "那": "na1", "冼": "xian3", "华": "hua4", "纪": "ji3", "过": "guo1",
    "应": "ying1", "燕": "yan1", "繁": "po2", "秘": "bi4", "洗": "xian3", "折": "she2",
    "黑": "he4", "晟": "cheng2", "訾": "zi1", "逄": "pang2", "尹": "yin3",
}  # fmt: skip
"""Readings as surnames, with tone digits."""


def syllables(text: str) -> str:
    """Each character's reading with its tone digit, run together; other letters stay."""
    from pypinyin import Style, lazy_pinyin

    return "".join(lazy_pinyin(text, style=Style.TONE3, neutral_tone_with_five=True))


def surname(text: str) -> str:
    """The reading of a family name, double surnames first."""
    for known in (text[:2], text[:1]):
        if known in SURNAMES:
            return SURNAMES[known] + syllables(text[len(known) :])
    return syllables(text)


def has_han(text: str) -> bool:
    """Whether any character is a Chinese one."""
    return any("\u4e00" <= letter <= "\u9fff" or "\u3400" <= letter <= "\u4dbf" for letter in text)
