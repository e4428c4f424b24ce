"""A zip that somebody sent, opened without trust: its directory is read and judged before a byte of it is unpacked; and one of ours. Pure.

A bomb says in its directory how large it would be; a name may lead out of its folder, be the same as another where capitals do not
count, or be a link. Each of these refuses the whole file, in a sentence that names the entry.
"""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping

from msgspec import Struct

from app.platform.errors import DomainError
from app.platform.french import short
from app.platform.unicode import normal_form

STEEP_FROM = 100_000
"""Bytes under which nothing is a bomb, however well it is pressed."""
_ENCRYPTED = 0x1
_LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The first date that a zip can hold."""
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError, OverflowError)
"""What reading a damaged, hostile or encrypted archive raises."""


class FileRefused(DomainError):
    sentence = "Ce fichier n’est pas une archive zip lisible."


class Bounds(Struct, frozen=True):
    """What an honest file of its kind stays within: number of entries, bytes of each, of all, and how many times larger than packed."""

    entries: int
    each: int
    total: int
    ratio: int


def pack_zip(files: Mapping[str, bytes], as_they_are: tuple[str, ...] = ()) -> bytes:
    """An archive of these files, always the same bytes for the same files. What stands under the folders `as_they_are` is pressed already."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(files):
            method = zipfile.ZIP_STORED if path.startswith(as_they_are) else zipfile.ZIP_DEFLATED
            archive.writestr(_zip_entry(path), files[path], method, 9)
    return out.getvalue()


def strip_dates(data: bytes) -> bytes:
    """An archive of ours without the dates at which it was written: its files as they are, in their order, and always the same bytes for them."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(out, "w") as again:
        for entry in archive.infolist():
            again.writestr(_zip_entry(entry.filename), archive.read(entry), entry.compress_type)
    return out.getvalue()


def _zip_entry(path: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(path, _LONG_AGO)
    entry.create_system, entry.external_attr = 3, 0o100644 << 16
    return entry


def unpack_zip(data: bytes, bounds: Bounds) -> dict[str, bytes]:
    """The files of an archive by name, in its order; folders are left out. Raises FileRefused."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            _judge(entries, bounds)
            return {entry.filename: archive.read(entry) for entry in entries if not entry.is_dir()}
    except _UNREADABLE:
        raise FileRefused from None


def entry_content(data: bytes, name: str, most: int) -> bytes:
    """One file of an archive that is not unpacked; empty where there is none, or one of more than `most` bytes or pressed in another way. Raises FileRefused."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entry = archive.NameToInfo.get(name)
            return archive.read(entry) if entry and entry.file_size <= most and entry.compress_type in _METHODS else b""
    except _UNREADABLE:
        raise FileRefused from None


def _judge(entries: list[zipfile.ZipInfo], bounds: Bounds) -> None:
    if len(entries) > bounds.entries:
        raise FileRefused(f"Cette archive contient {len(entries)} fichiers : {bounds.entries} au plus.")
    total = sum(entry.file_size for entry in entries)
    if total > bounds.total:
        raise FileRefused(f"Cette archive, une fois décompressée, dépasserait {bounds.total // 1_000_000} Mo : elle est refusée.")
    for entry in entries:
        for complaint in _COMPLAINTS:
            if said := complaint(entry, bounds):
                raise FileRefused(f"« {_printable_name(entry.orig_filename)} » : {said}.")
    _refuse_twins(entry.filename for entry in entries)


def _size(entry: zipfile.ZipInfo, bounds: Bounds) -> str:
    return f"plus de {bounds.each // 1_000_000} Mo une fois décompressé" if entry.file_size > bounds.each else ""


def _ratio(entry: zipfile.ZipInfo, bounds: Bounds) -> str:
    steep = entry.file_size > STEEP_FROM and entry.file_size > bounds.ratio * max(1, entry.compress_size)
    return f"plus de {bounds.ratio} fois plus grand que compressé, comme une archive piégée" if steep else ""


def _lock(entry: zipfile.ZipInfo, bounds: Bounds) -> str:
    return "protégé par un mot de passe" if entry.flag_bits & _ENCRYPTED else ""


def _method(entry: zipfile.ZipInfo, bounds: Bounds) -> str:
    return "compressé d’une façon inhabituelle" if entry.compress_type not in _METHODS else ""


def _nature(entry: zipfile.ZipInfo, bounds: Bounds) -> str:
    kind = stat.S_IFMT(entry.external_attr >> 16)
    return "un lien vers un autre fichier" if kind not in (0, stat.S_IFREG, stat.S_IFDIR) else ""


def _name(entry: zipfile.ZipInfo, bounds: Bounds) -> str:
    """Names are judged as they were written, before the reader cuts them."""
    name = entry.orig_filename
    if not name or any(ord(letter) < 32 or ord(letter) == 127 for letter in name):
        return "un nom illisible"
    if "\\" in name or ":" in name:
        return "un nom qui n’est pas celui d’un fichier de l’archive"
    steps = name.removesuffix("/").split("/")
    if name.startswith("/") or any(step in ("", ".", "..") for step in steps):
        return "un chemin qui sort de l’archive"
    return "un nom trop long" if len(name) > 250 else ""


_COMPLAINTS: tuple[Callable[[zipfile.ZipInfo, Bounds], str], ...] = (_size, _ratio, _lock, _method, _nature, _name)


def _refuse_twins(names: Iterable[str]) -> None:
    """Two names that one disk or another takes for the same."""
    seen: dict[str, str] = {}
    for name in names:
        folded = normal_form(name).casefold().rstrip("/")
        if folded in seen:
            raise FileRefused(f"« {_printable_name(name)} » : deux fichiers de même nom dans l’archive.")
        seen[folded] = name


def _printable_name(name: str) -> str:
    return short("".join(letter if letter.isprintable() else "�" for letter in name), 80)
