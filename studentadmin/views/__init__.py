"""The edge towards the browser: guards, language, pages."""

from __future__ import annotations

from importlib import import_module

from flask import Flask

GUARDS = (
    "guards",
    "tracing",
    "converters",
    "language",
    "filters",
    "assets",
    "remembering",
    "holes",
    "security",
    "throttle",
    "access",
    "headers",
    "errors",
)
PAGES = (
    "shell",
    "search",
    "doors",
    "accounts",
    "home",
    "changes",
    "trash",
    "enrolling",
    "rollover",
    "absence",
    "health",
    "merging",
    "importing",
    "backups",
    "desktop",
    "saved_views",
    "staff",
    "attendance",
    "attendance_pages",
    "admin",
)


def init_app(app: Flask) -> None:
    """Guards first, so that nothing of a page runs for somebody who may not see it."""
    from studentadmin.extensions import db
    from studentadmin.services.unit import keep_reads_pure
    from studentadmin.views import tickets

    keep_reads_pure(db.session)
    app.extensions.setdefault("studentadmin.tickets", tickets.Tickets())
    for name in (*GUARDS, *PAGES):
        import_module(f"{__name__}.{name}").init_app(app)
