"""Arrows, `=>` and `→`: between two things to match, unless they are escaped or stand in code."""

from __future__ import annotations

import re

_PIECE = re.compile(r"(`+)[^`]*?\1|\\(?:=>|→)|=>|→")
_ESCAPED = re.compile(r"\\(=>|→)")


def cut_at_arrow(text: str) -> tuple[str, str] | None:
    """What stands before and after the first arrow that is neither escaped nor code; None without one."""
    for found in _PIECE.finditer(text):
        if found.group() in ("=>", "→"):
            left, right = text[: found.start()], text[found.end() :]
            return _ESCAPED.sub(r"\1", left).strip(), " ".join(_ESCAPED.sub(r"\1", right).split())
    return None


def with_plain_arrows(text: str) -> str:
    """`\\=>` outside a matching is still a real arrow."""
    return _ESCAPED.sub(r"\1", text) if "\\" in text else text
