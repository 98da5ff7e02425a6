"""Filters, columns, order and jumps of a list, as its address says them and its page shows them."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest

from studentadmin.rules import rights

TODAY = date.today()  # noqa: DTZ011
ROW = re.compile(r'data-row="/students/([^"]+)"')


def shown(desk: Any, address: str) -> list[str]:
    """The numbers of the students on a page, in their order."""
    return ROW.findall(html_of(desk, address))


def html_of(desk: Any, address: str) -> str:
    answer = desk.get(address)
    assert answer.status_code == 200, answer.text[-1000:]
    html: str = answer.text
    return html


@pytest.fixture
def school(register: Any) -> Any:
    """Four students; A is in class 9A today, B was last year, C is enrolled without a class."""
    a = register.student("A", family_name="Abel", sex="female", birth_date=date(2010, 5, 1))
    b = register.student("B", family_name="Berg", sex="male", birth_date=date(2012, 5, 1))
    c = register.student("C", family_name="张", given_name="伟", birth_place="杭州")
    register.student("D", family_name="Ábel", birth_date=date(2011, 1, 1))
    year = register.academic_session(
        start_date=TODAY - timedelta(400), end_date=TODAY + timedelta(100)
    )
    place = {"academic_session_id": year.id, "organisation_id": register.organisation("Elm").id}
    home = register.homeroom("9A", **place)
    day = TODAY - timedelta(300)
    register.enrolment(a, **place, homeroom_id=home.id, entry_date=day)
    register.enrolment(
        b, **place, homeroom_id=home.id, entry_date=day,
        exit_date=TODAY - timedelta(1), exit_type="withdrawn",
    )  # fmt: skip
    register.enrolment(c, **place, entry_date=day)
    return home


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("f=status:enrolled", "AC"),
        ("f=status:enrolled,left", "ABC"),
        ("f=status:not:enrolled", "DB"),
        ("f=sex:empty", "DC"),
        ("f=sex:not:female", "DBC"),
        ("f=birth_date:2011-01-01..", "DB"),
        ("f=birth_date:..2010-12-31", "A"),
        ("f=birth_date:2011-01-01", "D"),
        ("f=birth_date:before:today&f=status:enrolled", "A"),
        ("f=family_name:is:abel", "AD"),
        ("f=family_name:starts:B", "B"),
        ("f=name:contains:张", "C"),
        ("f=native_name:empty&f=birth_date:filled", "ADB"),
        ("f=class:filled", "A"),
        ("f=school:filled", "AC"),
        ("f=entry:last:400", "AC"),
        ("f=sex:male&or=birth_place:filled", "BC"),
        ("match=any&f=sex:male&f=birth_place:filled&and=status:left", "B"),
        ("f=created_at:last:1", "ADBC"),
        ("f=created_at:before:today", ""),
        ("status=left", "B"),
        ("f=status:enrolled&f=wrong:1&f=birth_date:nonsense&sort=nothing&cols=gone", "AC"),
    ],
)
def test_a_filter_shows_what_it_says(owner: Any, school: Any, asked: str, found: str) -> None:
    assert "".join(shown(owner, f"/students/?{asked}")) == found


def test_a_filter_on_a_related_record_names_it(owner: Any, school: Any) -> None:
    address = f"/students/?f=class:{school.id}"
    assert shown(owner, address) == ["A"]
    assert "Class: 9A" in owner.open(address).words
    assert shown(owner, f"/students/?f=class:not:{school.id}") == ["D", "B", "C"]


def test_what_cannot_be_read_is_left_out_with_a_notice(owner: Any, school: Any) -> None:
    page = owner.open("/students/?f=birth_date:31.12.2010&f=no_such:1")
    assert "This filter cannot be read and was left out: birth_date:31.12.2010" in page.words
    assert "left out: no_such:1" in page.words


def test_a_chip_takes_off_its_own_condition_only(owner: Any, school: Any) -> None:
    html = html_of(
        owner, "/students/?f=status:enrolled&or=sex:male&f=birth_date:..2015-01-01&sort=-birth_date"
    )
    chips = re.findall(r'<li><span>([^<]+)</span><a href="([^"]+)"', html)
    assert [label for label, _url in chips] == [
        "Status: Enrolled", "Sex: Male", "Birth date: up to Jan 1, 2015",
    ]  # fmt: skip
    rest = chips[0][1].replace("&amp;", "&")
    assert rest == "/students/?sort=-birth_date&f=sex:male&f=birth_date:..2015-01-01"
    assert shown(owner, rest) == ["B"]


def test_who_changed_a_record_can_be_asked(owner: Any, school: Any) -> None:
    owner.fill("/students/D/edit", given_name="Zoe")
    assert shown(owner, "/students/?f=changed_by:me") == ["D"]
    assert shown(owner, f"/students/?f=changed_by:{owner.user_id}") == ["D"]
    assert shown(owner, "/students/?f=changed_by:999999") == []


def test_columns_are_shown_as_chosen(owner: Any, school: Any) -> None:
    html = html_of(owner, "/students/?cols=student_number,class,grade.wide,entry,nothing")
    heads = re.findall(r'<th scope="col"[^>]*>(?:<a [^>]*>)?([^<]+)', html)
    assert heads == ["Student number", "Class", "Grade", "First day"]
    assert "col-wide" in html
    first = html[html.index("<tbody") :]
    assert ">9A<" in first


def test_several_columns_sort_and_each_may_be_turned(owner: Any, school: Any) -> None:
    assert shown(owner, "/students/?sort=status,-student_number") == ["C", "A", "B", "D"]
    html = html_of(owner, "/students/?sort=status,-student_number")
    added = re.findall(r'data-sort-add="([^"]+)"', html)
    assert "/students/?sort=status" in added  # a third time takes it out again
    assert "/students/?sort=-status,-student_number" in added
    assert "/students/?sort=status,-student_number,birth_date" in added
    assert html.count("aria-sort") == 1


def test_a_letter_leads_to_names_that_begin_with_it(owner: Any, school: Any) -> None:
    assert shown(owner, "/students/?at=b") == ["B", "C"]
    assert shown(owner, "/students/?at=z") == ["C"], "张 is zhang"
    assert shown(owner, "/students/?at=a") == ["A", "D", "B", "C"]
    assert shown(owner, "/students/?sort=-name&at=b") == ["B", "D", "A"]
    assert 'class="letters"' not in html_of(owner, "/students/?sort=status")


def test_a_page_number_leads_to_its_page(owner: Any, register: Any) -> None:
    for number in range(101):
        register.student(f"N{number:03}", family_name=f"Name{number:03}")
    first = shown(owner, "/students/?sort=student_number&page=3&f=student_number:starts:N")
    assert first == ["N100"]
    html = html_of(owner, "/students/?sort=student_number&page=2")
    assert 'value="2"' in html
    assert "of 3" in html
    beyond = shown(owner, "/students/?sort=student_number&page=99&f=student_number:starts:N")
    assert beyond[-1] == "N100", "beyond the end is the last page"


@pytest.mark.parametrize(
    "address",
    [
        "f=status:", "f=:", "f=status", "f=birth_date:..", "f=birth_date:last:0", "or=status:left",
        "f=class:0", "f=class:99999999999999999999", "f=birth_date:9999-12-31..0001-01-01",
        "f=created_at:0001-01-01..9999-12-31", "f=created_at:after:9999-12-31", "f=changed_by:you",
        "at=%C3%9F", "page=0", "page=99999999999999999999", "page=-1", "cols=,,.", "sort=-,--name",
        "view=999999", "view=x", "f=family_name:contains:%00", "match=any", "panel=nothing",
        "panel=filters&do=drop-9", "panel=filters&do=apply&c0=status&o0=between&v0=a&v0=b",
        "panel=filters&do=apply&c0=birth_date&o0=between&v0=x", "panel=filters&do=add&new=zzz",
    ],
)  # fmt: skip
def test_nonsense_in_an_address_is_no_error(owner: Any, school: Any, address: str) -> None:
    answer = owner.get(f"/students/?{address}")
    assert answer.status_code in {200, 303}, answer.text[-500:]


def test_the_exact_count_is_given_on_request(
    owner: Any, school: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studentadmin.views.admin.listing.COUNT_CAP", 3)
    monkeypatch.setattr("studentadmin.views.admin.list_pages.COUNT_CAP", 3)
    assert "3+ records" in owner.open("/students/").words
    assert "4 records" in html_of(owner, "/students/count")
    assert "2 records" in html_of(owner, "/students/count?f=status:enrolled")
    assert "4 records" in owner.open("/students/?count=all").words


@pytest.mark.parametrize("role", rights.ROLES)
def test_a_value_one_may_not_see_is_no_column_filter_or_order(
    as_role: Any, school: Any, role: str
) -> None:
    desk = as_role(role)
    sees = rights.allowed([role], "student", "view", "sensitive")
    address = "/students/?f=birth_place:filled&sort=birth_place&cols=name,birth_place"
    html = html_of(desk, address)
    assert ("杭州" in html) is sees
    assert shown(desk, address) == (["C"] if sees else ["A", "D", "B", "C"])
    assert ("Birth place" in desk.open(address).words) is sees
    for panel in ("filters", "columns"):
        assert ('value="birth_place"' in html_of(desk, f"/students/?panel={panel}")) is sees
    changed = rights.allowed([role], "student", "history")
    assert ('value="changed_by"' in html_of(desk, "/students/?panel=filters")) is changed


def test_the_panel_makes_the_address(owner: Any, school: Any) -> None:
    typed = (
        "panel=filters&do=apply&m=all&sort=-name&c0=status&o0=any&v0=left&v0=enrolled"
        "&c1=birth_date&j1=new&o1=between&v1=2010-01-01&w1="
        "&c2=sex&j2=same&o2=any&v2=male&c3=family_name&j3=new&o3=contains&v3="
    )
    answer = owner.get(f"/students/?{typed}")
    assert answer.status_code == 303
    assert answer.location == (
        "/students/?sort=-name&f=status:left,enrolled&f=birth_date:2010-01-01..&or=sex:male"
    )


def test_the_panel_keeps_what_was_typed_while_lines_come_and_go(owner: Any, school: Any) -> None:
    typed = "panel=filters&m=any&c0=status&o0=not&v0=left&c1=birth_date&j1=same&o1=last&v1=30"
    html = html_of(owner, f"/students/?{typed}&do=add&new=class")
    assert re.search(r'name="v0" value="left" checked', html)
    assert re.search(r'name="v1" type="number" value="30"', html)
    assert ">9A<" in html
    html = html_of(owner, f"/students/?{typed}&do=drop-0")
    assert 'name="v0" type="number" value="30"' in html
    refused = owner.open(
        "/students/?panel=filters&do=apply&c0=birth_date&o0=is&v0=2010-99-01"
    ).words
    assert "This cannot be asked so: Birth date." in refused
