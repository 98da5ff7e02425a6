"""How a page answers after an action: a flash message, an Undo link, where to go on."""

from __future__ import annotations

from typing import Any

from flask import flash, url_for

from studentadmin.errors import RuleBroken
from studentadmin.services.unit import Written
from studentadmin.views.access import is_page_load, may


def flash_undo(message: str, change_set_id: int | None) -> None:
    """Say what was done, with an Undo button where there is something this person may undo."""
    if change_set_id is not None and may("change", "undo"):
        flash({"text": message, "undo_url": url_for("changes.undo", key=change_set_id)}, "success")  # type: ignore[arg-type]
    else:
        flash(message, "success")


def refuse_here(error: RuleBroken) -> None:
    """Say a refusal on the page that a person comes back to; a script gets it as an error."""
    if not is_page_load():
        raise error
    flash(error.message, "danger")


def flash_written(written: Written[Any], done: str, nothing: str) -> None:
    """Say `done` with Undo, or `nothing` when the register already stood that way."""
    if written.change_set_id is None:
        flash(nothing, "info")
    else:
        flash_undo(done, written.change_set_id)
