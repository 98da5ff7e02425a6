"""A command that needs the database server says so when the server does not answer."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from studentadmin.__main__ import main


@pytest.mark.parametrize("command", [["backup", "create"], ["db", "current"]])
def test_a_server_that_is_away_is_named_with_its_cure(
    command: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
    url = f"mysql+pymysql://nobody@127.0.0.1:{port}/register"
    monkeypatch.setenv("STUDENTADMIN_DATABASE_URL", url)
    assert main(["--data-dir", str(tmp_path), *command]) == 1
    assert "studentadmin doctor" in capsys.readouterr().err
