"""The version before (`previous.toml`), and its files, where this clone has them or can have them."""

from __future__ import annotations

import io
import subprocess
import tarfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
NAMED: dict[str, str] = tomllib.loads(Path(__file__).with_name("previous.toml").read_text(encoding="utf-8"))
SERVES_BESIDE = NAMED["migration"] >= NAMED["widened_since"]
"""May it serve on the database of this version, while machines are upgraded one after the other?"""


def _git(*arguments: str) -> bytes | None:
    done = subprocess.run(["git", "-c", "safe.directory=*", *arguments], cwd=ROOT, capture_output=True, timeout=120)
    return done.stdout if done.returncode == 0 else None


def unpacked_in(folder: Path) -> bool:
    """Its files, in `folder`. A shallow clone asks its origin for that one commit; False where there is no history, and nobody to ask."""
    commit = NAMED["commit"]
    if _git("cat-file", "-e", f"{commit}^{{commit}}") is None:
        _git("fetch", "--quiet", "--depth=1", "origin", commit)
    if not (packed := _git("archive", "--format=tar", commit)):
        return False
    with tarfile.open(fileobj=io.BytesIO(packed)) as files:
        files.extractall(folder, filter="data")
    return True
