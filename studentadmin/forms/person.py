"""What may be typed about contacts and how people are reached."""

from flask_babel import lazy_gettext as _l
from wtforms import validators

from studentadmin.forms import choices
from studentadmin.forms.base import RecordForm
from studentadmin.forms.fields import choice, day, lines, relation, text, whole, yes_no
from studentadmin.models import Address, Email, Person, Phone, StudentContact
from studentadmin.services.person import (
    AddressDraft,
    EmailDraft,
    PersonDraft,
    PhoneDraft,
    StudentContactDraft,
)


class PersonForm(RecordForm):
    """A guardian or other contact."""

    draft_type = PersonDraft
    fieldsets = (
        (
            _l("Name"),
            ("family_name", "given_name", "middle_name", "preferred_name", "native_name"),
        ),
        (_l("Language"), ("language",)),
    )

    family_name = text(Person.family_name, _l("Family name"))
    given_name = text(Person.given_name, _l("Given name"))
    middle_name = text(Person.middle_name, _l("Middle name"))
    preferred_name = text(Person.preferred_name, _l("Preferred name"))
    native_name = text(Person.native_name, _l("Name in own script"))
    language = text(Person.language, _l("Language at home"))


class StudentContactForm(RecordForm):
    """What a person is to a student."""

    draft_type = StudentContactDraft
    fieldsets = (
        (_l("Contact"), ("student_id", "person_id", "relation", "priority")),
        (
            _l("Role"),
            ("is_primary", "is_emergency", "lives_with", "is_legal_guardian", "restrictions"),
        ),
    )

    student_id = relation(StudentContact.student_id, _l("Student"), "student")
    person_id = relation(StudentContact.person_id, _l("Person"), "person")
    relation = choice(StudentContact.relation, _l("Relation"), choices.RELATIONS.items())
    is_primary = yes_no(
        _l("Primary contact"), _l("Each student has exactly one; choosing another moves it.")
    )
    is_emergency = yes_no(_l("Call in an emergency"))
    lives_with = yes_no(_l("Lives with the student"))
    is_legal_guardian = yes_no(_l("Legal guardian"))
    priority = whole(StudentContact.priority, _l("Called as number"), 1, 99)
    priority.kwargs["default"] = 1
    restrictions = lines(
        StudentContact.restrictions, _l("Restrictions"), _l("For example custody limits.")
    )


class OwnedForm(RecordForm):
    """Of exactly one student, person or organisation."""

    type = choice(Phone.type, _l("Kind"), choices.CONTACT_TYPES.items(), default="home")
    student_id = relation(Phone.student_id, _l("Student"), "student")
    person_id = relation(Phone.person_id, _l("Person"), "person")
    organisation_id = relation(Phone.organisation_id, _l("Organisation"), "organisation")
    priority = whole(Phone.priority, _l("Order"), 1, 99)
    priority.kwargs["default"] = 1
    valid_from = day(Phone.valid_from, _l("Valid from"))
    valid_to = day(Phone.valid_to, _l("Valid to"))


OWNER = (_l("Belongs to one of"), ("student_id", "person_id", "organisation_id"))
SPAN = (_l("Use"), ("priority", "valid_from", "valid_to"))


class AddressForm(OwnedForm):
    """A postal address."""

    draft_type = AddressDraft
    fieldsets = (
        (_l("Address"), ("type", "street", "postal_code", "city", "region", "country")),
        OWNER,
        SPAN,
    )

    type = choice(Address.type, _l("Kind"), choices.ADDRESS_TYPES.items(), default="home")
    street = text(Address.street, _l("Street and number"))
    postal_code = text(Address.postal_code, _l("Postal code"))
    city = text(Address.city, _l("City"))
    region = text(Address.region, _l("State or province"))
    country = text(Address.country, _l("Country"))


class PhoneForm(OwnedForm):
    """A telephone number."""

    draft_type = PhoneDraft
    fieldsets = ((_l("Phone"), ("type", "number")), OWNER, SPAN)

    number = text(Phone.number, _l("Phone number"))


class EmailForm(OwnedForm):
    """An e-mail address."""

    draft_type = EmailDraft
    fieldsets = ((_l("E-mail"), ("type", "address")), OWNER, SPAN)

    address = text(Email.address, _l("E-mail address"))
    address.kwargs["validators"].append(validators.Email(_l("This is not an e-mail address.")))
