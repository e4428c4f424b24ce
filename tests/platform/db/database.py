"""What several tests share: how transactions begin on SQLite, and what an exhausted pool or a damaged file answers."""

from __future__ import annotations

from pathlib import Path


def spoil(path: Path, page: int) -> None:
    """Write over one page of SQLite's file; 0 is the first."""
    with path.open("r+b") as file:
        file.seek(4096 * page)
        file.write(b"\xff" * 4096)
