"""A text in the reader's language, found in about a microsecond: a page asks for some two hundred.

Flask-Babel finds out anew for each text which language the request speaks; here it is remembered
beside the locale that it was found for, so that a change of locale is seen at once.
"""

from __future__ import annotations

from typing import Any, cast

from babel.support import NullTranslations, Translations
from flask import Flask, g
from flask_babel import Domain, get_locale
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

Catalogue = Translations | NullTranslations
MARKED = "studentadmin_marked"
"""Attribute of a catalogue: its texts without variables, ready for a page."""


class Texts(Domain):
    """Flask-Babel's domain of our catalogue, which keeps what it found for a request."""

    def get_translations(self) -> Catalogue:
        try:
            here = g._flask_babel  # where Flask-Babel keeps the locale of a request
            locale, found = here.studentadmin_texts
            if locale is here.babel_locale:
                return cast("Catalogue", found)
        except (AttributeError, RuntimeError):
            pass  # the first text of this request, or of no request at all
        found = super().get_translations()  # type: ignore[no-untyped-call]
        if get_locale() is not None:
            g._flask_babel.studentadmin_texts = (get_locale(), found)
        return cast("Catalogue", found)


def init_app(app: Flask) -> None:
    """Give the texts to Flask-Babel, for sources, and to Jinja, for templates."""
    babel = app.extensions["babel"].instance
    texts = Texts(domain=babel.domain)  # type: ignore[no-untyped-call]
    babel.domain_instance = texts

    @pass_eval_context
    def gettext(context: EvalContext, text: str, /, **variables: Any) -> str:
        catalogue = texts.get_translations()
        marked = catalogue.__dict__.setdefault(MARKED, {})
        found = marked.get(text)
        if found is None:
            found = marked[text] = Markup(catalogue.ugettext(text))  # noqa: S704 - a text of ours
        if not context.autoescape:
            return str(found) % variables
        return cast("str", found % variables if variables or "%" in found else found)

    @pass_eval_context
    def ngettext(context: EvalContext, one: str, many: str, num: int, /, **variables: Any) -> str:
        found = texts.get_translations().ungettext(one, many, num)
        variables.setdefault("num", num)
        if not context.autoescape:
            return str(found) % variables
        return cast("str", Markup(found) % variables)  # noqa: S704 - a text of ours

    app.jinja_env.globals.update(_=gettext, gettext=gettext, ngettext=ngettext)
