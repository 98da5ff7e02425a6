"""Code lists that a school may extend: the words that ship, and its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from flask import g

from studentadmin.extensions import db
from studentadmin.forms import choices
from studentadmin.services import enrolment_type
from studentadmin.signals import change_saved


class Extended(Mapping[str, Any]):
    """Code -> words; the school's own codes are read once in an app context, and only if asked."""

    def __init__(self, shipped: Mapping[str, Any], kind: str) -> None:
        self.shipped, self.kind = shipped, kind

    def __getitem__(self, code: str) -> Any:
        return self.shipped[code] if code in self.shipped else self._own()[code]

    def __iter__(self) -> Iterator[str]:
        yield from self.shipped
        yield from self._own()

    def __len__(self) -> int:
        return len(self.shipped) + len(self._own())

    def _own(self) -> dict[str, str]:
        known: dict[str, dict[str, str]] = g.setdefault("own_codes", {})
        if self.kind not in known:
            rows = enrolment_type.own(db.session, self.kind)
            known[self.kind] = {row.code: row.name for row in rows}
        return known[self.kind]


def _forget(_app: Any, tables: frozenset[str] = frozenset(), **_more: Any) -> None:
    if "enrolment_type" in tables:
        g.pop("own_codes", None)


change_saved.connect(_forget)

ENTRY_TYPES = Extended(choices.ENTRY_TYPES, "entry")
EXIT_TYPES = Extended(choices.EXIT_TYPES, "exit")
