"""The tables of the register, each a `RecordView` on Flask-Admin's routing."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from flask_admin import Admin, AdminIndexView

    from studentadmin.views.admin import (
        attendance,
        calendar,
        enrolment,
        person,
        school,
        section,
        student,
    )

    class NoIndex(AdminIndexView):
        """Flask-Admin wants an index; the home page of the program is our own."""

        def create_blueprint(self, admin: object) -> object:
            self._urls: list[object] = []
            self.static_folder = None  # its Bootstrap and jQuery are used by no page of ours
            blueprint: object = super().create_blueprint(admin)
            return blueprint

    index = NoIndex(endpoint="flask_admin_index", url="/flask-admin")
    admin = Admin(app, name="Student Admin", index_view=index)
    for module in (student, person, enrolment, school, section, calendar, attendance):
        module.register(admin)
