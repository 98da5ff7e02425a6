"""The rows of a table as a file: what the list shows or everything, streamed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from flask import Response, abort, request, stream_with_context
from flask_admin import expose
from flask_babel import gettext as _

from studentadmin.extensions import db
from studentadmin.interchange.exporting import FORMATS, Column
from studentadmin.models import RECORDS
from studentadmin.services.listing import ListQuery
from studentadmin.views import access
from studentadmin.views.admin.columns import ListColumn, column
from studentadmin.views.admin.list_pages import ListPages
from studentadmin.views.admin.state import PASSING, PLACE, ListState, with_query


class ExportPages(ListPages):
    """CSV, Excel and JSON lines; the query ends when whoever asked hangs up."""

    @expose("/export.csv")
    @expose("/export.xlsx")
    @expose("/export.jsonl")
    def export(self) -> Any:
        """Filters, order and columns as in the address of the list; rows=all and columns=all."""
        form = FORMATS[request.path.rpartition(".")[2]]
        asked = self._asked()
        state, query = asked.state, asked.query
        if request.args.get("rows") == "all":
            query = ListQuery(self.model)
        shown = [wide.column for wide in state.columns]
        if request.args.get("columns") == "all":
            known = {one.name for one in shown}
            shown += [one for one in asked.columns if one.paths and one.name not in known]
        columns = self._exported(shown)
        if not columns:
            abort(403)
        paths = [path for one in columns for path in one.paths]
        head = [Column(one.name, one.title, _kind_of(one)) for one in columns]

        def batches() -> Iterator[Sequence[Sequence[Any]]]:
            found = query.batches(db.session, paths, state.sorts)
            try:
                yield from map(_row_maker(columns), found)
            finally:
                found.close()

        parts = form.write(head, batches())
        answer = Response(stream_with_context(parts), mimetype=form.mimetype)
        name = f"{self.resource}.{form.name}"
        answer.headers.set("Content-Disposition", "attachment", filename=name)
        return answer

    def exports(self, state: ListState) -> list[dict[str, Any]]:
        """The menu of the list: what may be had, and the address of each kind of file."""
        if not access.may(self.resource, "export"):
            return []
        narrowed = bool(state.search or state.trash or list(state.filters))
        choices: list[tuple[str, tuple[str, ...]]] = [
            (_("These rows, these columns"), ()),
            (_("These rows, all columns"), ("columns",)),
        ]
        if narrowed:
            choices += [
                (_("All rows, these columns"), ("rows",)),
                (_("All rows, all columns"), ("rows", "columns")),
            ]
        return [
            {"label": label, "files": [self._file(state, name, everything) for name in FORMATS]}
            for label, everything in choices
        ]

    def _file(self, state: ListState, name: str, everything: Sequence[str]) -> dict[str, str]:
        kept = [pair for pair in state.address.pairs if pair[0] not in PLACE | PASSING]
        pairs = [*kept, *((word, "all") for word in everything)]
        return {
            "label": FORMATS[name].label,
            "url": with_query(f"{self.get_url('.index_view')}export.{name}", pairs),
        }

    def _exported(self, columns: Sequence[ListColumn]) -> list[ListColumn]:
        """Columns of the file: a name in its parts, nothing that this role may not take out."""
        found = [part for one in columns for part in _parts(self.resource, one)]
        return [one for one in found if access.may(self.resource, "export", one.field_class)]


def _parts(table: str, one: ListColumn) -> list[ListColumn]:
    """A full name goes out as the columns it is made of, so that it can come in again."""
    if one.label == (table, "full_name") and one.paths[0] in RECORDS[table].__table__.columns:
        return [column(table, path) for path in one.paths]
    return [one]


def _kind_of(one: ListColumn) -> str:
    return one.kind if one.show is None and one.kind in {"number", "date", "bool"} else "text"


Batch = Sequence[Sequence[Any]]


def _row_maker(columns: Sequence[ListColumn]) -> Callable[[Batch], Batch]:
    """What turns rows as read into rows of the file: nothing, where each column is one value."""
    if all(one.show is None for one in columns):
        return lambda batch: batch
    makers, start = [], 0
    for one in columns:
        makers.append((one.plain, start, start + len(one.paths)))
        start += len(one.paths)

    def made(batch: Batch) -> Batch:
        return [[make(row[begin:end]) for make, begin, end in makers] for row in batch]

    return made
