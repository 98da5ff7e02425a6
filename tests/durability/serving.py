"""A warm process that starts the program's server again and again, as fast as a fork.

Reads one line a round: a data folder. Forks a child that opens the register as a start of the
program does (check, recover, upgrade), serves it on the program's own server and answers
`<pid> <port>`. When that child has been killed the next line may come.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from studentadmin.app import create_app
from studentadmin.desktop import server
from studentadmin.services import upgrade
from studentadmin.settings import load


def serve(data_dir: Path, port: int, answers: int) -> None:
    """Never returns: the process is killed."""
    settings = load({"DATA_DIR": data_dir, "PORT": port}, environ={})
    door = server.bind(port, data_dir)
    prepared = upgrade.prepare(settings)
    assert not prepared.read_only, prepared.notice
    settings.values["PORT"] = door.getsockname()[1]
    server.Server(create_app(settings).wsgi_app, door).start()
    os.write(answers, f"{os.getpid()} {settings['PORT']}\n".encode())
    while True:
        signal.pause()


def warm_up(data_dir: Path) -> None:
    """Import all that a served page needs, without opening the register of the rounds."""
    settings = load({"DATA_DIR": data_dir}, environ={})
    upgrade.prepare(settings)
    app = create_app(settings)
    client = app.test_client()
    for path in ("/login", "/students/", "/nowhere"):
        client.get(path)
    from studentadmin.extensions import db

    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def main() -> None:
    warm_up(Path(sys.argv[1]))
    answers = os.dup(1)
    os.dup2(2, 1)
    port = 0
    for line in sys.stdin:
        if child := os.fork():
            os.waitpid(child, 0)
            os.write(answers, b"ended\n")
            continue
        folder, _, wanted = line.strip().rpartition("\t")
        port = int(wanted)
        try:
            serve(Path(folder), port, answers)
        finally:
            os._exit(1)


if __name__ == "__main__":
    main()
