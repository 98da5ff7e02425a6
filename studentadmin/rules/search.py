"""What a row is found by, and what a typed word finds: terms, their parts, and ranks.

A term is a folded word of a row. The index of `services/search_index.py` and a plain look at the
terms of a row, `rank`, give the same answer; the tests hold them to it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

from studentadmin.rules import names, pinyin

VERSION = 1
"""Of the rules in this file. An index made by another version is built anew."""

TERM_LENGTH, PART_LENGTH = 100, 64
"""Characters kept of a term, and of a part of it: longer words are found by so much of them."""

MAX_WORDS = 8


class Category(IntEnum):
    """How a term is found: by any part of it, or from its beginning only."""

    WORD = 0
    PINYIN = 1
    JOINED = 2
    INITIALS = 3


ANY_PART = frozenset({Category.WORD, Category.PINYIN})


class Place(IntEnum):
    """Where in a term one of its parts begins."""

    START = 0
    INSIDE = 1
    INSIDE_PINYIN = 2


class Rank(IntEnum):
    """How well a row fits; the smaller, the better."""

    NUMBER = 0
    WHOLE = 1
    START = 2
    INSIDE = 3


class Term(NamedTuple):
    """One thing a row is found by."""

    text: str
    category: Category


@dataclass(frozen=True)
class Form:
    """One way to read a typed word. `syllable`: its tones were dropped, so it begins a syllable."""

    text: str
    syllable: bool = False

    @property
    def begins_only(self) -> bool:
        """A single letter is looked for where terms begin; a Chinese character anywhere."""
        return len(self.text) == 1 and not names.is_east_asian(self.text)

    @property
    def places(self) -> tuple[Place, ...]:
        """Where in a term it may stand."""
        if self.begins_only:
            return (Place.START,)
        if self.syllable:
            return (Place.START, Place.INSIDE_PINYIN)
        return tuple(Place)

    @property
    def end(self) -> str:
        """The first text after all that begin with this one, in the order of code points."""
        return following(self.text)


Word = tuple[Form, ...]
"""A typed word in each way it can be read."""

_SYLLABLE = re.compile(r"(?:[bpmfdtnlgkhjqxrzcsyw]|[zcs]h)?[aeiouv]{1,3}(?:ng?|r)?")
_TONED = re.compile(r"(?:[a-z]{1,18}[1-5])+[a-z]{0,18}")
_LONGEST_SYLLABLE = 6
_READ = re.compile(r"([a-z]+)[1-5]")


def words(text: str) -> list[str]:
    """The folded words of `text`; whatever is neither letter nor digit parts them."""
    folded = names.fold(text)
    if not (folded.isascii() and folded.replace(" ", "").isalnum()):
        folded = "".join(
            c if c.isalnum() or unicodedata.category(c)[0] == "M" else " " for c in folded
        )
    return folded.split()


def asked(text: str) -> list[Word]:
    """The words of a question, each once; tones may be typed behind a syllable or left out."""
    found = []
    for word in list(dict.fromkeys(words(text)))[:MAX_WORDS]:
        forms = [Form(word[:PART_LENGTH])]
        pieces = re.split("[1-5]", word[:PART_LENGTH])
        long = len(word) > 2  # noqa: PLR2004  "a1" is a class
        if long and _TONED.fullmatch(word) and all(map(_is_pinyin, pieces)):
            forms.append(Form("".join(pieces), syllable=True))
        found.append(tuple(forms))
    return found


def _is_pinyin(letters: str) -> bool:
    """Whether it can be cut into syllables; each cut is tried once, however long it is."""
    cuts = {0}
    for end in range(1, len(letters) + 1):
        starts = range(max(0, end - _LONGEST_SYLLABLE), end)
        if any(start in cuts and _SYLLABLE.fullmatch(letters, start, end) for start in starts):
            cuts.add(end)
    return len(letters) in cuts


def following(text: str) -> str:
    """The smallest text after every text that begins with this one."""
    last = ord(text[-1]) + 1
    if last == 0xD800:  # noqa: PLR2004  half characters stand in no database
        last = 0xE000
    return text[:-1] + chr(last) if last < 0x110000 else text + chr(0x10FFFF)  # noqa: PLR2004


def rank(question: Iterable[Word], terms: Collection[Term]) -> Rank | None:
    """How well terms fit all words of a question; None where one of them is not there."""
    worst = None
    for word in question:
        ranks = [found for form in word for term in terms if (found := _rank(form, term))]
        if not ranks:
            return None
        worst = max(worst or Rank.WHOLE, min(ranks))
    return worst


def _rank(form: Form, term: Term) -> Rank | None:
    text = term.text
    if text.startswith(form.text) and term.category is not Category.INITIALS:
        return Rank.WHOLE if text == form.text else Rank.START
    if form.begins_only:
        return None
    if form.syllable:
        return Rank.INSIDE if term.category == Category.PINYIN and form.text in text else None
    if term.category in ANY_PART:
        return Rank.INSIDE if form.text in text else None
    return Rank.INSIDE if text.startswith(form.text) else None


def parts(term: Term) -> Iterator[tuple[Place, str]]:
    """The texts under which an index finds a term by the beginning of a text, each once."""
    text, category = term
    if category not in ANY_PART:
        place = Place.INSIDE if category is Category.INITIALS else Place.START
        yield place, text[:PART_LENGTH]
        return
    yield Place.START, text[:PART_LENGTH]
    inside = Place.INSIDE_PINYIN if category is Category.PINYIN else Place.INSIDE
    seen = set()
    for start in range(1, len(text)):
        part = text[start : start + PART_LENGTH]
        if part not in seen and (len(part) > 1 or names.is_east_asian(part)):
            seen.add(part)
            yield inside, part


def name_terms(
    family: str | None, given: str | None = None, native: str | None = None, *others: str | None
) -> frozenset[Term]:
    """What a person is found by: every name, and the readings of Chinese ones."""
    found: set[Term] = set()
    for name in filter(None, (family, given, *others)):
        found |= _words_of(name)
    if family and names.is_east_asian(family + (given or "")):
        found |= _east_asian(family, given or "")
    if native and names.is_east_asian(native):
        if native != f"{family}{given}":
            found |= _east_asian(*names.split_full_name(native))
    elif native:
        found |= _words_of(native)
    return frozenset(found)


def text_terms(*texts: str | None, readings: bool = True) -> frozenset[Term]:
    """What a class, a school or a command is found by: its words, and `readings` of Chinese ones.

    The first reading costs half a second and 57 MB: the dictionary of pinyin is loaded for it.
    """
    found: set[Term] = set()
    for text in filter(None, texts):
        found |= _words_of(text)
        whole = "".join(words(text))
        if pinyin.has_han(whole):
            found.add(Term(whole[:TERM_LENGTH], Category.WORD))
            syllables = _syllables(whole) if readings else ()
            found |= _spelled(syllables, Category.PINYIN) | _initials(syllables)
    return frozenset(found)


@lru_cache(maxsize=20_000)
def _words_of(text: str) -> frozenset[Term]:
    return frozenset(Term(word[:TERM_LENGTH], Category.WORD) for word in words(text))


def _east_asian(family: str, given: str) -> set[Term]:
    """A name without a break; one that begins inside a family name of two characters as well."""
    whole = "".join((*words(family), *words(given)))
    found = {Term(whole[:TERM_LENGTH], Category.JOINED)} if whole else set()
    found |= _words_of(family)
    if given:
        found |= _words_of(given)
        inside = range(1, len(family)) if len(family) < len(whole) else ()
        found |= {Term(whole[start:][:TERM_LENGTH], Category.JOINED) for start in inside}
    if pinyin.has_han(whole):
        read = _surname(family)
        found |= _spelled(read, Category.PINYIN) | _spelled(_syllables(family), Category.PINYIN)
        if given:
            found |= _spelled(_syllables(given), Category.PINYIN)
            read += _syllables(given)
            found |= _spelled(read, Category.JOINED)
        found |= _initials(read)
    return found


def _initials(syllables: tuple[str, ...]) -> set[Term]:
    if len(syllables) < 2:  # noqa: PLR2004  of one syllable they are its beginning
        return set()
    initials = "".join(syllable[0] for syllable in syllables)
    return {Term(initials[:TERM_LENGTH], Category.INITIALS)}


@lru_cache(maxsize=20_000)
def _spelled(syllables: tuple[str, ...], category: Category) -> frozenset[Term]:
    """The ü of 吕 is typed v, u (which ü is folded to) or, as in passports, yu."""
    read = "".join(syllables)
    spellings = {read.replace("v", letter) for letter in ("v", "u", "yu")} if read else ()
    return frozenset(Term(text[:TERM_LENGTH], category) for text in spellings)


@lru_cache(maxsize=20_000)
def _syllables(text: str) -> tuple[str, ...]:
    return tuple(_READ.findall(pinyin.syllables("".join(words(text))))) if text else ()


@lru_cache(maxsize=5_000)
def _surname(text: str) -> tuple[str, ...]:
    return tuple(_READ.findall(pinyin.surname("".join(words(text)))))
