"""The catalogue: complete, true to the sources, compiled, with the same places in both tongues."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

import studentadmin
from scripts import translations
from studentadmin.forms import words
from studentadmin.forms.account import RESOURCES
from studentadmin.rules import rights

PACKAGE = Path(studentadmin.__file__).parent
PLACES = re.compile(r"%\((\w+)\)[sd]")
SAME_IN_BOTH = {"Student Admin"}
"""Names that are not translated."""

HALF_WIDTH = re.compile(r"[\u4e00-\u9fff][,;:!?](?![a-z0-9/])|[\u4e00-\u9fff] [\u4e00-\u9fff]")
"""Western punctuation, or a blank, where Chinese text has neither."""


@pytest.fixture(scope="module", params=translations.LOCALES)
def locale(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture(scope="module")
def catalogue(locale: str) -> Catalog:
    return translations.read(locale)


@pytest.fixture(scope="module")
def sources() -> Catalog:
    return translations.extract()


def texts(message: Message) -> tuple[list[str], list[str]]:
    """The message in English and in the language of its catalogue, every plural form."""
    english = [message.id] if isinstance(message.id, str) else list(message.id)
    other = [message.string] if isinstance(message.string, str) else list(message.string or ())
    return english, other


def messages(catalogue: Catalog) -> list[Message]:
    found = [message for message in catalogue if message.id]
    assert found
    return found


def keys(catalogue: Catalog) -> set[object]:
    return {(message.id, message.context) for message in messages(catalogue)}


def test_holds_what_the_sources_say(catalogue: Catalog, sources: Catalog) -> None:
    advice = "run: make translations"
    assert keys(sources) - keys(catalogue) == set(), advice
    assert keys(catalogue) - keys(sources) == set(), advice


def test_all_is_translated_and_nothing_guessed_or_left_over(catalogue: Catalog) -> None:
    assert translations.untranslated(catalogue) == []
    assert [message.id for message in messages(catalogue) if message.fuzzy] == []
    assert list(catalogue.obsolete) == []


def test_the_compiled_form_says_the_same(locale: str, catalogue: Catalog) -> None:
    with translations.po_file(locale).with_suffix(".mo").open("rb") as stream:
        compiled = read_mo(stream)
    told, written = (
        {texts(message)[0][0]: texts(message)[1] for message in messages(found)}
        for found in (compiled, catalogue)
    )
    assert told == written, "run: make translations"


def test_places_are_the_same_in_both(catalogue: Catalog) -> None:
    for message in messages(catalogue):
        english, other = texts(message)
        wanted = {place for text in english for place in PLACES.findall(text)}
        for text in other:
            assert set(PLACES.findall(text)) == wanted, message.id
            rest = PLACES.sub("", text)
            assert "%" not in rest.replace("%%", ""), message.id


def test_no_message_begins_or_ends_with_a_blank(catalogue: Catalog) -> None:
    for message in messages(catalogue):
        for text in [text for side in texts(message) for text in side]:
            assert text == text.strip(), message.id


def test_a_translation_is_not_english(catalogue: Catalog) -> None:
    for message in messages(catalogue):
        english, other = texts(message)
        if not set(english) <= SAME_IN_BOTH:
            assert any(re.search(r"[\u4e00-\u9fff]", text) for text in other) or all(
                re.fullmatch(r"[A-Z, ]*", PLACES.sub("", text)) for text in other
            ), message.id


def test_chinese_has_chinese_punctuation(catalogue: Catalog) -> None:
    for message in messages(catalogue):
        for text in texts(message)[1]:
            assert not HALF_WIDTH.search(text), text


def test_sentences_end_in_both(catalogue: Catalog) -> None:
    for message in messages(catalogue):
        english, other = texts(message)
        for end, chinese in ((".", "。"), ("?", "？"), (":", "：")):
            for text in other:
                assert text.endswith(chinese) == english[0].endswith(end), message.id


def test_a_text_too_many_is_noticed(sources: Catalog) -> None:
    """The checks above see what they claim to see."""
    spoiled = Catalog()
    for message in messages(sources):
        spoiled.add(message.id, context=message.context)
    spoiled.add("A text that nobody says.")
    assert keys(spoiled) - keys(sources) == {("A text that nobody says.", None)}
    assert "A text that nobody says." in translations.untranslated(spoiled)


def test_texts_of_every_kind_of_file_are_found(sources: Catalog) -> None:
    places = {Path(place).suffix for m in messages(sources) for place, _line in m.locations}
    assert places == {".py", ".html", ".txt"}
    assert any("/_macros/" in place for m in messages(sources) for place, _ in m.locations)
    assert "Show the password" in sources  # a macro
    assert "Port of the mail server." in sources  # the help of a setting


def test_writing_and_reading_again_changes_nothing(locale: str, catalogue: Catalog) -> None:
    assert translations.as_po(catalogue) == translations.po_file(locale).read_bytes(), (
        "run: make translations"
    )
    with translations.po_file(locale).open("rb") as stream:
        assert keys(read_po(stream, locale=locale)) == keys(catalogue)


def test_no_text_hides_in_an_f_string() -> None:
    """The extraction does not look into them."""
    hidden = [
        f"{file.relative_to(PACKAGE)}:{call.lineno}"
        for file in PACKAGE.rglob("*.py")
        for text in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in translations.KEYWORDS
    ]
    assert hidden == []


def reasons() -> set[str]:
    """Every reason for a change set that the program itself gives."""
    found = set()
    for file in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            named = isinstance(node, ast.keyword) and node.arg == "why"
            if named and isinstance(node.value, ast.Constant):
                found.add(str(node.value.value))
    return found


def test_every_reason_of_a_change_has_words() -> None:
    assert {"create", "undo", "first run"} <= reasons()
    assert reasons() - words.WHY.keys() == set()


def test_every_line_of_the_rights_has_words() -> None:
    assert set(rights.RESOURCES) <= RESOURCES.keys() | words.TABLES.keys()
