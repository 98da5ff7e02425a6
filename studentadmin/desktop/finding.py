"""One thing that `studentadmin doctor` has looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Finding:
    """What was found. `cure` says what to do unless all is well."""

    subject: str
    state: Literal["ok", "warn", "fail"]
    found: str
    cure: str = ""
