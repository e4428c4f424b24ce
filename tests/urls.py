"""Every address of the application, one a line, as tests/urls.txt keeps it. `python -m tests.urls` prints it, to be put there when it changes."""

from __future__ import annotations

import tempfile
from pathlib import Path

from flask import Flask

from tests.making import make_settings

FILE = Path(__file__).with_name("urls.txt")


def listed(app: Flask) -> str:
    """`METHODS address endpoint`, sorted by address."""
    rows = ((str(rule), ",".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})), rule.endpoint) for rule in app.url_map.iter_rules())
    return "".join(f"{methods:9} {address}  {endpoint}\n" for address, methods, endpoint in sorted(rows))


if __name__ == "__main__":
    from app import create_app

    with tempfile.TemporaryDirectory() as folder:
        print(listed(create_app(make_settings(Path(folder)))), end="")  # noqa: T201 — a command prints
