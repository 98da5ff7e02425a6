"""Runs the migrations: on the connection handed over, or on the app's own database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import Connection

from studentadmin.models import Base
from studentadmin.models.base import UtcDateTime
from studentadmin.models.change import Json

config = context.config


def process_revision_directives(_context: Any, _revision: Any, directives: list[Any]) -> None:
    """`flask db migrate` makes no empty migration."""
    if getattr(config.cmd_opts, "autogenerate", False) and directives[0].upgrade_ops.is_empty():
        directives[:] = []


def render_item(kind: str, item: Any, autogen: Any) -> str | bool:
    """Migrations name plain types: they must run long after our own classes changed."""
    if kind != "type":
        return False
    if isinstance(item, UtcDateTime):
        autogen.imports.add("from sqlalchemy.dialects import mysql")
        return 'sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb")'
    if isinstance(item, Json):
        autogen.imports.add("from sqlalchemy.dialects import mysql")
        return 'sa.Text().with_variant(mysql.MEDIUMTEXT(), "mysql", "mariadb")'
    return False


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        compare_type=True,
        render_as_batch=True,
        render_item=render_item,
        transaction_per_migration=True,
        process_revision_directives=process_revision_directives,
    )
    with context.begin_transaction():
        context.run_migrations()


@contextmanager
def tables_may_be_rebuilt(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by making it anew; the old one is dropped while rows point to it.

    The switch is asked of the driver: inside a transaction SQLite ignores it, and the engine begins
    one with the first statement.
    """
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name != "sqlite":
        yield
        return
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        connection.rollback()
        driver.execute("PRAGMA foreign_keys=ON")


handed_over = config.attributes.get("connection")
if handed_over is not None:
    run(handed_over)
else:
    with (
        current_app.extensions["migrate"].db.engine.connect() as connection,
        tables_may_be_rebuilt(connection),
    ):
        run(connection)
