"""Real servers for the tests: MariaDB and Redis, each on a port and in a folder of its own.

Under pytest-xdist the workers share one server of each kind: whoever comes first starts it,
whoever leaves last stops it. Each worker has its own MariaDB database and Redis number.
"""

from __future__ import annotations

import getpass
import json
import os
import select
import shutil
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pymysql
import pytest
from filelock import FileLock

from tests.ports import free_port

START_SECONDS = 60
CURE = "install it with: make services"


@dataclass(frozen=True)
class MariaDB:
    """A running MariaDB: where it listens, and the database of this worker."""

    port: int
    database: str

    @property
    def url(self) -> str:
        return f"mysql+pymysql://root@127.0.0.1:{self.port}/{self.database}?charset=utf8mb4"

    def connect(self, database: str | None = None) -> pymysql.Connection[Any]:
        return pymysql.connect(
            host="127.0.0.1", port=self.port, user="root", database=database, autocommit=True
        )

    def empty(self) -> None:
        """Make this worker's database anew, with nothing in it."""
        with self.connect() as connection, connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS `{self.database}`")
            cursor.execute(
                f"CREATE DATABASE `{self.database}` CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"
            )


@pytest.fixture(scope="session")
def mariadb(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[MariaDB]:
    """A real MariaDB with an empty database for this worker."""
    folder = _shared_folder(tmp_path_factory, worker_id)
    with _shared(folder, "mariadb", worker_id, _start_mariadb) as port:
        server = MariaDB(port, f"register_{worker_id}")
        server.empty()
        yield server


@pytest.fixture
def mariadb_url(mariadb: MariaDB) -> str:
    """The URL of an empty database on a real MariaDB, apart from the one the app tests use."""
    own = replace(mariadb, database=f"{mariadb.database}_own")
    own.empty()
    return own.url


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[str]:
    """The URL of a real Redis, with a numbered database for this worker."""
    folder = _shared_folder(tmp_path_factory, worker_id)
    number = int(worker_id.removeprefix("gw")) if worker_id != "master" else 0
    with _shared(folder, "redis", worker_id, _start_redis) as port:
        yield f"redis://127.0.0.1:{port}/{number}"


def _shared_folder(factory: pytest.TempPathFactory, worker_id: str) -> Path:
    base = factory.getbasetemp()
    return base if worker_id == "master" else base.parent


@contextmanager
def _shared(
    folder: Path, name: str, worker_id: str, start: Callable[[Path], tuple[int, int]]
) -> Iterator[int]:
    """One server for all workers, counted in a small file behind a lock."""
    state, lock = folder / f"{name}.json", FileLock(folder / f"{name}.lock")
    with lock:
        if state.exists():
            known = json.loads(state.read_text())
        else:
            port, process_id = start(folder / name)
            known = {"port": port, "pid": process_id, "users": []}
        known["users"].append(worker_id)
        state.write_text(json.dumps(known))
    try:
        yield known["port"]
    finally:
        with lock:
            known = json.loads(state.read_text())
            known["users"].remove(worker_id)
            state.write_text(json.dumps(known))
            if not known["users"]:
                state.unlink()
                _stop(known["pid"])


def _start_mariadb(folder: Path) -> tuple[int, int]:
    installer = _program("mariadb-install-db", "MariaDB")
    server = _program("mariadbd", "MariaDB")
    data = folder / "data"
    folder.mkdir()
    account = f"--user={_account()}"
    subprocess.run(
        [
            installer,
            "--no-defaults",
            account,
            f"--datadir={data}",
            "--auth-root-authentication-method=normal",
            "--skip-test-db",
        ],
        check=True,
        capture_output=True,
    )
    port = free_port()
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [
                server,
                "--no-defaults",
                account,
                f"--datadir={data}",
                f"--port={port}",
                "--bind-address=127.0.0.1",
                f"--socket={data}/m.sock",
                f"--pid-file={data}/server.pid",
                "--skip-log-bin",
                "--character-set-server=utf8mb4",
                "--innodb-buffer-pool-size=64M",
            ],
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    _await_port(port, process, folder / "log")
    return port, process.pid


def _start_redis(folder: Path) -> tuple[int, int]:
    program = _program("redis-server", "Redis")
    folder.mkdir()
    port = free_port()
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [
                program,
                "--port",
                str(port),
                "--bind",
                "127.0.0.1",
                "--dir",
                str(folder),
                "--save",
                "",
                "--appendonly",
                "no",
                "--databases",
                "64",
            ],
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    _await_port(port, process, folder / "log")
    return port, process.pid


_started: dict[int, subprocess.Popen[bytes]] = {}


def _await_port(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until the server answers; a server that ends first fails with its own words."""
    _started[process.pid] = process
    pause = 0.05
    for _attempt in range(int(START_SECONDS / pause)):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        try:
            process.wait(pause)
        except subprocess.TimeoutExpired:
            continue
        break
    else:
        _stop(process.pid)
    pytest.fail(f"{process.args} did not start:\n{log.read_text(errors='replace')[-3000:]}")


def _stop(process_id: int) -> None:
    """End a server that this or another worker started, and wait until it is gone."""
    try:
        watched = os.pidfd_open(process_id)
    except ProcessLookupError:
        return
    try:
        os.kill(process_id, signal.SIGTERM)
        if not select.select([watched], [], [], 30)[0]:
            os.kill(process_id, signal.SIGKILL)
    finally:
        os.close(watched)
    if process_id in _started:
        _started.pop(process_id).wait()


def _program(name: str, product: str) -> str:
    found = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    if found:
        return found
    message = f"{product} is not installed ({name}); {CURE}"
    if os.environ.get("STUDENTADMIN_NO_SKIP") == "1":
        pytest.fail(message)
    pytest.skip(message)


def _account() -> str:
    return getpass.getuser()
