"""The list of a table, and its look-up for forms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC
from typing import Any
from urllib.parse import quote

from flask import (
    flash,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_admin import expose
from flask_babel import get_timezone
from flask_babel import gettext as _

from studentadmin.extensions import db
from studentadmin.rules.conditions import write_all
from studentadmin.services import jumps, search_list
from studentadmin.services.conditions import moment
from studentadmin.services.listing import COUNT_CAP, PAGE, ListQuery
from studentadmin.views import access
from studentadmin.views.admin import editor, filtering, listing
from studentadmin.views.admin.columns import ListColumn, row_reader
from studentadmin.views.admin.listing import Count, Empty, Listing, ShownRow
from studentadmin.views.admin.state import PASSING, PLACE, Address, ListState, read_state
from studentadmin.views.admin.table import TableView
from studentadmin.views.admin.views_menu import PANELS, Asked, opened, views_of

LOOKUP_LIMIT = 20
PRINTED = 2_000
"""Rows that are put on paper at once."""


class ListPages(TableView):
    """Read page by page; the address is the whole state."""

    @expose("/")
    def index_view(self) -> Any:
        asked = self._asked()
        state, address = asked.state, asked.state.address
        panel = self._panel(asked)
        if isinstance(panel, str):
            return redirect(panel, 303)
        query, printing = asked.query, request.args.get("print") == "all"
        self._jump(state, query)
        paths = [path for wide in state.columns for path in wide.column.paths]
        page = query.read(
            db.session,
            [*paths, *self._key_path()],
            state.sorts,
            after=state.after,
            before=state.before,
            last=state.last,
            limit=PRINTED if printing else PAGE,
        )
        if not page.rows and (state.after or state.before):
            return redirect(address.to(last=1 if state.at else ""))
        columns = [wide.column for wide in state.columns]
        exact = request.args.get("count") == "all"
        counted = Count(query.count(db.session, None if exact else COUNT_CAP), exact)
        known = filtering.by_filter_name(asked.columns)
        labels = filtering.labels_of(db.session, state.filters, known)
        shown = Listing(
            columns=listing.head(state.columns, state.sorts, address, asked.columns),
            rows=self._rows(columns, page.rows),
            pager=listing.pager(state, page, counted),
            count=counted,
            count_url=address.to(keep_place=True, count="all"),
            search=state.search,
            in_use=len(list(state.filters)),
            chips=filtering.chips(state, asked.columns, labels),
            empty=self._empty(),
            trash=state.trash,
            letters=listing.letters(state),
            said=filtering.sentence(state.filters, asked.columns, labels),
            clear_url=address.to(search="", filters=[]),
            print_url="" if printing else address.to(print="all"),
        )
        for text in state.refused:
            flash(_("This filter cannot be read and was left out: %(text)s", text=text), "warning")
        return self._page(
            self.list_template,
            listing=shown,
            hidden=[p for p in address.pairs if p[0] not in PLACE | PASSING | {"search"}],
            panel=panel,
            panels={name: address.to(keep_place=True, panel=name) for name in PANELS},
            views=asked.menu(),
            can_create=access.may(self.resource, "create"),
            new_url=self.get_url(".create_view"),
            exports=self.exports(state),
            import_url=self._import_url(),
            trash_url=self._trash_url(state),
            **({} if state.trash else self.changes_in_list()),
        )

    @expose("/lookup")
    def ajax_lookup(self) -> Any:
        """At most twenty matches, whatever limit the address asks for."""
        query = ListQuery(self.model)
        asked = request.args.get("q", "")[:100]
        if asked.strip():
            fits = search_list.fits(
                db.session, self.model, self.search_paths, asked, access.roles()
            )
            query.where.append(fits)
        found = query.read(db.session, (), self.default_order, limit=LOOKUP_LIMIT)
        rows = db.session.query(self.model).filter(
            self.model.id.in_([line.id for line in found.rows])
        )
        by_key = {row.id: self.lookup_text(row) for row in rows}
        return jsonify([{"id": r.id, "text": by_key[r.id]} for r in found.rows if r.id in by_key])

    @expose("/count")
    def count_view(self) -> Any:
        """How many rows match, counted to the end: asked for by a click."""
        counted = Count(self._asked().query.count(db.session, None), exact=True)
        return render_template("admin/_count.html", count=counted)

    def _asked(self) -> Asked:
        """What the address asks, of what this person may see."""
        columns = self._seen_columns()
        seen = views_of(self.resource)
        address = opened(Address.asked().modern(filtering.kinds_of(columns)), seen)
        state = read_state(address, columns, self._seen_columns(self.columns), self.default_order)
        if state.trash:
            access.require("trash", "view")
        if state.refused:
            readable = write_all(state.filters, filtering.kinds_of(columns))
            state.address = address.with_filters(readable)
        now = moment(db.session, state.filters, get_timezone() or UTC, access.actor().user_id)
        query = listing.query_for(self.model, state, self.search_paths, columns, now)
        return Asked(state, columns, query, seen)

    def _jump(self, state: ListState, query: ListQuery) -> None:
        """Turn a letter or a page number into the key of the row before."""
        if state.after or state.before or state.last:
            return
        if state.at and listing.letters(state):
            state.after = jumps.before_letter(query, db.session, state.sorts, state.at)
        elif state.page and state.page > 1:
            state.after = jumps.before_page(query, db.session, state.sorts, state.page)
            state.last = state.after is None

    def _panel(self, asked: Asked) -> Any:
        """What is open above the list; an address to go to when filters were applied."""
        address, kind = asked.state.address, request.args.get("panel")
        if kind not in PANELS:
            return None
        close_url = address.to(keep_place=True)
        if kind == "filters":
            shown, made = editor.panel(
                db.session, request.args, asked.state.filters, asked.columns, self.filters
            )
            if made is not None:
                kinds = filtering.kinds_of(asked.columns)
                return address.to(filters=write_all(made, kinds))
            return {"kind": kind, "editor": shown, "close_url": close_url}
        if kind == "columns":
            return {"kind": kind, "close_url": close_url, **asked.chooser()}
        return {"kind": kind, "close_url": close_url, **asked.manager()}

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

    def _empty(self) -> Empty:
        title = _("No %(things)s yet", things=self.title.lower())
        may_create = access.may(self.resource, "create")
        hint = str(self.empty_hint) if may_create else ""
        if not may_create:
            return Empty(title, hint)
        return Empty(title, hint, _("Add the first one"), self.get_url(".create_view"))

    def exports(self, _state: ListState) -> list[dict[str, Any]]:
        """The files of this list that one may have: see export_pages.py."""
        return []

    def _import_url(self) -> str | None:
        if self.import_endpoint is None or not access.may("import", "create"):
            return None
        return url_for(self.import_endpoint)

    def _trash_url(self, state: ListState) -> str | None:
        if not access.may("trash", "view"):
            return None
        own: str = self.get_url(".index_view")
        return own if state.trash else listing.with_query(own, {"trash": 1})
