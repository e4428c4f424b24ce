"""Files that are whole or not there, whatever kills the process or the machine, and readable by their owner alone."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

UNFINISHED = ".part"
"""How the name of a file ends while it is written; one that a power cut left so is of no use."""


def write_whole(target: Path, data: bytes) -> None:
    """Write a file, in place of one that may be there."""
    with _aside(target, lambda file: file.write(data)) as beside:
        beside.replace(target)


def copy_whole(target: Path, opened: IO[bytes]) -> None:
    """Copies a file of any size into place, piece by piece; the target appears whole or not at all."""
    with _aside(target, lambda file: shutil.copyfileobj(opened, file, 1 << 20)) as beside:
        beside.replace(target)


def write_once(target: Path, data: bytes) -> None:
    """Write a file unless another process was first. Needs hard links, which FAT and some network shares lack."""
    with _aside(target, lambda file: file.write(data)) as beside, suppress(FileExistsError):
        target.hardlink_to(beside)


@contextmanager
def _aside(target: Path, fill: Callable[[IO[bytes]], object]) -> Iterator[Path]:
    """All of it, on the disk, under another name."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".", suffix=UNFINISHED)
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            fill(file)
            file.flush()
            os.fsync(file.fileno())
        yield beside
    finally:
        beside.unlink(missing_ok=True)
    _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    """The new name too must outlive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
