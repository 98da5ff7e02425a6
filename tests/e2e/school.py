"""A school made through the services before a program opens its register."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from flask import Flask
from flask_security import hash_password

from studentadmin.app import create_app
from studentadmin.extensions import db
from studentadmin.models import User, UserRole
from studentadmin.rules import password as passwords
from studentadmin.services import upgrade
from studentadmin.services import user as users
from studentadmin.services.unit import Actor, Unit, write
from studentadmin.settings import load

PASSWORD = "a lamp beside the harbour"
OWNER = "owner@school.example"
BY = Actor.system("tests")
CLERKS = (
    ("carla@school.example", "Carla Clerk", "registrar", None),
    ("dirk@school.example", "Dirk Desk", "registrar", None),
)


def open_register(data_dir: Path, database_url: str | None = None) -> Flask:
    """An app of this process on a register that the program made ready, as at a start."""
    settings = load({"DATA_DIR": data_dir, "DATABASE_URL": database_url}, environ={})
    upgrade.prepare(settings)
    return create_app(settings)


def found_school(app: Flask, name: str = "Wilhelm-Gymnasium", locale: str | None = None) -> None:
    """The school and its owner, Ann Owner."""
    with app.app_context():
        draft = users.OwnerDraft(name, "Ann Owner", OWNER, _hashed(PASSWORD), locale)
        write(lambda unit: users.found(unit, draft), by=BY, why="first run")
        let_go()


def add_people(app: Flask, people: Iterable[tuple[str, str, str, str | None]]) -> None:
    """Accounts of (e-mail, name, role, locale); all have the same password, hashed once."""
    with app.app_context():
        hashed = _hashed(PASSWORD)

        def work(unit: Unit) -> None:
            for email, name, role, locale in people:
                user = User(
                    email=email,
                    full_name=name,
                    password=hashed,
                    password_changed_at=unit.now,
                    active=True,
                    locale=locale,
                    fs_uniquifier=users.new_uniquifier(),
                )
                unit.add(user)
                unit.add(UserRole(user_id=user.id, name=role))

        write(work, by=BY, why="create")
        let_go()


def make(app: Flask, work: Any) -> Any:
    """Run `work(unit)` as one change set; its value must not be a row."""
    with app.app_context():
        try:
            return write(work, by=BY, why="create").value
        finally:
            let_go()


def let_go() -> None:
    """Leave the register to the program: no connection of this process stays open."""
    db.session.remove()
    db.engine.dispose()


def _hashed(password: str) -> str:
    hashed: str = hash_password(passwords.normalise(password))
    return hashed
