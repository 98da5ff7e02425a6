"""Which of the program's languages a computer speaks."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

ENGLISH = "en"
CHINESE = "zh_Hans_CN"
VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")
"""In the order of POSIX: the first that is set decides."""


def spoken(environ: Mapping[str, str]) -> str:
    """The language of the computer's own programs where it is one of ours, else English.

    Windows sets no variable; there the system is asked.
    """
    said = next((environ[name] for name in VARIABLES if environ.get(name)), "")
    if sys.platform == "win32" and not said and environ is os.environ:
        import ctypes
        import locale

        said = locale.windows_locale.get(ctypes.windll.kernel32.GetUserDefaultUILanguage(), "")
    return CHINESE if said.startswith("zh") else ENGLISH
