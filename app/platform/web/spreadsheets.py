"""What a spreadsheet would run instead of showing it: said once, for the files that are written and for those that are read. Pure."""

from __future__ import annotations

from app.platform.unicode import normal_form

_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def is_formula(text: str) -> bool:
    """Signs of another width (« ＝ ») count: some spreadsheets take them for the usual ones. No letter and no digit is one of them, in any width."""
    return not text[:1].isalnum() and normal_form(text, "NFKC").lstrip(" ").startswith(_STARTS)


def neutral(text: str) -> str:
    """A text that a spreadsheet would run gets an apostrophe in front, as OWASP advises."""
    return f"'{text}" if is_formula(text) else text
