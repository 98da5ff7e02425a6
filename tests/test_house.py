"""House rules that a reader would otherwise have to remember, checked on the source itself."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import studentadmin

PACKAGE = Path(studentadmin.__file__).parent
WRITING_METHODS = {
    "add",
    "add_all",
    "bulk_insert_mappings",
    "bulk_save_objects",
    "bulk_update_mappings",
    "commit",
    "delete",
    "flush",
    "merge",
}
WRITING_STATEMENTS = {"insert", "update", "delete"}
SESSIONS = re.compile(r"(^|_|\.)(session|unit|connection)$")
WRITE_SQL = re.compile(r"^\s*(insert|update|delete|replace|drop|alter|create)\s", re.IGNORECASE)


def python_files() -> Iterator[Path]:
    for path in sorted(PACKAGE.rglob("*.py")):
        if "migrations" not in path.parts:
            yield path


def writes(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Lines that would write rows: a session's methods, statements that write, such SQL as text."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sqlalchemy"):
            for name in node.names:
                if name.name in WRITING_STATEMENTS or name.name in {"Session", "sessionmaker"}:
                    yield node.lineno, f"imports {name.name}"
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = ast.unparse(node.func.value)
            if node.func.attr in WRITING_METHODS and SESSIONS.search(owner):
                yield node.lineno, f"{owner}.{node.func.attr}()"
            if node.func.attr in {"execute", "exec_driver_sql", "text"} and node.args:
                match node.args[0]:
                    case ast.Constant(value=str(sql)) if WRITE_SQL.match(sql):
                        yield node.lineno, f"runs {sql[:30]!r}"


@pytest.mark.parametrize(
    "snippet",
    [
        "db.session.add(row)",
        "session.commit()",
        "from sqlalchemy import update",
        "from sqlalchemy.orm import Session",
        "connection.execute('DELETE FROM student')",
        "unit.session.delete(row)",
    ],
)
def test_the_walk_sees_a_write(snippet: str) -> None:
    assert list(writes(ast.parse(snippet)))


@pytest.mark.parametrize("snippet", ["seen.add(1)", "session.get(X, 1)", "rows.update(a)"])
def test_the_walk_leaves_the_rest_alone(snippet: str) -> None:
    assert not list(writes(ast.parse(snippet)))


ALLOWED_OUTSIDE = {
    "extensions.py": "names Session as the type of what is read through",
    "models/engine.py": "opens connections",
}


def test_rows_are_written_in_services_only() -> None:
    faults = []
    for path in python_files():
        place = path.relative_to(PACKAGE).as_posix()
        if place.startswith("services/") or place in ALLOWED_OUTSIDE:
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        faults += [f"{place}:{line} {what}" for line, what in writes(tree)]
    assert faults == []


def test_services_know_no_request_and_never_commit() -> None:
    faults = []
    for path in (PACKAGE / "services").glob("*.py"):
        text = path.read_text(encoding="utf-8")
        if re.search(r"from flask import .*\b(request|session|g|flash|url_for)\b", text):
            faults.append(f"{path.name} reads the request")
        if path.name != "unit.py" and re.search(r"\b(db\.)?session\.commit\(", text):
            faults.append(f"{path.name} commits")
    assert faults == []


def test_a_file_stays_readable() -> None:
    """Over about 300 lines a file is split by noun."""
    long_ones = {
        path.relative_to(PACKAGE).as_posix(): lines
        for path in python_files()
        if (lines := path.read_text(encoding="utf-8").count("\n")) > 350
    }
    assert long_ones == {}
