"""The people and browsers of `tests/office.py`."""

from tests.office import (  # noqa: F401
    another_browser,
    app,
    browser,
    office,
    owner,
    throttled,
)
