"""The migrations make exactly the tables of the models, forth and back, with rows in them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import IntegrityError

from studentadmin.app import create_app
from studentadmin.extensions import db
from studentadmin.models import Base, Student
from studentadmin.models.migrations import migrations_dir
from studentadmin.services import migration
from studentadmin.settings import load
from tests.factories import Register


@pytest.fixture
def empty_app(database: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """The app on a database of its own without a table."""
    arguments: dict[str, Any] = {"DATA_DIR": tmp_path, "PROFILE": "testing"}
    if database == "mariadb":
        server = request.getfixturevalue("mariadb")
        other = f"{server.database}_migrations"
        with server.connect() as connection, connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS `{other}`")
            cursor.execute(f"CREATE DATABASE `{other}` CHARACTER SET utf8mb4")
        arguments["DATABASE_URL"] = server.url.replace(server.database, other)
    app = create_app(load(arguments, environ={}))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def config() -> Config:
    made = Config()
    made.set_main_option("script_location", str(migrations_dir()))
    return made


def tables() -> set[str]:
    return set(inspect(db.engine).get_table_names()) - {"alembic_version", "sqlite_sequence"}


def test_up_and_down_with_rows_in_the_tables(empty_app: Flask) -> None:
    command.upgrade(config(), "head")
    assert tables() == set(Base.metadata.tables)
    register = Register()
    student = register.student("M1", family_name="张", given_name="小明")
    register.contact(student, register.person())
    register.enrolment(student)
    db.session.remove()

    script = ScriptDirectory.from_config(config())
    revisions = [revision.revision for revision in script.walk_revisions()]
    for revision in revisions[1:]:
        command.downgrade(config(), revision)
        with db.engine.connect() as connection:
            names = connection.execute(text("SELECT family_name FROM student")).scalars().all()
        assert names == ["张"]
    command.downgrade(config(), "base")
    assert tables() == set()
    command.upgrade(config(), "head")
    assert tables() == set(Base.metadata.tables)
    register.student("M1")
    assert db.session.scalars(select(Student.student_number)).all() == ["M1"]


REBUILDING = """
import sqlalchemy as sa
from alembic import op

revision, down_revision = "rebuilding", "{head}"


def upgrade():
    with op.batch_alter_table("student") as student:
        student.add_column(sa.Column("house", sa.String(100)))


def downgrade():
    with op.batch_alter_table("student") as student:
        student.drop_column("house")
"""


def test_a_table_is_rebuilt_while_rows_point_to_it(empty_app: Flask, tmp_path: Path) -> None:
    """`studentadmin db downgrade`; SQLite drops a column by making the table anew."""
    command.upgrade(config(), "head")
    register = Register()
    register.enrolment(register.student("M1"))
    db.session.remove()
    own = Config()
    folder = shutil.copytree(migrations_dir(), tmp_path / "migrations")
    own.set_main_option("script_location", str(folder))
    head = ScriptDirectory.from_config(config()).get_current_head()
    (folder / "versions" / "rebuilding.py").write_text(REBUILDING.format(head=head))
    command.upgrade(own, "head")
    command.downgrade(own, "-1")
    with db.engine.connect() as connection:
        joined = "SELECT count(*) FROM enrolment JOIN student ON student.id = student_id"
        assert connection.execute(text(joined)).scalar() == 1
    with pytest.raises(IntegrityError), db.engine.begin() as connection:
        connection.execute(text("DELETE FROM student"))


def test_the_migrations_say_what_the_models_say(empty_app: Flask) -> None:
    """`studentadmin db check` finds nothing to add; it raises when it does."""
    command.upgrade(config(), "head")
    command.check(config())


def test_every_constraint_has_a_name(empty_app: Flask) -> None:
    command.upgrade(config(), "head")
    seen = inspect(db.engine)
    for table in tables():
        for constraint in [*seen.get_unique_constraints(table), *seen.get_foreign_keys(table)]:
            assert constraint["name"], (table, constraint)


def test_the_head_is_read_without_alembic() -> None:
    script = ScriptDirectory.from_config(config())
    assert migration.revisions().head == script.get_current_head()
