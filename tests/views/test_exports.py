"""The files of a list: what it shows or everything, for whom it is allowed, and back again."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from flask import Flask

from studentadmin.extensions import db
from studentadmin.interchange.plan import Choices, make_plan
from studentadmin.interchange.preview import Outcome, make_preview
from studentadmin.interchange.read import read_table
from studentadmin.models import ChangeSet
from studentadmin.services.listing import ListQuery
from studentadmin.services.student import students
from studentadmin.services.unit import write
from tests.factories import SYSTEM
from tests.interchange.test_exporting import sheets

TODAY = date(2026, 9, 1)


@pytest.fixture(autouse=True)
def school(app: Flask, register: Any) -> Any:
    register.student("007", family_name="王", given_name="小明", native_name="王小明", sex="male")
    register.student(
        "0100",
        family_name="de la Cruz",
        given_name="Ana",
        middle_name="María José",
        birth_date=date(2012, 2, 29),
        citizenship="España",
    )
    register.student("0200", family_name="=cmd()", given_name="-1", preferred_name="'@")
    gone = register.student("gone", family_name="Gone").id
    with app.app_context():
        write(lambda unit: students.remove(unit, gone), by=SYSTEM, why="delete")
    return register


def lines(owner: Any, address: str) -> list[list[str]]:
    answer = owner.client.get(address)
    assert answer.status_code == 200, address
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))


def test_a_file_holds_what_the_list_shows(owner: Any) -> None:
    found = lines(owner, "/students/export.csv?sort=-student_number")
    assert found[0][:5] == [
        "Student number", "Family name", "Given name", "Middle name", "Name in own script",
    ]  # fmt: skip
    assert [line[0] for line in found[1:]] == ["0200", "0100", "007"]
    assert found[2][1:4] == ["de la Cruz", "Ana", "María José"]
    assert [line[0] for line in lines(owner, "/students/export.csv?sex=male")[1:]] == ["007"]


def test_all_rows_and_all_columns_may_be_had(owner: Any) -> None:
    found = lines(owner, "/students/export.csv?sex=male&rows=all")
    assert {line[0] for line in found[1:]} == {"007", "0100", "0200"}
    head, line = lines(owner, "/students/export.csv?search=Cruz&columns=all")
    assert dict(zip(head, line, strict=True))["Citizenship"] == "España"
    assert not {"Key", "Search form of the name"} & set(head)


def test_the_menu_names_what_the_file_would_hold(owner: Any) -> None:
    def offered(address: str) -> list[str]:
        links = owner.open(address).elements("a")
        return [a.attributes["href"] for a in links if "/export." in a.attributes.get("href", "")]

    assert offered("/students/?last=1&sort=-name")[:3] == [
        "/students/export.csv?sort=-name",
        "/students/export.xlsx?sort=-name",
        "/students/export.jsonl?sort=-name",
    ]
    every = offered("/students/?sex=male")
    assert len(every) == 12
    assert every[-1] == "/students/export.jsonl?f=sex:male&rows=all&columns=all"
    for address in every:
        assert owner.client.get(address).status_code == 200


def test_other_kinds_of_file_hold_the_same(owner: Any) -> None:
    (sheet,) = sheets(owner.client.get("/students/export.xlsx?search=Cruz").data)
    assert sheet[0] == lines(owner, "/students/export.csv")[0]
    assert sheet[1][0] == "0100"
    assert date(2012, 2, 29) in sheet[1]
    answer = owner.client.get("/students/export.jsonl?search=Cruz")
    assert json.loads(answer.data)["birth_date"] == "2012-02-29"
    assert answer.headers["Content-Disposition"] == "attachment; filename=student.jsonl"


def test_every_table_can_be_had_as_every_kind(owner: Any, school: Any) -> None:
    school.enrolment(school.student("0300"))
    for path in ("enrolments", "homerooms", "people", "organisations", "phones"):
        for kind in ("csv", "xlsx", "jsonl"):
            answer = owner.client.get(f"/{path}/export.{kind}?columns=all")
            assert answer.status_code == 200
            assert answer.data or kind == "jsonl"


@pytest.mark.parametrize(("role", "has"), [("registrar", True), ("clerk", False)])
def test_nobody_takes_out_a_class_of_fields_that_is_not_theirs(
    as_role: Callable[[str], Any], role: str, has: bool
) -> None:
    answer = as_role(role).get("/students/export.csv?columns=all&rows=all")
    assert answer.status_code == 200
    assert ("España" in answer.text) is has


def test_who_may_take_nothing_out_is_offered_nothing(as_role: Callable[[str], Any]) -> None:
    desk = as_role("teacher")
    assert "/export." not in desk.get("/students/").text
    for kind in ("csv", "xlsx", "jsonl"):
        assert desk.get(f"/students/export.{kind}").status_code == 403


@pytest.mark.parametrize("tail", ["", "?columns=all"])
def test_a_file_that_comes_back_changes_nothing(app: Flask, owner: Any, tail: str) -> None:
    content = owner.client.get(f"/students/export.csv{tail}").data
    with app.app_context():
        before = db.session.query(ChangeSet).count()
        table = read_table(content)
        plan = make_plan(table, Choices(), TODAY)
        seen = make_preview(
            db.session(), table, plan, today=TODAY, roles=frozenset({"owner"}), school_names={}
        )
        assert [(r.refusals or r.outcome) for r in seen.rows] == [Outcome.SAME] * 3
        assert len(seen.rows) == 3
        assert db.session.query(ChangeSet).count() == before


def test_the_query_ends_when_nobody_listens(owner: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    ended = []

    def batches(*_asked: Any) -> Iterator[Any]:
        try:
            while True:
                yield [("x",) * 8]
        finally:
            ended.append(True)

    monkeypatch.setattr(ListQuery, "batches", batches)
    answer = owner.client.get("/students/export.csv", buffered=False)
    parts = answer.iter_encoded()
    next(parts), next(parts)
    answer.close()
    assert ended == [True]
