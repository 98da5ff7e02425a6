"""Style sheets and scripts as a browser gets them: few, compressed, named by their content.

The sources stay many small files; `bundle.css` and `bundle.js` are put together of them when they
are first asked for, so that there is nothing to build and nothing to forget to build.
"""

from __future__ import annotations

import gzip
import re
from dataclasses import dataclass
from functools import lru_cache
from mimetypes import guess_type
from pathlib import Path
from zlib import crc32

from flask import Flask, Response, current_app, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from werkzeug.security import safe_join

STYLES, SCRIPTS = "bundle.css", "bundle.js"
ORDER = ["vendor/tabler.min.css"] + [
    f"{name}.css"
    for name in (
        *("app", "frame", "bare", "parts", "panels", "menus", "forms", "inputs", "filters"),
        *("lists", "records", "changes", "pages"),
    )
]
"""A later style sheet wins over an earlier one. Others follow; the one for paper is last."""

PAPER = "print.css"
ENTRY = "js/app.js"
PACKED = frozenset({".css", ".js", ".svg"})
PAYS = 512
"""Bytes from which compressing pays."""

IMPORT = re.compile(r'^import\s+(?:\{([^}]*)\}\s+from\s+)?"\./([\w-]+)\.js";[^\n]*$', re.MULTILINE)
EXPORT = re.compile(r"^export\s+((?:async\s+)?function|class|const|let)\s+(\w+)", re.MULTILINE)
LEFT = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)


@dataclass(frozen=True)
class Asset:
    """A file as it is sent; `packed` is empty where compressing does not pay."""

    body: bytes
    packed: bytes
    mark: str
    mimetype: str


def asset(name: str) -> str:
    """URL of a static file that changes with its content, so a new version is never a stale one."""
    mark = _mark(_folder(), name, _stamp())
    url = f"{request.script_root}{current_app.static_url_path}/{name}"
    return f"{url}?v={mark}" if mark else url


def _folder() -> str:
    return current_app.static_folder or ""


def _stamp() -> int:
    """Counts up with each change of a file while one develops; files of an office never change."""
    if not current_app.debug:
        return 0
    return max(path.stat().st_mtime_ns for path in Path(_folder()).rglob("*"))


@lru_cache(maxsize=256)
def _mark(folder: str, name: str, stamp: int) -> str:
    found = load(folder, name, stamp)
    if found is not None:
        return found.mark
    try:
        return _mark_of(Path(folder, name).read_bytes())
    except OSError:
        return ""


def _mark_of(content: bytes) -> str:
    return f"{crc32(content):08x}"


@lru_cache(maxsize=256)
def load(folder: str, name: str, stamp: int = 0) -> Asset | None:
    """A bundle or text file under `folder`; None for what is none. `stamp` tells versions apart."""
    if name == STYLES:
        body = styles(Path(folder)).encode()
    elif name == SCRIPTS:
        body = scripts(Path(folder)).encode()
    else:
        place = safe_join(folder, name)
        if place is None or Path(place).suffix not in PACKED or not Path(place).is_file():
            return None
        body = Path(place).read_bytes()
    packed = gzip.compress(body, 9, mtime=0) if len(body) > PAYS else b""
    kind = guess_type(name)[0] or "application/octet-stream"
    return Asset(body, packed if len(packed) < len(body) else b"", _mark_of(body), kind)


def styles(folder: Path) -> str:
    """All style sheets in one."""
    rest = sorted(path.name for path in folder.glob("*.css"))
    names = [*ORDER, *(name for name in rest if name not in {*ORDER, PAPER})]
    parts = [(folder / name).read_text(encoding="utf-8") for name in names]
    paper = (folder / PAPER).read_text(encoding="utf-8")
    return "\n".join([*parts, f"@media print {{\n{paper}\n}}\n"])


def scripts(folder: Path) -> str:
    """`js/app.js` and what it imports as one module, each source in a scope of its own.

    Knows the imports and exports that our modules use: by name, from beside them. Raises
    ValueError for others.
    """
    found: dict[str, str] = {}

    def take(name: str) -> None:
        if name in found:
            return
        found[name] = ""  # a circle of imports ends here
        source = (folder / "js" / f"{name}.js").read_text(encoding="utf-8")
        for needed in IMPORT.finditer(source):
            take(needed[2])
        found.pop(name)
        found[name] = _scoped(name, source)

    take(Path(ENTRY).stem)
    return "\n".join(found.values())


def _scoped(name: str, source: str) -> str:
    body = IMPORT.sub(_as_constant, source)
    given = [made[2] for made in EXPORT.finditer(body)]
    body = EXPORT.sub(r"\1 \2", body)
    if left := LEFT.search(body):
        raise ValueError(f"js/{name}.js: not understood: {left[0]}")
    return f"const {_variable(name)} = (() => {{\n{body}\nreturn {{ {', '.join(given)} }};\n}})();"


def _as_constant(found: re.Match[str]) -> str:
    if not found[1]:
        return ""
    names = found[1].replace(" as ", ": ")
    return f"const {{ {names.strip()} }} = {_variable(found[2])};"


def _variable(name: str) -> str:
    return "module_" + re.sub(r"\W", "_", name)


def send(filename: str) -> Response:
    """A static file, compressed for whoever takes it so; bundles among them."""
    found = load(_folder(), filename, _stamp())
    if found is None:
        return current_app.send_static_file(filename)
    packed = bool(found.packed) and request.accept_encodings["gzip"] > 0
    response = Response(found.packed if packed else found.body, mimetype=found.mimetype)
    response.set_etag(f"{found.mark}{'-gzip' if packed else ''}")
    response.vary.add("Accept-Encoding")
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    response.cache_control.no_cache = True
    response.make_conditional(request)
    return response


class PageSessions(SecureCookieSessionInterface):
    """A log-in is prolonged by pages; a file that anybody may keep carries no cookie of anybody."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if request.endpoint != "static":
            super().save_session(app, session, response)


def init_app(app: Flask) -> None:
    """Take the place of Flask's own view of static files, under its name."""
    app.session_interface = PageSessions()
    app.view_functions["static"] = send
    app.jinja_env.globals["asset"] = asset
