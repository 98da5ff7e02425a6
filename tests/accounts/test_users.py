"""The pages about users, the own account, throttled guesses, the terminal."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from studentadmin.errors import NotAllowed, RuleBroken
from studentadmin.models import ChangeSet, User
from studentadmin.services import account as own
from studentadmin.services import user as users
from studentadmin.services.undo import undo
from studentadmin.services.unit import Actor


def acting(user: User) -> Actor:
    return Actor(user.id, user.full_name, user.role_names)


# -- pages ------------------------------------------------------------------------------------


def test_the_pages_about_users_open(owner: User, office: Any, browser: Any) -> None:
    clerk = office.person("clerk")
    browser.log_in("owner@school.local")
    assert "clerk@school.local" in browser.get("/users").text
    assert "clerk@school.local" in browser.get(f"/users/{clerk.id}").text
    assert "Invite" in browser.get("/users/invite").text
    assert "Anna Berg" in browser.get("/account").text
    assert browser.get("/users/999999").status_code == 404


def test_roles_are_changed_in_one_change_set_that_can_be_undone(
    owner: User, office: Any, browser: Any
) -> None:
    clerk = office.person("clerk")
    browser.log_in("owner@school.local")
    browser.get(f"/users/{clerk.id}")
    form = {"full_name": "Wei Zhang-Li", "email": "wei@school.local", "roles": ["teacher", "head"]}
    assert browser.post(f"/users/{clerk.id}", form).status_code == 303
    changed = office.user(clerk.id)
    assert changed.role_names == {"teacher", "head"}
    assert (changed.full_name, changed.email) == ("Wei Zhang-Li", "wei@school.local")
    page = browser.get(f"/users/{clerk.id}")
    undo = re.search(r"/changes/\d+/undo", page.text)[0]
    assert browser.post(undo).status_code in {302, 303}
    undone = office.user(clerk.id)
    assert undone.role_names == {"clerk"}
    assert undone.full_name == "Wei Zhang"


def test_a_role_taken_away_and_given_again_is_the_same_row(owner: User, office: Any) -> None:
    clerk = office.person("clerk")
    office.write(lambda unit: users.set_roles(unit, clerk.id, ["teacher"]))
    office.write(lambda unit: users.set_roles(unit, clerk.id, ["clerk"]))
    assert office.user(clerk.id).role_names == {"clerk"}


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"email": "owner@school.local"}, "Another account"),
        ({"email": "OWNER@school.local"}, "Another account"),
        ({"roles": []}, "at least one role"),
        ({"roles": ["system"]}, "not a valid choice"),
        ({"full_name": ""}, "required"),
    ],
)
def test_an_invitation_is_refused_at_the_field(
    owner: User, office: Any, browser: Any, typed: dict[str, Any], words: str
) -> None:
    browser.log_in("owner@school.local")
    browser.get("/users/invite")
    form = {"email": "li@school.local", "full_name": "Li", "roles": ["clerk"], **typed}
    answer = browser.post("/users/invite", form)
    assert answer.status_code == 422
    assert words in answer.text
    assert len(office.ask(users.list_users)) == 1


def test_somebody_remains_owner(owner: User, office: Any, browser: Any) -> None:
    browser.log_in("owner@school.local")
    browser.get(f"/users/{owner.id}")
    form = {"full_name": "Anna", "email": "owner@school.local", "roles": ["clerk"]}
    answer = browser.post(f"/users/{owner.id}", form)
    assert answer.status_code == 422
    assert "must remain owner" in answer.text
    assert office.user(owner.id).role_names == {"owner"}
    assert office.user(owner.id).full_name == "Anna Berg"
    for work in (users.disable, users.users.remove):
        with pytest.raises(RuleBroken):
            office.write(lambda unit, work=work: work(unit, owner.id))


def test_nobody_closes_the_own_account(owner: User, office: Any) -> None:
    office.person("owner", email="second@school.local")
    with pytest.raises(RuleBroken, match="your own account"):
        office.write(lambda unit: users.disable(unit, owner.id), by=acting(owner))


@pytest.mark.parametrize("role", ["registrar", "clerk", "teacher", "head", "viewer"])
def test_only_owners_change_accounts(owner: User, office: Any, role: str) -> None:
    other = office.person(role)
    by = acting(other)
    draft = users.UserDraft("li@school.local", "Li")
    for work in (
        lambda unit: users.invite(unit, draft, ["owner"]),
        lambda unit: users.set_roles(unit, other.id, ["owner"]),
        lambda unit: users.disable(unit, owner.id),
        lambda unit: users.renew_links(unit, owner.id),
        lambda unit: own.set_password(unit, owner.id, "hash"),
        lambda unit: own.set_preferences(unit, owner.id, {"full_name": "X"}),
        lambda unit: own.end_own_sessions(unit, owner.id),
    ):
        with pytest.raises(NotAllowed):
            office.write(work, by=by)
    assert office.user(other.id).role_names == {role}


def test_a_role_nobody_wrote_down_grants_nothing(owner: User, office: Any, browser: Any) -> None:
    """Not even the program's own: a row that names it is not a person's role."""
    from studentadmin.models import UserRole

    clerk = office.person("clerk")
    for name in ("system", "root"):
        office.write(lambda unit, name=name: unit.add(UserRole(user_id=clerk.id, name=name)))
    browser.log_in("clerk@school.local")
    assert browser.get("/users").status_code == 403


def test_my_account_changes_only_what_is_mine(owner: User, office: Any, browser: Any) -> None:
    clerk = office.person("clerk")
    browser.log_in("clerk@school.local")
    browser.get("/account")
    form = {"full_name": "Li", "locale": "zh_Hans_CN"}
    form |= {"email": "x@y.z", "roles": "owner", "active": ""}
    assert browser.post("/account", form).status_code == 303
    mine = office.user(clerk.id)
    assert (mine.full_name, mine.locale, mine.email) == ("Li", "zh_Hans_CN", "clerk@school.local")
    assert mine.role_names == {"clerk"}
    assert mine.active


def test_ending_other_log_ins_keeps_this_one(
    owner: User, browser: Any, another_browser: Callable[[], Any]
) -> None:
    other = another_browser()
    other.log_in("owner@school.local")
    browser.log_in("owner@school.local")
    browser.get("/account")
    assert browser.post("/account/end-sessions").status_code == 303
    assert browser.is_in()
    assert not other.is_in()


# -- undo -------------------------------------------------------------------------------------


def test_an_invitation_offers_no_undo_but_says_what_to_do(
    owner: User, office: Any, browser: Any
) -> None:
    office.person("clerk")
    last = select(ChangeSet).where(ChangeSet.why == "invite").order_by(ChangeSet.id.desc())
    made = office.ask(lambda s: s.scalars(last).first())
    browser.log_in("owner@school.local")
    page = browser.get(f"/changes/{made.id}").text
    assert f"/changes/{made.id}/undo" not in page
    assert "Disable it or move it to the trash" in page


def test_undo_gives_nobody_a_role_back_that_was_taken_away(owner: User, office: Any) -> None:
    """A registrar may undo what others did, but not what was done about accounts."""
    registrar = office.person("registrar", "owner", email="second@school.local")
    office.write(lambda unit: users.set_roles(unit, registrar.id, ["registrar"]), "demote")
    last = office.ask(lambda s: s.scalars(select(ChangeSet).order_by(ChangeSet.id.desc())).first())
    by = acting(office.user(registrar.id))
    with pytest.raises(NotAllowed, match="role"):
        office.write(lambda unit: undo(unit, last.id), "undo", by=by)
    assert office.user(registrar.id).role_names == {"registrar"}


def test_undo_leaves_no_register_without_owner(owner: User, office: Any) -> None:
    """First another owner is made, then the first one steps back; undoing the first is refused."""
    second = office.person("clerk", email="second@school.local")
    office.write(lambda unit: users.set_roles(unit, second.id, ["owner"]), "promote")
    made = office.ask(lambda s: s.scalars(select(ChangeSet).order_by(ChangeSet.id.desc())).first())
    office.write(lambda unit: users.set_roles(unit, owner.id, ["clerk"]), "step back")
    with pytest.raises(RuleBroken, match="must remain owner"):
        office.write(lambda unit: undo(unit, made.id), "undo")
    assert office.user(second.id).role_names == {"owner"}


def test_an_undone_disabling_brings_no_session_back(owner: User, office: Any, browser: Any) -> None:
    clerk = office.person("clerk")
    browser.log_in("clerk@school.local")
    office.write(lambda unit: users.disable(unit, clerk.id), "disable user")
    last = office.ask(lambda s: s.scalars(select(ChangeSet).order_by(ChangeSet.id.desc())).first())
    office.write(lambda unit: undo(unit, last.id), "undo")
    assert office.user(clerk.id).active
    assert not browser.is_in()


def test_the_forms_show_what_stands(owner: User, office: Any, browser: Any) -> None:
    clerk = office.person("clerk", "teacher", email="clerk@school.local")
    browser.log_in("owner@school.local")
    page = browser.get(f"/users/{clerk.id}").text
    ticked = re.findall(r'<input[^>]*checked[^>]*value="(\w+)"', page)
    assert ticked == ["clerk", "teacher"]
    browser.get("/account")
    form = {"full_name": "Anna Berg", "locale": "zh_Hans_CN", "lock_on_open": "y"}
    browser.post("/account", form)
    page = browser.get("/account").text
    assert re.search(r'<input[^>]*checked[^>]*name="lock_on_open"', page)
    assert re.search(r'<option selected value="zh_Hans_CN">', page)
