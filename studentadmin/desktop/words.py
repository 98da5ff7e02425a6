"""The program's own words outside a page: splash, dialogs, the terminal.

The same catalogue as the pages, read by the standard library: a page's machinery takes longer to
import than the splash may wait.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gettext import NullTranslations

_catalogue: NullTranslations | None = None


def speak(locale: str) -> None:
    """Use the catalogue of `locale`; English where there is none."""
    global _catalogue  # noqa: PLW0603  one language a process, chosen at its start
    import gettext  # not above: the usual start says nothing before it knows the language

    folder = Path(__file__).resolve().parents[1] / "translations"
    _catalogue = gettext.translation("messages", folder, languages=[locale], fallback=True)


def _(message: str, **values: object) -> str:
    """`message` in the chosen language, its %(name)s places filled from `values`."""
    found = _catalogue.gettext(message) if _catalogue else message
    return found % values if values else found
