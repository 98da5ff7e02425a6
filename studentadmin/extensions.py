"""The Flask extensions, each made once and bound in `create_app`."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask_babel import Babel
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase, Session, scoped_session


class Base(DeclarativeBase):
    """Declarative base: every constraint gets a name, so a migration can drop it."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


ReadSession = Session | scoped_session[Any]
"""What a question is asked through: a unit's session, or the request's own `db.session`."""

db = SQLAlchemy(
    model_class=Base,
    disable_autonaming=True,
    session_options={"join_transaction_mode": "create_savepoint"},
)
babel = Babel()
csrf = CSRFProtect()


class Migrations:
    """Flask-Migrate's settings for an app, loaded when somebody asks for the first of them.

    A start needs none: it brings Alembic and Mako, a tenth of the program's memory.
    """

    def __init__(self, app: Flask, directory: str) -> None:
        self._app, self._directory = app, directory

    def __getattr__(self, name: str) -> Any:
        from flask_migrate import Migrate

        migrate = Migrate(compare_type=True, render_as_batch=True)
        migrate.init_app(self._app, db, directory=self._directory)
        return getattr(self._app.extensions["migrate"], name)


def init_app(app: Flask) -> None:
    """Bind those that need nothing of ours; `models` binds the database, `views` the language."""
    csrf.init_app(app)
