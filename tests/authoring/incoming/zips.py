"""Zips for tests, honest and not, written here byte after byte where the library would refuse."""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Mapping


def zipped(files: Mapping[str, bytes | str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def unzipped(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def renamed(data: bytes, old: str, new: str) -> bytes:
    """The same archive, one of its names replaced by another of the same length, which may be one that no tool writes."""
    before, after = old.encode(), new.encode()
    assert len(before) == len(after)
    assert before in data
    return data.replace(before, after)


def with_link(target: str = "/etc/passwd", name: str = "modules/lien/01-lien.md", kind: int = stat.S_IFLNK) -> bytes:
    out = io.BytesIO()
    entry = zipfile.ZipInfo(name)
    entry.create_system, entry.external_attr = 3, (kind | 0o777) << 16
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(entry, target)
    return out.getvalue()


def locked(data: bytes) -> bytes:
    """The same archive, its first entry said to be encrypted, in its header and in the directory."""
    marked = bytearray(data)
    marked[6] |= 1
    marked[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(marked)


def bomb(megabytes: int = 300, name: str = "modules/bombe/01-bombe.md") -> bytes:
    return zipped({name: b"\x00" * (megabytes * 1_000_000)})


def many_bombs(count: int = 30) -> bytes:
    """Each entry is modest, all of them are not."""
    return zipped({f"modules/bombe/{number:02}-bombe.md": b"0123456789abcdef" * 700_000 for number in range(count)})
