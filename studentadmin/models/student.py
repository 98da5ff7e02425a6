"""Who the students are."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import (
    ColumnElement,
    Date,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    and_,
    bindparam,
    or_,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from studentadmin.models.base import Record, Table
from studentadmin.models.person import Named

if TYPE_CHECKING:
    from studentadmin.models.enrolment import Enrolment

SENSITIVE = {"field_class": "sensitive"}


def _present() -> ColumnElement[bool]:
    """The main enrolment that today lies in: rule 2 lets there be one at most."""
    from studentadmin.models.enrolment import Enrolment

    today = bindparam("today", callable_=date.today, type_=Date)
    return and_(
        Student.id == Enrolment.student_id,
        Enrolment.is_primary.is_(True),
        Enrolment.deleted_at.is_(None),
        Enrolment.entry_date <= today,
        or_(Enrolment.exit_date.is_(None), Enrolment.exit_date >= today),
    )


class Student(Named, Record):
    """One student for ever: the number is never given to another, leavers included."""

    __tablename__ = "student"
    __table_args__ = (
        Index(None, "sort_name", "id", "deleted_at"),
        Index(None, "status", "sort_name", "id", "deleted_at"),
        Index(None, "sex", "sort_name", "id", "deleted_at"),
        Index(None, "native_name", "id", "deleted_at"),
        Table.TABLE_OPTIONS,
    )

    student_number: Mapped[str] = mapped_column(String(32), unique=True, sort_order=-10)
    sex: Mapped[str | None] = mapped_column(String(16))
    birth_date: Mapped[date | None] = mapped_column(index=True)
    birth_place: Mapped[str | None] = mapped_column(String(200), info=SENSITIVE)
    citizenship: Mapped[str | None] = mapped_column(String(100), info=SENSITIVE)
    ethnicity: Mapped[str | None] = mapped_column(String(100), info=SENSITIVE)
    language: Mapped[str | None] = mapped_column(String(100))
    status: Mapped[str] = mapped_column(String(16), default="registered")
    former_numbers: Mapped[str | None] = mapped_column(String(255))
    """The numbers of records merged into this one, with spaces between; they find it."""

    identifiers: Mapped[list[StudentIdentifier]] = relationship(back_populates="student")
    enrolments: Mapped[list[Enrolment]] = relationship(back_populates="student")
    present_enrolment: Mapped[Enrolment | None] = relationship(
        primaryjoin=_present, viewonly=True, uselist=False
    )


class StudentIdentifier(Record):
    """A number somebody else gave the student: passport, 学籍号, 身份证."""

    __tablename__ = "student_identifier"
    __table_args__ = (UniqueConstraint("scheme", "value"), Table.TABLE_OPTIONS)

    student_id: Mapped[int] = mapped_column(ForeignKey("student.id"), index=True)
    scheme: Mapped[str] = mapped_column(String(20))
    value: Mapped[str] = mapped_column(String(64), info=SENSITIVE)

    student: Mapped[Student] = relationship(back_populates="identifiers")

    @property
    def label(self) -> str:
        return self.student.full_name


class StudentMerge(Record):
    """The record of `student`, in the trash for good, was of the same child as `into`."""

    __tablename__ = "student_merge"

    student_id: Mapped[int] = mapped_column(ForeignKey("student.id"), unique=True)
    into_id: Mapped[int] = mapped_column(ForeignKey("student.id"), index=True)

    student: Mapped[Student] = relationship(foreign_keys=[student_id])
    into: Mapped[Student] = relationship(foreign_keys=[into_id])

    @property
    def label(self) -> str:
        return f"{self.student.student_number} → {self.into.full_name}"
