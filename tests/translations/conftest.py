"""The fixtures of the pages, with nobody's application context around a test."""

from __future__ import annotations

from tests.office import app, office  # noqa: F401
from tests.views.conftest import as_role, clerk, owner, register  # noqa: F401
