"""Traps of Flask-Admin that no single view can show."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_admin import Admin
from flask_admin.contrib.fileadmin import FileAdmin
from flask_admin.contrib.sqla import ModelView
from flask_admin.model.template import macro

from studentadmin.forms.words import FORMS
from studentadmin.models import RECORDS
from studentadmin.views.admin.base import RecordView
from tests.views.sites import Pupil, Stock


@pytest.fixture
def stock(tmp_path: Path) -> Stock:
    return Stock(tmp_path)


class TestTrapsOfTheWholeProgram:
    """What no single view can show."""

    def test_stock_file_admin_leaves_its_folder_and_ours_has_none(
        self, app: Flask, tmp_path: Path
    ) -> None:
        inside, beside = tmp_path / "up", tmp_path / "up_private"
        inside.mkdir()
        beside.mkdir()
        (beside / "secret.txt").write_text("secret")
        stock = Flask("files")
        Admin(stock).add_view(FileAdmin(str(inside), endpoint="files", url="/files"))
        answer = stock.test_client().get("/files/download/..%2fup_private%2fsecret.txt")
        assert answer.get_data() == b"secret"
        answer.close()
        for admin in app.extensions["admin"]:
            strangers = [v for v in admin._views if not isinstance(v, RecordView)]
            assert [type(view).__name__ for view in strangers] == ["NoIndex"]

    def test_stock_needs_babel_bound(self, tmp_path: Path) -> None:
        stock = Flask("unbound")
        stock.config["TESTING"] = True
        Admin(stock)
        with pytest.raises(KeyError):
            stock.test_client().get("/admin/")

    @pytest.mark.parametrize(
        "language", ["zh", "zh-CN", "zh-Hans", "zh-Hans-CN", "zh;q=0.9, en;q=0.1"]
    )
    def test_every_name_of_chinese_gives_chinese(self, owner: Any, language: str) -> None:
        answer = owner.get("/students/", headers={"Accept-Language": language})
        assert answer.headers["Content-Language"] == "zh-Hans-CN"

    def test_a_macro_in_a_formatter_breaks_the_stock_export_and_ours_has_none(
        self, stock: Stock, app: Flask
    ) -> None:
        class WithMacro(ModelView):  # type: ignore[misc]
            can_export = True
            column_formatters = {"name": macro("chip")}

        with stock.app.app_context():
            view = WithMacro(Pupil, stock.db, endpoint="macro", url="/macro")
        with stock.app.test_request_context(), pytest.raises(AttributeError):
            view.get_export_value(Pupil(name="x"), "name")
        for view in app.extensions["admin"][0]._views:
            if isinstance(view, RecordView):
                assert view.column_formatters_export == {}

    def test_no_column_or_field_has_a_name_that_breaks_a_form(self) -> None:
        taken = {"meta", "process", "populate_obj", "data", "errors", "validate", "form_errors"}
        for name, model in RECORDS.items():
            columns = set(model.__table__.columns.keys())
            assert not columns & taken, name
            assert [column for column in columns if column.startswith("_")] == []
        for name, form in FORMS.items():
            assert not {field.name for field in form()} & taken, name

    def test_deny_is_the_default(self, app: Flask, as_role: Callable[[str], Any]) -> None:
        views = [v for v in app.extensions["admin"][0]._views if isinstance(v, RecordView)]
        assert len(views) == len(FORMS)
        with app.test_request_context():
            assert [view.endpoint for view in views if view.is_accessible()] == []

    def test_every_list_shows_related_rows_by_joins_of_one(self, app: Flask) -> None:
        for view in app.extensions["admin"][0]._views:
            if not isinstance(view, RecordView):
                continue
            assert view.column_auto_select_related is False
            for path in (path for column in view.columns for path in column.paths):
                model = view.model
                for step in path.split(".")[:-1]:
                    relation = getattr(model, step).property
                    assert not relation.uselist, (view.endpoint, path)
                    model = relation.mapper.class_

    def test_every_table_has_a_list_an_export_and_a_form_in_chinese_too(
        self, app: Flask, owner: Any
    ) -> None:
        for view in app.extensions["admin"][0]._views:
            if not isinstance(view, RecordView):
                continue
            for tail in ("/", "/new", "/lookup", "/export.csv"):
                answer = owner.get(view.url + tail, headers={"Accept-Language": "zh-CN"})
                assert answer.status_code == 200
                assert answer.get_data()
