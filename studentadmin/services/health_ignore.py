"""Findings that are right as they are: left with a reason, shown again when the record changes."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select

from studentadmin.errors import RuleBroken
from studentadmin.models import HealthIgnore
from studentadmin.services import records
from studentadmin.services.records import Draft, RecordService
from studentadmin.services.unit import Unit

LIKELY_DUPLICATE = "likely_duplicate"


@dataclass(frozen=True)
class HealthIgnoreDraft(Draft):
    """A finding by its check, row and mark; `other_id` is 0 but for pairs."""

    check_name: str
    row_id: int
    mark: str
    reason: str
    other_id: int = 0


class HealthIgnoreService(RecordService[HealthIgnore]):
    """One row for a finding, whatever became of it before."""

    model = HealthIgnore

    def check(self, unit: Unit, row: HealthIgnore) -> None:
        if not row.reason.strip():
            raise RuleBroken(_("Say why it is right as it is."), "reason")

    def leave(self, unit: Unit, draft: HealthIgnoreDraft) -> HealthIgnore:
        """Leave the finding as it is. Raises RuleBroken without a reason, NotAllowed."""
        query = select(HealthIgnore).filter_by(
            check_name=draft.check_name, row_id=draft.row_id, other_id=draft.other_id
        )
        before = unit.session.scalars(query).first()
        if before is None:
            return self.create(unit, draft)
        self.restore(unit, before.id)
        return self.edit(unit, before.id, draft)


health_ignores = HealthIgnoreService()
records.register(health_ignores)
