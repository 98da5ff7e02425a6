"""Lists under a name, how a list opens, and the columns that a person keeps."""

from __future__ import annotations

import re
from typing import Any

import pytest

from studentadmin.models import SavedView
from studentadmin.rules import rights
from tests.views.test_list_filters import html_of, shown

QUERY = "f=status:enrolled&sort=-name&cols=name,birth_date"


@pytest.fixture
def students(register: Any) -> None:
    """A and B are registered; E is enrolled."""
    for number in "AB":
        register.student(number, family_name=f"Name{number}")
    register.enrolment(register.student("E", family_name="NameE"))


def save(desk: Any, name: str = "Here now", query: str = QUERY, **more: Any) -> Any:
    desk.get("/students/?panel=views")
    return desk.post("/views/new", {"resource": "student", "name": name, "query": query, **more})


def key_of(answer: Any) -> int:
    found = re.search(r"view=(\d+)", answer.location)
    assert found, answer.location
    return int(found[1])


def menu(desk: Any, address: str = "/students/") -> list[str]:
    return re.findall(
        r'class="menu-item" href="[^"]*view=[1-9]\d*"[^>]*>([^<]+)', html_of(desk, address)
    )


def test_a_list_is_saved_under_a_name_and_opened_again(owner: Any, students: Any) -> None:
    answer = save(owner)
    assert answer.location == f"/students/?{QUERY}&view={key_of(answer)}"
    assert shown(owner, answer.location) == ["E"]
    assert menu(owner) == ["Here now"]
    assert shown(owner, "/students/") == ["A", "B", "E"], "it is no default yet"


def test_its_short_address_can_be_sent_to_a_colleague(
    owner: Any, clerk: Any, students: Any
) -> None:
    shared = key_of(save(owner, roles="clerk"))
    own = key_of(save(owner, "Mine"))
    assert clerk.get(f"/views/{shared}").location == f"/students/?{QUERY}&view={shared}"
    assert clerk.get(f"/views/{own}").status_code == 404
    assert menu(clerk) == ["Here now"]
    assert menu(owner) == ["Here now", "Mine"]
    assert shown(clerk, f"/students/?{QUERY}&view={own}") == ["E"], "the long one says it all"
    assert shown(clerk, f"/students/?view={own}") == ["A", "B", "E"]
    assert shown(clerk, f"/students/?view={shared}") == ["E"]


def test_a_view_is_changed_by_its_owner_only(owner: Any, clerk: Any, students: Any) -> None:
    shared = key_of(save(owner, roles="clerk"))
    clerk.get("/students/")
    assert clerk.post(f"/views/{shared}/edit", {"name": "Taken"}).status_code == 403
    assert clerk.post(f"/views/{shared}/edit", {"query": "f=sex:male"}).status_code == 403
    assert clerk.post(f"/views/{shared}/delete").status_code == 403
    owner.get("/students/")
    answer = owner.post(f"/views/{shared}/edit", {"name": "Present", "back": "/students/?x=1"})
    assert answer.location == "/students/?x=1"
    assert menu(owner) == ["Present"]
    assert menu(clerk) == [], "it is shared with nobody any more"


def test_a_view_takes_over_what_the_list_now_says(owner: Any, students: Any) -> None:
    key = key_of(save(owner))
    changed = f"/students/?f=status:registered&view={key}"
    assert "changed" in html_of(owner, changed)
    assert "Save the change" in owner.open(f"{changed}&panel=views").words
    answer = owner.post(f"/views/{key}/edit", {"query": "f=status:registered"})
    assert shown(owner, answer.location) == ["A", "B"]
    assert "Save the change" not in owner.open(f"{answer.location}&panel=views").words


def test_the_same_name_is_refused_and_so_is_none(owner: Any, students: Any) -> None:
    save(owner)
    for name, said in (("Here  now", "You have a view of this name already."), ("", "required")):
        answer = save(owner, name)
        assert "view=" not in answer.location
        assert said in owner.open(answer.location).words
    assert menu(owner) == ["Here now"]


def test_a_deleted_view_comes_back_with_undo(owner: Any, students: Any) -> None:
    key = key_of(save(owner))
    owner.post("/views/start", {"resource": "student", "key": str(key)})
    owner.get("/students/")
    owner.post(f"/views/{key}/delete")
    html = html_of(owner, "/students/")
    assert shown(owner, "/students/") == ["A", "B", "E"], "the list opens as before"
    undo = re.search(r'action="(/changes/\d+/undo)"', html)
    assert undo
    owner.press(undo[1])
    assert menu(owner) == ["Here now"]
    assert shown(owner, "/students/") == ["E"], "and it opens with the view again"


def test_a_person_without_a_page_of_changes_has_undo_too(as_role: Any, students: Any) -> None:
    teacher = as_role("teacher")
    key = key_of(save(teacher))
    teacher.get("/students/")
    teacher.post(f"/views/{key}/delete")
    assert f'action="/views/{key}/restore"' in html_of(teacher, "/students/")
    teacher.press(f"/views/{key}/restore")
    assert menu(teacher) == ["Here now"]


def test_a_list_opens_with_the_view_one_chose(owner: Any, clerk: Any, students: Any) -> None:
    key = key_of(save(owner, roles="clerk"))
    clerk.get("/students/")
    assert clerk.post("/views/start", {"resource": "student", "key": str(key)}).status_code == 303
    assert shown(clerk, "/students/") == ["E"]
    assert shown(owner, "/students/") == ["A", "B", "E"]
    assert shown(clerk, "/students/?search=name") == ["A", "B", "E"], "who asks gets what he asked"
    html = html_of(clerk, "/students/")
    cleared = re.search(r'filter-clear"><a href="([^"]+)"', html)
    assert cleared
    assert shown(clerk, cleared[1].replace("&amp;", "&")) == ["E", "B", "A"], "order stays"
    assert shown(clerk, "/students/?view=0") == ["A", "B", "E"]
    clerk.post("/views/start", {"resource": "student"})
    assert shown(clerk, "/students/") == ["A", "B", "E"]


def test_columns_are_kept_for_the_person(owner: Any, clerk: Any, students: Any) -> None:
    def heads(desk: Any, address: str) -> list[str]:
        return re.findall(r'<th scope="col"[^>]*>(?:<a [^>]*>)?([^<]+)', html_of(desk, address))

    first = heads(owner, "/students/")
    owner.get("/students/?panel=columns")
    chosen = {
        "resource": "student",
        "col": ["sex", "name"],
        "width-sex": "wide",
        "back": "/students/?sort=sex",
    }
    answer = owner.post("/views/columns", {**chosen, "do": "keep"})
    assert answer.location == "/students/?sort=sex"
    assert heads(owner, "/students/") == heads(owner, "/students/?search=name") == ["Sex", "Name"]
    assert "col-wide" in html_of(owner, "/students/")
    assert heads(clerk, "/students/") == first
    assert heads(owner, "/students/?cols=birth_date") == ["Birth date"], "an address says more"
    heading = owner.get("/students/export.csv").text.splitlines()[0]
    assert heading == "\ufeffSex,Family name,Given name,Middle name"
    owner.get("/students/")
    once = owner.post("/views/columns", {**chosen, "col": ["birth_date", "x<y"], "do": "once"})
    assert once.location == "/students/?sort=sex&cols=birth_date"
    owner.post("/views/columns", {**chosen, "do": "reset"})
    assert heads(owner, "/students/") == first


def test_the_start_of_a_list_is_one_record_with_a_history(
    owner: Any, office: Any, students: Any
) -> None:
    owner.get("/students/")
    for name in ("sex", "name"):
        owner.post("/views/columns", {"resource": "student", "col": name, "do": "keep"})
    rows = office.ask(
        lambda session: [(row.query, row.version) for row in session.query(SavedView)]
    )
    assert rows == [("cols=name", 3)]
    assert "Opening of a list kept" in owner.open("/changes/").words


@pytest.mark.parametrize("role", rights.ROLES)
def test_sharing_is_a_right(as_role: Any, students: Any, role: str) -> None:
    desk = as_role(role)
    may = rights.allowed([role], "shared_view", "create")
    html = html_of(desk, "/students/?panel=views")
    assert ('name="roles"' in html) is may
    assert save(desk, roles="viewer").status_code == (303 if may else 403)


def test_shared_views_are_taken_away_by_who_may(owner: Any, as_role: Any, students: Any) -> None:
    clerk, registrar = as_role("clerk"), as_role("registrar")
    shared = key_of(save(clerk, roles="registrar"))
    own = key_of(save(clerk, "Own"))
    registrar.get("/students/")
    assert registrar.post(f"/views/{own}/delete").status_code == 403
    assert registrar.post(f"/views/{shared}/delete").status_code == 303
    assert menu(clerk) == ["Own"]


def test_a_view_outlives_a_column(owner: Any, students: Any) -> None:
    query = "f=status:enrolled&f=gone:1&sort=gone,name&cols=name,gone,sex"
    answer = save(owner, query=query)
    assert shown(owner, answer.location) == ["E"]


def test_a_list_that_is_none_is_refused(owner: Any) -> None:
    owner.get("/students/")
    for path in ("new", "start", "columns"):
        answer = owner.post(f"/views/{path}", {"resource": "user", "name": "x"})
        assert answer.status_code == 422
