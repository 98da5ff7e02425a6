"""Every refusal the program can give, under one root.

An error carries a message for people (already translated) and, where there is one, a field for
machines. Each channel shows the same error its own way: a field error, a report line, 422, exit 1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


class StudentAdminError(Exception):
    """Root of all refusals; `status` is the HTTP answer it becomes."""

    status = 400

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return str(self.message)


class RuleBroken(StudentAdminError):
    """A rule of the register refuses the change; `field` names the column, None the whole."""

    status = 422

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class DraftRefused(StudentAdminError):
    """What was typed does not fit its form; `errors` maps field name to messages."""

    status = 422

    def __init__(self, message: str, errors: Mapping[str, Sequence[str]]) -> None:
        super().__init__(message)
        self.errors = {name: list(texts) for name, texts in errors.items()}


class NotAllowed(StudentAdminError):
    """The actor lacks a right; `rule` names the line of the rights matrix that refused."""

    status = 403

    def __init__(self, message: str, rule: str) -> None:
        super().__init__(message)
        self.rule = rule


class Missing(StudentAdminError):
    """No such record, or none that this actor may see."""

    status = 404


@dataclass(frozen=True)
class FieldClash:
    """One field that two people changed: what it was, what each made of it."""

    table: str
    row_id: int
    field: str
    base: object
    mine: object
    theirs: object
    who: str = ""


class Clash(StudentAdminError):
    """Somebody else changed the same fields since; nothing was written."""

    status = 409

    def __init__(self, message: str, clashes: Sequence[FieldClash]) -> None:
        super().__init__(message)
        self.clashes = list(clashes)


class ReadOnly(StudentAdminError):
    """The register is open for reading only (a failed upgrade, a read-only folder)."""

    status = 503


class BadFile(StudentAdminError):
    """An uploaded or named file cannot be read as what it claims to be."""

    status = 422
