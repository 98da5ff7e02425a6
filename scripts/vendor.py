"""Refresh studentadmin/static/vendor and tests/vendor from npm: what `make vendor` runs.

`package-lock.json` pins every byte by its integrity hash; `npm ci` checks it. Copied files are
written down with version, licence and sha256 in VERSIONS.md beside them, so that a reviewer can
tell what was shipped without running anything. `--check` only compares and changes nothing.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
STATIC = ROOT / "studentadmin" / "static" / "vendor"
TESTS = ROOT / "tests" / "vendor"
ICONS = Path(__file__).with_name("icons.txt")
SPRITE = "tabler-icons.svg"
PEN = (
    'viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75"'
    ' stroke-linecap="round" stroke-linejoin="round"'
)
SOURCE_MAP = re.compile(rb"\n?(//# |/\*# )sourceMappingURL=[^\n]*\n?$")


@dataclass(frozen=True)
class Copy:
    """One file taken from a package, and where it goes."""

    package: str
    source: str
    target: Path


COPIES = (
    Copy("@tabler/core", "dist/css/tabler.min.css", STATIC / "tabler.min.css"),
    Copy("@tabler/icons", "LICENSE", STATIC / "LICENSE.tabler.txt"),
    Copy("htmx.org", "dist/htmx.min.js", STATIC / "htmx.min.js"),
    Copy("htmx.org", "LICENSE", STATIC / "LICENSE.htmx.txt"),
    Copy("axe-core", "axe.min.js", TESTS / "axe.min.js"),
    Copy("axe-core", "LICENSE", TESTS / "LICENSE.axe-core.txt"),
)


def icon_names() -> list[str]:
    lines = ICONS.read_text(encoding="utf-8").splitlines()
    return sorted({line.strip() for line in lines if line.strip() and not line.startswith("#")})


def sprite() -> bytes:
    """All listed icons as one SVG file of symbols, drawn in the colour of the text around them."""
    symbols = []
    for name in icon_names():
        file = MODULES / "@tabler/icons/icons/outline" / f"{name}.svg"
        if not file.exists():
            sys.exit(f"scripts/icons.txt: @tabler/icons has no outline icon named {name}.")
        text = re.sub(r"<!--.*?-->", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
        found = re.search(r"<svg[^>]*>(.*)</svg>", text, flags=re.DOTALL)
        if found is None:
            sys.exit(f"{file.name} is not an SVG drawing.")
        shapes = " ".join(found.group(1).split())
        symbols.append(f'<symbol id="{name}" {PEN}>{shapes}</symbol>')
    head = '<svg xmlns="http://www.w3.org/2000/svg">'
    return ("\n".join([head, *symbols, "</svg>"]) + "\n").encode()


def package(name: str) -> dict[str, str]:
    content: dict[str, str] = json.loads((MODULES / name / "package.json").read_text("utf-8"))
    return content


def wanted() -> dict[Path, tuple[str, bytes]]:
    """Every file that belongs in the vendor folders: target to (package, content)."""
    files = {
        copy.target: (
            copy.package,
            SOURCE_MAP.sub(b"\n", (MODULES / copy.package / copy.source).read_bytes()),
        )
        for copy in COPIES
    }
    files[STATIC / SPRITE] = ("@tabler/icons", sprite())
    for folder in (STATIC, TESTS):
        files[folder / "VERSIONS.md"] = ("", versions(folder, files))
    return files


def versions(folder: Path, files: dict[Path, tuple[str, bytes]]) -> bytes:
    lines = [
        "# Files from npm",
        "",
        "Made by `make vendor` from `package-lock.json`; do not edit.",
        "",
        "| file | package | version | licence | bytes | compressed | sha256 |",
        "|---|---|---|---|---:|---:|---|",
    ]
    for target, (name, content) in sorted(files.items()):
        if target.parent == folder and name:
            about = package(name)
            packed = len(gzip.compress(content, mtime=0))
            digest = hashlib.sha256(content).hexdigest()
            lines.append(
                f"| {target.name} | {name} | {about['version']} | {about['license']}"
                f" | {len(content)} | {packed} | `{digest}` |"
            )
    return ("\n".join(lines) + "\n").encode()


def install() -> None:
    npm = shutil.which("npm")
    if npm is None:
        sys.exit("npm is missing. Install Node.js 20 or newer (Debian: apt install npm).")
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    subprocess.run(command, cwd=ROOT, check=True)  # noqa: S603 - fixed words only


def main() -> None:
    parser = argparse.ArgumentParser(description="Refresh the vendored front-end files from npm.")
    parser.add_argument("--check", action="store_true", help="compare only; exit 1 on a difference")
    parser.add_argument("--installed", action="store_true", help="use node_modules as it is")
    options = parser.parse_args()
    if not options.installed:
        install()
    files = wanted()
    present = {path for folder in (STATIC, TESTS) if folder.exists() for path in folder.iterdir()}
    stale = sorted(present - files.keys())
    changed = [path for path, (_, content) in files.items() if _differs(path, content)]
    for path in [*changed, *stale]:
        print(("remove " if path in stale else "write  ") + str(path.relative_to(ROOT)))
    if options.check:
        sys.exit(1 if changed or stale else 0)
    for path in changed:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(files[path][1])
    for path in stale:
        path.unlink()


def _differs(path: Path, content: bytes) -> bool:
    return not path.exists() or path.read_bytes() != content


if __name__ == "__main__":
    main()
