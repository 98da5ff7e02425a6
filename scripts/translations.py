"""The catalogues of the program's words: extract from the sources, update, compile.

    make translations

New words arrive in the .po with an empty msgstr; fill it and run again. Words that left the sources
leave the catalogue, too. Nothing is guessed: a changed text is a new text to translate.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

PACKAGE = Path(__file__).resolve().parents[1] / "studentadmin"
TRANSLATIONS = PACKAGE / "translations"
LOCALES = ("zh_Hans_CN",)
"""English needs no catalogue: the texts in the sources are English."""

METHODS = [("**.py", "python"), ("templates/**.html", "jinja2"), ("templates/**.txt", "jinja2")]
OPTIONS = {"**.py": {}, "templates/**.html": {"silent": "false"}}
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "_l": None,
    "lazy_gettext": None,
    "N_": None,
    "Setting": (3,),  # the help of a setting stands in settings.py, below anything that translates
}


HEADER = {
    "project": "Student Admin",
    "version": "1",
    "header_comment": "# The words of Student Admin. Glossary: docs/glossary.md",
    "msgid_bugs_address": "the issues of the project",
    "last_translator": "Student Admin",
    "language_team": "Student Admin",
}


def po_file(locale: str) -> Path:
    return TRANSLATIONS / locale / "LC_MESSAGES" / "messages.po"


def extract() -> Catalog:
    """Every message of the sources, with the files it stands in."""
    found = Catalog(project="Student Admin", charset="utf-8", fuzzy=False)
    for name, _line, message, comments, context in extract_from_dir(
        PACKAGE,
        METHODS,
        OPTIONS,
        KEYWORDS,
        comment_tags=("Translators:",),
        directory_filter=lambda folder: Path(folder).name != "__pycache__",  # default: none with _
    ):
        place = f"studentadmin/{Path(name).as_posix()}"
        found.add(message, None, [(place, 0)], auto_comments=comments, context=context)
    return found


def read(locale: str) -> Catalog:
    file = po_file(locale)
    if not file.exists():
        return Catalog(locale=locale, fuzzy=False, **HEADER)
    with file.open("rb") as stream:
        return read_po(stream, locale=locale)


def update(locale: str) -> Catalog:
    """Bring one catalogue up to the sources and write it, then its compiled form."""
    catalogue, template = read(locale), extract()
    template.creation_date = catalogue.creation_date  # a date of its own would change every time
    catalogue.update(template, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    catalogue.fuzzy = False
    file = po_file(locale)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(as_po(catalogue))
    file.with_suffix(".mo").write_bytes(as_mo(catalogue))
    return catalogue


def as_po(catalogue: Catalog) -> bytes:
    stream = io.BytesIO()
    write_po(stream, catalogue, width=100, include_lineno=False)
    return stream.getvalue()


def as_mo(catalogue: Catalog) -> bytes:
    stream = io.BytesIO()
    write_mo(stream, catalogue)
    return stream.getvalue()


def untranslated(catalogue: Catalog) -> list[str]:
    """The messages that still speak English."""
    missing = []
    for message in catalogue:
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        if message.id and not all(strings):
            missing.append(message.id if isinstance(message.id, str) else message.id[0])
    return missing


def main() -> int:
    """Update all catalogues; 1 when a message waits for its translation."""
    waiting = 0
    for locale in LOCALES:
        catalogue = update(locale)
        missing = untranslated(catalogue)
        waiting += len(missing)
        print(f"{locale}: {len(catalogue)} messages, {len(missing)} to translate")
        for text in missing:
            print(f"  {text}")
    return 1 if waiting else 0


if __name__ == "__main__":
    sys.exit(main())
