"""The index of the search box.

A register without a row to find has a whole index from the start; for others the program makes it
when it opens, or `studentadmin search rebuild`.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004_search_index"
down_revision = "0003_saved_views"
branch_labels = None
depends_on = None

ON_SERVER = {
    "mariadb_charset": "utf8mb4",
    "mariadb_collate": "utf8mb4_bin",
    "mysql_charset": "utf8mb4",
    "mysql_collate": "utf8mb4_bin",
}
VERSION = 1
SEARCHED = ("student", "person", "homeroom", "organisation")


def upgrade() -> None:
    op.create_table(
        "search_term",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.SmallInteger(), nullable=False),
        sa.Column("text", sa.String(length=100), nullable=False),
        sa.Column("category", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_term")),
        sa.UniqueConstraint(
            "kind", "text", "category", name=op.f("uq_search_term_kind_text_category")
        ),
        sqlite_autoincrement=True,
        **ON_SERVER,
    )
    op.create_table(
        "search_suffix",
        sa.Column("kind", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("place", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("text", sa.String(length=64), nullable=False),
        sa.Column("term_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("kind", "place", "text", "term_id", name=op.f("pk_search_suffix")),
        sqlite_with_rowid=False,
        **ON_SERVER,
    )
    op.create_table(
        "search_posting",
        sa.Column("term_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("row_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("term_id", "row_id", name=op.f("pk_search_posting")),
        sqlite_with_rowid=False,
        **ON_SERVER,
    )
    op.create_index("ix_search_posting_kind_row_id", "search_posting", ["kind", "row_id"])
    op.create_table(
        "search_number",
        sa.Column("what", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("text", sa.String(length=64), nullable=False),
        sa.Column("source_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.SmallInteger(), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("what", "text", "source_id", name=op.f("pk_search_number")),
        sqlite_with_rowid=False,
        **ON_SERVER,
    )
    op.create_index("ix_search_number_what_source_id", "search_number", ["what", "source_id"])
    state = op.create_table(
        "search_state",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("at_table", sa.String(length=64), nullable=True),
        sa.Column("at_key", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_state")),
        **ON_SERVER,
    )
    connection = op.get_bind()
    tables = [sa.table(name, sa.column("id")) for name in SEARCHED]
    if all(connection.scalar(sa.select(table.c.id).limit(1)) is None for table in tables):
        row = {"id": 1, "version": VERSION, "complete": True, "at_key": 0}
        connection.execute(sa.insert(state).values(**row))


def downgrade() -> None:
    op.drop_table("search_state")
    op.drop_table("search_number")
    op.drop_table("search_posting")
    op.drop_table("search_suffix")
    op.drop_table("search_term")
