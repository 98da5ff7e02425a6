"""A stock Flask-Admin app on the same file, set up as its manual shows."""

from __future__ import annotations

import argparse
import threading
import warnings
from pathlib import Path
from typing import ClassVar

from flask import Flask
from flask_admin import Admin
from flask_admin.contrib.sqla import ModelView
from flask_babel import Babel
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Date, DateTime, Integer, String
from sqlalchemy.orm import DeclarativeBase, mapped_column

SHOWN = (
    "student_number",
    "family_name",
    "given_name",
    "native_name",
    "sex",
    "birth_date",
    "status",
)


class Base(DeclarativeBase):
    """Of the stock app alone."""


db = SQLAlchemy(model_class=Base)


class Student(db.Model):  # type: ignore[name-defined]
    """The columns that the form needs."""

    __tablename__ = "student"
    id = mapped_column(Integer, primary_key=True)
    student_number = mapped_column(String(32))
    family_name = mapped_column(String(100))
    given_name = mapped_column(String(100))
    middle_name = mapped_column(String(100))
    preferred_name = mapped_column(String(100))
    native_name = mapped_column(String(100))
    sex = mapped_column(String(16))
    birth_date = mapped_column(Date)
    birth_place = mapped_column(String(200))
    citizenship = mapped_column(String(100))
    ethnicity = mapped_column(String(100))
    language = mapped_column(String(100))
    status = mapped_column(String(16))
    sort_name = mapped_column(String(255))
    search_name = mapped_column(String(512))
    deleted_at = mapped_column(DateTime)


class StudentView(ModelView):
    """A list with search, filter and export."""

    column_list = SHOWN
    column_searchable_list = ("search_name", "student_number")
    column_filters = ("status", "sex")
    column_sortable_list = ("student_number", "sort_name", "birth_date", "family_name")
    column_default_sort = "sort_name"
    page_size = 50
    can_export = True
    form_excluded_columns: ClassVar = ("sort_name", "search_name", "deleted_at")


def make(file: Path) -> Flask:
    app = Flask("stock")
    app.config["SECRET_KEY"] = "stock"
    app.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{file}"
    Babel(app)  # without it, and with Flask-Babel installed, every page fails
    db.init_app(app)
    admin = Admin(app, name="Stock")
    with app.app_context():
        admin.add_view(StudentView(Student, db))
    return app


def main() -> None:
    warnings.simplefilter("ignore")
    from studentadmin.desktop.server import Server, listen

    asked = argparse.ArgumentParser()
    asked.add_argument("port", type=int)
    asked.add_argument("folder", type=Path)
    given = asked.parse_args()
    Server(make(given.folder / "register.db").wsgi_app, listen(given.port)).start()
    threading.Event().wait()


if __name__ == "__main__":
    main()
