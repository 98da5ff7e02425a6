"""What was taken, added up: the monthly sheet of a class, and rates of absence."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, Flask, render_template, request, url_for
from sqlalchemy import select

from studentadmin.extensions import db
from studentadmin.forms import words
from studentadmin.models import AcademicSession, Homeroom, Student
from studentadmin.rules.attendance import Tally
from studentadmin.services import attendance_rates
from studentadmin.services.academic_session import session_on
from studentadmin.services.attendance_month import read_month
from studentadmin.services.records import service_of
from studentadmin.views import access
from studentadmin.views.access import needs
from studentadmin.views.admin.listing import whole_number
from studentadmin.views.attendance import today
from studentadmin.views.attendance_words import closure_text, rate_text, sorted_name

bp = Blueprint("attendance_pages", __name__, url_prefix="/attendance")
MOST_SESSIONS = 60


@bp.get("/homerooms/<int:key>/month")
@needs("attendance_event", "view")
def month(key: int) -> str:
    """Students down, days across; on paper one A4 page, landscape."""
    homeroom = service_of(Homeroom).find(db.session, key)
    first = _month_asked()
    read = read_month(db.session, homeroom, first)
    return render_template(
        "pages/attendance_month.html",
        title=homeroom.name,
        school=homeroom.organisation.name,
        month=read,
        previous_url=url_for(".month", month=f"{first - timedelta(days=1):%Y-%m}", key=key),
        next_url=url_for(".month", month=f"{first + timedelta(days=31):%Y-%m}", key=key),
        letters=words.attendance_letters,
        name_of=words.attendance_name,
        closure_text=closure_text,
        rate_text=rate_text,
        name=sorted_name,
        index_url=url_for("attendance.index"),
        record_url=url_for("homeroom.details_view", key=key),
    )


@bp.get("/rates")
@needs("attendance_event", "view")
def rates() -> str:
    """Every class in a session, and every student of the class that the address names."""
    sessions = _sessions()
    chosen = _session_asked(sessions)
    homeroom = None
    lines: list[dict[str, Any]] = []
    total = Tally()
    if chosen is not None:
        days = (chosen.start_date, chosen.end_date)
        key = whole_number(request.args.get("homeroom"))
        if key is not None:
            homeroom = service_of(Homeroom).find(db.session, key)
            found = attendance_rates.of_students(db.session, key, days)
            lines = [_student_line(row, tally) for row, tally in found]
            total = sum((tally for _row, tally in found), Tally())
        else:
            classes = attendance_rates.of_classes(db.session, days)
            lines = [_class_line(row, tally, chosen) for row, tally in classes]
            total = sum((tally for _row, tally in classes), Tally())
    return render_template(
        "pages/attendance_rates.html",
        sessions=sessions,
        chosen=chosen,
        homeroom=homeroom,
        lines=lines,
        total=total,
        rate_text=rate_text,
        classes_url=url_for(".rates", session=chosen.id if chosen else None),
        index_url=url_for("attendance.index"),
    )


def _class_line(row: Homeroom, tally: Tally, chosen: AcademicSession) -> dict[str, Any]:
    return {
        "name": row.name,
        "url": url_for(".rates", session=chosen.id, homeroom=row.id),
        "tally": tally,
    }


def _student_line(row: Student, tally: Tally) -> dict[str, Any]:
    url = url_for("student.details_view", key=row.student_number)
    return {
        "name": sorted_name(row),
        "url": url if access.may("student", "view") else None,
        "tally": tally,
    }


def _month_asked() -> date:
    try:
        return date.fromisoformat(f"{request.args.get('month', '')}-01")
    except ValueError:
        return today().replace(day=1)


def _sessions() -> list[AcademicSession]:
    """The newest sessions, years and their parts."""
    query = (
        select(AcademicSession)
        .where(AcademicSession.deleted_at.is_(None))
        .order_by(
            AcademicSession.start_date.desc(), AcademicSession.end_date.desc(), AcademicSession.id
        )
        .limit(MOST_SESSIONS)
    )
    return list(db.session.scalars(query))


def _session_asked(sessions: list[AcademicSession]) -> AcademicSession | None:
    """The session that the address names; else the running school year, else the newest."""
    asked = whole_number(request.args.get("session"))
    if asked is not None:
        found: AcademicSession = service_of(AcademicSession).find(db.session, asked)
        return found
    return session_on(db.session, today()) or next(iter(sessions), None)


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
