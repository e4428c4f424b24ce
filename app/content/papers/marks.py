"""The mark by which a file that went out is known when it comes back: of which document it is, and of which of its texts. Pure.

It stands among the keywords of the file's properties, which word processors keep when they save it again, as they keep it from one format
to another: LibreOffice makes several keywords of one that has a colon, a comma, a semicolon or a space.
"""

from __future__ import annotations

import re

from app.platform import zips

_WRITTEN = re.compile(rb"croisee_([a-z0-9-]{3,60})_([0-9a-f]{64})")
_PLACE = "docProps/core.xml"
_LARGEST = 200_000
"""Bytes of properties; an honest file has some thousands."""


def mark(document_id: str, fingerprint: str) -> str:
    return f"croisee_{document_id}_{fingerprint}"


def mark_in(data: bytes) -> tuple[str, str] | None:
    """(document, fingerprint) of a file for word processors; None for a file that is none of ours, or no such file at all."""
    try:
        found = _WRITTEN.search(zips.entry_content(data, _PLACE, _LARGEST))
    except zips.FileRefused:
        return None
    return (found[1].decode(), found[2].decode()) if found else None
