"""How a register may be opened: for writing, or for reading only and why."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from flask_babel import gettext as _

from studentadmin.services import migration
from studentadmin.services.register_broken import RegisterBroken

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Prepared:
    """How the register may be opened. `notice` is for a person: why it is read-only."""

    database_url: str
    read_only: bool = False
    notice: str | None = None
    created: bool = False
    upgraded_from: str | None = None


def open_old(why: str, url: str) -> Prepared:
    """Read-only when this program can read every table of that revision, else a refusal."""
    lacking = migration.lacking(url)
    if lacking:
        log.error("the register lacks %s", ", ".join(lacking))
        cannot = _("This version of the program cannot read the register as it is.")
        raise RegisterBroken(f"{why} {cannot}")
    return read_only(why, url)


def read_only(why: str, url: str) -> Prepared:
    """A register of this version, opened for reading because of `why`."""
    only = _("The register is open for reading only.")
    return Prepared(url, read_only=True, notice=f"{why} {only}")


def newer() -> str:
    """Why a register of a later program is not opened for writing."""
    why: str = _("This register was made by a newer version of Student Admin. Update the program.")
    return why


def as_set() -> str:
    """Why a register is read-only that somebody wanted so."""
    why: str = _("The settings say that nobody may write (READ_ONLY).")
    return why
