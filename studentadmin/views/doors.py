"""How one comes in without a password: the window's ticket, the first run, an invitation's link."""

from __future__ import annotations

from threading import Event
from typing import Any

from flask import (
    Blueprint,
    Flask,
    abort,
    current_app,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_login import current_user
from flask_security import hash_password, login_user, logout_user
from werkzeug.exceptions import Forbidden
from werkzeug.wrappers import Response as BaseResponse

from studentadmin.errors import Missing, StudentAdminError
from studentadmin.extensions import db
from studentadmin.forms.account import FirstRunForm, InvitationForm
from studentadmin.forms.choices import ROLE_WORDS
from studentadmin.models import User
from studentadmin.rules import password as passwords
from studentadmin.rules import rights
from studentadmin.services import account as own
from studentadmin.services import links
from studentadmin.services import user as users
from studentadmin.services.unit import Actor, write
from studentadmin.views.access import LOG_IN, needs, public

bp = Blueprint("doors", __name__)

LOCKED = "studentadmin.locked"


def start_url() -> str:
    return f"{request.script_root}/"


def typed() -> Any:
    """What was sent; nothing on a look at the page, or boxes would be taken for unticked."""
    return request.form if request.method == "POST" else None


# -- the window -------------------------------------------------------------------------------


@bp.get("/enter")
@public("the program's own window comes in with a ticket that works once")
def enter() -> BaseResponse:
    """Redeem a ticket and go on without it: it stays in no history, referrer or log."""
    tickets = current_app.extensions.get("studentadmin.tickets")
    if tickets is None or not tickets.redeem(request.args.get("ticket", "")):
        raise Forbidden(_("This way in was used already. Open the program by its icon again."))
    response = redirect(_enter(), 303)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _enter() -> str:
    if not users.any_user(db.session()):
        return open_first_run()
    owner = next(iter(users.owners(db.session())), None)
    if owner is None or owner.lock_on_open or _locked().is_set():
        logout_user()
        session.clear()
        return url_for(LOG_IN)
    login_user(owner, authn_via=["ticket"])
    return start_url()


def open_first_run() -> str:
    """Let this browser set up a register that has no account yet; the address to go to."""
    locale = session.get("locale")
    logout_user()
    session.clear()
    session["door"] = True
    if locale:
        session["locale"] = locale
    return url_for("doors.first_run")


def _locked() -> Event:
    locked: Event = current_app.extensions[LOCKED]
    return locked


@bp.post("/lock")
@needs("account", "view")
def lock() -> BaseResponse:
    """End the log-in; until somebody writes a password, a ticket opens the log-in page only."""
    _locked().set()
    logout_user()
    return redirect(url_for(LOG_IN), 303)


@bp.route("/first-run", methods=["GET", "POST"])
@public("there is nobody yet who could log in; asks for a redeemed ticket")
def first_run() -> str | BaseResponse | tuple[str, int]:
    """Make the school and its owner. Closed as soon as there is an account."""
    if users.any_user(db.session()):
        return redirect(start_url(), 303)
    if not session.get("door"):
        raise Forbidden(_("Open the program by its icon to set it up."))
    form = FirstRunForm(typed(), locale=str(get_locale()))
    if request.method == "POST" and form.validate():
        draft = users.OwnerDraft(
            school=form.school.data or "",
            full_name=form.full_name.data or "",
            email=form.email.data or "",
            password=hash_password(passwords.normalise(form.password.data or "")),
            locale=form.locale.data,
        )
        try:
            by = Actor.system(draft.full_name)
            made = write(lambda unit: users.found(unit, draft), by=by, why="first run").made
        except StudentAdminError as error:
            form.put(getattr(error, "field", None), str(error))
        else:
            login_user(_reader(made.id), authn_via=["first run"])
            session["locale"] = draft.locale
            return redirect(start_url(), 303)
    page = render_template(
        "pages/first_run.html", form=form, data_dir=str(current_app.config["DATA_DIR"])
    )
    return page, 422 if form.errors else 200


def _reader(key: int) -> User:
    user = db.session.get(User, key)
    if user is None:
        raise Missing(_("There is no such account."))
    return user


# -- an invitation ----------------------------------------------------------------------------


@bp.route("/invitation/<token>", methods=["GET", "POST"])
@public("opened by a signed link that ends and works once")
def invitation(token: str) -> str | BaseResponse | tuple[str, int]:
    """An invited person chooses a password and is in."""
    user = links.invited(db.session(), current_app.config["SECRET_KEY"], token)
    if user is None:
        abort(403, _("This invitation was used already, or it has ended. Ask for a new one."))
    form = InvitationForm(typed(), full_name=user.full_name)
    if request.method == "POST" and form.validate():
        hashed = hash_password(passwords.normalise(form.password.data or ""))
        name, key = form.full_name.data or "", user.id
        by = Actor(key, name, user.role_names)
        write(lambda unit: own.accept(unit, key, name, hashed), by=by, why="accept invitation")
        if current_user.is_authenticated:
            logout_user()
        login_user(_reader(key), authn_via=["invitation"])
        return redirect(start_url(), 303)
    held = [str(ROLE_WORDS[name]) for name in rights.ROLES if name in user.role_names]
    page = render_template("pages/invitation.html", form=form, login=user.email, roles=held)
    return page, 422 if form.errors else 200


def _unlock(app: Flask, authn_via: list[str] | None = None, **_kwargs: object) -> None:
    if "password" in (authn_via or ()):
        app.extensions[LOCKED].clear()


def init_app(app: Flask) -> None:
    from flask_security.signals import user_authenticated

    app.extensions[LOCKED] = Event()
    app.register_blueprint(bp)
    user_authenticated.connect(_unlock, app, weak=False)
