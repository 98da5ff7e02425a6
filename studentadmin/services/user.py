"""Accounts: who may log in, with which roles; passwords and links given out.

A password arrives here hashed. Whatever must end a person's sessions gives the account a new
`fs_uniquifier`, because every session cookie and every link names the account by it.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, inspect, select

from studentadmin.errors import NotAllowed, RuleBroken
from studentadmin.extensions import ReadSession
from studentadmin.models import Organisation, User, UserRole
from studentadmin.rules import email as emails
from studentadmin.rules import rights
from studentadmin.services import records
from studentadmin.services.organisation import OrganisationDraft, organisations
from studentadmin.services.records import Draft, Link, RecordService
from studentadmin.services.unit import Unit


@dataclass(frozen=True)
class UserDraft(Draft):
    """What an owner types about a colleague."""

    email: str
    full_name: str


@dataclass(frozen=True)
class OwnerDraft:
    """What the first person types: the school, himself, a password (hashed by the edge)."""

    school: str
    full_name: str
    email: str
    password: str
    locale: str | None = None


def new_uniquifier() -> str:
    """A value that sessions and links depend on; 256 random bits."""
    return secrets.token_hex(32)


class UserService(RecordService[User]):
    """An address names one account; somebody who may do everything always remains."""

    model = User

    @staticmethod
    def links() -> tuple[Link, ...]:
        return (Link(UserRole.user_id, owned=True),)

    def prepare(self, unit: Unit, row: User, values: dict[str, Any]) -> dict[str, Any]:
        if "email" in values:
            values = {**values, "email": emails.normalise(values["email"] or "")}
        if not row.id:
            values = {**values, "fs_uniquifier": new_uniquifier(), "active": True}
            values["lock_on_open"] = False
        return values

    def check(self, unit: Unit, row: User) -> None:
        query = select(User).where(User.email == row.email, User.id != (row.id or 0))
        taken = unit.session.scalars(query).first()
        if taken is not None and taken.deleted_at is not None:
            raise RuleBroken(_("An account in the trash has this address. Restore it."), "email")
        if taken is not None:
            raise RuleBroken(_("Another account has this address."), "email")

    def forget(self, unit: Unit, row: User) -> None:
        raise RuleBroken(_("An account is not taken back. Disable it or move it to the trash."))

    def settle(self, unit: Unit, row: User) -> None:
        if row.deleted_at is not None or not row.active:
            row.fs_uniquifier = new_uniquifier()
            unit.session.flush()
            refuse_without_owner(unit)


MAKING_ACCOUNTS = frozenset({"first run", "invite"})
"""Why a change set made an account; none of these is taken back."""


class UserRoleService(RecordService[UserRole]):
    """Only names of the matrix are roles."""

    model = UserRole

    def check(self, unit: Unit, row: UserRole) -> None:
        if row.name not in rights.ROLES:
            raise RuleBroken(_("There is no such role."), "roles")

    def settle(self, unit: Unit, row: UserRole) -> None:
        """Giving a role takes nobody's away; taking it, or taking the giving back, may."""
        if row.deleted_at is not None or not inspect(row).persistent:
            refuse_without_owner(unit)


users = UserService()
user_roles = UserRoleService()
records.register(users)
records.register(user_roles)


def refuse_without_owner(unit: Unit) -> None:
    """Raise RuleBroken when nobody is left who could let others in."""
    if not any_user(unit.session) or owners(unit.session):
        return
    raise RuleBroken(_("Somebody must remain owner. Make another person owner first."), "roles")


def any_user(session: ReadSession) -> bool:
    """Whether the register has an account at all; the first-run page is open only while not."""
    return session.scalars(select(User.id).limit(1)).first() is not None


def owners(session: ReadSession) -> list[User]:
    """Owners who can log in now, the first one made first."""
    query = (
        select(User)
        .join(UserRole, UserRole.user_id == User.id)
        .where(
            UserRole.name == "owner",
            UserRole.deleted_at.is_(None),
            User.deleted_at.is_(None),
            User.active.is_(True),
            User.password.is_not(None),
        )
        .order_by(User.id)
    )
    return list(session.scalars(query))


def list_users(session: ReadSession) -> list[User]:
    """Every account but those in the trash, by name."""
    query = select(User).where(User.deleted_at.is_(None)).order_by(func.lower(User.full_name))
    return list(session.scalars(query))


def by_email(session: ReadSession, address: str) -> User | None:
    """The live account of an address, typed in any form."""
    query = select(User).where(User.email == emails.normalise(address), User.deleted_at.is_(None))
    return session.scalars(query).first()


# -- the first person -----------------------------------------------------------------------


def found(unit: Unit, draft: OwnerDraft) -> User:
    """Make the school and its first owner. Raises NotAllowed when there is an account already."""
    if any_user(unit.session):
        raise NotAllowed(_("This register has an owner already."), "the first run is over")
    named = Organisation.deleted_at.is_(None)
    if unit.session.scalars(select(Organisation.id).where(named).limit(1)).first() is None:
        organisations.create(unit, OrganisationDraft(name=draft.school, type="school"))
    user = User(
        email=emails.normalise(draft.email),
        full_name=draft.full_name,
        password=draft.password,
        password_changed_at=unit.now,
        active=True,
        locale=draft.locale,
        lock_on_open=False,
        fs_uniquifier=new_uniquifier(),
    )
    unit.add(user)
    unit.add(UserRole(user=user, name="owner"))
    unit.subject = user
    return user


# -- what an owner does for others ----------------------------------------------------------


def invite(unit: Unit, draft: UserDraft, roles: Iterable[str]) -> User:
    """Make an account without a password; the link that the edge signs lets the person set one."""
    user = users.create(unit, draft)
    set_roles(unit, user.id, roles)
    return user


def set_roles(unit: Unit, key: int, roles: Iterable[str]) -> User:
    """Give exactly these roles. Raises RuleBroken for none, an unknown one, or the last owner."""
    user = unit.get(User, key)
    wanted = set(roles)
    if not wanted or wanted - set(rights.ROLES):
        raise RuleBroken(_("Choose at least one role."), "roles")
    held = {role.name: role for role in unit.session.scalars(_roles_of(key)).all()}
    for name in sorted(wanted):
        if name not in held:
            users.require(unit, "edit", ())
            user_roles.create(unit, UserRoleDraft(user_id=key, name=name))
        elif held[name].deleted_at is not None:
            user_roles.restore(unit, held[name].id)
    for name, role in held.items():
        if name not in wanted and role.deleted_at is None:
            user_roles.remove(unit, role.id)
    unit.session.expire(user, ["user_roles"])
    unit.subject = user
    return user


@dataclass(frozen=True)
class UserRoleDraft(Draft):
    """One role of one user."""

    user_id: int
    name: str


def _roles_of(key: int) -> Any:
    return select(UserRole).where(UserRole.user_id == key).order_by(UserRole.id)


def disable(unit: Unit, key: int) -> User:
    """Close the account and end its sessions and links at once. Raises RuleBroken for oneself."""
    if key == unit.by.user_id:
        raise RuleBroken(_("You cannot close your own account; ask another owner."))
    return users.edit(unit, key, {"active": False})


def enable(unit: Unit, key: int) -> User:
    """Open a closed account again; links and sessions from before stay dead."""
    return users.edit(unit, key, {"active": True})


def renew_links(unit: Unit, key: int) -> User:
    """End every link and session of the account, so that only the next link works."""
    user = unit.get(User, key)
    _require(unit, "user", "edit")
    user.fs_uniquifier = new_uniquifier()
    unit.session.flush()
    unit.subject = user
    return user


def _require(unit: Unit, resource: str, action: str) -> None:
    if rule := rights.refusing_rule(unit.by.roles, resource, action):
        raise NotAllowed(_("Your role does not allow this."), rule)
