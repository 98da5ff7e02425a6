"""Real registers in real folders, with real migrations."""

from __future__ import annotations

import shutil
import tempfile
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from studentadmin.models.migrations import migrations_dir
from studentadmin.services import migration, upgrade
from studentadmin.settings import Settings, load
from tests.backup.registers import add_students


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load({"DATA_DIR": str(tmp_path / "data")}, environ={})


@pytest.fixture
def file(settings: Settings) -> Path:
    """A register at the newest revision with three students."""
    upgrade.prepare(settings)
    found = settings.database_file
    assert found is not None
    add_students(found, "S1", "S2", "S3")
    return found


@pytest.fixture
def later(tmp_path: Path) -> Callable[[str], Path]:
    """A copy of the real migrations with one more revision, "later", that runs `body`."""

    def make(body: str) -> Path:
        folder = Path(tempfile.mkdtemp(prefix="migrations-", dir=tmp_path))
        shutil.copytree(
            migrations_dir(),
            folder,
            dirs_exist_ok=True,
            ignore=shutil.ignore_patterns("__pycache__"),
        )
        head = migration.revisions().head
        (folder / "versions" / "later.py").write_text(
            "import sqlalchemy as sa\nfrom alembic import op\n"
            f"revision = 'later'\ndown_revision = {head!r}\n"
            f"def upgrade():\n{textwrap.indent(textwrap.dedent(body), '    ')}\n"
        )
        return folder

    return make


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that any account can reach, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="studentadmin-test-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)
