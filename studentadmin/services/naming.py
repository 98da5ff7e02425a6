"""The sort and search forms of a name, kept whenever a name is written."""

from __future__ import annotations

from typing import Any

from studentadmin.models.person import Named
from studentadmin.rules import names

NAME_FIELDS = ("family_name", "given_name", "middle_name", "preferred_name", "native_name")

NAME_FORMS = frozenset({"sort_name", "search_name"})


def with_name_forms(row: Named, values: dict[str, Any]) -> dict[str, Any]:
    """`values` and the two derived columns, where a name is among them."""
    if not any(name in values for name in NAME_FIELDS):
        return values
    name = {field: values.get(field, getattr(row, field)) or "" for field in NAME_FIELDS}
    return {
        **values,
        "sort_name": names.sort_form(name["family_name"], name["given_name"])[:255],
        "search_name": names.search_form(*name.values())[:512],
    }
