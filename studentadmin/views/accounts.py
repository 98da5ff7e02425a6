"""The pages about users: a list, one user, an invitation; and one's own account."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from flask import (
    Blueprint,
    Flask,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_login import current_user
from flask_security import login_user
from flask_security.recoverable import generate_reset_link
from werkzeug.wrappers import Response as BaseResponse

from studentadmin.errors import RuleBroken, StudentAdminError
from studentadmin.extensions import db
from studentadmin.forms.account import (
    ACTIONS,
    PreferencesForm,
    UserForm,
    resource_label,
)
from studentadmin.forms.choices import ROLE_WORDS
from studentadmin.models import User
from studentadmin.rules import rights
from studentadmin.services import account as own
from studentadmin.services import links
from studentadmin.services import user as users
from studentadmin.services.unit import Unit, write
from studentadmin.views import doors, mail
from studentadmin.views.access import actor, may, needs
from studentadmin.views.answers import flash_undo

bp = Blueprint("accounts", __name__)

Answer = str | BaseResponse | tuple[str, int]


def role_names(user: User) -> list[str]:
    return [str(ROLE_WORDS[name]) for name in rights.ROLES if name in user.role_names]


def _shown(user: User) -> dict[str, Any]:
    return {
        "id": user.id,
        "url": url_for("accounts.user", key=user.id),
        "name": user.full_name,
        "login": user.email,
        "roles": role_names(user),
        "active": user.active,
        "invited": user.password is None,
        "created_at": user.created_at,
        "you": user.id == current_user.id,
    }


@bp.get("/users", endpoint="users")
@needs("user", "view")
def list_users() -> str:
    return render_template(
        "pages/users.html",
        users=[_shown(user) for user in users.list_users(db.session())],
        invite_url=url_for("accounts.invite") if may("user", "create") else None,
    )


@bp.route("/users/invite", methods=["GET", "POST"])
@needs("user", "create")
def invite() -> Answer:
    """Make an account and show the link to hand over; the link is in this answer only."""
    form = UserForm(doors.typed())
    page = "pages/invite.html"
    back = url_for("accounts.users")
    if request.method == "POST" and form.validate():
        draft, roles = form.draft(), form.roles.data or []
        try:
            by = actor()
            written = write(lambda unit: users.invite(unit, draft, roles), by=by, why="invite")
        except StudentAdminError as error:
            form.put(getattr(error, "field", None), str(error))
        else:
            link, expires = _invitation(_live(written.made.id))
            return render_template(page, form=None, link=link, expires=expires, cancel_url=back)
    return render_template(page, form=form, link=None, cancel_url=back), _status(form)


def _invitation(user: User) -> tuple[str, datetime]:
    token = links.invitation_token(current_app.config["SECRET_KEY"], user)
    link = url_for("doors.invitation", token=token, _external=True)
    if mail.is_set():
        body = render_template("security/email/invitation.txt", user=user, link=link)
        mail.post(user.email, _("You are invited to Student Admin"), body)
    return link, datetime.now(UTC) + links.INVITED_FOR


@bp.route("/users/<int:key>", methods=["GET", "POST"])
@needs("user", "view")
def user(key: int) -> Answer:
    """One user; saving changes name, address and roles in one change set."""
    found = _live(key)
    editable = may("user", "edit")
    form = UserForm(
        doors.typed() if editable else None,
        full_name=found.full_name,
        email=found.email,
        roles=sorted(found.role_names),
    )
    if request.method == "POST" and editable and form.validate():
        draft, roles = form.draft(), form.roles.data or []
        version = request.form.get("version", type=int)

        def work(unit: Unit) -> User:
            users.users.edit(unit, key, draft, version)
            return users.set_roles(unit, key, roles)

        try:
            written = write(work, by=actor(), why="edit user")
        except StudentAdminError as error:
            form.put(getattr(error, "field", None), str(error))
        else:
            flash_undo(_("Saved."), written.change_set_id)
            return redirect(url_for("accounts.user", key=key), 303)
    return _user_page(_live(key), form if editable else None), _status(form)


def _user_page(found: User, form: UserForm | None, link: str | None = None) -> str:
    edits, own = may("user", "edit"), found.id == current_user.id
    url = {name: url_for(f"accounts.{name}", key=found.id) for name in ("disable", "enable")}
    return render_template(
        "pages/user.html",
        user=_shown(found),
        form=form,
        version=found.version,
        disable_url=url["disable"] if edits and found.active and not own else None,
        enable_url=url["enable"] if edits and not found.active else None,
        reset_url=url_for("accounts.link", key=found.id) if edits and found.active else None,
        sessions_url=url_for("accounts.end_sessions", key=found.id) if edits else None,
        refusals={"disable": _("You cannot close your own account.")} if own and edits else {},
        rights=_sum_of_rights(found),
        list_url=url_for("accounts.users"),
        reset_link=link,
    )


def _sum_of_rights(found: User) -> list[dict[str, Any]]:
    lines = []
    for resource in rights.RESOURCES:
        held = [
            str(ACTIONS[action])
            for action in rights.ACTIONS.values()
            if rights.allowed(found.role_names, resource, action)
        ]
        if held:
            lines.append({"resource": resource_label(resource), "actions": held})
    return lines


def _act(key: int, work: Callable[[Unit, int], User], why: str, said: str) -> BaseResponse:
    back = url_for("accounts.user", key=key)
    try:
        written = write(lambda unit: work(unit, key), by=actor(), why=why)
    except RuleBroken as error:
        flash(error.message, "danger")
    else:
        flash_undo(said, written.change_set_id)
    return redirect(back, 303)


@bp.post("/users/<int:key>/disable")
@needs("user", "edit")
def disable(key: int) -> BaseResponse:
    return _act(key, users.disable, "disable user", _("Disabled, and logged out everywhere."))


@bp.post("/users/<int:key>/enable")
@needs("user", "edit")
def enable(key: int) -> BaseResponse:
    return _act(key, users.enable, "enable user", _("Enabled. The old password works again."))


@bp.post("/users/<int:key>/end-sessions")
@needs("user", "edit")
def end_sessions(key: int) -> BaseResponse:
    write(lambda unit: users.renew_links(unit, key), by=actor(), why="end sessions")
    if key == current_user.id:
        return redirect(doors.start_url(), 303)
    flash(_("Every log-in of this person has ended."), "success")
    return redirect(url_for("accounts.user", key=key), 303)


@bp.post("/users/<int:key>/link")
@needs("user", "edit")
def link(key: int) -> str:
    """A new link to hand over: an invitation, or to choose a new password. Earlier ones end."""
    write(lambda unit: users.renew_links(unit, key), by=actor(), why="new link")
    found = _live(key)
    if found.password is None:
        made, _expires = _invitation(found)
    else:
        made, _token = generate_reset_link(found)
    return _user_page(found, None, made)


# -- one's own account ------------------------------------------------------------------------


@bp.route("/account", endpoint="me", methods=["GET", "POST"])
@needs("account", "edit")
def account() -> Answer:
    """Own name, language, and whether the window asks for the password."""
    me = _live(current_user.id)
    form = PreferencesForm(
        doors.typed(),
        full_name=me.full_name,
        locale=me.locale or str(get_locale()),
        lock_on_open=me.lock_on_open,
    )
    if request.method == "POST" and form.validate():
        values = dict(form.data)
        key, by = me.id, actor()
        written = write(
            lambda unit: own.set_preferences(unit, key, values), by=by, why="edit account"
        )
        session.pop("locale", None)
        flash_undo(_("Saved."), written.change_set_id)
        return redirect(url_for("accounts.me"), 303)
    page = render_template("pages/account.html", user=_shown(me), form=form)
    return page, _status(form)


@bp.post("/account/end-sessions")
@needs("account", "edit")
def end_own_sessions() -> BaseResponse:
    """End every log-in of mine but this one."""
    key, by = current_user.id, actor()
    write(lambda unit: own.end_own_sessions(unit, key), by=by, why="end sessions")
    login_user(_live(key), authn_via=["session"])
    flash(_("Your other log-ins have ended."), "success")
    return redirect(url_for("accounts.me"), 303)


def _live(key: int) -> User:
    return users.users.find(db.session(), key)


def _status(form: Any) -> int:
    return 422 if form.errors or form.form_errors else 200


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
