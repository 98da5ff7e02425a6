"""Saves student after student until its standard input says stop; prints what is saved."""

import os
import select
import sqlite3
import sys

COLUMNS = "sourced_id, created_at, updated_at, version"
COMMON = "?, '2026-01-01', '2026-01-01', 1"


def main(file: str, first: int) -> None:
    connection = sqlite3.connect(file, isolation_level=None, timeout=60)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    number = first
    while not select.select([sys.stdin], [], [], 0)[0]:
        number += 1
        key = f"W{number}"
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(
            "INSERT INTO student (student_number, family_name, sort_name, search_name, status,"
            f" {COLUMNS}) VALUES (?, 'Li', 'li', 'li', 'registered', {COMMON})",
            (key, key),
        )
        connection.execute(
            f"INSERT INTO organisation (name, type, {COLUMNS}) VALUES (?, 'school', {COMMON})",
            (key, key),
        )
        connection.execute("COMMIT")
        os.write(1, f"{key}\n".encode())


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
