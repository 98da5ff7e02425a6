"""Parts of a page that are the same for everybody who reads its language: made once, in a macro."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask, request
from flask_babel import get_locale
from markupsafe import Markup

LIMIT = 2000
"""So many outcomes of one macro are kept; then it is forgotten and made anew."""


def remembered(macro: Callable[..., Markup], *, words: bool = True) -> Callable[..., Markup]:
    """`macro`, run once for its arguments, the place of the program and the reader's language.

    For macros that show nothing but their arguments and texts of ours: no token, no name of a
    person, nothing of the request. Arguments must be hashable; `words=False` for a drawing.
    """
    kept: dict[Any, Markup] = {}

    def ask(*given: Any) -> Markup:
        key = (request.script_root, str(get_locale()) if words else None, given)
        found = kept.get(key)
        if found is None:
            if len(kept) >= LIMIT:
                kept.clear()
            found = kept[key] = macro(*given)
        return found

    return ask


def init_app(app: Flask) -> None:
    app.jinja_env.globals["remembered"] = remembered
