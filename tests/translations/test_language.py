"""Which language is spoken where: by the computer's wish, outside of pages, in lists of words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import force_locale, format_date, gettext

from studentadmin.desktop import words as terminal
from studentadmin.forms.words import listed
from studentadmin.settings import load
from studentadmin.views.admin.columns import day_text

CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh_Hans_CN"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "en_GB.UTF-8", "LC_MESSAGES": "zh_CN.UTF-8"}, "zh_Hans_CN"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "STUDENTADMIN_LOCALE": "en"}, "en"),
    ],
)
def test_the_computer_says_until_somebody_does(
    environ: dict[str, str], language: str, tmp_path: Path
) -> None:
    assert load({"DATA_DIR": tmp_path}, environ)["LOCALE"] == language


def test_an_argument_wins_over_the_computer(tmp_path: Path) -> None:
    settings = load({"DATA_DIR": tmp_path, "LOCALE": "en"}, {"LANG": "zh_CN.UTF-8"})
    assert settings["LOCALE"] == "en"
    assert settings.sources["LOCALE"] == "argument"


@pytest.fixture
def english_again() -> Iterator[None]:
    yield
    terminal.speak("en")


@pytest.mark.usefixtures("english_again")
def test_the_program_speaks_outside_of_pages() -> None:
    terminal.speak("zh_Hans_CN")
    assert terminal._("The disk is full.") == "磁盘已满。"
    assert terminal._("Log file: %(path)s", path="/x") == "日志文件：/x"
    terminal.speak("en")
    assert terminal._("The disk is full.") == "The disk is full."


@pytest.mark.parametrize(
    ("locale", "line"), [("en", "Anna, Ben, 王芳"), ("zh_Hans_CN", "Anna、Ben、王芳")]
)
def test_a_list_takes_the_comma_of_its_reader(app: Flask, locale: str, line: str) -> None:
    with app.test_request_context(), force_locale(locale):
        assert listed(["Anna", "Ben", "王芳"]) == line


@pytest.mark.parametrize(
    "name",
    [
        *("ANONYMOUS_USER_REQUIRED", "DISABLED_ACCOUNT", "UNAUTHORIZED", "USER_DOES_NOT_EXIST"),
        *("PASSWORD_RESET", "INVALID_PASSWORD", "PASSWORD_RESET_EXPIRED", "LOGIN"),
    ],
)
def test_flask_security_speaks_chinese_too(app: Flask, name: str) -> None:
    """What we did not put into words of our own comes from its own catalogue."""
    from flask_security.utils import get_message

    with app.test_request_context(), force_locale("zh_Hans_CN"):
        said, _category = get_message(name, email="", within="")
    assert CHINESE.search(said), said


def test_the_subject_of_a_letter_is_chinese(app: Flask) -> None:
    with app.test_request_context(), force_locale("zh_Hans_CN"):
        assert CHINESE.search(str(app.config["SECURITY_EMAIL_SUBJECT_PASSWORD_RESET"]))


def test_a_text_follows_the_language_within_one_request(app: Flask) -> None:
    page = app.jinja_env.from_string("{{ _('Save') }}")
    with app.test_request_context():
        assert (page.render(), gettext("Save")) == ("Save", "Save")
        with force_locale("zh_Hans_CN"):
            assert (page.render(), gettext("Save")) == ("保存", "保存")
        assert (page.render(), gettext("Save")) == ("Save", "Save")


def test_what_is_put_into_a_text_is_escaped_on_a_page_only(app: Flask) -> None:
    source = (
        "{{ _('100 %% of %(name)s', name=name) }}{{ ngettext('a', '%(num)d %(x)s', 2, x=name) }}"
    )
    page = app.jinja_env.from_string(source)
    letter = app.jinja_env.from_string("{% autoescape false %}" + source + "{% endautoescape %}")
    with app.test_request_context():
        assert page.render(name="<b>") == "100 % of &lt;b&gt;2 &lt;b&gt;"
        assert letter.render(name="<b>") == "100 % of <b>2 <b>"


@pytest.mark.parametrize("locale", ["en", "zh_Hans_CN"])
def test_a_day_reads_as_babel_writes_it(app: Flask, locale: str) -> None:
    days = [date(1899, 12, 31) + timedelta(days=97 * n) for n in range(1000)]
    with app.test_request_context(), force_locale(locale):
        assert [day_text(day) for day in days] == [format_date(day, "medium") for day in days]
