"""Merged students, the findings of checks that are left as they are, and their counts by day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0007_merge_and_health"
down_revision = "0006_exit_reason"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "student_merge",
        sa.Column("student_id", sa.Integer(), nullable=False),
        sa.Column("into_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sourced_id", sa.String(length=36), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "deleted_at",
            sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"),
            nullable=True,
        ),
        sa.ForeignKeyConstraint(
            ["student_id"], ["student.id"], name=op.f("fk_student_merge_student_id_student")
        ),
        sa.ForeignKeyConstraint(
            ["into_id"], ["student.id"], name=op.f("fk_student_merge_into_id_student")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_student_merge")),
        sa.UniqueConstraint("student_id", name=op.f("uq_student_merge_student_id")),
        sa.UniqueConstraint("sourced_id", name=op.f("uq_student_merge_sourced_id")),
        mariadb_charset="utf8mb4",
        mariadb_collate="utf8mb4_bin",
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_student_merge_into_id"), "student_merge", ["into_id"], unique=False)
    op.add_column("student", sa.Column("former_numbers", sa.String(length=255), nullable=True))
    op.create_table(
        "health_ignore",
        sa.Column("check_name", sa.String(length=40), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=255), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sourced_id", sa.String(length=36), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "deleted_at",
            sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"),
            nullable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_health_ignore")),
        sa.UniqueConstraint(
            "check_name",
            "row_id",
            "other_id",
            name=op.f("uq_health_ignore_check_name_row_id_other_id"),
        ),
        sa.UniqueConstraint("sourced_id", name=op.f("uq_health_ignore_sourced_id")),
        mariadb_charset="utf8mb4",
        mariadb_collate="utf8mb4_bin",
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        sqlite_autoincrement=True,
    )
    op.create_table(
        "health_count",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("check_name", sa.String(length=40), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column(
            "counted_at",
            sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"),
            nullable=False,
        ),
        sa.Column("change_set_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_health_count")),
        sa.UniqueConstraint("check_name", "day", name=op.f("uq_health_count_check_name_day")),
        mariadb_charset="utf8mb4",
        mariadb_collate="utf8mb4_bin",
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    op.drop_table("health_count")
    op.drop_table("health_ignore")
    op.drop_column("student", "former_numbers")
    op.drop_table("student_merge")
