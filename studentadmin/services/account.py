"""One's own account: password, preferences, log-ins; an invited person's first password.

`unit.by` is the person himself, known by his log-in or by a link.
"""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from studentadmin.errors import NotAllowed
from studentadmin.models import User
from studentadmin.rules import rights
from studentadmin.services.unit import Unit
from studentadmin.services.user import new_uniquifier


def set_password(unit: Unit, key: int, hashed: str) -> User:
    """Set the account's own password (hashed by the edge); end its sessions and links."""
    user = unit.get(User, key)
    _require_self(unit, key)
    user.password = hashed
    user.password_changed_at = unit.now
    user.fs_uniquifier = new_uniquifier()
    unit.session.flush()
    unit.subject = user
    return user


def accept(unit: Unit, key: int, full_name: str, hashed: str) -> User:
    """An invited person's first password. Raises NotAllowed when there is a password already."""
    user = unit.get(User, key)
    if user.password is not None or not user.active:
        raise NotAllowed(_("This invitation was used already."), "an invitation works once")
    user.full_name = full_name
    return set_password(unit, key, hashed)


def end_own_sessions(unit: Unit, key: int) -> User:
    """End every session and link of one's own account."""
    user = unit.get(User, key)
    _require_self(unit, key)
    user.fs_uniquifier = new_uniquifier()
    unit.session.flush()
    unit.subject = user
    return user


def refresh_hash(unit: Unit, key: int, hashed: str) -> User:
    """Keep the same password under a newer hash; sessions go on."""
    user = unit.get(User, key)
    _require_self(unit, key)
    user.password = hashed
    unit.session.flush()
    unit.subject = user
    return user


def set_preferences(unit: Unit, key: int, values: dict[str, Any]) -> User:
    """Change one's own name, language or lock. Raises NotAllowed for another's account."""
    _require_self(unit, key)
    if rule := rights.refusing_rule(unit.by.roles, "account", "edit"):
        raise NotAllowed(_("Your role does not allow this."), rule)
    user = unit.get(User, key)
    for name in values.keys() & {"full_name", "locale", "lock_on_open"}:
        if getattr(user, name) != values[name]:
            setattr(user, name, values[name])
    unit.session.flush()
    unit.subject = user
    return user


def _require_self(unit: Unit, key: int) -> None:
    if unit.by.user_id != key and rights.SYSTEM not in unit.by.roles:
        raise NotAllowed(_("This is another person's account."), "an account is its owner's own")
