"""The link by which an invited person chooses a first password: signed, ending, good once."""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta

from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy.orm import Session

from studentadmin.models import User

INVITED_FOR = timedelta(days=7)


def invitation_token(secret: str, user: User) -> str:
    """Good for `INVITED_FOR`, until it is used or the account's uniquifier changes."""
    token: str = _signer(secret).dumps([user.id, _mark(user)])
    return token


def invited(session: Session, secret: str, token: str) -> User | None:
    """The account that the link was made for, while it waits for its first password."""
    try:
        key, mark = _signer(secret).loads(token, max_age=int(INVITED_FOR.total_seconds()))
    except (BadSignature, ValueError, TypeError):
        return None
    user = session.get(User, key)
    if user is None or user.deleted_at or not user.active or user.password is not None:
        return None
    return user if hmac.compare_digest(_mark(user), str(mark)) else None


def _signer(secret: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret, salt="invitation")


def _mark(user: User) -> str:
    """What changes with the account's uniquifier without telling it."""
    return hashlib.sha256(f"invitation:{user.fs_uniquifier}".encode()).hexdigest()[:32]
