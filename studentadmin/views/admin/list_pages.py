"""The list of a table, its look-up for forms, and its export."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from urllib.parse import quote

from flask import Response, jsonify, redirect, request, stream_with_context, url_for
from flask_admin import expose
from flask_babel import gettext as _

from studentadmin.extensions import db
from studentadmin.forms import words
from studentadmin.interchange import formulas
from studentadmin.services.listing import ListQuery, contains_words
from studentadmin.views import access
from studentadmin.views.admin import listing
from studentadmin.views.admin.columns import ListColumn, row_reader
from studentadmin.views.admin.listing import Empty, Filter, Listing, ListState, Pager, ShownRow
from studentadmin.views.admin.table import TableView

LOOKUP_LIMIT = 20


class ListPages(TableView):
    """Read page by page; the address is the whole state."""

    @expose("/")
    def index_view(self) -> Any:
        state, filters, query = self._asked()
        columns = self._seen_columns()
        paths = [path for column in columns for path in column.paths]
        page = query.read(
            db.session,
            [*paths, *self._key_path()],
            state.sorts,
            after=state.after,
            before=state.before,
            last=state.last,
        )
        if not page.rows and (state.after or state.before):
            return redirect(listing.address())
        rows = self._rows(columns, page.rows)
        shown = Listing(
            columns=listing.head(columns, state.sorts),
            rows=rows,
            pager=self._pager(page, rows),
            count=listing.records_text(query.count(db.session)),
            search=state.search,
            filters=filters,
            chips=listing.chips(filters, state.search),
            empty=self._empty(),
            trash=state.trash,
        )
        kept = [(name, request.args[name]) for name in ("sort", "trash") if request.args.get(name)]
        return self._page(
            self.list_template,
            listing=shown,
            hidden=kept,
            can_create=access.may(self.resource, "create"),
            new_url=self.get_url(".create_view"),
            export_url=self._export_url(),
            import_url=self._import_url(),
            trash_url=self._trash_url(state),
        )

    @expose("/lookup")
    def ajax_lookup(self) -> Any:
        """At most twenty matches, whatever limit the address asks for."""
        query = ListQuery(self.model)
        asked = request.args.get("q", "")[:100]
        if asked.strip():
            query.where.append(contains_words(self.search_paths, asked))
        found = query.read(db.session, (), self.default_order, limit=LOOKUP_LIMIT)
        rows = db.session.query(self.model).filter(
            self.model.id.in_([line.id for line in found.rows])
        )
        by_key = {row.id: self.lookup_text(row) for row in rows}
        return jsonify([{"id": r.id, "text": by_key[r.id]} for r in found.rows if r.id in by_key])

    @expose("/export.csv")
    def export(self) -> Any:
        """What the list shows, streamed: filters and order as in its address."""
        state, _filters, query = self._asked()
        columns = self._seen_columns()
        paths = [path for column in columns for path in column.paths]

        def lines() -> Iterator[str]:
            yield "\ufeff" + _csv_line([column.title for column in columns])
            for row in query.stream(db.session, paths, state.sorts):
                yield _csv_line(_plain_cells(columns, row[1:]))

        answer = Response(stream_with_context(lines()), mimetype="text/csv")
        answer.headers.set("Content-Disposition", "attachment", filename=f"{self.resource}.csv")
        return answer

    def _asked(self) -> tuple[ListState, list[Filter], ListQuery]:
        columns = self._seen_columns()
        state = ListState.from_args(request.args, columns, self.filters, self.default_order)
        if state.trash:
            access.require("trash", "view")
        filters = []
        for name in self.filters:
            choices = listing.choices_of(db.session, self.model, name)
            if choices is not None:
                label = words.field_label(self.resource, name)
                filters.append(Filter(name, label, choices, state.filters.get(name)))
        return state, filters, listing.query_for(self.model, state, self.search_paths, filters)

    def _key_path(self) -> tuple[str, ...]:
        return () if self.key_converter == "int" else ("student_number",)

    def _rows(self, columns: list[ListColumn], lines: Sequence[Any]) -> list[ShownRow]:
        """The key is the first value of a line, or the last where an address has another."""
        cells, address_of = row_reader(columns), self._address_of()
        own = 0 if self.key_converter == "int" else -1
        return [ShownRow(line[0], address_of(line[own]), cells(line[1:])) for line in lines]

    def _address_of(self) -> Callable[[Any], str]:
        """The page of a row by its key; Flask's routing is asked once and not for each row."""
        before, after = self.get_url(".details_view", key="1").rsplit("1", 1)
        return lambda key: f"{before}{quote(str(key), safe='')}{after}"

    def _pager(self, page: Any, rows: list[ShownRow]) -> Pager:
        if not rows or not (page.before or page.after):
            return Pager()
        return Pager(
            first=listing.address() if page.before else None,
            previous=listing.address(before=rows[0].id) if page.before else None,
            next=listing.address(after=rows[-1].id) if page.after else None,
            last=listing.address(last=1) if page.after else None,
        )

    def _empty(self) -> Empty:
        title = _("No %(things)s yet", things=self.title.lower())
        may_create = access.may(self.resource, "create")
        hint = str(self.empty_hint) if may_create else ""
        if not may_create:
            return Empty(title, hint)
        return Empty(title, hint, _("Add the first one"), self.get_url(".create_view"))

    def _export_url(self) -> str | None:
        if not access.may(self.resource, "export"):
            return None
        return listing.with_query(self.get_url(".export"), request.args)

    def _import_url(self) -> str | None:
        if self.import_endpoint is None or not access.may("import", "create"):
            return None
        return url_for(self.import_endpoint)

    def _trash_url(self, state: ListState) -> str | None:
        if not access.may("trash", "view"):
            return None
        own: str = self.get_url(".index_view")
        return own if state.trash else listing.with_query(own, {"trash": 1})


def _plain_cells(columns: list[ListColumn], values: Any) -> list[Any]:
    rest, found = list(values), []
    for column in columns:
        found.append(column.plain(rest[: len(column.paths)]))
        rest = rest[len(column.paths) :]
    return found


def _csv_line(values: list[Any]) -> str:
    stream = io.StringIO()
    csv.writer(stream).writerow([formulas.guard(v) if isinstance(v, str) else v for v in values])
    return stream.getvalue()
