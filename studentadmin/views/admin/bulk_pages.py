"""Many rows at once: choose them in a list, say what shall become of them, look, then write."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from flask import abort, flash, redirect, render_template, request
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from studentadmin.extensions import db
from studentadmin.services import bulk, bulk_delete
from studentadmin.services.bulk import Pinned, Tell
from studentadmin.services.unit import Actor, write
from studentadmin.views import access
from studentadmin.views.admin import bulk_shown, bulk_work, listing
from studentadmin.views.admin.bulk_entries import Entries
from studentadmin.views.admin.bulk_jobs import Job, State
from studentadmin.views.admin.record_pages import RecordPages
from studentadmin.views.answers import flash_undo

MOST = 50_000
"""Rows of one change: more than an office has a reason for, few enough to take back soon."""


class BulkPages(RecordPages):
    """Bulk edit and bulk delete: a job from the choice of rows to the commit."""

    def changes_in_list(self) -> dict[str, Any]:
        picks = {action: access.may(self.resource, action) for action in ("edit", "delete")}
        return {
            "editable": self.editable_columns(),
            "picks": picks if any(picks.values()) else None,
        }

    @expose("/bulk-edit", methods=("POST",))
    def bulk_edit(self) -> Any:
        return self._choose("edit")

    @expose("/bulk-delete", methods=("POST",))
    def bulk_delete(self) -> Any:
        return self._choose("delete")

    @expose("/bulk-edit/TOKEN", methods=("GET", "POST"))
    def bulk_edit_page(self, token: str) -> Any:
        """Choose fields, preview, progress; POST `step` is try, write, again or cancel."""
        job = self._job(token, "edit")
        if request.method == "GET":
            return self._stand(job)
        step = request.form.get("step")
        if step == "try":
            entries = Entries(self.form())
            if not entries.take(request.form):
                return self._choosing(job, entries), 422
            job.entries = entries.plain
        if step in {"try", "again"} and job.entries:
            return self._work(job, "looking", self._try(job, access.actor()))
        return self._press(job, step)

    @expose("/bulk-delete/TOKEN", methods=("GET", "POST"))
    def bulk_delete_page(self, token: str) -> Any:
        """What hangs on the rows, progress; POST `step` is write, again or cancel."""
        job = self._job(token, "delete")
        if request.method == "GET":
            return self._stand(job)
        step = request.form.get("step")
        if step == "again":
            return self._work(job, "looking", self._look(job, access.actor()))
        return self._press(job, step)

    # -- the choice --------------------------------------------------------------------------

    def _choose(self, kind: str) -> BaseResponse:
        own: str = self.get_url(".index_view")
        query = request.query_string.decode("ascii", "replace")
        back = f"{own}?{query}" if query else own
        keys = self._chosen()
        if not keys:
            flash(_("Choose at least one row first."), "info")
            return redirect(back, 303)
        if len(keys) > MOST:
            text = _("More than %(most)s rows match. Narrow the list first.", most=f"{MOST:,}")
            flash(text, "danger")
            return redirect(back, 303)
        owner = access.actor().user_id or 0
        job = Job(owner, self.resource, kind, keys, back, datetime.now(UTC).isoformat())
        bulk_work.shelf().put(job)
        if kind == "delete":
            return self._work(job, "looking", self._look(job, access.actor()))
        return redirect(self._url(job), 303)

    def _chosen(self) -> list[int]:
        """The rows of the boxes, or all that the list's own address finds."""
        if request.form.get("all") == "1":
            asked = self._asked()
            page = asked.query.read(db.session, (), asked.state.sorts, limit=MOST + 1)
            return [line.id for line in page.rows]
        keys = (listing.whole_number(text) for text in request.form.getlist("keys"))
        return list(dict.fromkeys(key for key in keys if key))

    # -- the work ----------------------------------------------------------------------------

    def _work(self, job: Job, step: str, work: Callable[[Tell], State]) -> BaseResponse:
        bulk_work.shelf().put(job)
        bulk_work.start(job, step, work)
        return redirect(self._url(job), 303)

    def _try(self, job: Job, by: Actor) -> Callable[[Tell], State]:
        change, place = Entries(self.form(), job.entries).change(), bulk_work.shelf()

        def work(tell: Tell) -> State:
            tried = bulk.rehearse(by, self.service, job.keys, change, tell)
            job.pinned = [[one.id, one.version, one.group] for one in tried.changed]
            job.found = bulk_shown.kept_edit(self.resource, tried)
            place.put(job)
            return State("ready")

        return work

    def _look(self, job: Job, by: Actor) -> Callable[[Tell], State]:
        place = bulk_work.shelf()

        def work(tell: Tell) -> State:
            radius = bulk_delete.look(by, self.service, job.keys, tell)
            job.pinned = [[one.id, one.version, one.group] for one in radius.changed]
            job.found = bulk_shown.kept_delete(radius)
            place.put(job)
            return State("ready")

        return work

    def _press(self, job: Job, step: str | None) -> Any:
        place, state = bulk_work.shelf(), bulk_work.look_at(job)
        if step == "cancel":
            if state.works:
                place.ask_to_end(job.token)
                return redirect(self._url(job), 303)
            place.remove(job.token)
            flash(_("Nothing was changed."), "info")
            return redirect(job.back, 303)
        if step != "write":
            abort(400)
        if state.step != "ready" or not job.pinned:
            return redirect(self._url(job), 303)
        return self._work(job, "writing", self._write(job, access.actor()))

    def _write(self, job: Job, by: Actor) -> Callable[[Tell], State]:
        pinned = [Pinned(*line) for line in job.pinned]
        entries = Entries(self.form(), job.entries)

        def work(tell: Tell) -> State:
            def all_of_them(unit: Any) -> int:
                if job.kind == "delete":
                    return bulk_delete.remove_rows(unit, self.service, pinned, tell)
                return bulk.edit_rows(unit, self.service, pinned, entries.change(), tell)

            written = write(all_of_them, by=by, why=f"bulk {job.kind}", key=job.token)
            return State("done", change_set=written.change_set_id)

        return work

    # -- where it stands -----------------------------------------------------------------------

    def _stand(self, job: Job) -> Any:
        state = bulk_work.look_at(job)
        if "HX-Request" in request.headers and not state.works:
            answer = BaseResponse(status=204)
            answer.headers["HX-Redirect"] = self._url(job)
            return answer
        if state.works:
            cancel = not (state.step == "writing" and state.done >= state.total > 0)
            return self._page("admin/bulk_progress.html", job=job, state=state, may_cancel=cancel)
        if state.step == "done":
            return self._done(job, state)
        if state.step == "chosen":
            return self._choosing(job, Entries(self.form()))
        refusal = state.message if state.step == "failed" else ""
        return self._preview(job, refusal)

    def _done(self, job: Job, state: State) -> BaseResponse:
        count = len(job.pinned)
        if not state.told:
            if state.change_set is None:
                flash(_("Nothing was changed."), "info")
            elif job.kind == "delete":
                text = ngettext(
                    "%(num)d record was moved to the trash.",
                    "%(num)d records were moved to the trash.",
                    count,
                )
                flash_undo(text, state.change_set)
            else:
                text = ngettext(
                    "%(num)d record was changed.", "%(num)d records were changed.", count
                )
                flash_undo(text, state.change_set)
            state.told = True
            bulk_work.shelf().tell(job.token, state)
        return redirect(job.back, 303)

    def _choosing(self, job: Job, entries: Entries) -> str:
        self._name_relations(entries.form)
        return render_template(
            "admin/bulk_edit.html",
            view=self,
            list_url=job.back,
            job=job,
            entries=entries,
            field_groups=entries.groups(self.form.fieldsets),
        )

    def _preview(self, job: Job, refusal: str) -> str:
        template = "admin/bulk_preview.html" if job.kind == "edit" else "admin/bulk_delete.html"
        return render_template(
            template,
            view=self,
            list_url=job.back,
            job=job,
            refusal=refusal,
            **bulk_shown.context(self.resource, job),
        )

    def _url(self, job: Job) -> str:
        url: str = self.get_url(f".bulk_{job.kind}_page", token=job.token)
        return url

    def _job(self, token: str, kind: str) -> Job:
        owner = access.actor().user_id or 0
        return bulk_work.shelf().find(
            token, owner=owner, table=self.resource, kind=kind, now=datetime.now(UTC)
        )
