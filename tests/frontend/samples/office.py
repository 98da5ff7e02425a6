"""Users and backups."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace as Record

from tests.frontend.samples.forms import student_form
from tests.frontend.samples.people import LONG_GERMAN, NOW

USERS = [
    Record(
        id=1,
        url="/users/1",
        name="王小明",
        login="wang@example.edu",
        roles=["Owner"],
        active=True,
        last_seen=NOW,
        you=True,
        invited=False,
        created_at=NOW,
    ),
    Record(
        id=2,
        url="/users/2",
        name=LONG_GERMAN,
        login="maximiliane.hohenstein-oberndorfer@verwaltung.gymnasium.example",
        roles=["Registrar", "Head"],
        active=False,
        last_seen=None,
        you=False,
        invited=True,
        created_at=NOW,
    ),
]


BACKUPS = [
    Record(
        name=f"b{n}",
        at=NOW - timedelta(days=n),
        reason=reason,
        size=18_400_321 + n,
        students=86,
        verified=(True, None, False)[n % 3],
        verify_url="/v",
        download_url="/d",
        restore_url="/r",
        replaces=[("Students", 86, 84)],
    )
    for n, reason in enumerate(("by-hand", "before-import", "daily"))
]

PAGES = {
    "backups": (
        "pages/backups.html",
        {
            "backups": BACKUPS,
            "create_url": "/b",
            "rule": "Daily for 14 days, the first of a month for a year.",
            "folder": "/home/office/.local/share/Student Admin/backups",
            "total_size": 55_000_000,
            "asking": None,
            "problem": None,
        },
    ),
    "backups-asking": (
        "pages/backups.html",
        {
            "backups": BACKUPS,
            "create_url": "/b",
            "rule": "",
            "folder": "/b",
            "total_size": 1,
            "asking": BACKUPS[2],
            "problem": Record(message="The disk is full.", cure="Free some room."),
        },
    ),
    "backups-empty": (
        "pages/backups.html",
        {
            "backups": [],
            "create_url": None,
            "rule": "",
            "folder": "/b",
            "total_size": 0,
            "asking": None,
            "problem": None,
        },
    ),
    "users": (
        "pages/users.html",
        {
            "users": USERS,
            "invites": [
                Record(
                    id=1,
                    login="a@b",
                    roles=["Teacher"],
                    expires=NOW,
                    url="https://x/i/abc",
                    revoke_url="/r",
                )
            ],
            "invite_url": "/users/invite",
        },
    ),
    "user": (
        "pages/user.html",
        {
            "user": USERS[1],
            "form": student_form(),
            "version": 1,
            "disable_url": None,
            "enable_url": "/e",
            "reset_url": "/r",
            "sessions_url": "/s",
            "refusals": {"disable": "The last owner stays."},
            "rights": [
                Record(resource="Students", actions=["see", "change"]),
                Record(resource="Users", actions=[]),
            ],
            "list_url": "/users",
            "reset_link": "https://register.example/reset/0123456789abcdef",
        },
    ),
    "invite": (
        "pages/invite.html",
        {"form": student_form(), "cancel_url": "/users", "link": None, "expires": NOW},
    ),
    "invite-made": (
        "pages/invite.html",
        {
            "form": student_form(),
            "cancel_url": "/users",
            "link": "https://register.example/invitation/" + "0123456789abcdef" * 4,
            "expires": NOW,
        },
    ),
}
