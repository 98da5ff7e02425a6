"""What was imported: from which file, read how, and what became of each of its rows.

The cells of the file are not kept: what came of them is in the history of the change set.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from studentadmin.models.base import Table, UtcDateTime
from studentadmin.models.change import ChangeSet, Json, Values


class ImportJob(Table):
    """One file that was written into the register, as one change set."""

    __tablename__ = "import_job"

    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    change_set_id: Mapped[int] = mapped_column(ForeignKey("change_set.id"), unique=True)
    file_name: Mapped[str] = mapped_column(String(255))
    file_sha256: Mapped[str] = mapped_column(String(64), index=True)
    encoding: Mapped[str] = mapped_column(String(32))
    delimiter: Mapped[str] = mapped_column(String(1))
    mapping: Mapped[Values] = mapped_column(Json)
    """Heading -> field it was read as; headings that were left out are not in it."""
    date_orders: Mapped[Values] = mapped_column(Json)
    """Heading -> dmy, mdy or ymd, for the columns that needed one."""
    counts: Mapped[Values] = mapped_column(Json)
    """Outcome -> number of rows."""

    change_set: Mapped[ChangeSet] = relationship()
    rows: Mapped[list[ImportRow]] = relationship(
        back_populates="job", order_by="ImportRow.line", lazy="raise"
    )


class ImportRow(Table):
    """One row of the file: the line it began on, and what became of it."""

    __tablename__ = "import_row"

    import_job_id: Mapped[int] = mapped_column(ForeignKey("import_job.id"), index=True)
    line: Mapped[int]
    outcome: Mapped[str] = mapped_column(String(10))
    student_id: Mapped[int | None] = mapped_column(index=True)
    """No foreign key: undoing the import takes its students out, and what happened stays true."""

    job: Mapped[ImportJob] = relationship(back_populates="rows")
