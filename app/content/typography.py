"""French typography, applied when text is shown and never to what is stored: narrow no-break spaces, apostrophes, quotation marks."""

from __future__ import annotations

import re

NARROW = "\u202f"
"""Before `; : ! ?` and `%`, inside « », between groups of digits."""
NO_BREAK = "\u00a0"
"""Between a number or a title and the word that it belongs to."""

_SPACE = "[ \u00a0\u202f]"
_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?<=\w)'"), "’"),
    (re.compile(r"(?<!\.)\.\.\.(?!\.)"), "…"),
    (re.compile(r'"([^"\n]+)"'), "«\\1»"),
    (re.compile(rf"«{_SPACE}*"), f"«{NARROW}"),
    (re.compile(rf"{_SPACE}*»"), f"{NARROW}»"),
    (re.compile(rf"(?:^|(?<=[^\s(\[«])){_SPACE}+(?=[;:!?])"), NARROW),
    (re.compile(r"(?<=[\w)\]»’])(?=[;:!?]+(?:\s|$))(?<![;:!?])"), NARROW),
    (re.compile(rf"(?<=\d){_SPACE}(?=\d{{3}}(?!\d))"), NARROW),
    (re.compile(rf"(?<=\d){_SPACE}?(?=[%‰€])"), NARROW),
    (re.compile(rf"(?<=\d){_SPACE}(?=(?:millions?|milliards?|euros?|ans|km|h)\b)"), NO_BREAK),
    (re.compile(rf"(?<=\b[nN]°){_SPACE}?(?=\d)"), NO_BREAK),
    (re.compile(rf"(?<=\bart\.){_SPACE}(?=\d)"), NO_BREAK),
    (re.compile(rf"\b(M\.|MM\.|Mme|Mmes|Dr|Pr){_SPACE}(?=[A-ZÀ-Ý])"), f"\\1{NO_BREAK}"),
)
# None of the rules can match a text that has none of these.
_ANY = re.compile("['\"«»;:!?%‰€°]|\\d |\\.\\.\\.|M\\.|Mme|Dr |Pr |art\\.")


def french(text: str) -> str:
    """One run of text as a French printer sets it. Idempotent; digits, letters and order never change."""
    if _ANY.search(text) is None:
        return text
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return text


def grouped(value: int) -> str:
    """« 12 000 », with a narrow space between thousands."""
    return f"{value:,}".replace(",", NARROW)
