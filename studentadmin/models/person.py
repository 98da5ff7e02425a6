"""Guardians and other contacts, and how one reaches people."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from studentadmin.models.base import Record, Table
from studentadmin.rules import names

if TYPE_CHECKING:
    from studentadmin.models.organisation import Organisation
    from studentadmin.models.student import Student


class Named:
    """The names of a human being, and the forms kept for sorting and finding them."""

    family_name: Mapped[str] = mapped_column(String(100))
    given_name: Mapped[str | None] = mapped_column(String(100))
    middle_name: Mapped[str | None] = mapped_column(String(100))
    preferred_name: Mapped[str | None] = mapped_column(String(100))
    native_name: Mapped[str | None] = mapped_column(String(100))
    sort_name: Mapped[str] = mapped_column(String(255))
    search_name: Mapped[str] = mapped_column(String(512))

    @property
    def full_name(self) -> str:
        return names.display_name(self.family_name, self.given_name or "", self.middle_name or "")

    @property
    def label(self) -> str:
        return self.full_name


class Person(Named, Record):
    """A guardian or other contact; brothers and sisters share one."""

    __tablename__ = "person"
    __table_args__ = (Index(None, "sort_name", "id", "deleted_at"), Table.TABLE_OPTIONS)

    language: Mapped[str | None] = mapped_column(String(100))
    students: Mapped[list[StudentContact]] = relationship(back_populates="person")


class StudentContact(Record):
    """What a person is to a student."""

    __tablename__ = "student_contact"
    __table_args__ = (UniqueConstraint("student_id", "person_id"), Table.TABLE_OPTIONS)

    student_id: Mapped[int] = mapped_column(ForeignKey("student.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    relation: Mapped[str] = mapped_column(String(20))
    is_primary: Mapped[bool] = mapped_column(default=False)
    is_emergency: Mapped[bool] = mapped_column(default=False)
    lives_with: Mapped[bool] = mapped_column(default=False)
    is_legal_guardian: Mapped[bool] = mapped_column(default=False)
    priority: Mapped[int] = mapped_column(default=1)
    restrictions: Mapped[str | None] = mapped_column(Text, info={"field_class": "sensitive"})

    student: Mapped[Student] = relationship()
    person: Mapped[Person] = relationship(back_populates="students")

    @property
    def label(self) -> str:
        return f"{self.person.full_name} – {self.student.full_name}"


class Owned:
    """Belongs to exactly one student, person or organisation, for a while."""

    type: Mapped[str] = mapped_column(String(20))
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    priority: Mapped[int] = mapped_column(default=1)

    @declared_attr
    def student_id(cls) -> Mapped[int | None]:
        return mapped_column(ForeignKey("student.id"), index=True)

    @declared_attr
    def person_id(cls) -> Mapped[int | None]:
        return mapped_column(ForeignKey("person.id"), index=True)

    @declared_attr
    def organisation_id(cls) -> Mapped[int | None]:
        return mapped_column(ForeignKey("organisation.id"), index=True)

    @declared_attr
    def student(cls) -> Mapped[Student | None]:
        return relationship("Student")

    @declared_attr
    def person(cls) -> Mapped[Person | None]:
        return relationship("Person")

    @declared_attr
    def organisation(cls) -> Mapped[Organisation | None]:
        return relationship("Organisation")

    @declared_attr.directive
    def __table_args__(cls) -> tuple[object, ...]:
        return (
            CheckConstraint(
                "(CASE WHEN student_id IS NULL THEN 0 ELSE 1 END)"
                " + (CASE WHEN person_id IS NULL THEN 0 ELSE 1 END)"
                " + (CASE WHEN organisation_id IS NULL THEN 0 ELSE 1 END) = 1",
                name="one_owner",
            ),
            CheckConstraint(
                "valid_to IS NULL OR valid_from IS NULL OR valid_to >= valid_from",
                name="valid_to_after_from",
            ),
            Table.TABLE_OPTIONS,
        )


CONTACT = {"field_class": "contact"}


class Address(Owned, Record):
    """A postal address."""

    __tablename__ = "address"

    street: Mapped[str] = mapped_column(String(255), info=CONTACT)
    city: Mapped[str | None] = mapped_column(String(100), info=CONTACT)
    region: Mapped[str | None] = mapped_column(String(100), info=CONTACT)
    postal_code: Mapped[str | None] = mapped_column(String(20), info=CONTACT)
    country: Mapped[str | None] = mapped_column(String(100), info=CONTACT)

    @property
    def label(self) -> str:
        return ", ".join(part for part in (self.street, self.city) if part)


class Phone(Owned, Record):
    """A telephone number, as typed, and its digits to find it by."""

    __tablename__ = "phone"

    number: Mapped[str] = mapped_column(String(40), info=CONTACT)
    digits: Mapped[str] = mapped_column(String(40), index=True, info=CONTACT)

    @property
    def label(self) -> str:
        return self.number


class Email(Owned, Record):
    """An e-mail address: never required, never unique; brothers and sisters share them."""

    __tablename__ = "email"

    address: Mapped[str] = mapped_column(String(254), index=True, info=CONTACT)

    @property
    def label(self) -> str:
        return self.address
