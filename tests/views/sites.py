"""Two sites with the same verbs: a stock Flask-Admin `ModelView`, and ours.

What a check finds wrong on the first must be right on the second.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

from flask import Flask
from flask_admin import Admin
from flask_admin.contrib.sqla import ModelView
from flask_admin.form import BaseForm
from flask_babel import Babel, get_locale
from flask_login import login_user
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Date, ForeignKey, String, insert
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship
from wtforms import DateField, StringField, validators

from studentadmin.errors import StudentAdminError
from studentadmin.extensions import db as our_db
from studentadmin.forms.student import StudentForm
from studentadmin.models import Student, User
from studentadmin.services.student import students
from studentadmin.services.unit import Unit, write
from tests.factories import SYSTEM


class Base(DeclarativeBase):
    """Of the stock site alone."""


class Pupil(Base):
    __tablename__ = "pupil"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    born: Mapped[date | None] = mapped_column(Date)
    hidden: Mapped[bool] = mapped_column(default=False)
    form_id: Mapped[int | None] = mapped_column(ForeignKey("school_class.id"))
    school_class: Mapped[SchoolClass | None] = relationship(back_populates="pupils")


class SchoolClass(Base):
    __tablename__ = "school_class"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    pupils: Mapped[list[Pupil]] = relationship(back_populates="school_class")

    def __str__(self) -> str:
        return self.name


class PupilForm(BaseForm):
    """Stricter than the table: no control characters, born before today."""

    name = StringField(validators=[validators.Regexp(r"^[^\x00-\x1f]*$")])
    born = DateField(validators=[validators.Optional()])


class Stock:
    """`ModelView` as it comes, on a database of its own."""

    def __init__(self, folder: Path) -> None:
        app = Flask("stock")
        app.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{folder}/stock.db"
        app.config["SECRET_KEY"] = "stock"
        app.config["TESTING"] = True
        self.db = SQLAlchemy(app, model_class=Base)
        Babel(app)
        self.app = app

        class PupilView(ModelView):  # type: ignore[misc]
            can_edit = False
            can_export = True
            can_view_details = True
            column_list = ("name", "born", "school_class")
            column_searchable_list = ("name",)
            column_editable_list = ("name",)
            form_ajax_refs = {"school_class": {"fields": ("name",), "page_size": 10}}
            form = PupilForm

            def get_query(view) -> Any:  # noqa: N805
                return super().get_query().filter(Pupil.hidden.is_(False))

        class PlainView(ModelView):  # type: ignore[misc]
            column_list = ("name", "pupils")

        class LazyView(ModelView):  # type: ignore[misc]
            can_export = True
            column_list = ("name", "school_class")
            column_auto_select_related = False

        class FormView(ModelView):  # type: ignore[misc]
            """With its own scaffolded form."""

        with app.app_context():
            self.db.create_all()
            self.view = PupilView(Pupil, self.db, endpoint="pupil", url="/pupil")
            self.collections = PlainView(SchoolClass, self.db, endpoint="plain", url="/plain")
            forms = FormView(Pupil, self.db, endpoint="forms", url="/forms")
            lazy = LazyView(Pupil, self.db, endpoint="lazy", url="/lazy")
            admin = Admin(app)
            for view in (self.view, self.collections, forms, lazy):
                admin.add_view(view)
        self.client = app.test_client()

    addresses = {
        "list": "/pupil/", "export": "/pupil/export/csv/", "new": "/pupil/new/",
        "form with a relation": "/forms/new/", "lookup": "/pupil/ajax/lookup/",
        "bulk": "/pupil/action/", "list of relations": "/plain/",
        "export of relations": "/lazy/export/csv/",
    }  # fmt: skip

    def _do(self, work: Callable[[Any], Any]) -> Any:
        with self.app.app_context():
            found = work(self.db.session)
            self.db.session.commit()
            return found

    def add(self, name: str, **values: Any) -> int:
        def work(session: Any) -> int:
            pupil = Pupil(name=name, **values)
            session.add(pupil)
            session.flush()
            return pupil.id

        return int(self._do(work))

    def add_classes(self, count: int) -> None:
        names = [SchoolClass(name=f"Klass {number}") for number in range(count)]
        self._do(lambda session: session.add_all(names))

    def remove(self, key: Any) -> None:
        self._do(lambda session: setattr(session.get(Pupil, key), "hidden", True))

    def get(self, page: str, /, **args: Any) -> Any:
        args = {"name": "school_class", **args} if page == "lookup" else args
        if "search" in args:
            args = {"search": args["search"]}
        return self.client.get(self.addresses[page], query_string=args)

    def open(self, key: Any) -> Any:
        return self.client.get(f"/pupil/details/?id={key}")

    def cell(self, key: Any, name: str, value: str, *, token: bool = True) -> Any:
        return self.client.post("/pupil/ajax/update/", data={"list_form_pk": key, name: value})

    def post(self, page: str, values: dict[str, Any], *, token: bool = True) -> Any:
        return self.client.post(self.addresses[page], data=values)

    def name_of(self, key: Any) -> str:
        return str(self._do(lambda session: session.get(Pupil, key).name))

    def stranger(self) -> Any:
        return self.app.test_client()

    def add_with_class(self, name: str) -> None:
        """A row of the list of relations."""
        pupil = Pupil(name=name, school_class=SchoolClass(name=name))
        self._do(lambda session: session.add(pupil))

    def fill(self, count: int) -> None:
        rows = [{"name": f"{number:05} " + "x" * 90, "hidden": False} for number in range(count)]
        self._do(lambda session: session.execute(insert(Pupil), rows))

    def client_in(self) -> Any:
        """The client of somebody who is in."""
        return self.client

    def post_to(self, url: str) -> Any:
        return self.client.post(url)

    def create_past_the_form(self, name: str, born: date) -> None:
        with self.app.test_request_context():
            form = PupilForm(data={"name": name, "born": born})
            self.view.create_model(form)


class Ours:
    """The register, before the eyes of its owner."""

    addresses = {
        "list": "/students/", "export": "/students/export.csv", "new": "/students/new",
        "form with a relation": "/homerooms/new", "lookup": "/organisations/lookup",
        "bulk": "/students/action/", "list of relations": "/enrolments/",
        "export of relations": "/enrolments/export.csv",
    }  # fmt: skip

    def __init__(self, app: Flask, owner: Any, register: Any, viewer: Any) -> None:
        self.app, self.owner, self.register, self.viewer = app, owner, register, viewer
        views = app.extensions["admin"][0]._views
        self.view = next(view for view in views if view.endpoint == "student")

    def add(self, name: str, **values: Any) -> str:
        values = {"birth_date": values.pop("born", None), **values}
        student = self.register.student(family_name=name, given_name=None, **values)
        return str(student.student_number)

    def add_classes(self, count: int) -> None:
        for number in range(count):
            self.register.organisation(f"Klass {number}")

    def remove(self, key: Any) -> None:
        with self.app.app_context():
            row = our_db.session.query(Student).filter_by(student_number=key).one()
            number = row.id
            write(lambda unit: students.remove(unit, number), by=SYSTEM, why="delete")

    def get(self, page: str, /, **args: Any) -> Any:
        return self.owner.client.get(self.addresses[page], query_string=args)

    def open(self, key: Any) -> Any:
        return self.viewer.client.get(f"/students/{key}")

    def cell(self, key: Any, name: str, value: str, *, token: bool = True) -> Any:
        names = {"name": "family_name"}
        data = {"name": names.get(name, name), "value": value, "version": "1"}
        who = self.owner if name != "name" or not value.startswith("not ") else self.viewer
        if not token:
            return who.client.post(f"/students/{key}/cell", data=data)
        who.get("/students/")
        return who.post(f"/students/{key}/cell", data, headers={"Accept": "application/json"})

    def post(self, page: str, values: dict[str, Any], *, token: bool = True) -> Any:
        names = {"name": "family_name", "born": "birth_date"}
        data = {names.get(name, name): value for name, value in values.items()}
        if not token:
            return self.owner.client.post(self.addresses[page], data=data)
        self.owner.get("/students/new")
        return self.owner.post(self.addresses[page], data)

    def name_of(self, key: Any) -> str:
        with self.app.app_context():
            row = our_db.session.query(Student).filter_by(student_number=key).one()
            return str(row.family_name)

    def stranger(self) -> Any:
        return self.app.test_client()

    def add_with_class(self, name: str) -> None:
        self.register.enrolment(self.register.student(family_name=name))

    def fill(self, count: int) -> None:
        with self.app.app_context():
            write(lambda unit: self._fill(unit, count), by=SYSTEM, why="fill")

    def _fill(self, unit: Unit, count: int) -> None:
        stamps = {"created_at": unit.now, "updated_at": unit.now, "version": 1}
        rows = [
            {
                "student_number": f"F{number:05}",
                "family_name": "x" * 90,
                "sort_name": f"{number:05}",
                "search_name": "x",
                "sourced_id": f"f{number}",
                "status": "registered",
                **stamps,
            }
            for number in range(count)
        ]
        unit.session.execute(insert(Student.__table__), rows)
        unit.session.commit()

    def client_in(self) -> Any:
        return self.owner.client

    def post_to(self, url: str) -> Any:
        self.owner.get("/students/new")
        return self.owner.post(url)

    def create_past_the_form(self, name: str, born: date) -> None:
        values = {"student_number": "PAST", "family_name": name, "birth_date": born}
        with self.app.test_request_context(), suppress(StudentAdminError):
            login_user(our_db.session.get(User, self.owner.user_id), force=True)
            get_locale()  # as before every request
            self.view.create_model(StudentForm(data=values))
