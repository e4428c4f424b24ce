"""What the catalogue says of one code."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """A title, and a paragraph in Markdown that tells a trainer what is wrong, why it matters and what to do."""

    title: str
    paragraph: str
