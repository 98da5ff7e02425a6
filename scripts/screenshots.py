#!/usr/bin/env python3
"""Takes the pictures of the guide: `make screenshots`, or names of pages to take only those.

The real program on a register of its own, seen by a real browser: every page in light and in
Chinese, some in the dark and on a phone. Pictures go to docs/pictures/<page>-<variant>.png.
"""

from __future__ import annotations

import io
import sys
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from PIL import Image  # noqa: E402
from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402

from scripts import sample_school  # noqa: E402
from scripts.shots import EVERYWHERE, SHOTS  # noqa: E402
from tests.chromium import open_browser  # noqa: E402
from tests.e2e import school  # noqa: E402
from tests.e2e.program import Program  # noqa: E402

PICTURES = ROOT / "docs" / "pictures"
COLOURS = 128
PATIENCE = 15_000
USUAL_FOLDER = "/home/ann/.local/share/Student Admin"
SAY_USUAL_FOLDER = """([folder, usual]) => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode;
    text.data = text.data.replaceAll(folder, usual);
  }
}"""
"""A picture names the folder that a person would have, not the passing one of this script."""


@dataclass(frozen=True)
class Variant:
    """One way to look at the program."""

    name: str
    locale: str = "en-GB"
    width: int = 1280
    height: int = 800
    pages: Collection[str] = frozenset(EVERYWHERE)
    options: dict[str, Any] = field(default_factory=dict)


EVERY_PAGE = frozenset({*SHOTS, "first-run", "log-in"})
VARIANTS = (
    Variant("light", pages=EVERY_PAGE),
    Variant("zh", locale="zh-CN", pages=EVERY_PAGE),
    Variant("dark", options={"color_scheme": "dark"}),
    Variant("360", width=360, height=740, options={"device_scale_factor": 2}),
)


def main(wanted: Collection[str]) -> None:
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = open_browser(playwright)
        with Program(Path(folder) / "empty") as program:
            take(browser, program, {"first-run": ("/first-run", lambda page: None)}, wanted)
        app = school.open_register(Path(folder) / "Student Admin")
        sample_school.fill(app)
        school.make(app, sample_school.next_year)
        with Program(Path(folder) / "Student Admin") as program:
            take(browser, program, SHOTS, wanted)
            take(browser, program, {"log-in": ("/login", lambda page: None)}, wanted, strange=True)
        browser.close()


def take(
    browser: Browser,
    program: Program,
    shots: dict[str, Any],
    wanted: Collection[str],
    strange: bool = False,
) -> None:
    """A picture of each of `shots` in each variant that wants it; `strange`: not logged in."""
    for variant in VARIANTS:
        names = [name for name in shots if name in variant.pages and (not wanted or name in wanted)]
        if not names:
            continue
        with seat(browser, program, variant, strange) as page:
            for name in names:
                path, act = shots[name]
                page.goto(path)
                act(page)
                page.wait_for_load_state("networkidle")
                page.evaluate(SAY_USUAL_FOLDER, [str(program.data_dir), USUAL_FOLDER])
                keep(page.screenshot(animations="disabled"), f"{name}-{variant.name}.png")


@contextmanager
def seat(browser: Browser, program: Program, variant: Variant, strange: bool) -> Iterator[Page]:
    """A page of a fresh profile, come in by a ticket unless `strange`."""
    size: Any = {"width": variant.width, "height": variant.height}
    context = browser.new_context(
        base_url=program.url, locale=variant.locale, viewport=size, **variant.options
    )
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    if not strange:
        page.goto(program.new_ticket())
    yield page
    context.close()


def keep(picture: bytes, name: str) -> None:
    """Few colours are enough for a screen, and keep the pictures small."""
    with Image.open(io.BytesIO(picture)) as image:
        small = image.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
        small.save(PICTURES / name, optimize=True)
    print(name)


if __name__ == "__main__":
    main(sys.argv[1:])
