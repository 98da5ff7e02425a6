"""Courses, sections, calendars and attendance, with the codes that ship."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import NAMESPACE_URL, uuid5

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0008_attendance"
down_revision = "0007_merge_and_health"
branch_labels = None
depends_on = None

CODES = (
    ("A", "Unexcused absence", "unexcused", True),
    ("L", "Late", "tardy", True),
    ("S", "Sick", "excused", True),
    ("E", "Excused absence", "excused", False),
    ("D", "Left early", "early_departure", False),
    ("H", "Part of the day missed", "partial", False),
    ("T", "School activity", "present", False),
)


def upgrade() -> None:
    op.create_table(
        "attendance_code",
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_usual", sa.Boolean(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
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
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance_code")),
        sa.UniqueConstraint("code", name=op.f("uq_attendance_code_code")),
        sa.UniqueConstraint("sourced_id", name=op.f("uq_attendance_code_sourced_id")),
        mariadb_charset="utf8mb4",
        mariadb_collate="utf8mb4_bin",
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_attendance_code_position"), "attendance_code", ["position"], unique=False
    )

    op.create_table(
        "calendar",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("academic_session_id", sa.Integer(), nullable=False),
        sa.Column("weekdays", sa.String(length=7), nullable=False),
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
            ["academic_session_id"],
            ["academic_session.id"],
            name=op.f("fk_calendar_academic_session_id_academic_session"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_calendar_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar")),
        sa.UniqueConstraint(
            "organisation_id",
            "academic_session_id",
            name=op.f("uq_calendar_organisation_id_academic_session_id"),
        ),
        sa.UniqueConstraint("sourced_id", name=op.f("uq_calendar_sourced_id")),
        mariadb_charset="utf8mb4",
        mariadb_collate="utf8mb4_bin",
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_calendar_academic_session_id"), "calendar", ["academic_session_id"], unique=False
    )

    op.create_table(
        "course",
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("course_code", sa.String(length=64), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=100), nullable=True),
        sa.Column("grade_level_id", sa.Integer(), nullable=True),
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
            ["grade_level_id"],
            ["grade_level.id"],
            name=op.f("fk_course_grade_level_id_grade_level"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_course_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course")),
        sa.UniqueConstraint(
            "organisation_id", "course_code", name=op.f("uq_course_organisation_id_course_code")
        ),
        sa.UniqueConstraint("sourced_id", name=op.f("uq_course_sourced_id")),
        mariadb_charset="utf8mb4",
        mariadb_collate="utf8mb4_bin",
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_course_grade_level_id"), "course", ["grade_level_id"], unique=False)
    op.create_index(op.f("ix_course_title"), "course", ["title"], unique=False)

    op.create_table(
        "calendar_date",
        sa.Column("calendar_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("type", sa.String(length=20), nullable=False),
        sa.Column("start_date", sa.Date(), nullable=False),
        sa.Column("end_date", sa.Date(), nullable=False),
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
        sa.CheckConstraint("end_date >= start_date", name=op.f("ck_calendar_date_end_after_start")),
        sa.ForeignKeyConstraint(
            ["calendar_id"], ["calendar.id"], name=op.f("fk_calendar_date_calendar_id_calendar")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_date")),
        sa.UniqueConstraint("sourced_id", name=op.f("uq_calendar_date_sourced_id")),
        mariadb_charset="utf8mb4",
        mariadb_collate="utf8mb4_bin",
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_calendar_date_calendar_id"), "calendar_date", ["calendar_id"], unique=False
    )
    op.create_index(
        op.f("ix_calendar_date_start_date"), "calendar_date", ["start_date"], unique=False
    )

    op.create_table(
        "section",
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("academic_session_id", sa.Integer(), nullable=False),
        sa.Column("location", sa.String(length=100), nullable=True),
        sa.Column("capacity", sa.Integer(), nullable=True),
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
        sa.CheckConstraint(
            "capacity IS NULL OR capacity > 0", name=op.f("ck_section_capacity_positive")
        ),
        sa.ForeignKeyConstraint(
            ["academic_session_id"],
            ["academic_session.id"],
            name=op.f("fk_section_academic_session_id_academic_session"),
        ),
        sa.ForeignKeyConstraint(
            ["course_id"], ["course.id"], name=op.f("fk_section_course_id_course")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_section")),
        sa.UniqueConstraint(
            "academic_session_id",
            "course_id",
            "title",
            name=op.f("uq_section_academic_session_id_course_id_title"),
        ),
        sa.UniqueConstraint("sourced_id", name=op.f("uq_section_sourced_id")),
        mariadb_charset="utf8mb4",
        mariadb_collate="utf8mb4_bin",
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_section_course_id"), "section", ["course_id"], unique=False)
    op.create_index(op.f("ix_section_title"), "section", ["title"], unique=False)

    op.create_table(
        "attendance_sheet",
        sa.Column("homeroom_id", sa.Integer(), nullable=True),
        sa.Column("section_id", sa.Integer(), nullable=True),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("period", sa.Integer(), nullable=False),
        sa.Column("taken_by_id", sa.Integer(), nullable=True),
        sa.Column(
            "taken_at",
            sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"),
            nullable=False,
        ),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.Column(
            "changed_at",
            sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"),
            nullable=True,
        ),
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
        sa.CheckConstraint(
            "(homeroom_id IS NULL) <> (section_id IS NULL)",
            name=op.f("ck_attendance_sheet_one_group"),
        ),
        sa.CheckConstraint(
            "period BETWEEN 0 AND 12", name=op.f("ck_attendance_sheet_period_of_a_day")
        ),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["user.id"], name=op.f("fk_attendance_sheet_changed_by_id_user")
        ),
        sa.ForeignKeyConstraint(
            ["homeroom_id"], ["homeroom.id"], name=op.f("fk_attendance_sheet_homeroom_id_homeroom")
        ),
        sa.ForeignKeyConstraint(
            ["section_id"], ["section.id"], name=op.f("fk_attendance_sheet_section_id_section")
        ),
        sa.ForeignKeyConstraint(
            ["taken_by_id"], ["user.id"], name=op.f("fk_attendance_sheet_taken_by_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance_sheet")),
        sa.UniqueConstraint(
            "homeroom_id",
            "date",
            "period",
            name=op.f("uq_attendance_sheet_homeroom_id_date_period"),
        ),
        sa.UniqueConstraint(
            "section_id", "date", "period", name=op.f("uq_attendance_sheet_section_id_date_period")
        ),
        sa.UniqueConstraint("sourced_id", name=op.f("uq_attendance_sheet_sourced_id")),
        mariadb_charset="utf8mb4",
        mariadb_collate="utf8mb4_bin",
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_attendance_sheet_changed_by_id"),
        "attendance_sheet",
        ["changed_by_id"],
        unique=False,
    )
    op.create_index(op.f("ix_attendance_sheet_date"), "attendance_sheet", ["date"], unique=False)
    op.create_index(
        op.f("ix_attendance_sheet_taken_by_id"), "attendance_sheet", ["taken_by_id"], unique=False
    )

    op.create_table(
        "section_enrolment",
        sa.Column("section_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("student_id", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("begin_date", sa.Date(), nullable=False),
        sa.Column("end_date", sa.Date(), nullable=True),
        sa.Column("override_reason", sa.String(length=200), nullable=True),
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
        sa.CheckConstraint(
            "(role = 'student' AND student_id IS NOT NULL AND user_id IS NULL) OR (role = 'teacher' AND user_id IS NOT NULL AND student_id IS NULL)",
            name=op.f("ck_section_enrolment_one_person_of_the_role"),
        ),
        sa.CheckConstraint(
            "end_date IS NULL OR end_date >= begin_date",
            name=op.f("ck_section_enrolment_end_after_begin"),
        ),
        sa.ForeignKeyConstraint(
            ["section_id"], ["section.id"], name=op.f("fk_section_enrolment_section_id_section")
        ),
        sa.ForeignKeyConstraint(
            ["student_id"], ["student.id"], name=op.f("fk_section_enrolment_student_id_student")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_section_enrolment_user_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_section_enrolment")),
        sa.UniqueConstraint("sourced_id", name=op.f("uq_section_enrolment_sourced_id")),
        mariadb_charset="utf8mb4",
        mariadb_collate="utf8mb4_bin",
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_section_enrolment_section_id"), "section_enrolment", ["section_id"], unique=False
    )
    op.create_index(
        op.f("ix_section_enrolment_student_id"), "section_enrolment", ["student_id"], unique=False
    )
    op.create_index(
        op.f("ix_section_enrolment_user_id"), "section_enrolment", ["user_id"], unique=False
    )

    op.create_table(
        "attendance_event",
        sa.Column("student_id", sa.Integer(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("period", sa.Integer(), nullable=False),
        sa.Column("attendance_code_id", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=True),
        sa.Column("attendance_sheet_id", sa.Integer(), nullable=True),
        sa.Column("taken_by_id", sa.Integer(), nullable=True),
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
        sa.CheckConstraint(
            "minutes IS NULL OR minutes BETWEEN 1 AND 900",
            name=op.f("ck_attendance_event_minutes_of_a_day"),
        ),
        sa.CheckConstraint(
            "period BETWEEN 0 AND 12", name=op.f("ck_attendance_event_period_of_a_day")
        ),
        sa.ForeignKeyConstraint(
            ["attendance_code_id"],
            ["attendance_code.id"],
            name=op.f("fk_attendance_event_attendance_code_id_attendance_code"),
        ),
        sa.ForeignKeyConstraint(
            ["attendance_sheet_id"],
            ["attendance_sheet.id"],
            name=op.f("fk_attendance_event_attendance_sheet_id_attendance_sheet"),
        ),
        sa.ForeignKeyConstraint(
            ["student_id"], ["student.id"], name=op.f("fk_attendance_event_student_id_student")
        ),
        sa.ForeignKeyConstraint(
            ["taken_by_id"], ["user.id"], name=op.f("fk_attendance_event_taken_by_id_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance_event")),
        sa.UniqueConstraint("sourced_id", name=op.f("uq_attendance_event_sourced_id")),
        sa.UniqueConstraint(
            "student_id", "date", "period", name=op.f("uq_attendance_event_student_id_date_period")
        ),
        mariadb_charset="utf8mb4",
        mariadb_collate="utf8mb4_bin",
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_attendance_event_attendance_code_id"),
        "attendance_event",
        ["attendance_code_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_attendance_event_attendance_sheet_id"),
        "attendance_event",
        ["attendance_sheet_id"],
        unique=False,
    )
    op.create_index(
        "ix_attendance_event_date_period", "attendance_event", ["date", "period"], unique=False
    )
    op.create_index(
        op.f("ix_attendance_event_taken_by_id"), "attendance_event", ["taken_by_id"], unique=False
    )
    insert_codes()


def insert_codes() -> None:
    """The kinds of mark that ship, after Ed-Fi; present is no mark. A school adds its own."""
    codes = sa.table(
        "attendance_code",
        sa.column("code", sa.String),
        sa.column("name", sa.String),
        sa.column("category", sa.String),
        sa.column("position", sa.Integer),
        sa.column("is_usual", sa.Boolean),
        sa.column("is_active", sa.Boolean),
        sa.column("sourced_id", sa.String),
        sa.column("created_at", sa.DateTime),
        sa.column("updated_at", sa.DateTime),
        sa.column("version", sa.Integer),
    )
    now = datetime.now(UTC).replace(tzinfo=None)
    op.bulk_insert(
        codes,
        [
            {
                "code": code,
                "name": name,
                "category": category,
                "position": position,
                "is_usual": usual,
                "is_active": True,
                "sourced_id": str(uuid5(NAMESPACE_URL, f"studentadmin:attendance_code:{code}")),
                "created_at": now,
                "updated_at": now,
                "version": 1,
            }
            for position, (code, name, category, usual) in enumerate(CODES, 1)
        ],
    )


def downgrade() -> None:
    op.drop_table("attendance_event")
    op.drop_table("section_enrolment")
    op.drop_table("attendance_sheet")
    op.drop_table("section")
    op.drop_table("calendar_date")
    op.drop_table("course")
    op.drop_table("calendar")
    op.drop_table("attendance_code")
