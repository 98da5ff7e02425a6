"""A page as a test reads it: its elements, its forms with what stands in them, its words."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
)


@dataclass
class Element:
    """A start tag and the text inside it."""

    tag: str
    attributes: dict[str, str]
    text: str = ""


@dataclass
class Form:
    """A form: where it goes and what a browser would send with it untouched."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    options: dict[str, list[str]] = field(default_factory=dict)


class Page(HTMLParser):
    """`Page(html).elements("th")`, `.form("given_name")`, `.words`."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.all: list[Element] = []
        self.forms: list[Form] = []
        self._open: list[Element] = []
        self._form: Form | None = None
        self._select = ""
        self._area = ""
        self.feed(html)
        self.close()

    @property
    def words(self) -> str:
        """Every text of the page, white space made one space."""
        root = next(element for element in self.all if element.tag == "body")
        return " ".join(root.text.split())

    def elements(self, tag: str, **attributes: str) -> list[Element]:
        return [
            element
            for element in self.all
            if element.tag == tag
            and all(element.attributes.get(name) == value for name, value in attributes.items())
        ]

    def form(self, *names: str) -> Form:
        """The first form that has all these fields."""
        return next(form for form in self.forms if set(names) <= form.fields.keys())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        element = Element(tag, found)
        self.all.append(element)
        if tag not in VOID:
            self._open.append(element)
        if tag == "form":
            self._form = Form(found.get("action", ""), found.get("method", "get").lower())
            self.forms.append(self._form)
        elif self._form is not None:
            self._field(tag, found)

    def _field(self, tag: str, found: dict[str, str]) -> None:
        assert self._form is not None
        name, fields = found.get("name", ""), self._form.fields
        if tag == "option" and self._select:
            self._form.options[self._select].append(found.get("value", ""))
            if "selected" in found or self._select not in fields:
                fields[self._select] = found.get("value", "")
        elif not name or tag == "button":
            return
        elif tag == "select":
            self._select = name
            self._form.options[name] = []
        elif tag == "textarea":
            self._area = name
            fields[name] = ""
        elif found.get("type") in {"checkbox", "radio"}:
            if "checked" in found:
                fields[name] = found.get("value", "on")
        elif tag == "input":
            fields[name] = found.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._area = ""
        for depth in range(len(self._open) - 1, -1, -1):
            if self._open[depth].tag == tag:
                del self._open[depth:]
                return

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.text += data
        if self._form is not None and self._area:
            self._form.fields[self._area] += data.removeprefix("\r\n")
