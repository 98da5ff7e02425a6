"""The Flask extensions, each made once and bound in `create_app`."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask_babel import Babel
from flask_migrate import Migrate
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
migrate = Migrate(compare_type=True, render_as_batch=True)
babel = Babel()
csrf = CSRFProtect()


def init_app(app: Flask) -> None:
    """Bind those that need nothing of ours; `models` binds the database, `views` the language."""
    csrf.init_app(app)
