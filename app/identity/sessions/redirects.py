"""Where a redirect may lead. Pure."""

from __future__ import annotations

import unicodedata
from urllib.parse import urlsplit


def safe_next(address: str | None) -> str | None:
    """`address` if it is a path of this site, else None.

    Browsers read `//host`, `/\\host` and `/<tab>/host` as another host, and drop control characters: only a path that begins with one
    slash and holds no backslash and no invisible character is let through.
    """
    if not address or not address.startswith("/") or address.startswith("//") or "\\" in address:
        return None
    if any(unicodedata.category(character)[0] in "CZ" for character in address):
        return None
    parts = urlsplit(address)
    return None if parts.scheme or parts.netloc else address
