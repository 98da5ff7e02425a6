"""The application factory: which parts there are, and in which order they are bound."""

from __future__ import annotations

from flask import Flask

from studentadmin import cli, extensions, models, views
from studentadmin.settings import PROFILES, Settings, load


def create_app(settings: Settings | None = None) -> Flask:
    """Build the office app on `settings` (default: instance file, environment)."""
    settings = settings or load()
    app = Flask("studentadmin", instance_path=str(settings.data_dir))
    app.config.from_object(PROFILES[settings["PROFILE"]])
    app.config.from_mapping(settings.flask_config())
    app.extensions["studentadmin.settings"] = settings
    extensions.init_app(app)
    models.init_app(app)
    views.init_app(app)
    cli.init_app(app)
    return app
