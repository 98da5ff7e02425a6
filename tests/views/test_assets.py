"""Style sheets and scripts arrive few, compressed and never stale."""

from __future__ import annotations

import gzip
import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

import studentadmin
from studentadmin.views import assets

STATIC = Path(studentadmin.__file__).parent / "static"
ASKED = re.compile(r'<(?:link|script|img|use)\b[^>]*(?:href|src)="([^"#]+)')
KILOBYTE = 1000


def asked_by(page: str) -> set[str]:
    """What a browser fetches for a page."""
    return {address.replace("&amp;", "&") for address in ASKED.findall(page)}


def test_the_list_asks_for_little(owner: FlaskClient) -> None:
    addresses = asked_by(owner.get("/students/").text)
    assert len(addresses) <= 5, addresses
    sent = 0
    for address in addresses:
        answer = owner.get(address, headers={"Accept-Encoding": "gzip"})
        assert answer.status_code == 200, address
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        if ".svg" not in address:
            assert answer.headers["Content-Encoding"] == "gzip", address
            sent += len(answer.data)
    assert sent <= 150 * KILOBYTE


def test_every_source_is_in_its_bundle() -> None:
    styles, scripts = assets.styles(STATIC), assets.scripts(STATIC)
    for path in STATIC.glob("*.css"):
        assert path.read_text(encoding="utf-8") in styles
    for path in (STATIC / "js").glob("*.js"):
        assert f"const module_{path.stem.replace('-', '_')} = " in scripts
    assert not re.search(r"^\s*(import|export)\b", scripts, re.MULTILINE)


def test_what_is_needed_stands_before_who_needs_it() -> None:
    scripts = assets.scripts(STATIC)
    assert "const { say } = module_voice;" in scripts
    assert scripts.index("const module_voice") < scripts.index("= module_voice;")


def test_the_style_for_paper_is_for_paper_only() -> None:
    paper = (STATIC / assets.PAPER).read_text(encoding="utf-8")
    assert assets.styles(STATIC).count(paper) == 1
    assert assets.styles(STATIC).endswith(f"@media print {{\n{paper}\n}}\n")


@pytest.mark.parametrize(
    ("source", "scoped"),
    [
        ("export function f() {}", "function f() {}\nreturn { f };"),
        ("export const a = 1;\nexport class B {}", "const a = 1;\nclass B {}\nreturn { a, B };"),
        ('import { f as g } from "./other.js";\ng();', "const { f: g } = module_other;\ng();"),
        ('import {\n  f,\n  g,\n} from "./other.js";', "const { f,\n  g, } = module_other;"),
    ],
)
def test_a_module_keeps_its_names_to_itself(tmp_path: Path, source: str, scoped: str) -> None:
    (tmp_path / "js").mkdir()
    (tmp_path / "js" / "app.js").write_text(source)
    (tmp_path / "js" / "other.js").write_text("export function f() {}\nexport function g() {}")
    bundle = assets.scripts(tmp_path)
    assert scoped in bundle
    assert bundle.endswith("})();")


@pytest.mark.parametrize("source", ["export default 1;", 'import x from "y";', "export { a };"])
def test_a_module_that_is_not_understood_is_told_at_once(tmp_path: Path, source: str) -> None:
    (tmp_path / "js").mkdir()
    (tmp_path / "js" / "app.js").write_text(source)
    with pytest.raises(ValueError, match=r"js/app\.js"):
        assets.scripts(tmp_path)


def test_a_browser_that_takes_no_compression_gets_none(owner: FlaskClient) -> None:
    plain = owner.get("/static/bundle.css")
    packed = owner.get("/static/bundle.css", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in plain.headers
    assert plain.headers["Vary"] == packed.headers["Vary"] == "Accept-Encoding"
    assert gzip.decompress(packed.data) == plain.data
    assert "Set-Cookie" not in plain.headers
    assert plain.headers["ETag"] != packed.headers["ETag"]


def test_what_a_browser_has_is_not_sent_again(owner: FlaskClient) -> None:
    first = owner.get("/static/app.css")
    again = owner.get("/static/app.css", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize("name", ["nowhere.css", "..%2fapp.py", "../app.py", "js/../../app.py", ""])
def test_only_what_lies_in_the_folder_is_given(owner: FlaskClient, name: str) -> None:
    assert owner.get(f"/static/{name}").status_code == 404


def test_the_address_of_a_static_file_says_its_version(app: Flask, tmp_path: Path) -> None:
    def addressed(**config: Any) -> str:
        with app.test_request_context(), pytest.MonkeyPatch.context() as patched:
            for name, value in config.items():
                patched.setattr(app, name, value)
            return assets.asset("app.css")

    assert re.fullmatch(r"/static/app\.css\?v=[0-9a-f]{8}", addressed())
    with app.test_request_context():
        assert assets.asset("no-such.css") == "/static/no-such.css"
    (tmp_path / "app.css").write_text("a {}")
    first = addressed(static_folder=str(tmp_path), debug=True)
    (tmp_path / "app.css").write_text("b {}")
    assert addressed(static_folder=str(tmp_path), debug=True) != first
