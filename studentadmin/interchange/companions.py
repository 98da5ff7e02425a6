"""Files that lie beside the imported one and say more about it."""

from __future__ import annotations

from pathlib import Path

from studentadmin.errors import BadFile
from studentadmin.interchange.headers import fold
from studentadmin.interchange.read import read_table

SCHOOLS = "School.csv"


def school_names(file: Path) -> dict[str, str]:
    """Identifier -> name from the School.csv of an SDS export; empty when there is none."""
    beside = file.with_name(SCHOOLS)
    if beside == file or not beside.is_file():
        return {}
    try:
        table = read_table(beside.read_bytes())
    except (BadFile, OSError):
        return {}  # the file asked for can be imported without it
    headings = [fold(heading) for heading in table.header]
    if "sisid" not in headings or "name" not in headings:
        return {}
    key, name = headings.index("sisid"), headings.index("name")
    pairs = ((row.cells[key], row.cells[name]) for row in table.rows)
    return {identifier: words for identifier, words in pairs if identifier and words}
