"""Pages and commands of the program, for the search box: found by their words in any language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from flask import request, url_for
from flask_babel import force_locale, get_locale
from flask_babel import gettext as _

from studentadmin.forms import words
from studentadmin.rules import search
from studentadmin.rules.search import Term
from studentadmin.views import access, desktop, shell
from studentadmin.views.language import LANGUAGES

SHOWN = 6
"""Commands shown beside what was found; all of them when nothing was typed."""

NEW = ("student", "person", "homeroom", "enrolment", "organisation", "academic_session")
"""The records that one may begin from anywhere."""

ALSO = {
    "importing.upload": "csv excel upload 上传",
    "trash.index": "deleted bin recycle 回收站 删除",
    "changes.index": "history undo 撤销",
    "backups.index": "restore",
    "home.about": "version settings 设置",
    "en": "english language 语言 英语 英文",
    "zh_Hans_CN": "chinese language 语言 中文 汉语",
    "dark": "theme night 主题 夜间",
    "light": "theme day 主题",
}
"""What people call these besides the words on the screen."""


@dataclass(frozen=True)
class Command:
    """One thing to go to or to do. `press` is a control of every page that a script presses."""

    name: str
    label: str
    icon: str
    url: str | None = None
    fields: tuple[tuple[str, str], ...] = ()
    press: str | None = None

    @property
    def posts(self) -> bool:
        """Whether it is sent as a form: it does something."""
        return bool(self.fields) or self.name in {"lock", "log out", "close"}


def found(text: str) -> list[Command]:
    """The commands this person may use that fit `text`, best first; all when it is empty."""
    commands = [command for command in _all() if command.url or command.press]
    question = search.asked(text)
    if not question:
        return commands if not text.strip() else []
    terms = _every_term(str(get_locale()).startswith("zh"))
    ranked = [
        (rank, place, command)
        for place, command in enumerate(commands)
        if (rank := search.rank(question, terms[command.name])) is not None
    ]
    return [command for _rank, _place, command in sorted(ranked, key=lambda r: r[:2])][:SHOWN]


def _all() -> Iterator[Command]:
    """In the order of the navigation. Those that this person may not use have no address."""
    for endpoint, label, icon, right in shell.places():
        yield Command(endpoint, label, icon, url_for(endpoint) if access.may(*right) else None)
    for table in NEW:
        url = url_for(f"{table}.create_view") if access.may(table, "create") else None
        yield Command(
            f"new {table}", _("New: %(kind)s", kind=words.table_label(table)), "plus", url
        )
    yield Command("me", _("My account"), "user", url_for("accounts.me"))
    password = url_for("security.change_password")
    yield Command("password", _("Change the password"), "key", password)
    for code, name in LANGUAGES.items():
        back = request.form.get("next", "")
        fields = (("locale", code), ("next", back))
        url = url_for("language.switch") if code != str(get_locale()) else None
        yield Command(code, _("Switch to %(language)s", language=name), "language", url, fields)
    yield Command("light", _("Appearance: light"), "sun", press='[data-theme-value="light"]')
    yield Command("dark", _("Appearance: dark"), "moon", press='[data-theme-value="dark"]')
    yield Command("keys", _("Keyboard"), "keyboard", press="[data-keys]")
    yield Command("lock", _("Lock"), "lock", url_for("doors.lock"))
    yield Command("log out", _("Log out"), "logout", url_for("security.logout"))
    yield Command("close", _("Close Student Admin"), "x", desktop.quit_url())


@cache
def _every_term(readings: bool) -> dict[str, frozenset[Term]]:
    """What each command is found by: its label in every language, and what else it is called."""
    labels: dict[str, list[str]] = {}
    for code in LANGUAGES:
        with force_locale(code):
            for command in _all():
                labels.setdefault(command.name, []).append(command.label)
    return {
        name: search.text_terms(*every, ALSO.get(name), readings=readings)
        for name, every in labels.items()
    }


def as_json(command: Command) -> dict[str, Any]:
    """What the script of the search box needs to do it."""
    return {
        "title": command.label,
        "detail": "",
        "icon": command.icon,
        "url": command.url,
        "fields": dict(command.fields) if command.posts else None,
        "press": command.press,
    }
