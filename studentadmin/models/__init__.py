"""The tables. Importing this package makes every model known to SQLAlchemy."""

from __future__ import annotations

from flask import Flask

from studentadmin.extensions import Migrations, db
from studentadmin.models.academic_session import AcademicSession
from studentadmin.models.attendance import AttendanceCode, AttendanceEvent, AttendanceSheet
from studentadmin.models.base import BOOKKEEPING, Base, Record
from studentadmin.models.calendar import Calendar, CalendarDate
from studentadmin.models.change import ChangeRow, ChangeSet
from studentadmin.models.engine import prepare_engine
from studentadmin.models.enrolment import Enrolment
from studentadmin.models.enrolment_type import EnrolmentType
from studentadmin.models.grade_level import GradeLevel
from studentadmin.models.health import HealthCount, HealthIgnore
from studentadmin.models.homeroom import Homeroom
from studentadmin.models.import_job import ImportJob, ImportRow
from studentadmin.models.organisation import Organisation
from studentadmin.models.person import Address, Email, Person, Phone, StudentContact
from studentadmin.models.saved_view import SavedView
from studentadmin.models.search import KINDS
from studentadmin.models.section import Course, Section, SectionEnrolment
from studentadmin.models.student import Student, StudentIdentifier, StudentMerge
from studentadmin.models.user import User, UserRole

__all__ = [
    "BOOKKEEPING",
    "KINDS",
    "AcademicSession",
    "Address",
    "AttendanceCode",
    "AttendanceEvent",
    "AttendanceSheet",
    "Base",
    "Calendar",
    "CalendarDate",
    "ChangeRow",
    "ChangeSet",
    "Course",
    "Email",
    "Enrolment",
    "EnrolmentType",
    "GradeLevel",
    "HealthCount",
    "HealthIgnore",
    "Homeroom",
    "ImportJob",
    "ImportRow",
    "Organisation",
    "Person",
    "Phone",
    "Record",
    "SavedView",
    "Section",
    "SectionEnrolment",
    "Student",
    "StudentContact",
    "StudentIdentifier",
    "StudentMerge",
    "User",
    "UserRole",
    "init_app",
]

RECORDS: dict[str, type[Record]] = {
    mapper.class_.__tablename__: mapper.class_
    for mapper in Base.registry.mappers
    if issubclass(mapper.class_, Record)
}
"""Every table that keeps history, by its name."""


def init_app(app: Flask) -> None:
    from studentadmin.models.migrations import migrations_dir

    db.init_app(app)
    app.extensions["migrate"] = Migrations(app, str(migrations_dir()))
    with app.app_context():
        for engine in db.engines.values():
            prepare_engine(engine)
