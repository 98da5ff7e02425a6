"""What every response tells the browser to refuse."""

from __future__ import annotations

import json
import logging
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, request

from studentadmin.extensions import csrf
from studentadmin.views.access import public

log = logging.getLogger(__name__)
bp = Blueprint("headers", __name__)

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data: blob:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
FEATURES = ("camera", "microphone", "geolocation", "payment", "usb", "serial", "hid", "midi")
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{name}=()" for name in FEATURES),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""Not "no-referrer": with it browsers send "Origin: null" with our own forms."""
ONE_YEAR = 31_536_000
REPORT = "/csp-report"
LARGEST_REPORT = 8 * 1024


def content_policy() -> str:
    rules = " ".join(f"{name} {value};" for name, value in POLICY.items())
    return f"{rules} report-uri {request.script_root}{REPORT}"


def _add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Content-Security-Policy", content_policy())
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    elif "v" in request.args:  # the address names the content: see filters.asset
        response.headers["Cache-Control"] = f"public, max-age={ONE_YEAR}, immutable"
    return response


def _add_hsts(response: Response) -> Response:
    response.headers.setdefault("Strict-Transport-Security", f"max-age={ONE_YEAR}")
    return response


@bp.post(REPORT)
@public("browsers report a broken content policy without cookies or tokens; it is only logged")
def report() -> tuple[str, int]:
    """Log what a page tried that the policy forbids; nothing else is done with it."""
    if (request.content_length or 0) > LARGEST_REPORT:
        return "", 413
    try:
        body: Any = json.loads(request.get_data())
        found = body["csp-report"]
        directive = str(found.get("effective-directive") or found.get("violated-directive"))
        blocked, page = str(found.get("blocked-uri")), str(found.get("document-uri"))
    except (ValueError, KeyError, TypeError, AttributeError):
        return "", 400
    log.warning("content policy: %s blocked %s on %s", *map(_plain, (directive, blocked, page)))
    return "", 204


def _plain(text: str) -> str:
    """Without query string, fragment and line ends: those carry what a log must not."""
    parts = urlsplit(text[:300])
    bare = f"{parts.scheme}://{parts.netloc}{parts.path}" if parts.netloc else parts.path
    return bare.encode("ascii", "backslashreplace").decode()


def init_app(app: Flask) -> None:
    csrf.exempt(report)
    app.register_blueprint(bp)
    app.after_request(_add_headers)
    if app.config["HTTPS"]:
        app.after_request(_add_hsts)
