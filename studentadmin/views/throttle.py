"""Guesses at passwords are slowed down, per account and per address.

Only failures count, so a class of people behind one address logs in unhindered. Counted
in the memory of the process.
"""

from __future__ import annotations

import hashlib
import math
import time
from dataclasses import dataclass

from flask import Flask, Response, current_app, request
from flask_babel import gettext as _
from flask_login import current_user
from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from werkzeug.exceptions import TooManyRequests

from studentadmin.rules import email as emails


@dataclass(frozen=True)
class Allowance:
    """How many tries one account and one address have. `letters`: each try may send a letter."""

    account: RateLimitItem
    address: RateLimitItem
    letters: bool = False


PASSWORD = Allowance(RateLimitItemPerMinute(10, 15), RateLimitItemPerMinute(50, 15))
LETTERS = Allowance(RateLimitItemPerHour(3), RateLimitItemPerHour(20), letters=True)
ALLOWANCES = {
    "security.login": PASSWORD,
    "security.change_password": PASSWORD,
    "security.forgot_password": LETTERS,
}
COUNTER = "studentadmin.guesses"
SHOWN_AGAIN = 200
"""Status of a form that was refused, or of the one answer that every asking for a letter gets."""


class TooManyGuesses(TooManyRequests):
    """Refused before the password is looked at; `retry_after` in whole seconds."""

    def __init__(self, seconds: int) -> None:
        super().__init__(_("Too many tries. Please wait a little."))
        self.retry_after: int = seconds


def _counter() -> FixedWindowRateLimiter:
    counter: FixedWindowRateLimiter = current_app.extensions[COUNTER]
    return counter


def _allowance() -> Allowance | None:
    """The allowance of this request, if it is a try at all."""
    if request.method != "POST" or not current_app.config.get("RATELIMIT_ENABLED", True):
        return None
    return ALLOWANCES.get(request.endpoint or "")


def _keys(allowance: Allowance) -> list[tuple[RateLimitItem, str, str]]:
    who = request.form.get("email") or str(getattr(current_user, "email", ""))
    account = hashlib.sha256(emails.normalise(who).encode()).hexdigest()[:32]
    place = request.endpoint or ""
    return [
        (allowance.account, f"{place}/account", account),
        (allowance.address, f"{place}/address", request.remote_addr or "unknown"),
    ]


def check_request() -> None:
    """Raise TooManyGuesses when the account or the address has had its tries."""
    allowance = _allowance()
    if allowance is None:
        return
    counter = _counter()
    waits = [
        counter.get_window_stats(*key).reset_time - time.time()
        for key in _keys(allowance)
        if not counter.test(*key)
    ]
    if waits:
        raise TooManyGuesses(max(1, math.ceil(max(waits))))


def count(response: Response) -> Response:
    """Count a form shown again; a success clears the account's count, never the address's."""
    allowance = _allowance()
    if allowance is None:
        return response
    keys = _keys(allowance)
    if response.status_code == SHOWN_AGAIN:
        for key in keys:
            _counter().hit(*key)
    elif response.location and not allowance.letters:
        _counter().clear(*keys[0])
    return response


def init_app(app: Flask) -> None:
    app.extensions[COUNTER] = FixedWindowRateLimiter(MemoryStorage())
    app.before_request(check_request)
    app.after_request(count)
