"""Who may use the register."""

from __future__ import annotations

from datetime import datetime

from flask_security.core import UserMixin
from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from studentadmin.models.base import Record, Table, UtcDateTime

SECRET = {"secret": True}
"""The value never enters the history, an export or a log."""


class User(Record, UserMixin):
    """A person with an account; one who was invited and has not come yet has no password.

    `fs_uniquifier` is what a session cookie and a link name the account by: a new value ends every
    session and every link given out before.
    """

    __tablename__ = "user"

    email: Mapped[str] = mapped_column(String(254), unique=True)
    full_name: Mapped[str] = mapped_column(String(200))
    password: Mapped[str | None] = mapped_column(String(255), info=SECRET)
    password_changed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    active: Mapped[bool] = mapped_column(default=True)
    locale: Mapped[str | None] = mapped_column(String(16))
    lock_on_open: Mapped[bool] = mapped_column(default=False)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True, info=SECRET)

    user_roles: Mapped[list[UserRole]] = relationship(
        primaryjoin="and_(User.id == UserRole.user_id, UserRole.deleted_at.is_(None))",
        back_populates="user",
        lazy="selectin",
        order_by="UserRole.id",
    )

    @property
    def role_names(self) -> frozenset[str]:
        return frozenset(held.name for held in self.user_roles if held.deleted_at is None)

    @property
    def label(self) -> str:
        return self.full_name


class UserRole(Record):
    """A role that a user holds; `name` is a column of the matrix in `rules/rights.py`."""

    __tablename__ = "user_role"
    __table_args__ = (UniqueConstraint("user_id", "name"), Table.TABLE_OPTIONS)

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    name: Mapped[str] = mapped_column(String(20))

    user: Mapped[User] = relationship(back_populates="user_roles")

    @property
    def label(self) -> str:
        return self.user.full_name
