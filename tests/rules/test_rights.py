"""The matrix of rights: what stands in it, and that nothing outside of it is allowed."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from studentadmin.models import RECORDS
from studentadmin.rules import rights

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("role", "resource", "action", "field_class", "answer"),
    [
        ("owner", "user", "create", "directory", True),
        ("registrar", "user", "view", "directory", False),
        ("registrar", "student", "delete", "directory", True),
        ("clerk", "student", "create", "directory", True),
        ("clerk", "student", "delete", "directory", False),
        ("clerk", "student", "export", "sensitive", False),
        ("teacher", "student", "view", "sensitive", False),
        ("teacher", "phone", "view", "contact", True),
        ("viewer", "phone", "view", "contact", False),
        ("head", "student", "view", "sensitive", True),
        ("head", "student", "edit", "directory", False),
        ("clerk", "backup", "restore", "directory", False),
        ("registrar", "backup", "restore", "directory", False),
        ("owner", "student", "view", "medical", False),
    ],
)
def test_samples(role: str, resource: str, action: str, field_class: str, answer: bool) -> None:
    assert rights.allowed([role], resource, action, field_class) is answer
    rule = rights.refusing_rule([role], resource, action, field_class)
    assert bool(rule) is not answer


@pytest.mark.parametrize("roles", [[], ["nobody"], ["Owner"], ["owner "], ["root"]])
def test_no_known_role_no_right(roles: list[str]) -> None:
    for resource, field_class in rights.RIGHTS:
        for action in rights.ACTIONS.values():
            assert not rights.allowed(roles, resource, action, field_class)


def test_several_roles_add_up() -> None:
    assert rights.allowed(["teacher", "clerk"], "student", "create")
    assert rights.field_classes(["viewer", "head"], "student") == {"directory", "sensitive"}
    assert rights.roles_with("student", "delete") == ("owner", "registrar")


def test_the_refusing_line_has_a_name() -> None:
    name = rights.refusing_rule(["clerk"], "student", "delete")
    assert name == "clerk may not delete student"
    name = rights.refusing_rule({"viewer", "teacher"}, "student", "view", "sensitive")
    assert name == "teacher, viewer may not view student (sensitive)"
    assert rights.refusing_rule([], "student", "view") == "a stranger may not view student"


@pytest.mark.parametrize(
    "names", [("pupil", "view"), ("student", "peek"), ("student", "view", "secret")]
)
def test_a_slip_in_a_name_is_an_error_not_a_refusal(names: tuple[str, ...]) -> None:
    with pytest.raises(LookupError):
        rights.allowed(["owner"], *names)


def test_the_program_itself_may_do_everything_and_is_no_role_of_people() -> None:
    assert rights.allowed(["system"], "user", "delete")
    assert rights.SYSTEM not in rights.ROLES


def test_nobody_may_more_than_the_owner() -> None:
    for place, line in rights.RIGHTS.items():
        for role in rights.ROLES:
            assert line[role] <= line["owner"], (place, role)


def test_a_class_of_fields_grants_nothing_without_the_record() -> None:
    for (resource, field_class), line in rights.RIGHTS.items():
        for role, actions in line.items():
            assert actions <= rights.RIGHTS[resource, "directory"][role], (
                resource,
                field_class,
                role,
            )


def test_who_may_not_see_may_do_nothing() -> None:
    for place, line in rights.RIGHTS.items():
        for role, actions in line.items():
            assert not actions or "view" in actions, (place, role)


def test_every_table_and_every_class_of_its_fields_has_a_line() -> None:
    for table, model in RECORDS.items():
        assert table in rights.RESOURCES
        for column in model.__table__.columns:
            field_class = column.info.get("field_class", "directory")
            assert (table, field_class) in rights.RIGHTS, column


@pytest.mark.parametrize(
    "matrix",
    [
        "resource fields owner\nstudent directory v",
        rights.MATRIX + "student directory v v v v v v\n",
        rights.MATRIX + "x directory v v v\n",
        rights.MATRIX + "x colours v v v v v v\n",
        rights.MATRIX + "x directory v v v v v q\n",
    ],
)
def test_a_broken_matrix_does_not_start(matrix: str) -> None:
    with pytest.raises((ValueError, KeyError)):
        rights._read(matrix)


def test_the_page_about_rights_says_what_the_matrix_says() -> None:
    page = runpy.run_path(str(ROOT / "scripts" / "rights.py"))["page"]
    written = (ROOT / "docs" / "rights.md").read_text(encoding="utf-8")
    assert written == page(), "run: python scripts/rights.py"
