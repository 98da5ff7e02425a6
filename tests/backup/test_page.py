"""Backups from the page: seen, made, checked, downloaded, put back, each by whom may."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from studentadmin.app import create_app
from studentadmin.extensions import db
from studentadmin.services import backup, upgrade
from studentadmin.settings import Settings, load
from tests.backup.registers import add_students, students
from tests.conftest import make_user

LogIn = Callable[[str], FlaskClient]


@pytest.fixture
def office(settings: Settings, file: Path) -> Flask:
    """The app on a register file of its own, which a restore may replace."""
    settings.values["PROFILE"] = "testing"
    return create_app(settings)


@pytest.fixture
def log_in(office: Flask) -> LogIn:
    def enter(role: str) -> FlaskClient:
        return browser_of(office, role)

    return enter


def browser_of(office: Flask, role: str) -> FlaskClient:
    """A browser logged in as a new person of that role."""
    with office.app_context():
        key = make_user(role).fs_uniquifier
        db.session.remove()
    browser = office.test_client()
    with browser.session_transaction() as session:
        session["_user_id"], session["_fresh"] = key, True
    return browser


def post(browser: FlaskClient, path: str, **fields: str) -> str:
    """Press a button of the page: with its token, following where it leads."""
    page = browser.get("/backups/").get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token is not None
    answer = browser.post(path, data={"csrf_token": token[1], **fields}, follow_redirects=True)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_data(as_text=True)


def test_a_backup_is_made_and_listed(settings: Settings, log_in: LogIn) -> None:
    owner = log_in("owner")
    assert "There is no backup yet" in owner.get("/backups/").get_data(as_text=True)
    page = post(owner, "/backups/")
    (made,) = backup.list_backups(settings)
    assert made.reason == "by-hand"
    assert f"/backups/{made.name}/download" in page
    assert "Verified" in page


def test_the_question_says_what_will_be_different(
    settings: Settings, file: Path, log_in: LogIn
) -> None:
    owner = log_in("owner")
    made = backup.create(settings, "daily")
    add_students(file, "S4")
    page = owner.get(f"/backups/{made.name}/restore").get_data(as_text=True)
    row = re.search(r"Students</th>\s*<td[^>]*>(\d+)</td>\s*<td[^>]*>(\d+)</td>", page)
    assert row is not None
    assert row.groups() == ("4", "3")
    assert students(file) == {"S1", "S2", "S3", "S4"}


def test_a_restore_replaces_the_register_of_the_running_app(
    settings: Settings, file: Path, log_in: LogIn
) -> None:
    owner = log_in("owner")
    made = backup.create(settings, "daily")
    add_students(file, "S4")
    assert "S4" in owner.get("/students/S4").get_data(as_text=True)
    page = post(owner, f"/backups/{made.name}/restore", confirm="1")
    assert "The register was restored" in page
    assert students(file) == {"S1", "S2", "S3"}
    assert owner.get("/students/S4").status_code == 404
    assert owner.get("/students/S3").status_code == 200


def test_a_register_from_before_the_first_account_can_be_set_up_anew(
    settings: Settings, file: Path, log_in: LogIn
) -> None:
    made = backup.create(settings, "daily")
    page = post(log_in("owner"), f"/backups/{made.name}/restore", confirm="1")
    assert 'name="school"' in page
    assert students(file) == {"S1", "S2", "S3"}


def test_without_confirmation_nothing_is_restored(
    settings: Settings, file: Path, log_in: LogIn
) -> None:
    owner = log_in("owner")
    made = backup.create(settings, "daily")
    add_students(file, "S4")
    post(owner, f"/backups/{made.name}/restore")
    assert "S4" in students(file)


def test_a_spoilt_backup_is_shown_as_damaged(settings: Settings, log_in: LogIn) -> None:
    owner = log_in("owner")
    made = backup.create(settings, "daily")
    content = bytearray(made.path.read_bytes())
    content[-1] ^= 1
    made.path.write_bytes(content)
    page = post(owner, f"/backups/{made.name}/verify")
    assert "changed or damaged" in page
    assert "Damaged" in page
    assert backup.list_backups(settings)[0].damaged


def test_a_download_is_the_file_itself(settings: Settings, log_in: LogIn) -> None:
    owner = log_in("owner")
    made = backup.create(settings, "daily")
    answer = owner.get(f"/backups/{made.name}/download", buffered=True)
    assert answer.data == made.path.read_bytes()
    assert made.name in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("name", ["..%2fregister.db", "nothing.db", ".lock"])
def test_no_other_file_can_be_had(settings: Settings, log_in: LogIn, name: str) -> None:
    backup.create(settings, "daily")
    assert log_in("owner").get(f"/backups/{name}/download").status_code == 404


@pytest.mark.parametrize(
    ("role", "sees", "makes", "downloads", "restores"),
    [
        ("owner", True, True, True, True),
        ("registrar", True, True, False, False),
        ("clerk", False, False, False, False),
        ("viewer", False, False, False, False),
    ],
)
def test_each_role_does_what_the_matrix_says(
    settings: Settings,
    log_in: LogIn,
    role: str,
    *,
    sees: bool,
    makes: bool,
    downloads: bool,
    restores: bool,
) -> None:
    made = backup.create(settings, "daily")
    browser = log_in(role)
    page = browser.get("/backups/")
    assert (page.status_code == 200) is sees
    text = page.get_data(as_text=True)
    assert (f"{made.name}/verify" in text) is makes
    assert (f"{made.name}/download" in text) is downloads
    assert (f"{made.name}/restore" in text) is restores
    answer = browser.get(f"/backups/{made.name}/download", buffered=True)
    assert (answer.status_code == 200) is downloads
    assert (browser.get(f"/backups/{made.name}/restore").status_code == 200) is restores


def test_on_a_server_the_page_names_the_command(tmp_path: Path, mariadb_url: str) -> None:
    settings = load(
        {"DATA_DIR": str(tmp_path / "data"), "DATABASE_URL": mariadb_url, "PROFILE": "testing"},
        environ={},
    )
    upgrade.prepare(settings)
    made = backup.create(settings, "daily")
    office = create_app(settings)

    browser = browser_of(office, "owner")
    assert made.name in browser.get("/backups/").get_data(as_text=True)
    answer = browser.get(f"/backups/{made.name}/restore")
    assert answer.status_code == 422
    assert f"studentadmin backup restore {made.name}" in answer.get_data(as_text=True)
    with office.app_context():
        db.engine.dispose()
