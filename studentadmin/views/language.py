"""Which language a page speaks, and the switch."""

from __future__ import annotations

from datetime import tzinfo

from babel.dates import LOCALTZ
from flask import (
    Blueprint,
    Flask,
    Response,
    current_app,
    g,
    has_request_context,
    redirect,
    request,
    session,
)
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from studentadmin.errors import RuleBroken
from studentadmin.extensions import babel
from studentadmin.views import texts
from studentadmin.views.access import public
from studentadmin.views.guards import safe_next

LANGUAGES = {"en": "English", "zh_Hans_CN": "简体中文"}
"""Every language of the program, by its own name."""

bp = Blueprint("language", __name__)


def choose_locale() -> str:
    """The person's own choice, else what the browser prefers, else the setting."""
    if not has_request_context():
        return str(current_app.config["LOCALE"])
    person = g.get("_login_user")  # not current_user: an error page must not ask the database
    chosen = session.get("locale") or getattr(person, "locale", None)
    if chosen in LANGUAGES:
        return str(chosen)
    offered = {"en": "en", "zh": "zh_Hans_CN", "zh-CN": "zh_Hans_CN", "zh-Hans": "zh_Hans_CN"}
    best = request.accept_languages.best_match(list(offered))
    return offered[best] if best else str(current_app.config["LOCALE"])


def choose_timezone() -> tzinfo:
    """The machine's own zone: an office and its register stand in the same place."""
    return LOCALTZ


@bp.post("/language")
@public("a stranger may choose the language of the log-in page")
def switch() -> BaseResponse:
    """Keep the language for this session and go back."""
    chosen = request.form.get("locale", "")
    if chosen not in LANGUAGES:
        raise RuleBroken(_("Choose one of the languages offered."), "locale")
    session["locale"] = chosen
    return redirect(safe_next(request.form.get("next")), 303)


def _choose_early() -> None:
    """Before a unit begins: a refusal inside it is put into words without another query."""
    if request.endpoint not in {None, "static"}:
        current_user.is_authenticated  # noqa: B018 - loads the person, whose language it may be
        get_locale()


def _language_header(response: Response) -> Response:
    if request.endpoint == "static":
        return response
    response.headers.setdefault("Content-Language", str(get_locale()).replace("_", "-"))
    return response


def init_app(app: Flask) -> None:
    babel.init_app(app, locale_selector=choose_locale, timezone_selector=choose_timezone)
    with app.app_context():
        texts.init_app(app)
    app.register_blueprint(bp)
    app.before_request(_choose_early)
    app.after_request(_language_header)
    app.jinja_env.globals["languages"] = LANGUAGES
