"""The least a page can cost: raw sqlite3, one Jinja template, a WSGI function, no framework.

No log-in, rights, language, history or check; the same server as the program's own.
"""

from __future__ import annotations

import argparse
import csv
import io
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from jinja2 import Environment

COLUMNS = "id, student_number, family_name, given_name, native_name, sex, birth_date, status"
LIVE = "SELECT " + COLUMNS + " FROM student WHERE deleted_at IS NULL"
PAGES = Environment(autoescape=True)
LIST = PAGES.from_string("""<!doctype html><title>Students</title><h1>Students</h1><table>
{% for row in rows %}<tr>{% for value in row[1:] %}<td>{{ value or "" }}</td>{% endfor %}
<td><a href="/edit?id={{ row[0] }}">edit</a></td></tr>{% endfor %}</table>
<a href="/?after={{ rows[-1][0] if rows }}">next</a>""")
FORM = PAGES.from_string("""<!doctype html><title>Student</title><h1>Student</h1>
<form method="post">{% for name, value in fields %}<label>{{ name }}
<input name="{{ name }}" value="{{ value or "" }}"></label>{% endfor %}<button>Save</button></form>
""")
QUERIES = {
    "list": LIVE + " ORDER BY sort_name, id LIMIT 50",
    "filter": LIVE + " AND status = ? ORDER BY sort_name, id LIMIT 50",
    "number": LIVE + " AND student_number = ?",
    "search": LIVE + " AND search_name LIKE ? ORDER BY sort_name, id LIMIT 50",
    "page": LIVE + " AND (sort_name, id) > (SELECT sort_name, id FROM student WHERE id = ?)"
    " ORDER BY sort_name, id LIMIT 50",
}
_local = threading.local()


def connection(file: str) -> sqlite3.Connection:
    if not hasattr(_local, "open"):
        _local.open = sqlite3.connect(file, isolation_level=None, timeout=10)
        _local.open.execute("PRAGMA synchronous=FULL")
    opened: sqlite3.Connection = _local.open
    return opened


def site(file: str) -> Callable[..., Iterable[bytes]]:
    def app(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        asked = {n: v[0] for n, v in parse_qs(environ["QUERY_STRING"]).items()}
        database, path = connection(file), environ["PATH_INFO"]
        if path == "/export":
            start("200 OK", [("Content-Type", "text/csv")])
            return export(database)
        if environ["REQUEST_METHOD"] == "POST":
            body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
            given = parse_qs(body.decode())["given_name"][0]
            database.execute("UPDATE student SET given_name = ? WHERE id = ?", (given, asked["id"]))
            start("303 See Other", [("Location", "/"), ("Content-Length", "0")])
            return []
        page = form(database, asked) if path == "/edit" else listed(database, asked)
        sent = page.encode()
        start("200 OK", [("Content-Type", "text/html"), ("Content-Length", str(len(sent)))])
        return [sent]

    return app


def listed(database: sqlite3.Connection, asked: dict[str, str]) -> str:
    if "after" in asked:
        rows = database.execute(QUERIES["page"], (asked["after"],))
    elif "status" in asked:
        rows = database.execute(QUERIES["filter"], (asked["status"],))
    elif "q" in asked and asked["q"].isdigit():
        rows = database.execute(QUERIES["number"], (asked["q"],))
    elif "q" in asked:
        rows = database.execute(QUERIES["search"], (f"%{asked['q'].lower()}%",))
    else:
        rows = database.execute(QUERIES["list"])
    return LIST.render(rows=rows.fetchall())


def form(database: sqlite3.Connection, asked: dict[str, str]) -> str:
    found = database.execute("SELECT * FROM student WHERE id = ?", (asked["id"],))
    names = [column[0] for column in found.description][:13]
    return FORM.render(fields=list(zip(names, found.fetchone(), strict=False)))


def export(database: sqlite3.Connection) -> Iterator[bytes]:
    rows = database.execute(LIVE + " ORDER BY sort_name, id")
    while batch := rows.fetchmany(2000):
        out = io.StringIO()
        csv.writer(out).writerows(batch)
        yield out.getvalue().encode()


def main() -> None:
    from studentadmin.desktop.server import Server, listen

    asked = argparse.ArgumentParser()
    asked.add_argument("port", type=int)
    asked.add_argument("folder", type=Path)
    given = asked.parse_args()
    Server(site(str(given.folder / "register.db")), listen(given.port)).start()
    threading.Event().wait()


if __name__ == "__main__":
    main()
