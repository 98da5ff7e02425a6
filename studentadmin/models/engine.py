"""How a connection to SQLite is opened: pragmas, and transactions that begin when we say so."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, event

from studentadmin.models.folded import FUNCTION, fold_in_sqlite

WRITES = "studentadmin_writes"
"""Execution option of an engine whose transactions will write."""


def prepare_engine(engine: Engine) -> None:
    """Make SQLite keep what it acknowledged and wait for a colleague's write.

    pysqlite's own transactions leave a failed unit half applied and answer "database is locked"
    at once when a reader turns writer; so BEGIN is emitted here, IMMEDIATE for units that write.
    """
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def open_connection(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in (
            "foreign_keys=ON",
            "busy_timeout=5000",
            "journal_mode=WAL",
            "synchronous=FULL",
        ):
            connection.execute(f"PRAGMA {pragma}")
        connection.create_function(FUNCTION, 1, fold_in_sqlite, deterministic=True)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get(WRITES)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
