"""Where a setting's value comes from, and what is said when it cannot be used."""

from __future__ import annotations

from pathlib import Path
from stat import S_IMODE

import pytest

from studentadmin.settings import INSTANCE_FILE, KEY_FILE, BadSetting, load


def told(folder: Path, content: str) -> str:
    """What is said of a settings.toml with this content."""
    (folder / INSTANCE_FILE).write_text(content)
    with pytest.raises(BadSetting) as refusal:
        load({"DATA_DIR": folder}, environ={})
    return str(refusal.value)


@pytest.mark.parametrize(
    ("line", "setting", "cure"),
    [
        ('port = "abc"', "PORT", "choose a whole number from 0 to 65535"),
        ("port = 70000", "PORT", "choose a whole number from 0 to 65535"),
        ("port = -1", "PORT", "choose a whole number from 0 to 65535"),
        ("session_hours = 1.5", "SESSION_HOURS", "choose a whole number from 1 to 744"),
        ('https = "perhaps"', "HTTPS", "write yes or no"),
        ('locale = "fr"', "LOCALE", "choose one of en, zh_Hans_CN"),
    ],
)
def test_a_wrong_value_is_named_with_its_cure(
    tmp_path: Path, line: str, setting: str, cure: str
) -> None:
    said = told(tmp_path, line)
    assert setting in said
    assert INSTANCE_FILE in said
    assert cure in said


@pytest.mark.parametrize("line", ["pirt = 8000", "port ="])
def test_a_line_that_means_nothing_stops_the_start(tmp_path: Path, line: str) -> None:
    assert INSTANCE_FILE in told(tmp_path, line)


def test_later_wins(tmp_path: Path) -> None:
    """Default, then file, then environment, then argument; each says where it came from."""
    (tmp_path / INSTANCE_FILE).write_text("port = 1001\nsession_hours = 8\nmax_upload_mb = 5\n")
    environ = {"STUDENTADMIN_PORT": "1002", "STUDENTADMIN_SESSION_HOURS": "9"}
    found = load({"DATA_DIR": tmp_path, "PORT": "1003"}, environ=environ)
    names = ("PORT", "SESSION_HOURS", "MAX_UPLOAD_MB", "LOG_LEVEL")
    assert [(found[name], found.sources[name]) for name in names] == [
        (1003, "argument"),
        (9, "STUDENTADMIN_SESSION_HOURS"),
        (5, INSTANCE_FILE),
        ("INFO", "default"),
    ]


def test_the_key_is_made_once_and_for_one_reader(tmp_path: Path) -> None:
    folder = tmp_path / "register"
    first = load({"DATA_DIR": folder}, environ={})["SECRET_KEY"]
    assert load({"DATA_DIR": folder}, environ={})["SECRET_KEY"] == first
    assert S_IMODE((folder / KEY_FILE).stat().st_mode) == 0o600
    assert S_IMODE(folder.stat().st_mode) == 0o700
