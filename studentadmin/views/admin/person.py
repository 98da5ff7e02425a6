"""Contacts, what they are to students, and how people are reached."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from studentadmin.models import Address, Email, Person, Phone, StudentContact
from studentadmin.services.listing import Sort
from studentadmin.views.admin.base import RecordView
from studentadmin.views.admin.columns import column, name_column
from studentadmin.views.admin.pages import RelatedTable


class PersonView(RecordView):
    """Guardians and other contacts."""

    icon = "users"
    columns = (
        name_column("person"),
        column("person", "native_name"),
        column("person", "preferred_name"),
        column("person", "language"),
    )
    search_paths = ("search_name",)
    default_order = (Sort("sort_name"),)
    empty_hint = _l("Guardians and other contacts stand here; brothers and sisters share them.")
    related = (
        RelatedTable(
            "student_contact",
            "person_id",
            (
                name_column("student", "student.", ("student_contact", "student_id")),
                column("student_contact", "relation"),
                column("student_contact", "is_primary"),
            ),
        ),
        RelatedTable("phone", "person_id", (column("phone", "number"), column("phone", "type"))),
        RelatedTable("email", "person_id", (column("email", "address"), column("email", "type"))),
        RelatedTable(
            "address",
            "person_id",
            (column("address", "street"), column("address", "city"), column("address", "type")),
        ),
    )


class StudentContactView(RecordView):
    """Who answers for whom."""

    icon = "user-check"
    columns = (
        name_column("student", "student.", ("student_contact", "student_id")),
        name_column("person", "person.", ("student_contact", "person_id")),
        column("student_contact", "relation"),
        column("student_contact", "is_primary"),
        column("student_contact", "is_emergency"),
    )
    filters = ("relation", "is_primary", "is_emergency")
    search_paths = ("student.search_name", "person.search_name")
    default_order = (Sort("student.sort_name"),)
    empty_hint = _l("Contacts are added on the page of a student.")


class PhoneView(RecordView):
    """Telephone numbers, found by their digits."""

    icon = "phone"
    columns = (
        column("phone", "number"),
        column("phone", "type"),
        name_column("student", "student.", ("phone", "student_id")),
        name_column("person", "person.", ("phone", "person_id")),
    )
    filters = ("type",)
    search_paths = ("number", "digits", "person.search_name", "student.search_name")
    default_order = (Sort("digits"),)


class EmailView(RecordView):
    """E-mail addresses."""

    icon = "mail"
    columns = (
        column("email", "address"),
        column("email", "type"),
        name_column("student", "student.", ("email", "student_id")),
        name_column("person", "person.", ("email", "person_id")),
    )
    filters = ("type",)
    search_paths = ("address", "person.search_name", "student.search_name")
    default_order = (Sort("address"),)


class AddressView(RecordView):
    """Postal addresses."""

    icon = "map-pin"
    columns = (
        column("address", "street"),
        column("address", "postal_code"),
        column("address", "city"),
        column("address", "type"),
        name_column("student", "student.", ("address", "student_id")),
        name_column("person", "person.", ("address", "person_id")),
    )
    filters = ("type",)
    search_paths = ("street", "city", "person.search_name", "student.search_name")
    default_order = (Sort("city"), Sort("street"))


def register(admin: Any) -> None:
    admin.add_view(PersonView(Person, "/people"))
    admin.add_view(StudentContactView(StudentContact, "/student-contacts"))
    admin.add_view(PhoneView(Phone, "/phones"))
    admin.add_view(EmailView(Email, "/emails"))
    admin.add_view(AddressView(Address, "/addresses"))
