"""Flask-Security, bound to our accounts: log-in, log-out, change and reset of passwords.

It verifies and hashes; every row is written by `services/user.py` in a change set. What we do not
use of it (second factors, tokens, trackers, its command line, principals) is switched off.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from flask import Flask, Response, current_app, g, request, session
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from flask_login.utils import _user_context_processor
from flask_security import Security, UserDatastore, hash_password
from flask_security.password_util import PasswordUtil
from flask_security.signals import user_authenticated
from sqlalchemy import bindparam, inspect, select
from sqlalchemy.orm import joinedload

from studentadmin.extensions import db
from studentadmin.forms.account import (
    MESSAGES,
    PASSWORD_FAULTS,
    PRAISE,
    ForgotForm,
    LogInForm,
    OwnPasswordForm,
    ResetForm,
)
from studentadmin.models import User, UserRole
from studentadmin.rules import email as emails
from studentadmin.rules import password as passwords
from studentadmin.services import account as own
from studentadmin.services.unit import Actor, write
from studentadmin.views import access, mail
from studentadmin.views.guards import safe_next

__all__ = ["hash_password", "init_app"]

CONFIG: dict[str, Any] = {
    "CHANGEABLE": True,
    "RECOVERABLE": True,
    "CHANGE_URL": "/account/password",
    "RESET_PASSWORD_WITHIN": timedelta(days=1),
    "RETURN_GENERIC_RESPONSES": True,
    "PASSWORD_HASH": "argon2",
    "PASSWORD_SCHEMES": ["argon2"],
    "PASSWORD_SINGLE_HASH": True,
    "API_ENABLED_METHODS": ["session"],
    "FRESHNESS": timedelta(minutes=-1),
    "TWO_FACTOR_IMPLEMENTATIONS": {},
    "STATIC_FOLDER": None,
    "CLI_USERS_NAME": None,
    "CLI_ROLES_NAME": None,
    "CACHE_CONTROL": None,
    "EMAIL_HTML": False,
    "SEND_PASSWORD_CHANGE_EMAIL": False,
    "SEND_PASSWORD_RESET_NOTICE_EMAIL": False,
    "EMAIL_SUBJECT_PASSWORD_RESET": _l("A new password for Student Admin"),
}
PUBLIC = {
    "security.login": "a stranger logs in here",
    "security.logout": "ends a log-in, or nothing",
    "security.forgot_password": "who forgot the password cannot log in; the answer tells nothing",
    "security.reset_password": "opened by a signed link that ends and works once",
}
KEPT_AT_LOG_IN = ("_user_id", "_fresh", "_id", "fs_cc", "fs_paa", "locale", "_flashes")
"""All else of the session before a log-in belongs to whoever had it; the CSRF token too."""

WHO = {
    name: select(User)
    .where(getattr(User, name) == bindparam(name), User.deleted_at.is_(None))
    .options(joinedload(User.user_roles))
    for name in ("id", "email", "fs_uniquifier")
}
"""An account and its roles by what names one account: a single query on every page."""


class Accounts(UserDatastore):
    """What Flask-Security reads and writes: live accounts, through the write path."""

    def __init__(self) -> None:
        super().__init__(User, UserRole)

    def find_user(self, case_insensitive: bool = False, **kwargs: Any) -> User | None:
        """The account, unless it lies in the trash. Addresses are compared as they are stored."""
        (name, value), *_rest = kwargs.items()
        value = emails.normalise(value) if name == "email" else value
        return db.session.scalars(WHO[name], {name: value}).unique().one_or_none()

    def find_role(self, role: str) -> None:
        raise NotImplementedError("roles are given in services/user.py")

    def put(self, model: User) -> User:
        """Write a new password, or a new hash of the same, for the person himself."""
        state: Any = inspect(model)
        changed = {a.key for a in state.attrs if a.key in state.dict and a.history.has_changes()}
        if not changed:
            return model
        if changed - {"password", "fs_uniquifier"} or model.password is None:
            raise AssertionError(f"not written by Flask-Security: {sorted(changed)}")
        key, hashed = model.id, model.password
        by = Actor(key, model.full_name, model.role_names)
        db.session.rollback()
        if "fs_uniquifier" in changed:
            write(lambda unit: own.set_password(unit, key, hashed), by=by, why="set password")
        else:
            write(lambda unit: own.refresh_hash(unit, key, hashed), by=by, why="refresh hash")
        return model

    def commit(self) -> None:
        """Nothing: `put` has written already."""

    def delete(self, model: Any) -> None:
        raise NotImplementedError("rows are removed in services/")


class Passwords(PasswordUtil):
    """Our rule of passwords, in words."""

    def normalize(self, password: str) -> str:
        return passwords.normalise(password)

    def validate(
        self, password: str, is_register: bool, **context: Any
    ) -> tuple[list[str] | None, str]:
        person = context.get("user")
        personal = (person.full_name, person.email) if person else ()
        fault = passwords.weakness(password, personal)
        return [str(PASSWORD_FAULTS[fault])] if fault else None, self.normalize(password)


def _begin_session(_app: Flask, **_kwargs: Any) -> None:
    """A log-in starts from an empty session: nothing set for a stranger lives on in it."""
    for name in session.keys() - set(KEPT_AT_LOG_IN):
        del session[name]
    g.pop("csrf_token", None)
    session.permanent = True


def _staying_here(log_in: Callable[[], Any]) -> Callable[[], Response]:
    """Flask-Security's log-in, going on only to a page of this program."""

    @wraps(log_in)
    def view() -> Response:
        response = current_app.make_response(log_in())
        if response.location:
            response.location = safe_next(request.form.get("next") or request.args.get("next"))
        return response

    return view


def init_app(app: Flask) -> None:
    """Bind Flask-Security; CSRF protection must be bound before."""
    for name, value in CONFIG.items():
        app.config[f"SECURITY_{name}"] = value
    for name, text in MESSAGES.items():
        app.config[f"SECURITY_MSG_{name}"] = (text, "danger")
    for name, text in PRAISE.items():
        app.config[f"SECURITY_MSG_{name}"] = (text, "success")
    app.config["SECURITY_MSG_PASSWORD_RESET_REQUEST"] = (MESSAGES["PASSWORD_RESET_REQUEST"], "info")
    app.config["SECURITY_SEND_PASSWORD_RESET_EMAIL"] = mail.is_set(app)
    security = Security(
        app,
        Accounts(),
        login_form=LogInForm,
        forgot_password_form=ForgotForm,
        reset_password_form=ResetForm,
        change_password_form=OwnPasswordForm,
        mail_util_cls=mail.Mail,
        password_util_cls=Passwords,
    )
    security.want_json(lambda _request: False)
    security.login_manager._request_callback = None  # no log-in by token in a header or an address
    # Principals would load the account for every style sheet; rights are asked in access.py.
    app.before_request_funcs[None].remove(security.principal._on_before_request)
    # Likewise Flask-Login for every rendering: an error page must not ask a database that is away.
    app.template_context_processors[None].remove(_user_context_processor)
    app.jinja_env.globals["current_user"] = current_user
    security.forgot_password_context_processor(lambda: {"sends_mail": mail.is_set()})
    user_authenticated.connect(_begin_session, app)
    app.view_functions[access.LOG_IN] = _staying_here(app.view_functions[access.LOG_IN])
    for endpoint, reason in PUBLIC.items():
        access.register_public(endpoint, reason)
    access.register("security.change_password", "account", "edit")
