"""The sample school with what its pages need besides: a change, one taken back, a backup."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask
from sqlalchemy import select

from scripts import sample_school
from studentadmin.extensions import db
from studentadmin.models import ImportJob, Student, User
from studentadmin.services import backup, undo
from studentadmin.services.student import students
from studentadmin.services.unit import Unit, write
from studentadmin.settings import Settings
from tests.e2e import school

FEATURED = str(sample_school.INVENTED[0]["student_number"])
"""The number of the student with the fullest record."""
OWNER = "ann@school.example"


@dataclass(frozen=True)
class Sample:
    """Keys of what the pages are about."""

    change: int
    undone_change: int
    invited: int
    import_job: int


def fill(app: Flask) -> Sample:
    """Fill an empty register."""
    sample_school.fill(app)
    school.add_people(app, school.CLERKS)
    with app.app_context():
        wrong = _edit(birth_place="杭州", sex="unspecified")
        write(
            lambda unit: undo.undo(unit, wrong).id,
            by=school.BY,
            why="undo",
            source="undo",
            undoes=wrong,
        )
        settings: Settings = app.extensions["studentadmin.settings"]
        backup.create(settings, backup.Reason.BY_HAND)
        newest = _edit(birth_place="上海市浦东新区")
        invited = db.session.scalars(select(User.id).where(User.password.is_(None))).first()
        job = db.session.scalars(select(ImportJob.id)).first()
        school.let_go()
    assert invited is not None
    assert job is not None
    return Sample(newest, wrong, invited, job)


def _edit(**values: Any) -> int:
    def work(unit: Unit) -> None:
        query = select(Student.id).filter_by(student_number=FEATURED)
        students.edit(unit, unit.session.scalars(query).one(), values)

    key = write(work, by=school.BY, why="edit").change_set_id
    assert key is not None
    return key
