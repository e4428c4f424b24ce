"""Images for tests, honest and not: made here, none is kept in the repository."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Any

from PIL import Image

SCRIPT = b"<script>alert(1)</script>"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'


def picture(kind: str = "PNG", size: tuple[int, int] = (60, 40), mode: str = "RGB", colour: Any = "teal", **saving: Any) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, colour).save(out, format=kind, **saving)
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def photograph(orientation: int = 6) -> bytes:
    """A JPEG with the place where it was taken, turned as telephones do: its left half red, its right half blue."""
    image = Image.new("RGB", (80, 40), "red")
    image.paste("blue", (40, 0, 80, 40))
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010E] = "secret words"
    exif.get_ifd(0x8825)[2] = (50.0, 38.0, 0.0)
    out = io.BytesIO()
    image.save(out, format="JPEG", exif=exif, comment=SCRIPT)
    return out.getvalue()


def animation(kind: str) -> bytes:
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "green", "blue")]
    out = io.BytesIO()
    frames[0].save(out, format=kind, save_all=True, append_images=frames[1:])
    return out.getvalue()


def enormous(width: int = 20_000, height: int = 10_000) -> bytes:
    """A PNG of two hundred megapixels in two hundred kilobytes: its header says it, and its bytes hold it."""
    rows = zlib.compressobj(9)
    line = b"\x00" * (1 + width // 8)
    body = b"".join(rows.compress(line) for _ in range(height)) + rows.flush()
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def with_words(data: bytes) -> bytes:
    """A PNG with a chunk of text in front of its end."""
    return data[:-12] + _chunk(b"tEXt", b"Comment\x00" + SCRIPT) + data[-12:]


def hiding(where: str) -> tuple[str, bytes]:
    """The name and bytes of an image that reads as any other, and holds SCRIPT where no picture is."""
    return f"plan{PurePosixPath(where.partition(' ')[0]).suffix}", _HIDING[where]()


def _in_png(name: bytes) -> bytes:
    """In a chunk of its own before the compressed picture, or, of IDAT, after the end of what is compressed."""
    data, body = picture(), SCRIPT + b" " * (-len(SCRIPT) % 3)
    start = data.index(b"IDAT") - 4
    end = start + 12 + struct.unpack(">I", data[start : start + 4])[0]
    if name == b"IDAT":
        return data[:start] + _chunk(name, data[start + 8 : end - 4] + SCRIPT) + data[end:]
    return data[:start] + _chunk(name, body) + data[start:]


def _in_table() -> bytes:
    """In a table of a JPEG, which its picture does not use."""
    body = b"\x03" + SCRIPT.ljust(64)
    return picture("JPEG")[:2] + b"\xff\xdb" + struct.pack(">H", 2 + len(body)) + body + picture("JPEG")[2:]


def _in_webp(lossless: bool) -> bytes:
    """In the chunk of the picture, after it."""
    data = picture("WEBP", lossless=lossless)
    body = data[20 : 20 + int.from_bytes(data[16:20], "little")] + SCRIPT
    chunk = data[12:16] + struct.pack("<I", len(body)) + body + b"\x00" * (len(body) % 2)
    return b"RIFF" + struct.pack("<I", 4 + len(chunk)) + b"WEBP" + chunk


_HIDING: dict[str, Callable[[], bytes]] = {
    "a.png after the compressed picture": lambda: _in_png(b"IDAT"),
    "a.png palette without use": lambda: _in_png(b"PLTE"),
    "a.png significant bits": lambda: _in_png(b"sBIT"),
    "a.png text": lambda: with_words(picture()),
    "a.jpg after the last point": lambda: picture("JPEG")[:-2] + SCRIPT + b"\xff\xd9",
    "a.jpg after a restart": lambda: picture("JPEG")[:-2] + b"\xff\xd0" + SCRIPT + b"\xff\xd9",
    "a.jpg table without use": _in_table,
    "a.jpg comment and place": photograph,
    "a.jpg after the end, with another end": lambda: picture("JPEG") + SCRIPT + b"\xff\xd9",
    "a.webp after the picture": lambda: _in_webp(False),
    "a.webp after the picture, without loss": lambda: _in_webp(True),
    "a.webp description": lambda: picture("WEBP", xmp=SCRIPT),
    "a.gif one block more": lambda: picture("GIF")[:-2] + bytes([len(SCRIPT)]) + SCRIPT + b"\x00;",
    "a.gif comment": lambda: picture("GIF", comment=SCRIPT),
}
HIDING = tuple(_HIDING)


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
