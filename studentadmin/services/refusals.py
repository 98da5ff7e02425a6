"""What a database says no with, told apart and put into words."""

from __future__ import annotations

import re

from flask_babel import gettext as _
from sqlalchemy import UniqueConstraint
from sqlalchemy.exc import DBAPIError, IntegrityError

from studentadmin.errors import RuleBroken
from studentadmin.extensions import Base

PASSING = {1205, 1213, 1020}
"""MySQL/MariaDB: lock wait timeout, deadlock, row changed since read. Running again is right."""


def is_passing(error: DBAPIError) -> bool:
    """True when running the same unit again can succeed."""
    code = error.orig.args[0] if error.orig and error.orig.args else None
    return code in PASSING or "database is locked" in str(code)


def _column_of(constraint: str) -> str | None:
    """The first column of a unique constraint, as SQLite names it by itself."""
    for table in Base.metadata.tables.values():
        for known in table.constraints:
            if known.name == constraint and isinstance(known, UniqueConstraint):
                return next(iter(known.columns)).key
    return None


def from_integrity_error(error: IntegrityError) -> RuleBroken:
    """The same refusal whichever database gave it; services check first, so this is the race."""
    text = str(error.orig)
    if taken := re.search(r"UNIQUE constraint failed: \w+\.(\w+)", text):
        return RuleBroken(_("This value is already used by another record."), taken[1])
    if taken := re.search(r"Duplicate entry .* for key '(?:\w+\.)?(uq_\w+)'", text, re.DOTALL):
        return RuleBroken(_("This value is already used by another record."), _column_of(taken[1]))
    if "FOREIGN KEY" in text.upper():
        return RuleBroken(_("Other records depend on this one."))
    return RuleBroken(_("The database refused these values."))
