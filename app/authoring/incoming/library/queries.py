"""The files of the library's draft, each with the line that names it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app.authoring.drafts.queries import WorkingText
from app.authoring.incoming.images.queries import shown
from app.content.values.addresses import media_name


@dataclass(frozen=True, slots=True)
class FileLine:
    name: str
    bytes: int
    """0 when it is not here."""
    lines: tuple[int, ...]
    """Of the text, where it is named."""


def lines(text: WorkingText, media_folder: Path) -> tuple[FileLine, ...]:
    """By name."""
    places = shown(text.text)
    return tuple(
        FileLine(name, _weight(media_folder / media_name(name, digest)), tuple(place.line for place in places.get(name, ())))
        for name, digest in sorted(text.media.items())
    )


def _weight(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0
