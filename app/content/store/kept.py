"""What was read of texts, kept in a file beside the database until the engine that reads them changes.

Measured: each start of the site, and each command and job that reads the course, takes 0.9 to 1.2 s of processor less (`flask jobs list`: 0.7 s in the place of 2).
"""

from __future__ import annotations

import io
import pickle
from dataclasses import is_dataclass
from enum import Enum
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any, cast

from msgspec import Struct

from app.platform import collector
from app.platform.files import write_whole
from app.platform.settings import Settings

APP = Path(__file__).parents[2]
LIBRARIES = ("markdown-it-py", "mdurl", "mdit-py-plugins", "latex2mathml")
"""They read texts with us: constructs, addresses, notes, formulas."""
Key = tuple[str, str]
"""A text's path and the digest that tells it from others."""
PLAIN = frozenset({("builtins", "range"), ("datetime", "date"), ("decimal", "Decimal")})
FEW = 20
"""Texts that are read in less time than it takes to look for what was kept of them."""


def published(settings: Settings) -> Path:
    """The values of the published course."""
    return settings.instance_path / "cache" / "published.pickle"


@cache
def engine() -> str:
    """Changes with what reads a course: an answer of yesterday's engine is not today's. A process has one, which does not change while it runs."""
    return engine_of(APP)


def engine_of(app: Path) -> str:
    """The code of this folder, and the libraries that are here."""
    digest = sha256(" ".join(map(version, LIBRARIES)).encode())
    for source in sorted((*app.joinpath("content").rglob("*.py"), app / "platform" / "french.py", app / "platform" / "unicode.py")):
        digest.update(source.read_bytes())
    return digest.hexdigest()


class _CourseUnpickler(pickle.Unpickler):
    """A file that somebody else put there says no more than a text could: no function is named, so none is called."""

    def find_class(self, module: str, name: str) -> type:
        if (module, name) in PLAIN or module == "app.platform.colours" or module.startswith("app.content."):
            found = super().find_class(module, name)
            if (module, name) in PLAIN or (isinstance(found, type) and (is_dataclass(found) or issubclass(found, (Struct, Enum)))):
                return cast("type", found)
        raise pickle.UnpicklingError(f"{module}.{name} is no value of the course")


def load(file: Path | None) -> dict[Key, Any]:
    """What was kept; nothing where another engine read it, or the file is damaged."""
    if file is None:
        return {}
    try:
        with collector.at_rest():
            written, known = _CourseUnpickler(io.BytesIO(file.read_bytes())).load()
    except Exception:
        return {}
    kept: dict[Key, Any] = known if written == engine() else {}
    return kept


def keep(file: Path | None, known: dict[Key, Any]) -> None:
    """Where it cannot be written, the next process is only slower."""
    if file is None:
        return
    try:
        write_whole(file, pickle.dumps((engine(), known), 5))
    except (OSError, ValueError, RecursionError, pickle.PicklingError):
        return
