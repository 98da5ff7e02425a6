"""The real program as a person starts it, with a register of its own."""

from __future__ import annotations

import os
import re
import select
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).parents[2]
START_SECONDS = 60
STOP_SECONDS = 30
ADDRESS = re.compile(rb"http://127\.0\.0\.1:\d+/\S*")


class Program:
    """`python -m studentadmin --headless` on `data_dir`. Use it in a `with` statement."""

    def __init__(self, data_dir: Path, environ: Mapping[str, str] | None = None) -> None:
        self.data_dir = data_dir
        self.environ = dict(environ or {})
        self.ticket_url = ""
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it is served, without a slash at the end."""
        parts = urlsplit(self.ticket_url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def log(self) -> str:
        file = self.data_dir / "logs" / "studentadmin.log"
        return file.read_text("utf-8", "replace") if file.exists() else ""

    def start(self) -> Program:
        """Start it and wait until it prints its address."""
        self.process = self._run()
        self.ticket_url = self._address(self.process)
        return self

    def new_ticket(self) -> str:
        """What a second double-click is told: an address that opens the running program once."""
        second = self._run()
        try:
            return self._address(second)
        finally:
            second.communicate()

    def stop(self) -> int:
        """End it as a log-off does; return its exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(STOP_SECONDS)
        if self.process.stdout:
            self.process.stdout.close()
        return code

    def __enter__(self) -> Program:
        return self.start()

    def __exit__(self, *_: Any) -> None:
        if self.process is not None and self.process.poll() is None:
            self.stop()

    def _run(self) -> subprocess.Popen[bytes]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("STUDENTADMIN_")}
        command = [sys.executable, "-m", "studentadmin", "--headless", "--port", "0"]
        return subprocess.Popen(
            [*command, "--data-dir", str(self.data_dir)],
            cwd=ROOT,
            env={**kept, **self.environ},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def _address(self, process: subprocess.Popen[bytes]) -> str:
        assert process.stdout is not None
        said = b""
        while not (found := ADDRESS.search(said)) or not said.endswith(b"\n"):
            if not select.select([process.stdout], [], [], START_SECONDS)[0]:
                process.kill()
                raise AssertionError(f"the program did not start in time; it said:\n{said!r}")
            piece = os.read(process.stdout.fileno(), 65536)
            if not piece:
                raise AssertionError(f"the program ended ({process.wait()}); it said:\n{said!r}")
            said += piece
        return found[0].decode()
