#!/usr/bin/env python3
"""Double-click this file, or run `python3 launcher.py`: Student Admin opens.

The first start makes the program's own environment beside this file; later starts skip that.
Every argument is passed on: `python3 launcher.py --help`. This file must parse on any Python.
"""

import os
import sys

OLDEST = (3, 11)


def main():  # type: () -> int
    if sys.version_info[:2] < OLDEST:
        found = ".".join(str(part) for part in sys.version_info[:3])
        needs = ".".join(str(part) for part in OLDEST)
        sys.stderr.write(
            "Student Admin needs Python " + needs + " or newer; this is Python " + found + ".\n"
            "Get it from https://www.python.org/downloads/ (Windows, macOS), or on Debian and\n"
            "Ubuntu with: sudo apt install python3 python3-venv. Then start this file with it.\n"
        )
        return 1
    sys.path[0] = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120
    from studentadmin.desktop import bootstrap

    if not bootstrap.inside():
        return bootstrap.main(sys.argv[1:])
    from studentadmin.__main__ import main as program

    return program(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
