"""A school's own kinds of entry and exit, beside those that ship."""

from __future__ import annotations

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from studentadmin.models.base import Record, Table


class EnrolmentType(Record):
    """One code that enrolments may carry; `meaning` is the shipped code it behaves as."""

    __tablename__ = "enrolment_type"
    __table_args__ = (UniqueConstraint("kind", "code"), Table.TABLE_OPTIONS)

    kind: Mapped[str] = mapped_column(String(10))
    code: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(100))
    meaning: Mapped[str] = mapped_column(String(20))

    @property
    def label(self) -> str:
        return self.name
