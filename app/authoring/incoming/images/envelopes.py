"""What the bytes of an image file are: which format, and whether they hold one still picture and nothing besides. Pure.

A file may be an image and something else too: a page hidden after its end, a place where a photograph was taken, an animation. Here
only the envelope is read, never the picture.
"""

from __future__ import annotations

from collections.abc import Callable

PNG, JPEG, GIF, WEBP = "PNG", "JPEG", "GIF", "WEBP"
EXTENSIONS = {".png": PNG, ".jpg": JPEG, ".jpeg": JPEG, ".gif": GIF, ".webp": WEBP}

_PNG_CHUNKS = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"sRGB", b"cHRM", b"pHYs", b"bKGD", b"sBIT"})
_WEBP_CHUNKS = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH"})
_JPEG_SEGMENTS = frozenset({0xDB, 0xC0, 0xC1, 0xC2, 0xC4, 0xDD, 0xDA})
_JFIF, _ADOBE = 0xE0, 0xEE
_LONGEST_HEADER = 18
"""Bytes of a JFIF or Adobe segment that holds no thumbnail and no words."""


def format_of(data: bytes) -> str:
    """The format that the first bytes announce; empty for another kind of file."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if data.startswith(b"\xff\xd8\xff"):
        return JPEG
    if data.startswith((b"GIF87a", b"GIF89a")):
        return GIF
    return WEBP if data[:4] == b"RIFF" and data[8:12] == b"WEBP" else ""


def looks_like_svg(data: bytes) -> bool:
    start = data[:2000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return start.startswith((b"<svg", b"<?xml", b"<!doctype svg")) or b"<svg" in start


def is_bare(data: bytes) -> bool:
    """Whether the file holds one still picture, and no words, place, profile, thumbnail or bytes after it."""
    walk = _WALKS.get(format_of(data))
    try:
        return walk is not None and walk(data)
    except IndexError:
        return False


def _bare_png(data: bytes) -> bool:
    place, name = 8, b""
    while place < len(data):
        length, name = _big(data, place, 4), data[place + 4 : place + 8]
        place += 12 + length
        if name not in _PNG_CHUNKS or name == b"IEND":
            break
    return name == b"IEND" and place == len(data)


def _bare_webp(data: bytes) -> bool:
    place = 12
    while place < len(data):
        length = int.from_bytes(data[place + 4 : place + 8], "little")
        if data[place : place + 4] not in _WEBP_CHUNKS:
            return False
        place += 8 + length + length % 2
    return place == len(data) == 8 + int.from_bytes(data[4:8], "little")


def _bare_jpeg(data: bytes) -> bool:
    """Every segment known, and the end of the image at the end of the file."""
    place = 2
    while data[place] == 0xFF and data[place + 1] != 0xD9:
        marker, length = data[place + 1], _big(data, place + 2, 2)
        plain_header = marker in (_JFIF, _ADOBE) and length <= _LONGEST_HEADER
        if marker not in _JPEG_SEGMENTS and not plain_header:
            return False
        place += 2 + length
        if marker == 0xDA:
            place = _after_scan(data, place)
    return data[place : place + 2] == b"\xff\xd9" and place + 2 == len(data)


def _after_scan(data: bytes, place: int) -> int:
    """The place of the next marker that is neither a stuffed byte nor a restart."""
    while True:
        place = data.find(b"\xff", place)
        if place < 0:
            raise IndexError
        if data[place + 1] != 0 and not 0xD0 <= data[place + 1] <= 0xD7:
            return place
        place += 2


def _bare_gif(data: bytes) -> bool:
    """One image, with at most its graphic control, then the trailer."""
    place, images = 13 + _palette(data[10]), 0
    while data[place] != 0x3B:
        if data[place] == 0x2C:
            images += 1
            place = _after_blocks(data, place + 11 + _palette(data[place + 9]))
        elif data[place] == 0x21 and data[place + 1] == 0xF9:
            place = _after_blocks(data, place + 2)
        else:
            return False
    return images == 1 and place + 1 == len(data)


def _palette(flags: int) -> int:
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0


def _after_blocks(data: bytes, place: int) -> int:
    while data[place]:
        place += 1 + data[place]
    return place + 1


def _big(data: bytes, place: int, size: int) -> int:
    if place + size > len(data):
        raise IndexError
    return int.from_bytes(data[place : place + size], "big")


_WALKS: dict[str, Callable[[bytes], bool]] = {PNG: _bare_png, JPEG: _bare_jpeg, GIF: _bare_gif, WEBP: _bare_webp}
