"""The passwords of an SDS export never land anywhere: not on a disk, in a log or on a page."""

import io
import logging
import re

import pytest
from flask_migrate import upgrade

from studentadmin.app import create_app
from studentadmin.cli.importing import import_command
from studentadmin.models import Student
from studentadmin.settings import load
from tests.conftest import make_user
from tests.interchange.conftest import CASES

SDS = CASES / "sds-students" / "input.csv"
SECRET = b"P@ssword"


@pytest.fixture
def app(tmp_path):
    """An app of its own: its files are looked through byte by byte."""
    app = create_app(load({"DATA_DIR": tmp_path / "data", "PROFILE": "testing"}, environ={}))
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        upgrade()
        yield app


def landed(folder):
    return [path for path in folder.rglob("*") if path.is_file() and SECRET in path.read_bytes()]


def test_import_on_the_command_line(app, tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    assert SECRET in SDS.read_bytes()
    result = app.test_cli_runner().invoke(import_command, [str(SDS), "--yes"])
    assert result.exit_code == 0, result.output
    assert Student.query.count() == 86
    assert landed(tmp_path) == []
    assert "P@ssword" not in caplog.text + result.output
    backups = [path for path in (tmp_path / "data" / "backups").rglob("*") if path.is_file()]
    assert backups, "a backup was made before"


def test_import_on_the_page(app, tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    user = make_user("owner")
    browser = app.test_client()
    with browser.session_transaction() as session:
        session["_user_id"], session["_fresh"] = user.fs_uniquifier, True
    upload = {"file": (io.BytesIO(SDS.read_bytes()), "Student.csv")}
    page = browser.post("/import/", data=upload, follow_redirects=True)
    assert page.status_code == 200
    assert SECRET not in page.data
    assert landed(tmp_path) == []
    token = page.request.path.rsplit("/", 1)[-1]
    key = re.search(rb'name="idempotency_key" value="([^"]+)"', page.data)[1].decode()
    done = browser.post(
        f"/import/{token}/commit", data={"idempotency_key": key}, follow_redirects=True
    )
    assert done.status_code == 200
    assert SECRET not in done.data
    assert Student.query.count() == 86
    assert landed(tmp_path) == []
    assert "P@ssword" not in caplog.text
