"""Saved views of lists."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0003_saved_views"
down_revision = "0002_indexes_of_lists"
branch_labels = None
depends_on = None


def _instant() -> sa.DateTime:
    return sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb")


def upgrade() -> None:
    op.create_table(
        "saved_view",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("resource", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("shared_with", sa.String(length=200), nullable=False),
        sa.Column("opens_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sourced_id", sa.String(length=36), nullable=False),
        sa.Column("created_at", _instant(), nullable=False),
        sa.Column("updated_at", _instant(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("deleted_at", _instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["opens_id"], ["saved_view.id"], name=op.f("fk_saved_view_opens_id_saved_view")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_saved_view_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint("sourced_id", name=op.f("uq_saved_view_sourced_id")),
        mariadb_charset="utf8mb4",
        mariadb_collate="utf8mb4_bin",
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_saved_view_resource"), "saved_view", ["resource"], unique=False)
    op.create_index(op.f("ix_saved_view_user_id"), "saved_view", ["user_id"], unique=False)


def downgrade() -> None:
    op.drop_table("saved_view")
