"""Write docs/rights.md from the matrix in studentadmin/rules/rights.py.

python scripts/rights.py
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from studentadmin.rules import rights  # noqa: E402

PAGE = ROOT / "docs" / "rights.md"
HEAD = """# Who may do what

Made by `python scripts/rights.py` from `studentadmin/rules/rights.py`, the one place where rights
are written; a test fails when this page is older. What no line grants is refused.

A line without a class of fields (directory) is about the records as such; a line with one is about
the fields of that class only. "undo" is of one's own changes, "undo others" of everybody's; an undo
also asks for the right to edit each table it touches.

Roles: **owner** does everything; **registrar** keeps the whole register; **clerk** is office staff;
**teacher** sees students and how to reach their contacts; **head** sees everything and changes
nothing but the own account; **viewer** sees names, classes and enrolments. A person may hold
several.

"""


def page() -> str:
    """The matrix as a table in Markdown."""
    lines = [
        "| what | fields | " + " | ".join(rights.ROLES) + " |",
        "|---" * (len(rights.ROLES) + 2) + "|",
    ]
    for (resource, field_class), line in rights.RIGHTS.items():
        cells = [_cell(line[role]) for role in rights.ROLES]
        shown = "" if field_class == "directory" else field_class
        lines.append(f"| {resource.replace('_', ' ')} | {shown} | " + " | ".join(cells) + " |")
    return HEAD + "\n".join(lines) + "\n"


def _cell(actions: frozenset[str]) -> str:
    named = [name.replace("_", " ") for name in rights.ACTIONS.values() if name in actions]
    return ", ".join(named) or "–"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
