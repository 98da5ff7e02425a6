"""Schools, years, grades and classes as a person chooses among them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from studentadmin.extensions import ReadSession
from studentadmin.models import AcademicSession, GradeLevel, Homeroom, Organisation

MOST = 500
"""As many as one can choose from a menu; districts look up instead."""


def schools(session: ReadSession) -> Sequence[Organisation]:
    """Organisations of the type school, by name; all of them where there is none of that type."""
    live = Organisation.deleted_at.is_(None)
    query = select(Organisation).where(live).order_by(Organisation.name, Organisation.id)
    found = session.scalars(query.where(Organisation.type == "school").limit(MOST)).all()
    return found or session.scalars(query.limit(MOST)).all()


def sessions(
    session: ReadSession, *, ending_from: date | None = None, kind: str | None = None
) -> Sequence[AcademicSession]:
    """Sessions, the latest first; `ending_from` leaves out those that ended before that day."""
    query = select(AcademicSession).where(AcademicSession.deleted_at.is_(None))
    if ending_from is not None:
        query = query.where(AcademicSession.end_date >= ending_from)
    if kind is not None:
        query = query.where(AcademicSession.type == kind)
    order = (AcademicSession.start_date.desc(), AcademicSession.end_date, AcademicSession.id)
    return session.scalars(query.order_by(*order).limit(MOST)).all()


def grades(session: ReadSession) -> Sequence[GradeLevel]:
    """The ladder, lowest first."""
    query = select(GradeLevel).where(GradeLevel.deleted_at.is_(None))
    return session.scalars(query.order_by(GradeLevel.sequence, GradeLevel.id).limit(MOST)).all()


def classes(
    session: ReadSession,
    *,
    organisation_id: int | None = None,
    academic_session_id: int | None = None,
    ending_from: date | None = None,
) -> Sequence[Homeroom]:
    """Classes with their school and session, the latest session first, then by name."""
    query = (
        select(Homeroom)
        .join(Homeroom.academic_session)
        .where(Homeroom.deleted_at.is_(None))
        .options(joinedload(Homeroom.organisation), joinedload(Homeroom.academic_session))
        .order_by(AcademicSession.start_date.desc(), Homeroom.name, Homeroom.id)
    )
    if organisation_id is not None:
        query = query.where(Homeroom.organisation_id == organisation_id)
    if academic_session_id is not None:
        query = query.where(Homeroom.academic_session_id == academic_session_id)
    if ending_from is not None:
        query = query.where(AcademicSession.end_date >= ending_from)
    return session.scalars(query.limit(MOST)).all()
