"""Addresses and input that no page of ours would make: refused or ignored, never an error 500."""

from __future__ import annotations

from typing import Any

import pytest
from flask import url_for

from studentadmin.forms.words import FORMS
from studentadmin.rules.student_number import is_valid
from tests.queries import count_queries

HUGE = ("9223372036854775807", "9223372036854775808", "99999999999999999999999999")
SEARCHED = ("students", "organisations", "phones", "enrolments")
"""Each searches in another way: kept forms, plain text, digits, related rows."""
STRANGE = {
    "a NUL": "a\x00b",
    "a bell": "a\x07b",
    "long": "x" * 10_000,
    "long Chinese": "长" * 10_000,
    "marks only": "\u0301" * 50,
    "emoji": "👩‍👩‍👧‍👦🏳️‍🌈",
    "right to left": "\u202eabc\u202c",
    "beyond the basic plane": "𠮷野家",
    "line ends": "a\r\nb\u2028c\u2029d\x85e",
    "markup": "<script>alert(1)</script>",
    "template": "{{ 7*7 }}{% raw %}%(name)s %s",
    "quotes": "\"'`;--",
    "white space": "\u3000\u00a0\t",
}


NUMBERS = (*HUGE, "-1", "0", "nonsense", "1e9", "٣", "1.0", "%00", "1%20OR%201=1")


@pytest.mark.parametrize(
    "address",
    [
        "/organisations/{}",
        "/organisations/{}/edit",
        "/enrolments/{}/history",
        "/phones/{}/delete",
        "/changes/{}",
    ],
)
def test_a_key_that_no_table_holds_is_not_found(owner: Any, address: str) -> None:
    for number in NUMBERS:
        assert owner.get(address.format(number)).status_code == 404, number


@pytest.mark.parametrize(
    "address",
    [
        "/students/?after={}&before={}&page={}&last={}",
        "/students/?before={}",
        "/organisations/?after={}&sort=-parent_name",
        "/homerooms/?organisation_id={}",
        "/changes/?before={}&person={}",
        "/changes/?table={}&from={}&to={}",
        "/trash?kind=student&after={}",
        "/trash?kind={}",
        "/homerooms/new?organisation_id={}",
        "/students/lookup?q={}&limit={}",
    ],
)
def test_a_place_in_a_list_that_does_not_exist_shows_a_page(
    owner: Any, register: Any, address: str
) -> None:
    register.student()
    for number in NUMBERS:
        answer = owner.client.get(address.replace("{}", number), follow_redirects=True)
        assert answer.status_code == 200, number


@pytest.mark.parametrize("number", [*HUGE, "-1", "0", "nonsense"])
def test_a_relation_to_nothing_is_a_field_error(owner: Any, register: Any, number: str) -> None:
    student = register.student()
    typed = {"scheme": "passport", "value": "P1", "student_id": number}
    answer = owner.fill("/student-identifiers/new", **typed)
    assert answer.status_code == 422
    typed = {"name": "Lower", "type": "school", "parent_id": number}
    assert owner.fill("/organisations/new", **typed).status_code == 422
    url = f"/students/{student.student_number}/edit"
    answer = owner.fill(url, version=number, given_name="Nora")
    assert answer.status_code in {303, 400, 409}


@pytest.mark.parametrize(
    "day", ["0001-01-01", "1000-01-01", "9999-12-31", "0000-00-00", "2020-02-30", "12/31/1999"]
)
def test_days_at_the_ends_of_time(owner: Any, register: Any, day: str) -> None:
    owner.open(f"/changes/?from={day}&to={day}")
    number = register.student().student_number
    answer = owner.fill(f"/students/{number}/edit", birth_date=day)
    assert answer.status_code in {303, 422}
    owner.open(f"/students/{number}")
    owner.open("/students/")
    owner.open(f"/students/{number}/history")
    answer = owner.fill(
        "/academic-sessions/new", title="All", type="schoolYear", start_date=day, end_date=day
    )
    assert answer.status_code in {303, 422}
    owner.open("/academic-sessions/?sort=start_date")


TAILS = (
    "endpoint=x", "_external=1", "_scheme=x", "_external=1&_scheme=javascript", "_anchor=x",
    "_method=POST", "values=1", "key=1", "self=1", "sort=%00", "sort=-,,--number", "trash=2",
    "sort=search_name", "status=%00", "sex=" + "x" * 5000, "sort=" + "name," * 2000,
)  # fmt: skip


def test_names_that_mean_something_to_the_machinery_are_only_names(
    owner: Any, register: Any
) -> None:
    for number in range(51):
        register.student(f"N{number}")
    for number, tail in enumerate(TAILS):
        page = owner.open(f"/students/?{tail}")
        links = [e.attributes.get("href", "") for e in page.elements("a")]
        assert [link for link in links if not link.startswith(("/", "#"))] == [], tail
        owner.open(f"/changes/?{tail}")
        answer = owner.client.get(f"/students/export.csv?{tail}")
        assert (answer.status_code, bool(answer.get_data())) == (200, True), tail
        typed = {"student_number": f"X{number}", "family_name": "X"}
        answer = owner.fill(f"/students/new?{tail}", **typed)
        assert answer.status_code == 303, tail
        assert answer.location.startswith("/"), tail


@pytest.mark.parametrize("text", STRANGE.values(), ids=STRANGE)
def test_any_text_can_be_searched_for(owner: Any, register: Any, text: str) -> None:
    register.student()
    for name in SEARCHED:
        answer = owner.client.get(f"/{name}/", query_string={"search": text})
        assert answer.status_code == 200, name
    answer = owner.client.get("/students/lookup", query_string={"q": text})
    assert answer.status_code == 200


@pytest.mark.parametrize("text", STRANGE.values(), ids=STRANGE)
def test_any_text_is_kept_or_refused_whole(owner: Any, register: Any, text: str) -> None:
    answer = owner.fill("/students/new", student_number="S1", family_name=text)
    assert answer.status_code in {303, 422}
    if answer.status_code == 303:
        page = owner.open("/students/S1")
        shown = page.elements("h1")[0].text
        assert shown == " ".join(text.split())
        assert not [s for s in page.elements("script") if "src" not in s.attributes]
        owner.open("/students/S1/history")
        assert owner.client.get("/students/export.csv").status_code == 200


def test_any_text_as_a_student_number(owner: Any) -> None:
    for text in STRANGE.values():
        typed = {"student_number": text, "family_name": "X"}
        answer = owner.fill("/students/new", **typed)
        if answer.status_code == 303:  # white space inside a number is nothing
            assert is_valid(answer.location.removeprefix("/students/")), text
        else:
            assert answer.status_code == 422, text


def test_a_malformed_student_number_is_not_found_without_asking_the_database(owner: Any) -> None:
    for number in ("-1", "a b", "張三", "1" * 33, "a_", "..", "%00", "a%2Fb", "A;B"):
        with count_queries() as seen:
            assert owner.client.get(f"/students/{number}").status_code == 404
        assert seen == [], number


def test_a_number_typed_otherwise_leads_to_its_normal_form(owner: Any, register: Any) -> None:
    register.student("ab-1")
    answer = owner.get("/students/ab-1")
    assert (answer.status_code, answer.location) == (302, "/students/AB-1")
    assert owner.get("/students/AB-1").status_code == 200
    assert owner.get("/students/ab-1/edit").status_code == 200
    assert owner.get("/students/new").status_code == 200


def test_leading_zeros_make_another_student(owner: Any, register: Any) -> None:
    register.student("007", family_name="Bond")
    assert owner.get("/students/7").status_code == 404
    assert "Bond" in owner.open("/students/007").words


def test_a_student_may_have_the_number_of_a_page(owner: Any, register: Any) -> None:
    for number in ("NEW", "LOOKUP", "EXPORT.CSV"):
        register.student(number, family_name=f"Family{number[0]}")
        assert f"Family{number[0]}" in owner.open(f"/students/{number}").words


def test_a_form_posted_empty_is_refused_field_by_field(owner: Any) -> None:
    for table in FORMS:
        with owner.client.application.test_request_context():
            url = url_for(f"{table}.create_view")
        owner.open(url)
        answer = owner.post(url, {})
        assert answer.status_code == 422, table
        assert 'class="field-error"' in answer.text, table


def test_a_cell_refuses_what_is_not_its_kind(owner: Any, register: Any) -> None:
    level = register.grade_level("G1", sequence=7)
    owner.open("/grade-levels/")
    for value in ("", "x", "2", "-1", "on", "1" * 5000):
        for version in ("1", "", "x", *HUGE):
            answer = owner.post(
                f"/grade-levels/{level.id}/cell",
                {"name": "sequence", "value": value, "version": version},
                headers={"Accept": "application/json"},
            )
            expected = {200, 409} if value == "2" and version == "1" else {400, 422}
            assert answer.status_code in expected, (value, version)
