"""The history: who changed which rows, when, why and from where."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Dialect, ForeignKey, Index, String, Text, TypeDecorator
from sqlalchemy.dialects.mysql import MEDIUMTEXT
from sqlalchemy.orm import Mapped, mapped_column, relationship

from studentadmin.models.base import Table, UtcDateTime

Values = dict[str, Any]


class Json(TypeDecorator[Values]):
    """A small JSON object as readable text."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        if dialect.name in {"mysql", "mariadb"}:
            return dialect.type_descriptor(MEDIUMTEXT())
        return dialect.type_descriptor(Text())

    def process_bind_param(self, value: Values | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    def process_result_value(self, value: str | None, dialect: Dialect) -> Values | None:
        return None if value is None else json.loads(value)


class ChangeSet(Table):
    """Everything one action wrote, committed and undone as one."""

    __tablename__ = "change_set"

    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    by_user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)
    by_name: Mapped[str] = mapped_column(String(200))
    why: Mapped[str] = mapped_column(String(200))
    source: Mapped[str] = mapped_column(String(20))
    subject_table: Mapped[str | None] = mapped_column(String(64))
    subject_id: Mapped[int | None]
    row_count: Mapped[int] = mapped_column(default=0)
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("change_set.id"), index=True)
    idempotency_key: Mapped[str | None] = mapped_column(String(64), unique=True)

    rows: Mapped[list[ChangeRow]] = relationship(
        back_populates="change_set", order_by="ChangeRow.id", lazy="raise"
    )


class ChangeRow(Table):
    """One row of the register before and after; an update holds only the columns it changed."""

    __tablename__ = "change_row"
    __table_args__ = (
        Index("ix_change_row_table_name_row_id_id", "table_name", "row_id", "id"),
        Table.TABLE_OPTIONS,
    )

    change_set_id: Mapped[int] = mapped_column(ForeignKey("change_set.id"), index=True)
    table_name: Mapped[str] = mapped_column(String(64))
    row_id: Mapped[int]
    action: Mapped[str] = mapped_column(String(10))
    version: Mapped[int]
    before: Mapped[Values | None] = mapped_column(Json)
    after: Mapped[Values | None] = mapped_column(Json)

    change_set: Mapped[ChangeSet] = relationship(back_populates="rows")
