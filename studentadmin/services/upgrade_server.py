"""Making the register of a MariaDB or MySQL server ready; the counterpart of `upgrade`.

The server commits each table definition by itself, so an upgrade cannot be taken back as a
whole: every revision changes one thing, a dump is made before the first, and the revision reached
is always known.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask_babel import gettext as _
from sqlalchemy import Connection, create_engine, inspect, make_url, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from studentadmin.services import backup, dump, migration, storage
from studentadmin.services.prepared import Prepared, as_set, newer, open_old, read_only
from studentadmin.services.register_broken import RegisterBroken
from studentadmin.services.storage import StorageFailed
from studentadmin.settings import Settings

log = logging.getLogger(__name__)

LOCK = "studentadmin-upgrade"
LOCK_SECONDS = 600


def prepare(settings: Settings, migrations: Path | None) -> Prepared:
    """See `upgrade.prepare`. Several machines may start at once: one upgrades, the others wait."""
    with storage.in_language(settings), _connected(settings) as connection:
        known = migration.revisions(migrations)
        if _revision(connection) == known.head:
            return _as_set(settings)
        with _only_one(connection):
            revision = _revision(connection)
            if revision == known.head:
                return _as_set(settings)
            if revision is not None and revision not in known.known:
                return open_old(newer(), settings.database_url)
            if settings["READ_ONLY"]:
                return open_old(as_set(), settings.database_url)
            if revision is None and inspect(connection).get_table_names():
                raise RegisterBroken(
                    _(
                        "The database %(name)s holds tables of another program. Give Student"
                        " Admin a database of its own.",
                        name=connection.engine.url.database,
                    )
                )
            return _upgrade(settings, connection, revision, migrations)


def _upgrade(
    settings: Settings, connection: Connection, revision: str | None, migrations: Path | None
) -> Prepared:
    saved = None
    if revision is not None and dump.available():
        saved = backup.create(settings, backup.Reason.BEFORE_UPGRADE)
    elif revision is not None:
        log.warning("no dump program: upgrading without a backup of the database server")
    connection.rollback()
    try:
        migration.upgrade(connection, migrations)
        connection.commit()
    except Exception as error:
        connection.rollback()
        reached = _revision(connection)
        log.exception("the upgrade from %s stopped at %s", revision, reached)
        raise RegisterBroken(
            _(
                "The database could not be upgraded; it stopped after revision %(reached)s:"
                " %(reason)s. Mend the cause and start again, or restore the backup %(backup)s"
                " with the version of the program used before.",
                reached=reached or "0",
                reason=error,
                backup=saved.name if saved else "-",
            ),
            saved,
        ) from error
    return Prepared(settings.database_url, created=revision is None, upgraded_from=revision)


@contextmanager
def _connected(settings: Settings) -> Iterator[Connection]:
    url = make_url(settings.database_url)
    engine = create_engine(url, poolclass=NullPool, **dump.connecting(url))
    try:
        connection = engine.connect()
    except DBAPIError as error:
        raise StorageFailed(
            _(
                "The database server at %(host)s cannot be reached: %(reason)s. Check that it"
                " runs, and the address, name and password in DATABASE_URL.",
                host=url.host or "localhost",
                reason=error.orig,
            )
        ) from error
    with connection:
        yield connection


@contextmanager
def _only_one(connection: Connection) -> Iterator[None]:
    """A lock of the server, which ends with the connection, so a killed holder leaves none."""
    got = connection.scalar(text("SELECT GET_LOCK(:name, :wait)"), _lock(wait=LOCK_SECONDS))
    if not got:
        raise StorageFailed(
            _("Another machine is already upgrading this database. Wait until it has finished.")
        )
    try:
        yield
    finally:
        connection.rollback()
        connection.execute(text("SELECT RELEASE_LOCK(:name)"), _lock())


def _lock(**more: int) -> dict[str, object]:
    return {"name": LOCK, **more}


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return str(found) if found else None


def _as_set(settings: Settings) -> Prepared:
    if settings["READ_ONLY"]:
        return read_only(as_set(), settings.database_url)
    return Prepared(settings.database_url)
