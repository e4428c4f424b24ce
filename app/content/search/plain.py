"""Markdown as the words that a reader sees of it, without parsing it: a publication reads a text once, a sync a thousand of them. Pure."""

from __future__ import annotations

import re

from app.content.text.inline import maths
from app.platform.french import french

_MARKS = (
    (re.compile(r"^[ \t]*(?:```|~~~).*$", re.MULTILINE), ""),
    (re.compile(r"^[ \t>]*\[![A-Za-zÀ-ÿ]+\][-+]?", re.MULTILINE), ""),
    (re.compile(r"^[ \t]*+(?:\|[ \t]*+)?:?-{3,}+[-:| \t]*+$", re.MULTILINE), ""),
    (re.compile(r"\[\^[^\[\]\s]*+\]:?"), ""),
    (re.compile(r"!\[([^\[\]\n]*+)\]\([^()\s\"]++ \"([^\"\n]++)\"\)"), r"\1. \2"),
    (re.compile(r" ?\{(?:petite|moyenne|pleine)\}"), ""),
    (re.compile(r"<(?:https?://|mailto:)[^<>\s]*+>"), ""),
    (re.compile(r"!?\[([^\[\]\n]*+)\]\([^()\n]*+(?:\([^()\n]*+\)[^()\n]*+)*+\)"), r"\1"),
    (re.compile(r"https?://\S+"), ""),
    (re.compile(r"\{#[^{}\s]*\}"), ""),
    (re.compile(r"\[\[|\]\]|=>"), " "),
    (re.compile(r"^[ \t]*(?:>[ \t]*)+", re.MULTILINE), ""),
    (re.compile(r"^[ \t]*(?:[-*+]|\d+[.)]|:|#{1,6})[ \t]+", re.MULTILINE), ""),
    (re.compile(r"^[ \t]*\[[ xX]\][ \t]+", re.MULTILINE), ""),
    (re.compile(r"[*_~`\\](?:[*_~`\\]{0,2}(?=\S)|(?<=\S[*_~`])[*_~`]{0,2})"), ""),
    (re.compile(r"\|"), " · "),
)
"""Fences, call-outs, lines under a table's head, notes, addresses, links and alternatives, anchors, fields, quotations, lists, boxes, emphasis, cells. None gives back what it took: a long line costs its length."""
_SPACES = re.compile(r"[ \t\n]+")


def plain_line(markdown: str) -> str:
    """One line of text, as French sets it; its formulas in words."""
    markdown = maths.in_text(markdown) if "$" in markdown else markdown
    for pattern, replacement in _MARKS:
        markdown = pattern.sub(replacement, markdown)
    return french(_SPACES.sub(" ", markdown).strip(" ·"))
