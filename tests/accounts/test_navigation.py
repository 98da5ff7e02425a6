"""Which line of the navigation says "you are here"."""

from __future__ import annotations

import re
from typing import Any

import pytest

from studentadmin.models import User

HERE = re.compile(r'<a class="rail-link" href="([^"]+)" aria-current="page"')


@pytest.mark.parametrize(
    ("page", "line"),
    [("/users", ["/users"]), ("/users/invite", ["/users"]), ("/account", []), ("/", ["/"])],
)
def test_the_own_account_lies_under_no_line(
    owner: User, browser: Any, page: str, line: list[str]
) -> None:
    browser.log_in("owner@school.local")
    assert HERE.findall(browser.get(page).text) == line


def test_the_own_account_shows_the_language_that_is_spoken(owner: User, browser: Any) -> None:
    """Nothing was chosen yet; saving another field must not choose English."""
    browser.log_in("owner@school.local")
    page = browser.get("/account", headers={"Accept-Language": "zh-CN"}).text
    assert re.search(r'<option selected value="zh_Hans_CN">', page)
