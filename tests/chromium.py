"""The one Chromium of a test run; every test opens a context of its own in it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Playwright

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def open_browser(playwright: Playwright) -> Browser:
    """Debian's Chromium, or the one Playwright brought along."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None and not Path(playwright.chromium.executable_path).exists():
        message = "Chromium is not installed; install it with: make services"
        if os.environ.get("STUDENTADMIN_NO_SKIP") == "1":
            pytest.fail(message)
        pytest.skip(message)
    return playwright.chromium.launch(executable_path=program, args=ARGUMENTS)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = open_browser(playwright)
        yield opened
        opened.close()
