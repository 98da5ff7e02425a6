"""What tests of pages look for."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import func, select

from studentadmin.extensions import db
from studentadmin.models import ChangeSet, Student
from tests.markup import Page

NOT_SAVED = 422


def student_of(app: Flask, number: str) -> Student:
    with app.app_context():
        return db.session.query(Student).filter_by(student_number=number).one()


def changes(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(ChangeSet)) or 0


def flashed(page: Page) -> str:
    """What stands above the content after an action."""
    boxes = [e.text for e in page.all if e.attributes.get("data-flashes") is not None]
    return " ".join(" ".join(boxes).split())
