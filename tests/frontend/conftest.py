"""A Flask app of nothing but our templates, filters and static files, fed by samples.py."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask, Response, flash, render_template
from flask_babel import Babel
from flask_wtf import CSRFProtect

import studentadmin
from studentadmin.views import assets, filters, holes, remembering
from studentadmin.views.headers import POLICY
from tests.frontend import samples

PACKAGE = Path(studentadmin.__file__).parent


def page_of_nothing(**_: object) -> str:
    """Where a button of a sample page would lead."""
    return ""


def make_pages_app(locale: str = "en") -> Flask:
    """Serves /<name> for every page of samples.pages(), under the policy of the real program."""
    app = Flask("studentadmin", root_path=str(PACKAGE))
    app.config.update(SECRET_KEY="for tests", TESTING=True, BABEL_DEFAULT_LOCALE=locale)
    Babel(app)
    CSRFProtect(app)
    filters.init_app(app)
    assets.init_app(app)
    remembering.init_app(app)
    holes.init_app(app)
    app.jinja_env.globals["languages"] = {"en": "English", "zh_Hans_CN": "简体中文"}
    pages = samples.pages()

    @app.context_processor
    def frame() -> dict[str, object]:
        return {
            "navigation": samples.NAVIGATION,
            "account": samples.ACCOUNT,
            "search_url": "/search",
            "banners": [],
        }

    @app.post("/search")
    def search() -> dict[str, object]:
        return {"groups": [], "said": "Type a name or a number."}

    @app.get("/lookup")
    def lookup() -> list[dict[str, object]]:
        return [{"id": 7, "text": "7b"}, {"id": 8, "text": "8a"}]

    for action in ("columns", "create", "start"):
        app.add_url_rule(f"/views/{action}", f"saved_views.{action}", page_of_nothing)
    for action in ("edit", "delete"):
        app.add_url_rule(f"/views/<int:key>/{action}", f"saved_views.{action}", page_of_nothing)

    @app.get("/")
    @app.get("/<name>")
    def page(name: str = "list") -> str:
        template, values = pages[name]
        return render_template(template, **values)

    @app.get("/flashed")
    def flashed() -> str:
        flash({"text": "Saved.", "undo_url": "/changes/1/undo"}, "success")  # type: ignore[arg-type]
        flash("The age is unusual.", "warning")
        return render_template(*pages["list"][:1], **pages["list"][1])

    @app.after_request
    def policy(response: Response) -> Response:
        rules = "; ".join(f"{name} {value}" for name, value in POLICY.items())
        response.headers["Content-Security-Policy"] = rules
        return response

    return app


@pytest.fixture(scope="session")
def pages_app() -> Flask:
    return make_pages_app()
