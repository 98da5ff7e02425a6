"""`studentadmin users`: for the person at the server, who may do everything."""

from __future__ import annotations

from collections.abc import Callable

import click
from flask import current_app
from flask.cli import AppGroup
from flask_security.recoverable import generate_reset_password_token

from studentadmin.errors import StudentAdminError
from studentadmin.extensions import db
from studentadmin.models import User
from studentadmin.rules import rights
from studentadmin.services import user as users
from studentadmin.services.links import invitation_token
from studentadmin.services.unit import Actor, Unit, write

users_command = AppGroup("users", help="List, invite, disable and enable users.")

ROLE = click.Choice(rights.ROLES)
BASE_URL = click.option(
    "--url", default="", help="Address at which people open Student Admin, put before the link."
)


@users_command.command("list")
def list_users() -> None:
    """Print every user: address, name, roles, state."""
    for user in users.list_users(db.session()):
        roles = ",".join(role for role in rights.ROLES if role in user.role_names)
        click.echo(f"{user.email}\t{user.full_name}\t{roles}\t{_state(user)}")


def _state(user: User) -> str:
    if not user.active:
        return "disabled"
    return "invited" if user.password is None else "active"


@users_command.command("invite")
@click.argument("email")
@click.argument("name")
@click.option("--role", "roles", type=ROLE, multiple=True, required=True, help="May be repeated.")
@BASE_URL
def invite(email: str, name: str, roles: tuple[str, ...], url: str) -> None:
    """Make an account and print the link with which the person chooses a password."""
    draft = users.UserDraft(email=email, full_name=name)
    user = _write(lambda unit: users.invite(unit, draft, roles), "invite")
    click.echo(f"{_base(url)}/invitation/{invitation_token(_secret(), user)}")


@users_command.command("reset-password")
@click.argument("email")
@BASE_URL
def reset_password(email: str, url: str) -> None:
    """End the user's log-ins and print a link to choose a new password."""
    key = _find(email).id
    user = _write(lambda unit: users.renew_links(unit, key), "new link")
    if user.password is None:
        click.echo(f"{_base(url)}/invitation/{invitation_token(_secret(), user)}")
    else:
        click.echo(f"{_base(url)}/reset/{generate_reset_password_token(user)}")


@users_command.command("disable")
@click.argument("email")
def disable(email: str) -> None:
    """Close an account and end its log-ins at once."""
    key = _find(email).id
    _write(lambda unit: users.disable(unit, key), "disable user")
    click.echo("disabled")


@users_command.command("enable")
@click.argument("email")
def enable(email: str) -> None:
    """Open a closed account again."""
    key = _find(email).id
    _write(lambda unit: users.enable(unit, key), "enable user")
    click.echo("enabled")


@users_command.command("role")
@click.argument("email")
@click.argument("roles", type=ROLE, nargs=-1, required=True)
def role(email: str, roles: tuple[str, ...]) -> None:
    """Give the user exactly these roles."""
    key = _find(email).id
    _write(lambda unit: users.set_roles(unit, key, roles), "change roles")
    click.echo(", ".join(roles))


def _find(email: str) -> User:
    user = users.by_email(db.session(), email)
    if user is None:
        raise click.ClickException(f"There is no user {email}. See: studentadmin users list")
    return user


def _write(work: Callable[[Unit], User], why: str) -> User:
    try:
        return write(work, by=Actor.system("command line"), why=why, source="cli").made
    except StudentAdminError as error:
        raise click.ClickException(str(error)) from error


def _base(url: str) -> str:
    return url.rstrip("/") or "http://<address of this server>"


def _secret() -> str:
    key: str = current_app.config["SECRET_KEY"]
    return key
