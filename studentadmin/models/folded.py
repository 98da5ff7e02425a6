"""A text column asked without regard to case and marks, on either database.

SQLite's LIKE knows case in ASCII only, and a utf8mb4_bin column on a server knows none.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from studentadmin.rules import names

FUNCTION = "fold_name"


class Folded(FunctionElement[str]):
    """`Folded(column).like(...)` with a pattern that `rules.names.fold` made."""

    name = "folded"
    type = String()
    inherit_cache = True


@compiles(Folded, "sqlite")
def _on_sqlite(element: Folded, compiler: Any, **options: Any) -> str:
    return f"{FUNCTION}({compiler.process(element.clauses, **options)})"


@compiles(Folded, "mysql")
@compiles(Folded, "mariadb")
def _on_server(element: Folded, compiler: Any, **options: Any) -> str:
    return f"({compiler.process(element.clauses, **options)} COLLATE utf8mb4_unicode_520_ci)"


def fold_in_sqlite(text: str | None) -> str | None:
    """`rules.names.fold` as SQLite calls it, once for each row it looks at."""
    if text is None:
        return None
    if text.isascii() and text.replace(" ", "").isalnum():
        return text.lower()
    return names.fold(text)
