"""Log-in, log-out, and what ends a log-in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask_security import hash_password
from sqlalchemy import func, select

from studentadmin.models import ChangeRow, ChangeSet, User
from studentadmin.rules.password import normalise
from studentadmin.services import account as own
from studentadmin.services import user as users

PASSWORD = "a lamp beside the harbour"
NEW = "seven herons over the mill"


def test_right_password_lets_in_and_log_out_ends_it(owner: User, browser: Any) -> None:
    assert browser.log_in("Owner@School.Local ").status_code == 302
    assert browser.is_in()
    browser.get("/account/password")
    browser.post("/logout")
    assert not browser.is_in()


def test_a_password_is_the_same_whichever_way_its_letters_were_typed(
    office: Any, browser: Any
) -> None:
    user = office.person("clerk")
    with office.app.app_context():
        hashed = hash_password(normalise("Müller am Bahnhof im März"))
    office.write(lambda unit: own.set_password(unit, user.id, hashed))
    decomposed = "Mu\u0308ller am Bahnhof im Ma\u0308rz"
    assert browser.log_in("clerk@school.local", decomposed).status_code == 302


def test_wrong_password_and_unknown_address_get_the_same_answer(owner: User, browser: Any) -> None:
    wrong = browser.log_in("owner@school.local", "not the password")
    unknown = browser.log_in("nobody@school.local", "not the password")
    assert wrong.status_code == unknown.status_code
    strip = lambda page: page.text.replace("owner@", "nobody@")  # noqa: E731
    without_token = [page.split("csrf_token")[0] for page in map(strip, (wrong, unknown))]
    assert without_token[0] == without_token[1]
    assert "is not right" in wrong.text


def test_a_closed_account_is_not_told_from_a_wrong_password(
    owner: User, office: Any, browser: Any
) -> None:
    person = users.UserDraft("clerk@school.local", "Wei")
    made = office.write(lambda u: users.invite(u, person, ["clerk"]), "invite")
    office.write(lambda u: users.disable(u, made.id), "disable user")
    answer = browser.log_in("clerk@school.local")
    assert "is not right" in answer.text
    assert "isabled" not in answer.text


def test_disabling_ends_a_live_session_and_enabling_does_not_revive_it(
    owner: User, office: Any, browser: Any
) -> None:
    clerk = office.person("clerk")
    browser.log_in("clerk@school.local")
    assert browser.is_in()
    office.write(lambda unit: users.disable(unit, clerk.id), "disable user")
    assert not browser.is_in()
    office.write(lambda unit: users.enable(unit, clerk.id), "enable user")
    assert not browser.is_in()


def test_moving_an_account_to_the_trash_ends_its_sessions(
    owner: User, office: Any, browser: Any
) -> None:
    clerk = office.person("clerk")
    browser.log_in("clerk@school.local")
    office.write(lambda unit: users.users.remove(unit, clerk.id), "delete")
    assert not browser.is_in()
    assert "is not right" in browser.log_in("clerk@school.local").text


def test_changing_the_password_ends_other_log_ins_only(
    owner: User, browser: Any, another_browser: Callable[[], Any]
) -> None:
    other = another_browser()
    browser.log_in("owner@school.local")
    other.log_in("owner@school.local")
    browser.get("/account/password")
    typed = {"password": PASSWORD, "new_password": NEW, "new_password_confirm": NEW}
    assert browser.post("/account/password", typed).status_code == 302
    assert browser.is_in()
    assert not other.is_in()
    assert "is not right" in other.log_in("owner@school.local", PASSWORD).text
    assert other.log_in("owner@school.local", NEW).status_code == 302


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"password": "wrong one"}, "not your present password"),
        ({"new_password": "short", "new_password_confirm": "short"}, "at least 10"),
        ({"new_password_confirm": "another thing"}, "differ"),
    ],
)
def test_a_refused_change_leaves_the_password(
    owner: User, office: Any, browser: Any, typed: dict[str, str], words: str
) -> None:
    browser.log_in("owner@school.local")
    browser.get("/account/password")
    full = {"password": PASSWORD, "new_password": NEW, "new_password_confirm": NEW, **typed}
    assert words in browser.post("/account/password", full).text
    assert office.user(owner.id).password == owner.password


def test_the_session_begins_anew_at_log_in(owner: User, browser: Any) -> None:
    browser.get("/login")
    with browser.client.session_transaction() as session:
        session["door"] = True
        session["planted"] = "by a stranger"
        before = session["csrf_token"]
    browser.post("/login", {"email": "owner@school.local", "password": PASSWORD})
    with browser.client.session_transaction() as session:
        assert "planted" not in session
        assert "door" not in session
        assert session.get("csrf_token") != before
        assert session.permanent


def test_hash_and_uniquifier_never_enter_the_history(
    owner: User, office: Any, browser: Any
) -> None:
    browser.log_in("owner@school.local")
    browser.get("/account/password")
    typed = {"password": PASSWORD, "new_password": NEW, "new_password_confirm": NEW}
    browser.post("/account/password", typed)
    user = office.user(owner.id)
    assert user.password.startswith("$argon2id$")
    rows = office.ask(lambda s: s.scalars(select(ChangeRow).filter_by(table_name="user")).all())
    for row in rows:
        for values in (row.before or {}, row.after or {}):
            assert not {"password", "fs_uniquifier"} & values.keys()
            assert "argon2" not in str(values)
            assert user.fs_uniquifier not in str(values)
    last = office.ask(lambda s: s.scalars(select(ChangeSet).order_by(ChangeSet.id.desc())).first())
    assert (last.why, last.by_user_id) == ("set password", owner.id)


def test_log_in_and_looking_at_pages_write_nothing(owner: User, office: Any, browser: Any) -> None:
    count = select(func.count()).select_from(ChangeSet)
    before = office.ask(lambda session: session.scalar(count))
    browser.log_in("owner@school.local")
    browser.get("/account/password")
    assert office.ask(lambda session: session.scalar(count)) == before


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https:evil.example",
        "javascript:alert(1)",
        " //evil.example",
        "/\t/evil.example",
        "http://localhost:9999/",
    ],
)
def test_after_log_in_nobody_is_sent_elsewhere(owner: User, browser: Any, elsewhere: str) -> None:
    browser.get("/login", query_string={"next": elsewhere})
    data = {"email": "owner@school.local", "password": PASSWORD, "next": elsewhere}
    answer = browser.post("/login", data, query_string={"next": elsewhere})
    assert answer.location in {None, "/"}


def test_after_log_in_one_comes_to_the_page_one_asked_for(owner: User, browser: Any) -> None:
    answer = browser.get("/changes/?table=student")
    assert answer.status_code == 302
    assert answer.location == "/login?next=/changes/?table%3Dstudent"
    browser.get(answer.location)
    data = {"email": "owner@school.local", "password": PASSWORD}
    assert browser.post(answer.location, data).location == "/changes/?table=student"


def test_a_token_in_a_header_or_address_is_no_log_in(
    owner: User, office: Any, browser: Any
) -> None:
    token = office.ask(lambda session: session.get(User, owner.id).get_auth_token())
    by_header = browser.client.get("/account/password", headers={"Authentication-Token": token})
    by_address = browser.client.get("/account/password", query_string={"auth_token": token})
    assert by_header.status_code == by_address.status_code == 302
