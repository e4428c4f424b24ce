"""How much comes in by a file: bytes of each kind, and the formats of images."""

from __future__ import annotations

# --- Bytes -----------------------------------------------------------------------------------------------------------

LARGEST_UPLOAD = 15_000_000
"""Bytes of what is sent: a telephone's photograph. What is kept of it is far less."""
LARGEST_DOCUMENT = 15_000_000
LARGEST_ARCHIVE = 60_000_000
LARGEST_FILE = 60_000_000
"""Of a file of the library: an hour of speech. Heavier ones are put in the course's folder."""


# --- Formats of images (pure) ----------------------------------------------------------------------------------------
# By their first bytes: what a worker may look at, since it never decodes an image.

PNG, JPEG, GIF, WEBP = "PNG", "JPEG", "GIF", "WEBP"
EXTENSIONS = {".png": PNG, ".jpg": JPEG, ".jpeg": JPEG, ".gif": GIF, ".webp": WEBP}


def format_of(data: bytes) -> str:
    """The format that the first bytes announce; empty for another kind of file."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if data.startswith(b"\xff\xd8\xff"):
        return JPEG
    if data.startswith((b"GIF87a", b"GIF89a")):
        return GIF
    return WEBP if data[:4] == b"RIFF" and data[8:12] == b"WEBP" else ""


def extension_of(data: bytes) -> str:
    """How a file of that format is called; empty for another kind of file."""
    return next((extension for extension, kind in EXTENSIONS.items() if kind == format_of(data)), "")


def looks_like_svg(data: bytes) -> bool:
    start = data[:2000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return start.startswith((b"<svg", b"<?xml", b"<!doctype svg")) or b"<svg" in start
