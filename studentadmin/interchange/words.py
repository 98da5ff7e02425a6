"""Words that files use for codes of the register."""

from __future__ import annotations

from studentadmin.forms import choices
from studentadmin.interchange.headers import fold

_SEXES = {
    "female": ("f", "female", "girl", "woman", "w", "weiblich", "女", "女性", "女生", "2"),
    "male": ("m", "male", "boy", "man", "männlich", "男", "男性", "男生", "1"),
    "other": ("x", "o", "other", "diverse", "divers", "d", "其他", "其它"),
    "unspecified": (
        "u",
        "unknown",
        "unspecified",
        "not stated",
        "n",
        "未知",
        "不详",
        "未说明",
        "0",
        "9",
    ),
}
"""The digits are those of GB/T 2261.1."""
_ENROLLED = (
    "active",
    "enrolled",
    "enroled",
    "current",
    "a",
    "y",
    "yes",
    "true",
    "1",
    "在读",
    "在校",
    "在籍",
)
_GONE = (
    "inactive", "registered", "left", "withdrawn", "transferred", "graduated", "tobedeleted",
    "deleted", "former", "n", "no", "false", "0", "离校", "转出", "毕业", "退学", "休学",
)  # fmt: skip

_SEX_OF = {fold(word): code for code, words in _SEXES.items() for word in words}
_ENROLLED_WORDS = frozenset(map(fold, _ENROLLED))
_GONE_WORDS = frozenset(map(fold, _GONE))


def sex_code(text: str) -> str:
    """The code a word means; the word itself when it means none, for the form to refuse."""
    key = fold(text)
    if key in _SEX_OF:
        return _SEX_OF[key]
    for code, label in choices.SEXES.items():
        if fold(str(label)) == key:
            return code
    return text


def is_enrolled(text: str) -> bool | None:
    """Whether a status means that the student is at the school; None for an unknown word."""
    key = fold(text)
    if key in _ENROLLED_WORDS:
        return True
    return False if key in _GONE_WORDS else None
