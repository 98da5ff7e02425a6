"""What the pages' views hand to the templates, as small as it can be and as long as names get."""

from __future__ import annotations

from types import SimpleNamespace as Record
from typing import Any

from tests.frontend.samples import admin, changes, home, importing, office
from tests.frontend.samples.people import cell

__all__ = ["ACCOUNT", "NAVIGATION", "cell", "pages"]

ERRORS = (400, 401, 403, 404, 405, 409, 413, 422, 429, 500, 503)


def pages() -> dict[str, tuple[str, dict[str, Any]]]:
    """Every page in its telling states: name to template and variables."""
    errors = {
        f"error-{code}": (
            f"errors/{code}.html",
            {
                "code": code,
                "reason": None,
                "request_id": "01JD-7F3K",
                "retry_after": 30 if code == 429 else None,
            },
        )
        for code in ERRORS
    }
    old_form = (
        "errors/400.html",
        {
            "code": 400,
            "reason": "This page was open for a long time.",
            "request_id": "1",
            "typed": [("family_name", "Müller")],
            "again_url": "/students/new",
        },
    )
    return {
        **admin.PAGES,
        **changes.PAGES,
        **home.PAGES,
        **importing.PAGES,
        **office.PAGES,
        **errors,
        "error-old-form": old_form,
    }


NAVIGATION = [
    Record(label="", items=[Record(label="Start", url="/", icon="home", active=False)]),
    Record(
        label="Register",
        items=[
            Record(label=text, url=f"/{text}", icon=drawing, active=text == "Students")
            for text, drawing in (
                ("Students", "users"),
                ("People", "users-group"),
                ("Classes", "school"),
                ("Enrolments", "certificate"),
            )
        ],
    ),
    Record(
        label="Set-up",
        items=[
            Record(label=text, url=f"/{text}", icon=drawing, active=False)
            for text, drawing in (
                ("Organisations", "building"),
                ("School years", "calendar"),
                ("Grade levels", "stairs-up"),
            )
        ],
    ),
    Record(
        label="Work",
        items=[
            Record(label=text, url=f"/{text}", icon=drawing, active=False)
            for text, drawing in (
                ("Import", "file-import"),
                ("Changes", "history"),
                ("Trash", "trash"),
                ("Backups", "archive"),
                ("Users", "user-cog"),
                ("Settings", "settings"),
            )
        ],
    ),
]
ACCOUNT = Record(
    name="王小明", roles="Owner", links=[("My account", "/account", "user")], logout_url="/logout"
)
