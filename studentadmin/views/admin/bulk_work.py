"""The long part of a bulk change: in the request for a few rows, else in a watched thread.

A thread that dies with the program leaves all or nothing: whatever it wrote was one transaction.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import replace

from flask import Flask, current_app
from flask_babel import force_locale, get_locale
from flask_babel import gettext as _

from studentadmin.errors import StudentAdminError
from studentadmin.extensions import db
from studentadmin.services import history
from studentadmin.services.bulk import Cancelled, Tell
from studentadmin.services.draining import drain
from studentadmin.views.admin.bulk_jobs import RUN, SILENT, Job, Shelf, State

log = logging.getLogger(__name__)

AT_ONCE = 500
"""Up to so many rows the answer waits for the work."""

_working: set[str] = set()


def shelf() -> Shelf:
    return Shelf(current_app.extensions["studentadmin.settings"].data_dir)


def start(job: Job, step: str, work: Callable[[Tell], State]) -> None:
    """Do `work`, which gives the state it ended in; `step` is what it is called meanwhile."""
    place = shelf()
    place.go_on(job.token)
    _working.add(job.token)
    place.tell(job.token, State(step, total=len(job.keys)))
    if len(job.keys) <= AT_ONCE:
        _run(place, job.token, step, work)
        return
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    locale = str(get_locale())

    def apart() -> None:
        with app.app_context(), force_locale(locale):
            _run(place, job.token, step, work)

    threading.Thread(target=apart, name=f"bulk {step}", daemon=True).start()


def _run(place: Shelf, token: str, step: str, work: Callable[[Tell], State]) -> None:
    def tell(done: int, total: int) -> None:
        if place.should_end(token) or drain().closed:
            raise Cancelled(_("You cancelled it. Nothing was written."))
        place.tell(token, State(step, done, total))

    try:
        state = work(tell)
    except StudentAdminError as error:
        state = State("failed", message=error.message)
    except Exception:
        log.exception("a bulk change failed")
        state = State("failed", message=_("Something went wrong. Nothing was written."))
    place.tell(token, state)
    _working.discard(token)


def look_at(job: Job) -> State:
    """How far the work is; work whose process is gone has failed, unless the register knows it."""
    here = job.token in _working
    state = shelf().state(job.token)
    works = state.works and (here or _is_alive(state, job.token))
    if works or state.step not in {"looking", "writing", "failed"}:
        return state
    if done := history.of_key(db.session, job.token):
        return State("done", change_set=done.id, told=state.told)
    if state.works:
        return replace(state, step="failed", message=_("It was interrupted. Nothing was written."))
    return state


def _is_alive(state: State, token: str) -> bool:
    if state.run == RUN:
        return token in _working
    return time.time() - state.beat < SILENT
