"""What a request must be before anything of it is read: from here, to here, and not too large.

A loopback address is open to every program and every page on the computer, and cookies ignore
ports, so neither the address nor a cookie proves that our own page sent a request. The browser
does: by Origin and Sec-Fetch-Site, which a page cannot forge. CSRF tokens stand behind this.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, render_template, request
from flask_babel import gettext as _
from werkzeug.exceptions import Forbidden, SecurityError

from studentadmin.views.access import Open, right_of

log = logging.getLogger(__name__)
View = TypeVar("View", bound=Callable[..., Any])

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
FORM_BYTES = 2 * 1024 * 1024
"""Largest body of a page that takes no file."""
TAKES_FILE = "studentadmin_takes_file"


def takes_file(view: View) -> View:
    """Mark a view that takes an upload: its body may be MAX_UPLOAD_MB large."""
    setattr(view, TAKES_FILE, True)
    return view


def own_origin() -> str:
    """Scheme, host and port under which this server was called, as a browser writes an Origin."""
    scheme = "https" if current_app.config["HTTPS"] else request.scheme
    return f"{scheme}://{request.host}"


def from_here() -> bool:
    """Whether our own page, or no page at all, sent this request.

    Checked for every method, and by the web socket before it opens. A client that sends neither
    header is no browser of these years; it holds no cookie that a page could misuse.
    """
    if request.headers.get("Sec-Fetch-Site", "none") not in {"same-origin", "none"}:
        return False
    origin = request.headers.get("Origin")
    return origin is None or origin == own_origin()


def safe_next(url: str | None, fallback: str | None = None) -> str:
    """`url` when it is a path of this program, else `fallback` (default: the start page).

    Browsers read "\\" as "/" and drop control characters, so both are refused outright.
    """
    start = fallback or f"{request.script_root}/"
    if not url or not url.startswith("/") or url.startswith("//"):
        return start
    if "\\" in url or any(ord(letter) <= 32 or ord(letter) == 127 for letter in url):  # noqa: PLR2004
        return start
    parts = urlsplit(url)
    return start if parts.scheme or parts.netloc else url


def check_request() -> str | Response | None:
    """Before everything else, the reading of the form for its CSRF token included."""
    if not _is_our_name():
        return Response(_("This server does not answer to this name (see TRUSTED_HOSTS)."), 400)
    view = current_app.view_functions.get(request.endpoint or "")
    if not getattr(view, TAKES_FILE, False):
        request.max_content_length = FORM_BYTES
    if from_here():
        return None
    if _is_link_from_elsewhere():
        return _arrive()
    log.warning(
        "refused %s %s from %s (%s)",
        request.method,
        request.endpoint,
        request.headers.get("Origin", "no origin")[:200],
        request.headers.get("Sec-Fetch-Site", "-")[:20],
    )
    raise Forbidden(_("This request came from another site or program, so it was not carried out."))


def _is_our_name() -> bool:
    try:
        return bool(request.host)
    except SecurityError:
        return False


def _is_link_from_elsewhere() -> bool:
    """A person followed a link in a mail or on another site: a whole page, in its own tab."""
    return (
        request.method == "GET"
        and request.headers.get("Sec-Fetch-Mode") == "navigate"
        and request.headers.get("Sec-Fetch-Dest") == "document"
        and request.headers.get("Origin") in {None, "null"}
    )


def _arrive() -> str | Response | None:
    """Open pages open at once. For the others the browser held our Strict cookie back, or would
    send it on behalf of a stranger; a page of ours asks again in its own name."""
    endpoint = request.endpoint
    if endpoint is None or isinstance(right_of(current_app, endpoint), Open):
        return None
    return render_template("pages/arriving.html", url=request.full_path.rstrip("?"))


def init_app(app: Flask) -> None:
    """Bind the check before all others, whatever was bound earlier."""
    app.before_request_funcs.setdefault(None, []).insert(0, check_request)
    app.config.setdefault("WTF_CSRF_TIME_LIMIT", None)
    app.config.setdefault("WTF_CSRF_SSL_STRICT", False)  # Origin is checked here, Referer is not
