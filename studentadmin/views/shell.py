"""What stands around every page: navigation, account, banners."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from flask import Flask, current_app, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_login import current_user

from studentadmin.forms import choices, words
from studentadmin.views import access, desktop

RECORD_LINKS = (
    ("student", "school"),
    ("person", "users"),
    ("homeroom", "users-group"),
    ("enrolment", "transfer-in"),
)
TEACHING_LINKS = (
    ("course", "book-2"),
    ("section", "users"),
)
SETUP_LINKS = (
    ("organisation", "building"),
    ("academic_session", "calendar"),
    ("grade_level", "stairs-up"),
    ("enrolment_type", "list-check"),
)

OWN_ACCOUNT = frozenset({"accounts.me", "accounts.end_own_sessions"})
"""Under the menu of the account, not under Users."""


Place = tuple[str, str, str, tuple[str, str]]
"""A page: its endpoint, what it is called, its drawing, and the right that it asks for."""


def places() -> list[Place]:
    """Every page of the navigation, whether this person may see it or not."""
    return [place for _group, places in _groups() for place in places]


def _groups() -> list[tuple[str, list[Place]]]:
    office = [
        ("importing.upload", _("Import"), "file-import", ("import", "create")),
        ("health.index", _("Data health"), "checks", ("health", "view")),
        ("rollover.index", _("Roll-over"), "calendar-event", ("rollover", "view")),
        ("changes.index", _("Changes"), "history", ("change", "view")),
        ("trash.index", _("Trash"), "trash", ("trash", "view")),
        ("backups.index", _("Backups"), "database", ("backup", "view")),
        ("accounts.users", _("Users"), "user-cog", ("user", "view")),
        ("home.about", _("Settings and about"), "settings", ("about", "view")),
    ]
    attendance = ("attendance.index", _("Attendance"), "checks", ("attendance_sheet", "view"))
    start = [("home.index", _("Start"), "home", ("home", "view"))]
    return [
        ("", start + [_table_link(*link) for link in RECORD_LINKS]),
        (_("Teaching"), [attendance, *(_table_link(*link) for link in TEACHING_LINKS)]),
        (_("School"), [_table_link(*link) for link in SETUP_LINKS]),
        (_("Office"), office),
    ]


def navigation() -> list[dict[str, Any]]:
    """The groups of links that this person may follow."""
    if not current_user.is_authenticated:
        return []
    return _navigation(access.roles(), str(get_locale()), request.endpoint, request.script_root)


@lru_cache(maxsize=1024)
def _navigation(
    _roles: frozenset[str], _locale: str, _endpoint: str | None, _root: str
) -> list[dict[str, Any]]:
    """Made of nothing else than its arguments, all of which this request says again."""
    shown = []
    for label, links in _groups():
        items = [_item(*link) for link in links if access.may(*link[3])]
        if items:
            shown.append({"label": label, "items": items})
    return shown


def _table_link(table: str, icon: str) -> Place:
    return f"{table}.index_view", words.table_label(table, many=True), icon, (table, "view")


def _item(endpoint: str, label: str, icon: str, _right: Any) -> dict[str, Any]:
    here = (request.endpoint or "").split(".")[0]
    own = endpoint.split(".", maxsplit=1)[0]
    active = here == own if own != "home" else request.endpoint == endpoint
    if request.endpoint in OWN_ACCOUNT:
        active = False
    return {"label": label, "url": url_for(endpoint), "icon": icon, "active": active}


def account() -> dict[str, Any] | None:
    """Who is logged in, and what they may do about it."""
    if not current_user.is_authenticated:
        return None
    return {
        "name": current_user.full_name,
        "roles": words.listed(choices.ROLE_WORDS[role] for role in sorted(access.roles())),
        "links": [
            (_("My account"), url_for("accounts.me"), "user"),
            (_("Change the password"), url_for("security.change_password"), "key"),
        ],
        "logout_url": url_for("security.logout"),
        "lock_url": url_for("doors.lock"),
        "close_url": desktop.quit_url(),
    }


def banners() -> list[tuple[str, str]]:
    """What every page has to say first."""
    notice = current_app.extensions.get("studentadmin.notice")
    if current_app.config["READ_ONLY"]:
        return [("warning", notice or _("The register is open for reading only."))]
    return [("info", notice)] if notice else []


def search_url() -> str | None:
    """Where the search box of every page asks."""
    return url_for("search.page") if access.may("search", "view") else None


def _around() -> dict[str, Any]:
    """Functions, asked by `base.html` only: an error page must not ask the database."""
    return {
        "navigation": navigation,
        "account": account,
        "banners": banners,
        "search_url": search_url,
    }


def init_app(app: Flask) -> None:
    app.context_processor(_around)
