"""One view for every table: Flask-Admin's routing and menu, our own reading and writing.

Every write goes through the table's service; whatever is not declared is refused. A table's own
view is its columns, filters, related tables, form class and service.
"""

from __future__ import annotations

from studentadmin.views.admin.bulk_pages import BulkPages

__all__ = ["RecordView"]


class RecordView(BulkPages):
    """List, detail, create, edit, delete, restore, history, look-up, export and bulk of one table.

    The classes below stand on one another: Flask-Admin copies every page that a class inherits
    into it, so that of two beside each other the first would hide the pages of the second.
    """
