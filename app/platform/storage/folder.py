"""A folder of the instance: the store of one host, or of a share that several mount."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO

from msgspec import Struct

from app.platform.files import UNFINISHED, copy_whole, write_whole
from app.platform.storage.store import Source, StoreEntry


class FolderStore(Struct, frozen=True):
    folder: Path

    def path(self, name: str) -> Path:
        if name in ("", ".", "..") or "/" in name:
            raise FileNotFoundError(name)
        return self.folder / name

    def put(self, name: str, source: Source) -> None:
        target = self.path(name)
        with suppress(FileNotFoundError):
            os.utime(target)
            return
        if isinstance(source, bytes):
            write_whole(target, source)
        else:
            with source.open("rb") as opened:
                copy_whole(target, opened)

    def read(self, name: str) -> bytes:
        return self.path(name).read_bytes()

    def open(self, name: str) -> IO[bytes]:
        return self.path(name).open("rb")

    def size(self, name: str) -> int | None:
        path = self.path(name)
        return path.stat().st_size if path.is_file() else None

    def delete(self, name: str) -> None:
        self.path(name).unlink(missing_ok=True)

    def entries(self) -> Iterator[StoreEntry]:
        for path in self._paths():
            with suppress(FileNotFoundError):  # two processes may clean up together
                if path.suffix != UNFINISHED and path.is_file():
                    state = path.stat()
                    yield StoreEntry(path.name, state.st_size, state.st_mtime)

    def sweep(self, before: float) -> int:
        gone = 0
        for path in self._paths():
            with suppress(FileNotFoundError):
                if path.suffix == UNFINISHED and path.stat().st_mtime < before:
                    path.unlink()
                    gone += 1
        return gone

    def _paths(self) -> list[Path]:
        return sorted(self.folder.glob("*")) if self.folder.is_dir() else []
