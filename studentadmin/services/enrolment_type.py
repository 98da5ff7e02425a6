"""The kinds of entry and exit: those that ship, and a school's own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from studentadmin.errors import RuleBroken
from studentadmin.extensions import ReadSession
from studentadmin.models import Enrolment, EnrolmentType
from studentadmin.rules.enrolment_types import KINDS
from studentadmin.services import records
from studentadmin.services.records import Draft, RecordService
from studentadmin.services.unit import Unit

CODE = re.compile(r"[a-z0-9][a-z0-9._-]*")


@dataclass(frozen=True)
class EnrolmentTypeDraft(Draft):
    """`meaning` is a shipped code of the same `kind` (entry or exit)."""

    kind: str
    code: str
    name: str
    meaning: str


class EnrolmentTypeService(RecordService[EnrolmentType]):
    """A code is given once, means something we know, and stays while enrolments carry it."""

    model = EnrolmentType

    def prepare(self, unit: Unit, row: EnrolmentType, values: dict[str, Any]) -> dict[str, Any]:
        if "code" in values:
            values = {**values, "code": (values["code"] or "").strip().lower()}
        behaviour = ("kind", "code", "meaning")
        changed = [name for name in behaviour if values.get(name) not in (None, getattr(row, name))]
        if row.id and changed and _in_use(unit.session, row):
            raise RuleBroken(
                _("Enrolments carry this code already: only its name can change."), changed[0]
            )
        return values

    def check(self, unit: Unit, row: EnrolmentType) -> None:
        if row.kind not in KINDS:
            raise RuleBroken(_("Choose entry or exit."), "kind")
        if not CODE.fullmatch(row.code):
            raise RuleBroken(
                _("A code is made of small letters, digits, “-”, “.” and “_”."), "code"
            )
        if row.code in KINDS[row.kind]:
            raise RuleBroken(_("This code ships with the program. Choose another."), "code")
        if row.meaning not in KINDS[row.kind]:
            raise RuleBroken(_("Choose what it means from the list of the same kind."), "meaning")
        query = select(EnrolmentType).where(
            EnrolmentType.kind == row.kind,
            EnrolmentType.code == row.code,
            EnrolmentType.id != (row.id or 0),
        )
        if unit.session.scalars(query).first():
            raise RuleBroken(_("This code is taken, perhaps by one in the trash."), "code")

    def forget(self, unit: Unit, row: EnrolmentType) -> None:
        self._refuse_in_use(unit, row)

    def remove(self, unit: Unit, key: int, version: int | None = None) -> EnrolmentType:
        self._refuse_in_use(unit, self._get(unit, key))
        return super().remove(unit, key, version)

    def _refuse_in_use(self, unit: Unit, row: EnrolmentType) -> None:
        if _in_use(unit.session, row):
            raise RuleBroken(
                _("Enrolments carry “%(name)s”. Give them another type first.", name=row.name)
            )


def _in_use(session: ReadSession, row: EnrolmentType) -> bool:
    column = Enrolment.entry_type if row.kind == "entry" else Enrolment.exit_type
    query = select(Enrolment.id).where(column == row.code).limit(1)
    return session.scalar(query) is not None


def own(session: ReadSession, kind: str) -> list[EnrolmentType]:
    """The school's own codes of that kind, by name."""
    query = select(EnrolmentType).where(
        EnrolmentType.kind == kind, EnrolmentType.deleted_at.is_(None)
    )
    return list(session.scalars(query.order_by(EnrolmentType.name, EnrolmentType.id)))


def meaning_of(session: ReadSession, kind: str, code: str) -> str | None:
    """The shipped code that `code` behaves as; None for a code that nobody knows."""
    if code in KINDS[kind]:
        return code
    query = select(EnrolmentType.meaning).where(
        EnrolmentType.kind == kind,
        EnrolmentType.code == code,
        EnrolmentType.deleted_at.is_(None),
    )
    return session.scalar(query)


enrolment_types = EnrolmentTypeService()
records.register(enrolment_types)
