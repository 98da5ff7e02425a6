"""The test's side of serving.py: a server that is killed and up again in a tenth of a second."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.e2e.program import ROOT


class Killed:
    """One served register; ends by kill -9 only."""

    def __init__(self, pid: int, port: int) -> None:
        self.pid = pid
        self.port = port
        self._watched = os.pidfd_open(pid)

    def kill(self, after: float = 0.0) -> None:
        """kill -9, `after` seconds from now; fails when the server ended by itself before."""
        ended = select.select([self._watched], [], [], after)[0]
        os.close(self._watched)
        assert not ended, "the server ended by itself"
        os.kill(self.pid, signal.SIGKILL)


class WarmServer:
    """Serves registers from a process that has imported everything. Use it in `with`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = 0
        self._served: Killed | None = None

    def __enter__(self) -> WarmServer:
        self._parent = subprocess.Popen(
            [sys.executable, "-m", "tests.durability.serving", str(self._folder)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        return self

    def serve(self, data_dir: Path) -> Killed:
        """Serve `data_dir`; always on the same port, so cookies stay good."""
        pid, port = self._say(f"{data_dir}\t{self._port}").split()
        self._port = int(port)
        self._served = Killed(int(pid), self._port)
        return self._served

    def kill(self, served: Killed, after: float = 0.0) -> None:
        """kill -9, and wait until the kernel has let go of everything."""
        self._served = None
        served.kill(after)
        assert self._hear() == "ended"

    def __exit__(self, *_: Any) -> None:
        if self._served is not None:
            self.kill(self._served)
        assert self._parent.stdin is not None
        assert self._parent.stdout is not None
        self._parent.stdin.close()
        self._parent.wait()
        self._parent.stdout.close()

    def _say(self, line: str) -> str:
        assert self._parent.stdin is not None
        self._parent.stdin.write(line.encode() + b"\n")
        self._parent.stdin.flush()
        return self._hear()

    def _hear(self) -> str:
        assert self._parent.stdout is not None
        answer = self._parent.stdout.readline().decode().strip()
        assert answer, "the warm server is gone"
        return answer
