"""What the checks of the register found, and what somebody decided to leave as it is."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from studentadmin.models.base import Record, Table, UtcDateTime


class HealthIgnore(Record):
    """One finding that is right as it is, and why. Two students who are not one are such a finding.

    No foreign key: the row may be of any table, and undoing its creation takes it out.
    """

    __tablename__ = "health_ignore"
    __table_args__ = (UniqueConstraint("check_name", "row_id", "other_id"), Table.TABLE_OPTIONS)

    check_name: Mapped[str] = mapped_column(String(40))
    row_id: Mapped[int]
    other_id: Mapped[int] = mapped_column(default=0)
    """The second row of a pair, 0 where the finding is about one row."""
    mark: Mapped[str] = mapped_column(String(64))
    """What the finding looked like; another one is shown again."""
    reason: Mapped[str] = mapped_column(String(255))

    @property
    def label(self) -> str:
        return self.reason


class HealthCount(Table):
    """How many findings a check had on one day: figures for the trend, no part of the history."""

    __tablename__ = "health_count"
    __table_args__ = (UniqueConstraint("check_name", "day"), Table.TABLE_OPTIONS)

    day: Mapped[date]
    check_name: Mapped[str] = mapped_column(String(40))
    count: Mapped[int]
    counted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    change_set_id: Mapped[int]
    """The newest change set when it was counted: with a newer one the figure may have changed."""
