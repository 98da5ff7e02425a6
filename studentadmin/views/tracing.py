"""A number for each request: in its response, on its error page and in the log beside each line.

The log names the route, never the address: addresses carry tokens, names and numbers.
"""

from __future__ import annotations

import logging
import secrets
import time

from flask import Flask, Response, g, has_request_context, request

log = logging.getLogger("studentadmin.request")
HEADER = "X-Request-ID"


class RequestId(logging.Filter):
    """Gives every record of a request its number; "-" outside of one."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = g.get("request_id", "-") if has_request_context() else "-"
        return True


def begin() -> None:
    g.request_id = secrets.token_hex(6)
    g.began = time.perf_counter()


def end(response: Response) -> Response:
    request_id = g.get("request_id", "-")
    response.headers[HEADER] = request_id
    took = (time.perf_counter() - g.get("began", time.perf_counter())) * 1000
    log.info(
        "%s %s %s %s %.0f ms",
        request_id,
        request.method,
        request.url_rule.rule if request.url_rule else "(no such page)",
        response.status_code,
        took,
    )
    return response


def init_app(app: Flask) -> None:
    """Bind first, so that what the guards refuse has its number too."""
    app.before_request_funcs.setdefault(None, []).insert(0, begin)
    app.after_request(end)
