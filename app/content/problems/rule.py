"""What the catalogue says of one code."""

from __future__ import annotations

from msgspec import Struct


class Rule(Struct, frozen=True):
    """A title, and a paragraph in Markdown that tells a trainer what is wrong, why it matters and what to do."""

    title: str
    paragraph: str
