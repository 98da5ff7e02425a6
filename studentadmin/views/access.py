"""The right of every route: declared beside it, checked before it runs.

    @bp.get("/students")
    @needs("student", "view")
    def students(): ...

Views made by an extension are declared with `register(endpoint, resource, action)`. A route
without a declaration is refused to everybody.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, current_app, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.exceptions import Unauthorized
from werkzeug.wrappers import Response as BaseResponse

from studentadmin.errors import NotAllowed
from studentadmin.rules import rights
from studentadmin.services.unit import Actor

log = logging.getLogger(__name__)
View = TypeVar("View", bound=Callable[..., Any])

MARK = "studentadmin_right"
LOG_IN = "security.login"


@dataclass(frozen=True)
class Right:
    """What one must be allowed to do in order to call a route."""

    resource: str
    action: str


@dataclass(frozen=True)
class Open:
    """Open to strangers, for a reason one can argue with."""

    reason: str


_registered: dict[str, Right | Open] = {}


def needs(resource: str, action: str) -> Callable[[View], View]:
    """Declare the right that a view function asks for. Put it below the route."""
    rights.check_names(resource, action)
    return _marking(Right(resource, action))


def public(reason: str) -> Callable[[View], View]:
    """Declare a view function open to strangers and say why."""
    return _marking(Open(reason))


def _marking(right: Right | Open) -> Callable[[View], View]:
    def mark(view: View) -> View:
        setattr(view, MARK, right)
        return view

    return mark


def register(endpoint: str, resource: str, action: str) -> None:
    """Declare the right of an endpoint whose function is not ours to decorate.

    Raises ValueError when the endpoint was declared with another right before.
    """
    rights.check_names(resource, action)
    _register(endpoint, Right(resource, action))


def register_public(endpoint: str, reason: str) -> None:
    """Declare an endpoint of an extension open to strangers and say why."""
    _register(endpoint, Open(reason))


def _register(endpoint: str, right: Right | Open) -> None:
    if _registered.setdefault(endpoint, right) != right:
        raise ValueError(f"{endpoint} has two rights: {_registered[endpoint]} and {right}")


def right_of(app: Flask, endpoint: str) -> Right | Open | None:
    """The declared right of an endpoint; None when nobody declared one."""
    marked = getattr(app.view_functions.get(endpoint), MARK, None)
    return marked or _registered.get(endpoint)


def actor() -> Actor:
    """The person behind this request, as services know them. Raises NotAllowed for a stranger."""
    if not current_user.is_authenticated:
        raise NotAllowed(_("Please log in first."), "a stranger may write nothing")
    return Actor(current_user.id, current_user.full_name, roles())


def roles() -> frozenset[str]:
    """The roles of the person behind this request; none for a stranger."""
    if not current_user.is_authenticated:
        return frozenset()
    held: frozenset[str] = current_user.role_names
    return held & frozenset(rights.ROLES)


def may(resource: str, action: str, field_class: str = "directory") -> bool:
    """Whether the person behind this request may do it; templates ask this too."""
    return rights.allowed(roles(), resource, action, field_class)


def require(resource: str, action: str, field_class: str = "directory") -> None:
    """Raise NotAllowed, naming the refusing rule, unless the person may do it."""
    rule = rights.refusing_rule(roles(), resource, action, field_class)
    if rule:
        raise NotAllowed(_("Your role does not allow this."), rule)


def refusal(resource: str, action: str) -> str:
    """Why the person behind this request may not do it, in words; empty when it is allowed."""
    if may(resource, action):
        return ""
    from studentadmin.forms.account import ACTIONS, resource_label
    from studentadmin.forms.choices import ROLE_WORDS
    from studentadmin.forms.words import listed

    def named(who: Iterable[str]) -> str:
        return listed(ROLE_WORDS[role] for role in rights.ROLES if role in who)

    return _(
        "Not part of your role (%(own)s): %(what)s, %(action)s. Who may do it: %(others)s.",
        own=named(roles()),
        what=resource_label(resource),
        action=ACTIONS[action],
        others=named(rights.roles_with(resource, action)),
    )


def check_request() -> BaseResponse | None:
    """Before every request: refuse undeclared routes, send strangers to log-in, check the right."""
    endpoint = request.endpoint
    if endpoint is None:
        return None  # no such page, or not with this method: Flask answers 404 or 405
    right = right_of(current_app, endpoint)
    if right is None:
        log.error("refused %s: no right is declared for it", endpoint)
        raise NotAllowed(_("This page is not open to anybody."), f"no right declared: {endpoint}")
    if isinstance(right, Open):
        return None
    if not current_user.is_authenticated:
        return _to_log_in()
    rule = rights.refusing_rule(roles(), right.resource, right.action)
    if rule:
        log.warning("refused user %s: %s", current_user.id, rule)
        raise NotAllowed(_("Your role does not allow this."), rule)
    return None


def is_page_load() -> bool:
    """Whether a person waits for a whole page, rather than a script for JSON or a fragment."""
    if "HX-Request" in request.headers:
        return False
    best = request.accept_mimetypes.best_match(["text/html", "application/json"], "text/html")
    return best == "text/html"


def _to_log_in() -> BaseResponse:
    if not is_page_load():
        raise Unauthorized
    back = request.full_path.rstrip("?") if request.method == "GET" else "/"
    return redirect(url_for(LOG_IN, next=back if back != "/" else None))


def init_app(app: Flask) -> None:
    """Bind the check; extensions and guards that must come first are bound before."""
    register_public("static", "style sheets and scripts hold nothing of anybody")
    app.before_request(check_request)
    app.jinja_env.globals["may"] = may
