"""What the papers say is there: files, commands, settings, and the words of the screen."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import click
import pytest
from babel.messages.pofile import read_po

from studentadmin.__main__ import terminal
from studentadmin.desktop.failure import Exit
from studentadmin.settings import SETTINGS

ROOT = Path(__file__).parents[2]
PAPERS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
GUIDE = ROOT / "docs" / "guide"
CATALOGUE = ROOT / "studentadmin/translations/zh_Hans_CN/LC_MESSAGES/messages.po"
RUNNING = ROOT / "docs" / "running.md"
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
COMMAND = re.compile(r"(?:studentadmin|launcher\.py)((?: (?:--?[a-z-]+|[a-z][a-z-]*))*)")
CODE = re.compile(r"`([^`\n]+)`|^(?: {4}|\t)(\S.*)$", re.MULTILINE)
FILE = re.compile(r"(?:[\w.-]+/)+[\w.-]+\.(?:py|md|html|js|css|cfg|po|in|txt)")
BOLD = re.compile(r"\*\*([^*\n]+)\*\*")
PARAGRAPH_TITLE = re.compile(r"^\*\*[^*\n]+[.。”]\*\*|^\*\*“[^*\n]+\*\*", re.MULTILINE)
VALUES = {"--data-dir", "--port"}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def codes(paper: Path) -> Iterator[str]:
    """Everything that is written as code: in backticks, or set in from the left."""
    for match in CODE.finditer(paper.read_text("utf-8")):
        yield match[1] or match[2]


@pytest.mark.parametrize("paper", PAPERS, ids=name_of)
def test_links_and_pictures_lead_somewhere(paper: Path) -> None:
    targets = [unquote(target) for target in LINK.findall(paper.read_text("utf-8"))]
    own = [target.split("#")[0] for target in targets if "://" not in target]
    missing = [target for target in own if target and not (paper.parent / target).exists()]
    assert not missing


def test_every_picture_is_shown_somewhere() -> None:
    shown = {
        (paper.parent / unquote(target)).resolve()
        for paper in PAPERS
        for target in LINK.findall(paper.read_text("utf-8"))
    }
    kept = {"dark", "360"}  # every page that is taken in all variants, for looking
    pictures = (ROOT / "docs" / "pictures").glob("*.png")
    assert not [p.name for p in pictures if p not in shown and p.stem.split("-")[-1] not in kept]


def test_commands_exist() -> None:
    unknown = []
    for paper in PAPERS:
        for code in codes(paper):
            for match in COMMAND.finditer(code):
                if fault := command_fault(match[1].split()):
                    unknown.append(f"{name_of(paper)}: {match[0]}: {fault}")
    assert not unknown


def command_fault(words: list[str]) -> str | None:
    """What of a command line the program does not know; None when it knows all of it."""
    command: click.Command = terminal()
    context = click.Context(command)
    while words:
        word = words.pop(0)
        if word.startswith("-"):
            known = {name for option in command.get_params(context) for name in option.opts}
            if word not in known | {"--help", "--prepare"}:
                return f"no option {word}"
            if word in VALUES and words:
                words.pop(0)
        elif isinstance(command, click.Group):
            found = command.get_command(context, word)
            if found is None:
                return f"no command {word}"
            command = found
    return None


def test_files_that_are_named_exist() -> None:
    missing = []
    for paper in PAPERS:
        places = (ROOT, ROOT / "studentadmin", paper.parent)
        for code in codes(paper):
            named = FILE.fullmatch(code)
            if named and not any((place / code).exists() for place in places):
                missing.append(f"{name_of(paper)}: {code}")
    assert not missing


def test_every_decision_is_listed() -> None:
    listed = set(LINK.findall((ROOT / "docs" / "README.md").read_text("utf-8")))
    assert {f"decisions/{page.name}" for page in (ROOT / "docs/decisions").glob("*.md")} <= listed


def test_make_targets_exist() -> None:
    known = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {
        (name_of(paper), match[1])
        for paper in PAPERS
        for code in codes(paper)
        for match in re.finditer(r"\bmake ([a-z]+)", code)
    }
    assert not {(paper, target) for paper, target in named if target not in known}


def test_readme_gives_the_two_commands() -> None:
    commands = set(codes(ROOT / "README.md"))
    assert {"python3 launcher.py", "make test"} <= commands


def test_settings_are_written_down_with_their_defaults() -> None:
    rows = re.findall(r"^\| `([A-Z_]+)` \| ([^|]+) \|", RUNNING.read_text("utf-8"), re.MULTILINE)
    assert dict(rows) == {
        setting.name: shown(setting.name, setting.default) for setting in SETTINGS
    }


def shown(name: str, default: object) -> str:
    """A default as the table of settings says it."""
    if name == "DATA_DIR":
        return "see above"
    if default is None or default == "":
        return "empty"
    if isinstance(default, bool):
        return "`yes`" if default else "`no`"
    if isinstance(default, (list, tuple)):
        return f"`{', '.join(default)}`"
    return f"`{default}`"


def test_exit_codes_are_written_down() -> None:
    codes_of_a_start = re.findall(r"^\| (\d) \|", RUNNING.read_text("utf-8"), re.MULTILINE)
    assert [int(code) for code in codes_of_a_start] == [code.value for code in Exit]


@cache
def screen_words() -> dict[str, set[str]]:
    """Every text of the program without a placeholder, in both languages."""
    with CATALOGUE.open("rb") as stream:
        messages = [message for message in read_po(stream) if isinstance(message.id, str)]
    plain = [message for message in messages if message.id and "%(" not in message.id]
    return {
        "en": {message.id for message in plain},
        "zh": {message.string for message in plain if isinstance(message.string, str)},
    }


@pytest.mark.parametrize("page", sorted(GUIDE.glob("??/*.md")), ids=name_of)
def test_the_guide_speaks_the_words_of_the_screen(page: Path) -> None:
    """Bold words are those a reader finds on the screen; a bold sentence begins a paragraph."""
    known = screen_words()[page.parent.name]
    text = PARAGRAPH_TITLE.sub("", page.read_text("utf-8"))
    assert not [words for words in BOLD.findall(text) if words not in known]


def test_both_guides_have_the_same_pages() -> None:
    english, chinese = ({p.name for p in (GUIDE / code).glob("*.md")} for code in ("en", "zh"))
    assert english == chinese


@pytest.mark.parametrize("layer", ["services", "rules"])
def test_what_is_public_says_what_it_is(layer: str) -> None:
    silent = []
    for file in sorted((ROOT / "studentadmin" / layer).glob("*.py")):
        tree = ast.parse(file.read_text("utf-8"))
        public = [
            node
            for node in tree.body
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_")
        ]
        silent += [f"{file.name}: {node.name}" for node in public if not ast.get_docstring(node)]
    assert not silent
