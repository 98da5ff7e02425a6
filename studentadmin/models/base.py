"""What every table of the register carries."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, ClassVar
from uuid import uuid4

from sqlalchemy import DateTime, Dialect, String, TypeDecorator
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from studentadmin.extensions import Base, db

__all__ = ["BOOKKEEPING", "Base", "Record", "Table", "UtcDateTime", "db"]

BOOKKEEPING = frozenset({"version", "created_at", "updated_at"})
"""Columns the write path keeps by itself: never typed, never a clash, never undone."""


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware UTC in Python, naive UTC with microseconds in the database."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        if dialect.name in {"mysql", "mariadb"}:
            from sqlalchemy.dialects.mysql import DATETIME

            return dialect.type_descriptor(DATETIME(fsp=6))
        return dialect.type_descriptor(DateTime())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.astimezone(UTC).replace(tzinfo=None) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value else None


class Table(db.Model):  # type: ignore[name-defined]
    """Any table: an integer key that is never given twice, utf8mb4 on a server."""

    __abstract__ = True
    TABLE_OPTIONS: ClassVar[dict[str, Any]] = {
        "sqlite_autoincrement": True,
        "mysql_charset": "utf8mb4",
        "mysql_collate": "utf8mb4_bin",
        "mariadb_charset": "utf8mb4",
        "mariadb_collate": "utf8mb4_bin",
    }
    __table_args__: Any = TABLE_OPTIONS

    id: Mapped[int] = mapped_column(primary_key=True)


class Record(Table):
    """A row of the register: identified for ever, versioned, deleted into the trash."""

    __abstract__ = True

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.version}

    sourced_id: Mapped[str] = mapped_column(
        String(36), unique=True, default=lambda: str(uuid4()), sort_order=900
    )
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, sort_order=901)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, sort_order=902)
    version: Mapped[int] = mapped_column(sort_order=903)
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime, sort_order=904)

    @property
    def label(self) -> str:
        """How a person names this record; shown in lists, history and messages."""
        raise NotImplementedError

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.id}>"
