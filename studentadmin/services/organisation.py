"""Schools and districts."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select

from studentadmin.errors import RuleBroken
from studentadmin.models import (
    Address,
    Calendar,
    Course,
    Email,
    Enrolment,
    Homeroom,
    Organisation,
    Phone,
)
from studentadmin.services import records, trees
from studentadmin.services.records import Draft, Link, RecordService
from studentadmin.services.unit import Unit


@dataclass(frozen=True)
class OrganisationDraft(Draft):
    """A school or what it belongs to."""

    name: str
    type: str
    identifier: str | None = None
    parent_id: int | None = None


class OrganisationService(RecordService[Organisation]):
    """An identifier names one organisation; nothing is its own ancestor."""

    model = Organisation

    @staticmethod
    def links() -> tuple[Link, ...]:
        return (
            Link(Enrolment.organisation_id),
            Link(Homeroom.organisation_id),
            Link(Organisation.parent_id),
            Link(Course.organisation_id),
            Link(Calendar.organisation_id),
            Link(Address.organisation_id, owned=True),
            Link(Phone.organisation_id, owned=True),
            Link(Email.organisation_id, owned=True),
        )

    def check(self, unit: Unit, row: Organisation) -> None:
        trees.refuse_circle(unit.session, row, "parent_id")
        if row.identifier:
            query = select(Organisation).where(
                Organisation.identifier == row.identifier, Organisation.id != (row.id or 0)
            )
            if taken := unit.session.scalars(query).first():
                raise RuleBroken(
                    _("This identifier already belongs to %(name)s.", name=taken.name), "identifier"
                )


organisations = OrganisationService()
records.register(organisations)
