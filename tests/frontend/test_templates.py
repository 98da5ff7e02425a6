"""What holds for every template, whoever wrote it."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask import Flask

import studentadmin
from tests.frontend import samples

PACKAGE = Path(studentadmin.__file__).parent
TEMPLATES = PACKAGE / "templates"
ALL = sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html"))
WHOLE_PAGES = [
    name
    for name in ALL
    if "/" in name and not name.rpartition("/")[2].startswith("_") and not name.startswith("_")
]
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
FOREIGN = {"path", "use", "circle", "rect", "svg"}
JINJA = re.compile(r"{#.*?#}|{%.*?%}|{{.*?}}", re.DOTALL)


def source(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


class Page(HTMLParser):
    """The outline of a page: open elements, ids, labels, headings."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.ids: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.text: dict[str, str] = {}
        self.faults: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.seen.append((tag, given))
        if "id" in given:
            self.ids.append(str(given["id"]))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1] != tag:
            self.faults.append(f"</{tag}> closes {self.open[-3:]} at {self.getpos()}")
            return
        self.open.pop()

    def handle_data(self, data: str) -> None:
        if self.open:
            self.text[self.open[-1]] = self.text.get(self.open[-1], "") + data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.seen if name == tag]


@pytest.fixture(params=sorted(samples.pages()))
def page(request: pytest.FixtureRequest, pages_app: Flask) -> Page:
    answer = pages_app.test_client().get(f"/{request.param}")
    assert answer.status_code == 200
    return Page(answer.text)


@pytest.mark.parametrize("name", ALL)
def test_it_compiles(name: str, pages_app: Flask) -> None:
    pages_app.jinja_env.compile(source(name), name, name)


@pytest.mark.parametrize("name", ALL)
def test_it_opens_with_what_it_takes(name: str) -> None:
    assert source(name).startswith(("{#", '{% extends "errors/error.html"', "{% from"))


@pytest.mark.parametrize("name", WHOLE_PAGES)
def test_a_page_has_a_title(name: str) -> None:
    assert (
        "{% block title %}{{ " in source(name)
        or "{% block title %}{% if" in source(name)
        or name == "errors/error.html"
    )


@pytest.mark.parametrize("name", ALL)
def test_nothing_is_inline(name: str) -> None:
    text = source(name)
    assert not re.search(r"<style|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:", text)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", text))
    assert not re.search(r"(src|href)=[\"']?(https?:)?//", text)


@pytest.mark.parametrize("name", ALL)
def test_its_words_can_be_translated(name: str) -> None:
    """Letters between the tags that no `_()` wraps would stay English for ever."""
    bare = re.sub(
        r"<(code|kbd|title|head)\b.*?</\1>", " ", JINJA.sub(" ", source(name)), flags=re.DOTALL
    )
    words = re.findall(r"[A-Za-z]{2,}", re.sub(r"<[^>]*>", " ", bare))
    assert set(words) <= {"Student", "Admin", "html"}


@pytest.mark.parametrize("name", ALL)
def test_a_form_that_posts_carries_a_token(name: str) -> None:
    for form in re.findall(r"<form\b.*?</form>", source(name), flags=re.DOTALL):
        if re.search(r'method="post"', form.partition(">")[0] + ">"):
            assert re.search(r"csrf\(\)|token\(form\)", form), form[:200]


def test_tags_close(page: Page) -> None:
    assert page.faults == []
    assert page.open == []


def test_ids_are_unique(page: Page) -> None:
    assert sorted(page.ids) == sorted(set(page.ids))


def test_the_frame_is_whole(page: Page) -> None:
    (html,) = page.all("html")
    assert html["lang"] == "en"
    assert len(page.all("main")) == 1
    assert len(page.all("h1")) == 1
    title = page.text["title"].partition("·")[0].strip()
    assert title
    assert any(link.get("href") == "#content" for link in page.all("a"))


def test_heads_of_tables_say_their_scope(page: Page) -> None:
    assert all(cell.get("scope") in {"row", "col"} for cell in page.all("th"))


def test_buttons_and_links_have_a_type_or_an_address(page: Page) -> None:
    assert all(link.get("href") for link in page.all("a"))
    assert all(image.get("alt") is not None for image in page.all("img"))


def test_labels_point_at_something(page: Page) -> None:
    for attrs in [*page.all("label"), *page.all("input"), *page.all("ul")]:
        for name in ("for", "aria-describedby", "aria-controls"):
            for target in (attrs.get(name) or "").split():
                assert target in page.ids


def test_every_icon_is_in_the_sprite(page: Page) -> None:
    sprite = (PACKAGE / "static/vendor/tabler-icons.svg").read_text(encoding="utf-8")
    for use in page.all("use"):
        name = str(use["href"]).rpartition("#")[2]
        assert f'id="{name}"' in sprite


def test_the_theme_of_the_cookie_is_in_the_first_paint(pages_app: Flask) -> None:
    client = pages_app.test_client()
    assert "data-bs-theme" not in client.get("/list").text.partition("<head>")[0]
    client.set_cookie("theme", "dark")
    assert 'data-bs-theme="dark"' in client.get("/list").text.partition("<head>")[0]
    client.set_cookie("theme", '"><script>')
    assert "data-bs-theme" not in client.get("/list").text.partition("<head>")[0]


def test_a_flashed_action_can_be_undone_and_is_announced(pages_app: Flask) -> None:
    html = pages_app.test_client().get("/flashed").text
    assert 'action="/changes/1/undo"' in html
    assert re.search(r'notice-success" role="status"', html)
    assert re.search(r'notice-warning" role="alert"', html)


def test_markup_in_a_name_stays_text(pages_app: Flask) -> None:
    with pages_app.test_request_context():
        rendered = pages_app.jinja_env.get_template("_macros/tables.html").module.cell_content(
            samples.cell("<b>x</b>", "person", url='/?a=1&b="')
        )
    assert "&lt;b&gt;x&lt;/b&gt;" in rendered
    assert "<b>" not in rendered


def test_scripts_and_styles_of_a_list_stay_small(pages_app: Flask) -> None:
    """150 kB compressed, sprite and modules included."""
    client = pages_app.test_client()
    linked = set(re.findall(r'(?:href|src)="(/static/[^"#]+)', client.get("/list").text))
    assert len(linked) <= 5
    packed = {"Accept-Encoding": "gzip"}
    total = sum(len(client.get(address, headers=packed).data) for address in linked)
    assert total <= 150_000


def test_vendored_files_are_those_written_down() -> None:
    import hashlib

    for folder in (PACKAGE / "static/vendor", Path(__file__).parents[1] / "vendor"):
        table = (folder / "VERSIONS.md").read_text(encoding="utf-8")
        listed = dict(re.findall(r"^\| (\S+) \|.*`([0-9a-f]{64})` \|$", table, flags=re.MULTILINE))
        present = {
            path.name: hashlib.sha256(path.read_bytes()).hexdigest()
            for path in folder.iterdir()
            if path.name != "VERSIONS.md"
        }
        assert listed == present


@pytest.mark.parametrize("path", sorted((PACKAGE / "static/js").glob("*.js")), ids=lambda p: p.name)
def test_scripts_need_no_inline_code(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    markup = r"innerHTML|outerHTML|insertAdjacentHTML|\.setAttribute\(\"(on|style)"
    assert not re.search(rf"\beval\(|new Function|{markup}", text)
