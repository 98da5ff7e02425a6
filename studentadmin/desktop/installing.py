"""One run of pip, its progress told in plain words and its failures with their cure."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections import deque
from pathlib import Path

from studentadmin.desktop.bootstrap import SetUpFailed
from studentadmin.desktop.progress import Progress
from studentadmin.desktop.words import _

UNREACHABLE = re.compile(
    r"NewConnectionError|ConnectTimeout|NameResolution|Temporary failure|Network is unreachable"
    r"|ProxyError|No matching distribution|Max retries exceeded|ReadTimeout"
)
STARTED = re.compile(
    r"(?:Collecting |Requirement already satisfied: )(?P<name>[\w.-]+)"
    r"|Processing .*?(?P<wheel>[\w.]+)-\d[^/\\]*$"
)
FULL = re.compile(r"No space left|Errno 28|Disk quota")


def run_pip(python: Path, requirements: Path, mebibytes: int, progress: Progress) -> None:
    """Install `requirements` with their hashes into the environment of `python`.

    Raises SetUpFailed naming the cause (no network, disk full, a changed download) and the cure.
    """
    free = shutil.disk_usage(python.parent).free >> 20
    if free < mebibytes:
        raise SetUpFailed(
            _(
                "Set-up needs about %(needed)d MB on this disk and only %(free)d MB are free."
                " Make room, then start Student Admin again.",
                needed=mebibytes,
                free=free,
            )
        )
    total = len(re.findall(r"^[a-z0-9].*==", requirements.read_text(), re.MULTILINE))
    tail: deque[str] = deque(maxlen=25)
    done = 0
    with subprocess.Popen(  # noqa: S603  our own Python, our own list
        [
            *(str(python), "-m", "pip", "install", "--require-hashes", "--no-deps", "--no-input"),
            *("--disable-pip-version-check", "--progress-bar", "off", "-r", str(requirements)),
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as pip:
        for line in pip.stdout or ():
            tail.append(line)
            if match := STARTED.match(line):
                done += 1
                progress.step(
                    _("Fetching %(name)s", name=match["name"] or match["wheel"]), done, total
                )
            elif match := re.match(r"\s+Downloading \S+ \((\d+(?:\.\d+)? [MG]B)\)", line):
                progress.step(_("Downloading %(size)s", size=match[1]), done, total)
            elif line.startswith("Installing collected"):
                progress.step(_("Installing"), total, total)
    if pip.returncode:
        raise SetUpFailed(cause("".join(tail)))


def cause(output: str) -> str:
    """What pip's last lines mean for the person, and what to do."""
    if "THESE PACKAGES DO NOT MATCH THE HASHES" in output:
        return _(
            "A downloaded library is not the one Student Admin was tested with; it was not used."
            " Start again; if it happens again, ask whoever runs your network."
        )
    if FULL.search(output):
        return _("The disk is full. Make room, then start Student Admin again.")
    if UNREACHABLE.search(output):
        return _(
            "This computer could not reach the internet to fetch the program's libraries."
            " Connect it once, then start Student Admin again; later it needs no network."
        )
    said = _("The program's libraries could not be installed. The installer said:")
    return f"{said}\n{output[-1200:]}"
