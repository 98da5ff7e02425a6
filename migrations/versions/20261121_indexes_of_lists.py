"""Let lists of any length be filtered and sorted without looking at every row.

Each index runs in the order of its list and knows which rows are in the trash. It does not begin
with that: nearly all rows are not, and SQLite would take it for a small part and sort the rest.
Each step looks first whether it is done, so that an upgrade cut off half-way goes on.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002_indexes_of_lists"
down_revision = "0001_first_tables"
branch_labels = None
depends_on = None

NEW = {
    "student": (
        ("sort_name", "id", "deleted_at"),
        ("status", "sort_name", "id", "deleted_at"),
        ("sex", "sort_name", "id", "deleted_at"),
        ("native_name", "id", "deleted_at"),
    ),
    "person": (("sort_name", "id", "deleted_at"),),
}
OLD = {"student": (("sort_name",), ("status",)), "person": (("sort_name",),)}
"""Those that the new ones make superfluous."""


def upgrade() -> None:
    for table, indexes in NEW.items():
        _create(table, indexes)
    for table, indexes in OLD.items():
        _drop(table, indexes)


def downgrade() -> None:
    for table, indexes in OLD.items():
        _create(table, indexes)
    for table, indexes in NEW.items():
        _drop(table, indexes)


def _create(table: str, indexes: tuple[tuple[str, ...], ...]) -> None:
    present = _present(table)
    for columns in indexes:
        if _name(table, columns) not in present:
            op.create_index(_name(table, columns), table, list(columns))


def _drop(table: str, indexes: tuple[tuple[str, ...], ...]) -> None:
    present = _present(table)
    for columns in indexes:
        if _name(table, columns) in present:
            op.drop_index(_name(table, columns), table_name=table)


def _name(table: str, columns: tuple[str, ...]) -> str:
    return f"ix_{table}_{'_'.join(columns)}"


def _present(table: str) -> set[str]:
    return {str(index["name"]) for index in sa.inspect(op.get_bind()).get_indexes(table)}
