"""What a person at the screen does, said in the words that stand on it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from babel.support import NullTranslations, Translations
from playwright.sync_api import Locator, Page, expect

import studentadmin
from tests.e2e.browser import Watch

TRANSLATIONS = Path(studentadmin.__file__).parent / "translations"


@cache
def catalogue(locale: str) -> NullTranslations:
    return Translations.load(str(TRANSLATIONS), [locale])


class Person:
    """Reads `locale`, so every text given in English is looked for in that language."""

    def __init__(self, page: Page, watch: Watch, locale: str) -> None:
        self.page = page
        self.locale = locale
        self.watch = watch

    def say(self, text: str, **values: Any) -> str:
        """An English text of the program as it stands on this person's screen."""
        translated = catalogue(self.locale).ugettext(text)
        return translated % values if values else translated

    def say_count(self, one: str, many: str, count: int) -> str:
        """A text about `count` things, in the form that the number asks for."""
        return catalogue(self.locale).ungettext(one, many, count) % {"count": count}

    @contextmanager
    def refused(self, status: int = 422) -> Iterator[None]:
        """What is done in here must be refused."""
        with (
            self.watch.allowing(status),
            self.page.expect_response(lambda answer: answer.status == status),
        ):
            yield

    # -- doing ----------------------------------------------------------------------------------

    def go(self, path: str) -> None:
        self.page.goto(path)

    def follow(self, text: str, within: str = "main", **values: Any) -> None:
        """Click a link by its words."""
        name = self.say(text, **values)
        self._click(self.page.locator(within).get_by_role("link", name=name, exact=True).first)

    def press(self, text: str, within: str = "main", **values: Any) -> None:
        """Click a button by its words."""
        name = self.say(text, **values)
        self._click(self.page.locator(within).get_by_role("button", name=name, exact=True).first)

    def _click(self, target: Locator) -> None:
        """A person is slower than the scripts of a page, so they have run when this clicks."""
        target.wait_for()
        self.page.wait_for_load_state()
        target.click()

    def confirm(self) -> None:
        """Say yes in the dialog that asks."""
        self.page.locator("#ask [data-ask-ok]").click()

    def field(self, label: str) -> Locator:
        """The input of a form by its label."""
        words = re.escape(self.say(label))
        return self.page.locator("main").get_by_label(re.compile(rf"^\s*{words}\s*\*?\s*$")).first

    def type(self, **typed: str) -> None:
        """Fill fields by their names."""
        for name, text in typed.items():
            field = self.page.locator(f"main [name={name}]")
            if field.evaluate("field => field.tagName") == "SELECT":
                field.select_option(text)
            else:
                field.fill(text)

    def look_up(self, name: str, text: str) -> None:
        """Choose another record by typing a part of its name."""
        box = self.page.locator(f"[id='{name}-text']")
        box.fill("")
        box.press_sequentially(text)
        self.page.locator(f"[id='{name}-list'] [role=option]", has_text=text).first.click()
        expect(self.page.locator(f"[id='{name}']")).not_to_have_value("")

    def log_in(self, email: str, password: str) -> None:
        self.go("/login")
        self.type(email=email, password=password)
        self.press("Log in")
        self.stands_on("/")

    def add_student(self, number: str, **fields: str) -> str:
        """Add one and return the path of the page about him."""
        self.go("/students/new")
        self.type(student_number=number, **fields)
        self.press("Save")
        path = f"/students/{number.upper()}"
        self.stands_on(path)
        return path

    # -- seeing ---------------------------------------------------------------------------------

    def sees(self, *texts: str, within: str = "main") -> None:
        """Every text is on the page. Give them as they stand there (`say` them first)."""
        for text in texts:
            expect(self.page.locator(within)).to_contain_text(text)

    def misses(self, *texts: str, within: str = "main") -> None:
        for text in texts:
            expect(self.page.locator(within)).not_to_contain_text(text)

    def is_told(self, text: str, kind: str = "success", **values: Any) -> None:
        """A message says this."""
        notice = self.page.locator(f".flashes .notice-{kind}")
        expect(notice.first).to_contain_text(self.say(text, **values))

    def stands_on(self, path: str) -> None:
        expect(self.page).to_have_url(re.compile(rf"^http://[^/]+{path}$"))
        self.page.wait_for_load_state()  # scripts have run, so keys and menus work

    def field_says(self, name: str, text: str) -> None:
        """The error at a field."""
        expect(self.page.locator(f"#{name}-note")).to_contain_text(self.say(text))

    def holds(self, **values: str) -> None:
        """The fields of the form hold these values."""
        for name, value in values.items():
            expect(self.page.locator(f"main [name={name}]")).to_have_value(value)
