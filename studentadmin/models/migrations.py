"""Where the migrations lie: inside an installed package, or at the top of a checkout."""

from __future__ import annotations

from pathlib import Path


def migrations_dir() -> Path:
    package = Path(__file__).resolve().parents[1]
    inside = package / "migrations"
    return inside if inside.is_dir() else package.parent / "migrations"
