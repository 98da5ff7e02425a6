"""First start: the program's own environment, from pinned and hashed requirements.

Runs on a bare Python 3.11 with the standard library only. A stamp says which requirements are in
the environment; while it holds, a start costs a few milliseconds more than starting Python. Set-up
that was interrupted or failed leaves no stamp, so the next start begins it again.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from studentadmin.desktop import arguments, display
from studentadmin.desktop.lock import FileLock
from studentadmin.desktop.progress import Progress
from studentadmin.desktop.words import _, speak
from studentadmin.rules import languages

ROOT = Path(__file__).resolve().parents[2]
GROUPS = {"app": 150, "window": 900, "dev": 350}
"""Groups of requirements (`requirements/<group>.txt`) and the MiB each takes on disk."""

STAMP = "studentadmin.json"
LOCK = "studentadmin.lock"
VERSION = "{}.{}".format(*sys.version_info[:2])
PREPARE = "--prepare"


class SetUpFailed(Exception):
    """Set-up cannot go on; the message says why and what to do."""


def main(words: Sequence[str]) -> int:
    """Make or find the environment, then start the launcher again inside it.

    `--prepare GROUP...` only prepares, and prints the environment's Python: the Makefile's door.
    """
    preparing = list(words[:1]) == [PREPARE]
    asked = arguments.read(words)
    wanted = ["app", *words[1:]] if preparing else ["app"]
    if not preparing and asked.wants_window and display.named():
        wanted.append("window")
    progress = Progress()
    try:
        folder = environment(wanted, progress)
    except SetUpFailed as failure:
        progress.fail(str(failure))
        return 1
    progress.close()
    if preparing:
        sys.stdout.write(f"{python_of(folder)}\n")
        return 0
    return hand_over(python_of(folder), words)


def inside() -> bool:
    """True when this Python already is the one of the environment."""
    return sys.prefix != sys.base_prefix and any(
        os.path.realpath(sys.prefix) == os.path.realpath(place) for place in places()
    )


def environment(wanted: Sequence[str], progress: Progress) -> Path:
    """The folder of an environment that holds the `wanted` groups; made or completed when needed.

    Without the window's libraries the register still opens, in the browser: their failure is told,
    not fatal.
    """
    unknown = set(wanted) - GROUPS.keys()
    if unknown:
        raise SetUpFailed(f"There is no group of requirements {', '.join(sorted(unknown))}.")
    for place in places():
        if missing(place, wanted) == []:
            return place
    speak(languages.spoken(os.environ))
    folder = next((place for place in places() if usable(place)), None)
    if folder is None:
        raise SetUpFailed(
            _(
                "Neither %(folder)s nor your cache folder can be written to."
                " Copy Student Admin into your home folder and start it there.",
                folder=ROOT,
            )
        )
    with locked(folder, progress):
        if missing(folder, ["app"]):
            make(folder, progress)
        lacking = missing(folder, wanted)
        try:
            install(folder, lacking, progress)
        except SetUpFailed as failure:
            if lacking != ["window"] or "dev" in wanted:
                raise
            instead = _("Student Admin opens in your browser instead of a window.")
            progress.say(f"{failure}\n{instead}")
    return folder


def places() -> Iterator[Path]:
    """Where an environment may be: beside the launcher, else in the person's cache folder."""
    yield ROOT / ".venv"
    yield ROOT / ".venv-studentadmin"
    if os.name == "nt":
        cache = Path(os.environ.get("LOCALAPPDATA") or Path.home())
    elif sys.platform == "darwin":
        cache = Path.home() / "Library" / "Caches"
    else:
        cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    mark = hashlib.sha256(os.fsencode(ROOT)).hexdigest()[:12]
    yield cache / "student-admin" / f"environment-{mark}"


def usable(place: Path) -> bool:
    """True when `place` can be written and is ours: somebody else's `.venv` is left alone.

    Another start takes its lock before it writes anything else.
    """
    if place.exists():
        ours = (place / LOCK).exists() or (place / STAMP).exists() or not any(place.iterdir())
        return ours and os.access(place, os.W_OK)
    parent = next(folder for folder in place.parents if folder.exists())
    return os.access(parent, os.W_OK)


def requirements(group: str) -> Path:
    return ROOT / "requirements" / f"{group}.txt"


def missing(folder: Path, wanted: Sequence[str]) -> list[str]:
    """Which of the `wanted` groups the environment lacks, or has of another version."""
    try:
        stamp = json.loads((folder / STAMP).read_bytes())
    except (OSError, ValueError):
        return list(wanted)
    if stamp.get("python") != VERSION or not python_of(folder).exists():
        return list(wanted)
    held = stamp.get("groups", {})
    return [group for group in wanted if held.get(group) != fingerprint(group)]


def fingerprint(group: str) -> str:
    return hashlib.sha256(requirements(group).read_bytes()).hexdigest()


def python_of(folder: Path) -> Path:
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def write_stamp(folder: Path, groups: dict[str, str]) -> None:
    """Write the stamp whole or not at all."""
    draft = folder / f"{STAMP}.new"
    draft.write_text(json.dumps({"python": VERSION, "groups": groups}))
    draft.replace(folder / STAMP)


def make(folder: Path, progress: Progress) -> None:
    """Make an empty environment in `folder`, clearing what an unfinished set-up left there."""
    import shutil
    import subprocess
    from importlib.util import find_spec

    if find_spec("venv") is None or find_spec("ensurepip") is None:
        raise SetUpFailed(
            _(
                "This Python lacks its `venv` part, which makes the program's own environment.\n"
                "Debian, Ubuntu: sudo apt install python3-venv    then start Student Admin again.\n"
                "Elsewhere: install Python from https://www.python.org/downloads/."
            )
        )
    progress.say(_("Student Admin sets itself up. This happens once and takes a few minutes."))
    progress.step(_("Making an environment of its own"))
    try:
        write_stamp(folder, {})
        for entry in folder.iterdir():
            if entry.name not in {STAMP, LOCK}:
                whole_folder = entry.is_dir() and not entry.is_symlink()
                shutil.rmtree(entry) if whole_folder else entry.unlink()
        command = [sys.executable, "-m", "venv", str(folder)]
        done = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603
    except OSError as error:
        raise SetUpFailed(
            _("%(folder)s cannot be written to: %(why)s.", folder=folder, why=error.strerror)
        ) from error
    if done.returncode:
        said = _("The environment could not be made:")
        raise SetUpFailed(f"{said}\n{(done.stdout + done.stderr)[-800:]}")


def install(folder: Path, groups: Sequence[str], progress: Progress) -> None:
    """Install `groups`, each requirement checked against its recorded hash, then stamp them."""
    from studentadmin.desktop.installing import run_pip

    stamp = json.loads((folder / STAMP).read_bytes())
    for group in groups:
        before = fingerprint(group)
        run_pip(python_of(folder), requirements(group), GROUPS[group], progress)
        stamp["groups"][group] = before
        write_stamp(folder, stamp["groups"])


@contextmanager
def locked(folder: Path, progress: Progress) -> Iterator[None]:
    """Hold the folder against a second set-up."""
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / LOCK) as lock:
        if not lock.take():
            progress.step(_("Another start is setting Student Admin up; waiting for it"))
            lock.wait()
        yield


def hand_over(python: Path, words: Sequence[str]) -> int:
    """Become the program: the same launcher, run by the environment's Python."""
    command = [str(python), str(ROOT / "launcher.py"), *words]
    if os.name != "nt":
        os.execv(command[0], command)  # noqa: S606  does not return
    import subprocess

    return subprocess.run(command, check=False).returncode  # noqa: S603
