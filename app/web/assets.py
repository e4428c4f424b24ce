"""Static files under addresses that change with their content, so that browsers may keep them for a year."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from flask import current_app, url_for


@cache
def _digest(path: Path, _mtime: float) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


@cache
def _address(folder: str, name: str) -> str:
    path = Path(folder) / name
    return f"?v={_digest(path, path.stat().st_mtime)}"


def static_url(name: str) -> str:
    """Address of `app/static/<name>` with its content's hash. Raises FileNotFoundError for a name that does not exist."""
    folder = str(current_app.static_folder)
    if current_app.debug:
        _address.cache_clear()
    return url_for("static", filename=name) + _address(folder, name)
