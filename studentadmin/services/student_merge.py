"""Who was merged into whom: kept beside the students, so that both numbers are found."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select

from studentadmin.errors import RuleBroken
from studentadmin.models import Student, StudentMerge
from studentadmin.services import records
from studentadmin.services.enrolment import follow_status
from studentadmin.services.records import Draft, RecordService, require_live
from studentadmin.services.unit import Unit

NUMBERS_LENGTH = 255


@dataclass(frozen=True)
class StudentMergeDraft(Draft):
    """`student_id` lies in the trash and stands for `into_id` from now on."""

    student_id: int
    into_id: int


class StudentMergeService(RecordService[StudentMerge]):
    """A merge keeps both numbers (rule 11): the survivor carries those of the others."""

    model = StudentMerge

    def check(self, unit: Unit, row: StudentMerge) -> None:
        require_live(unit.session, Student, row.into_id, "into_id")
        if row.student_id == row.into_id:
            raise RuleBroken(_("A student cannot be merged with the same student."), "into_id")

    def settle(self, unit: Unit, row: StudentMerge) -> None:
        """The survivor's former numbers and status follow, after a merge as after its undo."""
        into = unit.session.get(Student, row.into_id)
        if into is None:
            return
        query = (
            select(Student.student_number)
            .join(StudentMerge, StudentMerge.student_id == Student.id)
            .where(StudentMerge.into_id == into.id)
            .order_by(Student.student_number)
        )
        numbers = " ".join(unit.session.scalars(query))
        if len(numbers) > NUMBERS_LENGTH:
            raise RuleBroken(_("Too many students were merged into this one already."))
        into.former_numbers = numbers or None
        follow_status(unit, into)


student_merges = StudentMergeService()
records.register(student_merges)
