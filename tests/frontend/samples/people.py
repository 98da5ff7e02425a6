"""Names as long as they get, and the parts every page is made of."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace as Record
from typing import Any

NOW = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)


LONG_GERMAN = "Maximiliane-Friederike Freifrau von Hohenstein-Oberndorfer zu Wittelsbach"


LONG_CHINESE = "欧阳娜娜·古丽扎尔·买买提江"


NAMES = (
    LONG_GERMAN,
    "王小明",
    LONG_CHINESE,
    "Anna Müller",
    "Li Wei",
    "李四",
    "Ó Briain, Séamus",
    "张伟",
)


def cell(text: str | None, kind: str = "text", **more: Any) -> Record:
    return Record(
        **{"text": text, "kind": kind, "url": None, "tone": None, "masked": False, **more}
    )


PAGER = Record(first="?", previous="?before=3", next="?after=9", last=None)
