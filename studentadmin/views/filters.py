"""Jinja filters and globals: pure formatting in the reader's language, never HTML."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zlib import crc32

from babel.dates import format_skeleton
from flask import Flask, request
from flask_babel import (
    format_date,
    format_datetime,
    format_decimal,
    format_time,
    format_timedelta,
    get_locale,
    ngettext,
)
from flask_babel import gettext as _

from studentadmin.forms import words
from studentadmin.rules import ages, names

NOTHING = "–"  # what a cell shows when there is no value
THEMES = ("light", "dark")
TONES = 8  # colours an avatar may take; classes avatar-tone-0 to -7
SIZES = ("B", "kB", "MB", "GB", "TB")
THOUSAND = 1000
ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")
WEEK = timedelta(days=7)


def dates(value: date | datetime | None, style: str = "medium") -> str:
    """A calendar day, or `NOTHING`. A `datetime` is an instant: it moves to the reader's zone."""
    return NOTHING if value is None else str(format_date(value, style))


def datetimes(value: datetime | None, style: str = "medium") -> str:
    """An instant in the reader's time zone; a naive value counts as UTC."""
    return NOTHING if value is None else str(format_datetime(value, style))


def clock(value: datetime | None) -> str:
    """The time of day of an instant, in the reader's zone: 8:05."""
    return NOTHING if value is None else str(format_time(value, "short"))


def month_name(value: date) -> str:
    """Month and year of a day."""
    return str(format_skeleton("yMMMM", value, locale=get_locale()))


def isotime(value: date | datetime | None) -> str:
    """For `<time datetime=...>`: machines read it, people do not."""
    if isinstance(value, datetime) and value.tzinfo is None:
        value = value.replace(tzinfo=UTC)
    return "" if value is None else value.isoformat()


def relative_time(value: datetime | None, now: datetime | None = None) -> str:
    """How long ago, up to a week; older instants read better as a date."""
    if value is None:
        return NOTHING
    instant = value if value.tzinfo else value.replace(tzinfo=UTC)
    passed = (now or datetime.now(UTC)) - instant
    if timedelta(0) <= passed < timedelta(minutes=1):
        return str(_("just now"))
    if abs(passed) >= WEEK:
        return dates(value)
    return str(format_timedelta(-passed, granularity="minute", add_direction=True, threshold=1.0))


def age(birth: date | None, on: date | None = None) -> str:
    """Completed years at `on` (default today), as words: "9 years"."""
    years = -1 if birth is None else ages.age(birth, on or datetime.now().astimezone().date())
    return NOTHING if years < 0 else str(ngettext("%(num)d year", "%(num)d years", years))


def number(value: Decimal | float | None) -> str:
    return NOTHING if value is None else str(format_decimal(value))


def filesize(size: int | None) -> str:
    """Bytes as people say them: 1.4 MB. Steps of 1000, as file managers show."""
    if size is None:
        return NOTHING
    amount, step = float(size), 0
    while amount >= THOUSAND and step < len(SIZES) - 1:
        amount, step = amount / THOUSAND, step + 1
    return f"{format_decimal(amount, '#,##0.#' if step else '#,##0')} {SIZES[step]}"


def yes_no(value: object) -> str:
    return NOTHING if value is None else str(_("Yes") if value else _("No"))


def person_name(person: Any, order: str = "given_first") -> str:
    """A person's or student's name as one line; `order` is one of `names.NameOrder`."""
    middle, native = getattr(person, "middle_name", None), getattr(person, "native_name", None)
    shown = names.display_name(
        person.family_name or "",
        person.given_name or "",
        middle,
        native,
        names.NameOrder(order),
    )
    return shown or NOTHING


def initials(name: str) -> str:
    """One or two letters for an avatar: 王小明 is 小明, Anna-Lena Graf von Berg is AB."""
    words = [word for word in name.replace("-", " ").split() if word[0].isalpha()]
    if not words:
        return "?"
    if names.is_east_asian(words[0]):
        return "".join(words)[-2:]
    last = words[-1][0] if len(words) > 1 else ""
    return (words[0][0] + last).upper()


def tone(name: str) -> int:
    """A colour number that stays with a name over pages and restarts."""
    return crc32(name.encode()) % TONES


def diff_value(value: object) -> str:
    """A value of the change history as a person reads it; days arrive as ISO text."""
    if value is None or value == "":
        return NOTHING
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {diff_value(item)}" for key, item in value.items())
    if isinstance(value, list | tuple | set):
        return ", ".join(diff_value(item) for item in value)
    for kind, shown in SHOWN.items():
        if isinstance(value, kind):
            return str(shown(value))
    return _iso_as_day(str(value))


def _iso_as_day(text: str) -> str:
    if not ISO_DAY.fullmatch(text):
        return text
    try:
        return dates(date.fromisoformat(text))
    except ValueError:
        return text


# In this order: True is also an int, and a datetime also a date.
SHOWN: dict[type, Callable[[Any], object]] = {bool: yes_no, datetime: datetimes, date: dates}


def theme() -> str:
    """`light` or `dark` when the reader chose one, else empty: the system decides."""
    chosen = request.cookies.get("theme", "")
    return chosen if chosen in THEMES else ""


def today() -> date:
    """The day on the reader's calendar."""
    return datetime.now().astimezone().date()


def language_tag() -> str:
    """The page's language for `<html lang>`: zh-Hans-CN."""
    locale = get_locale()
    return str(locale).replace("_", "-") if locale else "en"


FILTERS: dict[str, Callable[..., object]] = {
    "dates": dates,
    "datetimes": datetimes,
    "clock": clock,
    "month_name": month_name,
    "isotime": isotime,
    "relative_time": relative_time,
    "age": age,
    "number": number,
    "filesize": filesize,
    "yes_no": yes_no,
    "person_name": person_name,
    "initials": initials,
    "tone": tone,
    "diff_value": diff_value,
    "listed": words.listed,
}
GLOBALS: dict[str, Callable[..., object]] = {
    "theme": theme,
    "language_tag": language_tag,
    "today": today,
}


def init_app(app: Flask) -> None:
    app.jinja_env.filters.update(FILTERS)
    app.jinja_env.globals.update(GLOBALS)
