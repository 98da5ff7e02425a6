"""Guardians and other contacts, and how people are reached."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from flask_babel import gettext as _

from studentadmin.errors import RuleBroken
from studentadmin.models import Address, Email, Organisation, Person, Phone, Student, StudentContact
from studentadmin.models.person import Owned
from studentadmin.rules import phone
from studentadmin.services import records
from studentadmin.services.naming import NAME_FORMS, with_name_forms
from studentadmin.services.records import Draft, Link, RecordService, require_live
from studentadmin.services.unit import Unit


@dataclass(frozen=True)
class PersonDraft(Draft):
    """The names of a contact."""

    family_name: str
    given_name: str | None = None
    middle_name: str | None = None
    preferred_name: str | None = None
    native_name: str | None = None
    language: str | None = None


class PersonService(RecordService[Person]):
    """A person stays while a student needs them."""

    model = Person
    derived = NAME_FORMS

    @staticmethod
    def links() -> tuple[Link, ...]:
        return (
            Link(StudentContact.person_id),
            Link(Address.person_id, owned=True),
            Link(Phone.person_id, owned=True),
            Link(Email.person_id, owned=True),
        )

    def prepare(self, unit: Unit, row: Person, values: dict[str, Any]) -> dict[str, Any]:
        return with_name_forms(row, values)


@dataclass(frozen=True)
class StudentContactDraft(Draft):
    """What a person is to a student; `priority` 1 is called first."""

    student_id: int
    person_id: int
    relation: str
    is_primary: bool = False
    is_emergency: bool = False
    lives_with: bool = False
    is_legal_guardian: bool = False
    priority: int = 1
    restrictions: str | None = None


class StudentContactService(RecordService[StudentContact]):
    """One primary contact, exactly, once a student has contacts (rule 4)."""

    model = StudentContact
    together = "student_id"
    locks = ((Student, "student_id"),)

    @staticmethod
    def asks() -> tuple[tuple[Any, str], ...]:
        return ((StudentContact.student_id, "student_id"),)

    def check(self, unit: Unit, row: StudentContact) -> None:
        student = unit.lookups.lock(Student, row.student_id)
        if student is None or student.deleted_at:
            raise RuleBroken(_("Choose a student."), "student_id")
        require_live(unit.session, Person, row.person_id, "person_id")
        for twice in unit.lookups.rows(StudentContact.student_id, row.student_id):
            if twice is not row and twice.person_id == row.person_id:
                raise RuleBroken(
                    _("This person was a contact of the student before; restore it from the trash.")
                    if twice.deleted_at
                    else _("This person is already a contact of the student."),
                    "person_id",
                )

    def settle(self, unit: Unit, row: StudentContact) -> None:
        """The row just made primary wins; with none left, the next in priority becomes it."""
        student = unit.session.get(Student, row.student_id)
        if student is None or student.deleted_at is not None:
            return  # taken out by the same undo, or in the trash: they come back as they were
        rows = unit.lookups.rows(StudentContact.student_id, row.student_id)
        contacts = sorted(
            (contact for contact in rows if contact.deleted_at is None),
            key=lambda contact: (contact.priority, contact.id),
        )
        if not contacts:
            return
        primaries = [contact for contact in contacts if contact.is_primary]
        chosen = row if row in primaries else (primaries or contacts)[0]
        for contact in contacts:
            if contact.is_primary != (contact is chosen):
                contact.is_primary = contact is chosen
        unit.flush()


@dataclass(frozen=True)
class OwnedDraft(Draft):
    """Of exactly one of student, person and organisation."""

    type: str
    student_id: int | None = None
    person_id: int | None = None
    organisation_id: int | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    priority: int = 1


O = TypeVar("O", Address, Phone, Email)  # noqa: E741


class OwnedService(RecordService[O]):
    """Belongs to one owner, for a span of days."""

    def check(self, unit: Unit, row: O) -> None:
        owners: dict[str, Any] = {
            "student_id": Student, "person_id": Person, "organisation_id": Organisation
        }  # fmt: skip
        held = [column for column in owners if getattr(row, column) is not None]
        if len(held) != 1:
            raise RuleBroken(_("Choose one owner: a student, a person or an organisation."), "type")
        require_live(unit.session, owners[held[0]], getattr(row, held[0]), held[0])
        _check_span(row)


def _check_span(row: Owned) -> None:
    if row.valid_from and row.valid_to and row.valid_to < row.valid_from:
        raise RuleBroken(_("The last day cannot lie before the first."), "valid_to")


@dataclass(frozen=True)
class AddressDraft(OwnedDraft):
    """A postal address."""

    street: str = ""
    city: str | None = None
    region: str | None = None
    postal_code: str | None = None
    country: str | None = None


class AddressService(OwnedService[Address]):
    """Postal addresses."""

    model = Address


@dataclass(frozen=True)
class PhoneDraft(OwnedDraft):
    """A number as typed."""

    number: str = ""


class PhoneService(OwnedService[Phone]):
    """Telephone numbers; their digits are kept for finding."""

    model = Phone
    derived = frozenset({"digits"})

    def prepare(self, unit: Unit, row: Phone, values: dict[str, Any]) -> dict[str, Any]:
        if "number" in values:
            values = {**values, "digits": phone.digits(values["number"] or "")}
        return values


@dataclass(frozen=True)
class EmailDraft(OwnedDraft):
    """An address as typed."""

    address: str = ""


class EmailService(OwnedService[Email]):
    """E-mail addresses: never required, never unique (rule 10)."""

    model = Email


people = PersonService()
student_contacts = StudentContactService()
addresses = AddressService()
phones = PhoneService()
emails = EmailService()
for service in (people, student_contacts, addresses, phones, emails):
    records.register(service)
