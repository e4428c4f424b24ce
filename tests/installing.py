"""What tests need beside the environment's own packages, kept in its `tools` folder: installed by the first test that asks."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

TOOLS = Path(sys.prefix) / "tools"
"""In `.venv`, which `make clean` forgets."""


def kept(name: str, by: str, what: str, command: Callable[[Path], Sequence[str]]) -> Path:
    """The folder of this name, which `command` fills. The test is skipped (in CI: fails) where it cannot.

    Whole or not at all, for two tests may ask at once.
    """
    home = TOOLS / name
    if not home.exists():
        TOOLS.mkdir(exist_ok=True)
        folder = Path(tempfile.mkdtemp(dir=TOOLS))
        try:
            done = subprocess.run(command(folder), capture_output=True, text=True, timeout=300)
            if done.returncode:
                pytest.skip(f"{by} could not install {what}: {done.stderr.strip()[-300:]}")
            with contextlib.suppress(OSError):  # another test was first
                folder.rename(home)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    return home
