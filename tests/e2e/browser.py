"""A real Chromium that tolerates nothing: no console error, no broken policy, no foreign host."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, Request, Response

TELL_VIOLATIONS = """
addEventListener("securitypolicyviolation", (event) =>
  console.error(`policy: ${event.effectiveDirective} blocked ${event.blockedURI} ${event.sample}`));
"""
REFUSALS = frozenset({403, 404, 409, 422})
"""Statuses that a test may announce; Chromium writes each into the console."""
PATIENCE = 10_000
"""Milliseconds to wait for something that must appear."""
OPEN: list[Page] = []


class Watch:
    """Hears everything that goes wrong in a context; `faults` must be empty at the end."""

    def __init__(self, home: str) -> None:
        self.home = home
        self.faults: list[str] = []
        self._allowed: set[int] = set()

    @contextmanager
    def allowing(self, status: int) -> Iterator[None]:
        """In here a page may be answered with `status`."""
        assert status in REFUSALS
        self._allowed.add(status)
        yield
        self._allowed.discard(status)

    def listen(self, context: BrowserContext) -> None:
        context.add_init_script(TELL_VIOLATIONS)
        context.on("console", lambda message: self._console(message.type, message.text))
        context.on("weberror", lambda error: self.faults.append(f"page error: {error.error}"))
        context.on("request", self._request)
        context.on("response", self._response)

    def _console(self, kind: str, text: str) -> None:
        told = any(f"status of {status} " in text for status in REFUSALS)
        if kind in {"error", "warning"} and not told:
            self.faults.append(f"console {kind}: {text}")

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in {"data", "blob"} and f"{parts.scheme}://{parts.netloc}" != self.home:
            self.faults.append(f"foreign host: {request.url}")
        if parts.path == "/csp-report":
            self.faults.append(f"policy report: {request.post_data}")

    def _response(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self._allowed:
            self.faults.append(f"{response.status} {response.request.method} {response.url}")


def keep_pictures(name: str) -> None:
    """What the screens show now, into the folder that STUDENTADMIN_TEST_PICTURES names."""
    if folder := os.environ.get("STUDENTADMIN_TEST_PICTURES"):
        for number, page in enumerate(OPEN):
            page.screenshot(path=f"{folder}/{name}-{number}.png", full_page=True)


@contextmanager
def watched(
    browser: Browser, home: str, locale: str, **options: Any
) -> Iterator[tuple[Page, Watch]]:
    """A page of a fresh profile on `home`; fails at the end when anything was amiss."""
    language = locale.replace("_Hans_", "-").replace("_", "-")
    context = browser.new_context(
        base_url=home, locale=language, viewport={"width": 1280, "height": 800}, **options
    )
    context.set_default_timeout(PATIENCE)
    watch = Watch(home)
    watch.listen(context)
    page = context.new_page()
    OPEN.append(page)
    try:
        yield page, watch
    finally:
        OPEN.remove(page)
        context.close()
    assert not watch.faults, "\n".join(watch.faults)
