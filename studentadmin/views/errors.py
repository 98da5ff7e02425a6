"""Every refusal and failure as an answer: a page, or one shape of JSON, never its internals.

{"error": {"status": 422, "message": "...", "field": "birth_date", "request_id": "..."}}
"""

from __future__ import annotations

import logging
from typing import Any

from flask import Flask, Response, g, jsonify, make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from werkzeug.exceptions import HTTPException, InternalServerError

from studentadmin.errors import DraftRefused, NotAllowed, RuleBroken, StudentAdminError
from studentadmin.views import access

log = logging.getLogger(__name__)

PAGES = (400, 401, 403, 404, 405, 409, 413, 422, 429, 500, 503)


def answer(
    status: int,
    message: str | None = None,
    *,
    field: str | None = None,
    retry_after: int | None = None,
    **more: Any,
) -> Response:
    """The answer to a refused or failed request; `more` goes to the page only."""
    request_id = g.get("request_id")
    if access.is_page_load():
        page = status if status in PAGES else (400 if status < InternalServerError.code else 500)
        html = render_template(
            f"errors/{page}.html",
            code=status,
            reason=message,
            request_id=request_id,
            retry_after=retry_after,
            **more,
        )
        response = make_response(html, status)
    else:
        said = message or _("The request could not be carried out.")
        error = {"status": status, "message": said, "field": field, "request_id": request_id}
        response = make_response(jsonify({"error": error}), status)
    if retry_after is not None:
        response.headers["Retry-After"] = str(retry_after)
    return response


def _refused(error: StudentAdminError) -> Response:
    if isinstance(error, NotAllowed):
        log.warning("refused: %s", error.rule)
        return answer(error.status, error.message, rule=error.rule)
    field = error.field if isinstance(error, RuleBroken) else None
    if isinstance(error, DraftRefused):
        field = next(iter(error.errors), None)
    return answer(error.status, error.message, field=field)


def _http(error: HTTPException) -> Response:
    """Flask's and Werkzeug's own refusals; their English words stay out of the page."""
    if error.response is not None:
        return make_response(error.response)
    status = error.code or InternalServerError.code
    custom = error.description if error.description != type(error).description else None
    response = answer(
        status,
        custom if status in {403, 429} else None,
        retry_after=getattr(error, "retry_after", None),
    )
    if status == 401 and "HX-Request" in request.headers:  # noqa: PLR2004
        response.headers["HX-Redirect"] = url_for(access.LOG_IN)
    for name, value in error.get_headers():
        if name == "Allow":
            response.headers[name] = value
    return response


def _csrf(error: CSRFError) -> Response:
    """The page was open for too long, or its log-in ended. What was typed is shown again."""
    log.warning("refused %s: %s", request.endpoint, error.description)
    typed = [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name != "csrf_token" and "password" not in name
    ]
    message = _("This page was open for a long time or from an earlier log-in. Nothing was saved.")
    if not current_user.is_authenticated:
        message = _("Your log-in has ended. Log in again in another tab, then send this again.")
    return answer(400, message, typed=typed, again_url=request.full_path.rstrip("?"))


def _database_away(error: SQLAlchemyError) -> Response:
    log.error("the database did not answer", exc_info=error)
    return answer(503, _("The register cannot be reached just now. Please try again."))


def _failed(error: InternalServerError) -> Response:
    log.error("failed: %s", request.endpoint, exc_info=error.original_exception)
    return answer(500)


def init_app(app: Flask) -> None:
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(StudentAdminError, _refused)
    for away in (OperationalError, InterfaceError, NoConnectionFree):
        app.register_error_handler(away, _database_away)
    app.register_error_handler(InternalServerError, _failed)
