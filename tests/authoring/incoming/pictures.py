"""Images for tests, honest and not: made here, none is kept in the repository."""

from __future__ import annotations

import io
import struct
import zlib
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


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
