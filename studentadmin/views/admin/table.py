"""What the pages of one table share: its rights, its routes, the rows that a page may open.

Flask-Admin gives routing and menu. Whatever is not declared here is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Any, ClassVar

from flask import render_template, request, url_for
from flask_admin.contrib.sqla import ModelView
from flask_babel import gettext as _
from sqlalchemy.orm import Query

from studentadmin.errors import Missing
from studentadmin.extensions import db
from studentadmin.forms import words
from studentadmin.models import RECORDS, Record
from studentadmin.services.listing import Sort
from studentadmin.services.records import RecordService, service_of
from studentadmin.views import access
from studentadmin.views.admin import pages
from studentadmin.views.admin.columns import ListColumn, changed_by, rest_of

ACTIONS = {
    "index_view": "view",
    "count_view": "view",
    "details_view": "view",
    "history_view": "history",
    "create_view": "create",
    "edit_view": "edit",
    "delete_view": "delete",
    "restore_view": "restore",
    "ajax_update": "edit",
    "ajax_lookup": "view",
    "export": "export",
    "bulk_edit": "edit",
    "bulk_edit_page": "edit",
    "bulk_delete": "delete",
    "bulk_delete_page": "delete",
}
"""The right each page of a table asks for."""


class TableView(ModelView):
    """One table behind Flask-Admin's routing; the pages are in the classes built on it."""

    _urls: list[Any]

    list_template = "admin/list.html"
    create_template = "admin/create.html"
    edit_template = "admin/edit.html"
    details_template = "admin/details.html"
    can_view_details = True
    column_auto_select_related = False
    column_formatters_export: ClassVar[dict[str, Any]] = {}
    named_filter_urls = True

    columns: ClassVar[tuple[ListColumn, ...]] = ()
    more_columns: ClassVar[tuple[ListColumn, ...]] = ()
    """Columns that follow from other tables; the table's own are found by themselves."""
    filters: ClassVar[tuple[str, ...]] = ()
    """What the filter panel proposes while nothing is filtered."""
    search_paths: ClassVar[tuple[str, ...]] = ()
    default_order: ClassVar[tuple[Sort, ...]] = ()
    related: ClassVar[tuple[pages.RelatedTable, ...]] = ()
    key_converter = "int"
    icon = "list-check"
    empty_hint: Any = ""
    import_endpoint: ClassVar[str | None] = None

    def __init__(self, model: type[Record], url: str) -> None:
        self.service: RecordService[Any] = service_of(model)
        self.resource = model.__tablename__
        self.form = words.FORMS[self.resource]
        declared = (*self.columns, *self.more_columns)
        self.all_columns = (*declared, *rest_of(model, declared), changed_by(self.resource))
        super().__init__(model, db, endpoint=self.resource, url=url)

    def scaffold_list_columns(self) -> list[str]:
        return [column.name for column in self.columns]

    def get_column_names(self, *_args: Any, **_kwargs: Any) -> list[tuple[str, str]]:
        return []

    def scaffold_sortable_columns(self) -> dict[str, Any]:
        return {}

    def create_blueprint(self, admin: Any) -> Any:
        """Routes declared in this class only: an inherited page of Flask-Admin is not served."""
        own = {name for name in dir(type(self)) if name in ACTIONS}
        self._urls = [entry for entry in self._urls if entry[1] in own and "<" not in entry[0]]
        self._urls = [
            (
                rule.replace("KEY", f"<{self.key_converter}:key>").replace("TOKEN", "<token>"),
                name,
                methods,
            )
            for rule, name, methods in self._urls
        ]
        blueprint = super().create_blueprint(admin)
        for name in own:
            access.register(f"{self.endpoint}.{name}", self.resource, ACTIONS[name])
        return blueprint

    def is_accessible(self) -> bool:
        """Deny by default: only who may view the table opens any page of it."""
        return access.may(self.resource, "view")

    def inaccessible_callback(self, name: str, **_kwargs: Any) -> Any:
        access.require(self.resource, ACTIONS.get(name, "view"))

    def _run_view(self, fn: Any, *args: Any, **kwargs: Any) -> Any:
        """Run a view once: Flask-Admin runs it again, otherwise called, after any TypeError."""
        return fn(self, *args, **kwargs)

    def get_query(self) -> Query[Any]:
        """Rows that a page may open: those that are not in the trash."""
        return db.session.query(self.model).filter(self.model.deleted_at.is_(None))

    def get_one(self, key: Any, *, deleted: bool = False) -> Record:
        """The row a page is about, through the same filter as the list. Raises Missing."""
        try:
            number = int(key)
        except (TypeError, ValueError):
            raise Missing(_("This record does not exist, or was moved to the trash.")) from None
        query = db.session.query(self.model) if deleted else self.get_query()
        row: Record | None = query.filter(self.model.id == number).one_or_none()
        if row is None:
            raise Missing(_("This record does not exist, or was moved to the trash."))
        return row

    # -- what a table's own view may say ---------------------------------------------------------

    def subtitle(self, row: Record) -> str:
        return ""

    def chips(self, row: Record) -> list[tuple[str, str]]:
        return []

    def warnings(self, row: Record) -> list[str]:
        """What deserves a second look, without being refused."""
        return []

    def menus(self, row: Record) -> list[dict[str, Any]]:
        """Menus beside the buttons: label, icon, and items (label, url or None, refusal) or url."""
        return []

    def why_url(self, pairs: list[tuple[str, str]], search: str) -> str | None:
        """Where one asks why this list, in the state of `pairs`, does not show a student.

        None for a list without students.
        """
        return None

    def more_panels(self, row: Record) -> list[pages.Panel]:
        """What the page of a record says besides its own fields."""
        return []

    def lookup_text(self, row: Record) -> str:
        return row.label

    def changes_in_list(self) -> dict[str, Any]:
        """What the list's template is told of cells and rows that can be changed from it."""
        return {}

    # -- for the pages ---------------------------------------------------------------------------

    @property
    def title(self) -> str:
        return words.table_label(self.resource, many=True)

    @property
    def title_one(self) -> str:
        return words.table_label(self.resource)

    def url_of(self, row: Record, page: str = "details_view") -> str:
        return url_for(f"{self.endpoint}.{page}", key=pages.key_of(row))

    def _page(self, template: str, **values: Any) -> Any:
        list_url = self.get_url(".index_view")
        return render_template(template, view=self, list_url=list_url, **values)

    def _seen_columns(self, columns: Sequence[ListColumn] | None = None) -> list[ListColumn]:
        """Of `columns` (else of all) those whose values this person may see."""
        return [c for c in (self.all_columns if columns is None else columns) if self._seen(c)]

    def _seen(self, column: ListColumn) -> bool:
        if column.asked and column.asked.kind == "author":
            return access.may(self.resource, "history")
        return access.may(self.resource, "view", column.field_class) and all(
            access.may(table, "view", field_class) for table, field_class in column.needs
        )

    def _as_saved(self, written: Any) -> Record | None:
        """The written row read anew: the unit let go of its own, which names no related row.

        None when nothing had to change.
        """
        if written.value is not None and written.change_set_id is not None:
            return db.session.get(self.model, written.value.id)
        if written.subject is not None:
            return db.session.get(RECORDS[written.subject[0]], written.subject[1])
        return None


def form_key() -> str | None:
    """The same page sent twice is one change; what was typed anew on it is another."""
    if not request.form.get("idempotency_key"):
        return None
    sent = sorted(item for item in request.form.items(multi=True) if item[0] != "csrf_token")
    said = repr((access.actor().user_id, request.path, sent))
    return sha256(said.encode("utf-8", "backslashreplace")).hexdigest()
