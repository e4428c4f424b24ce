"""The lists of a Word document as it shows them: where each paragraph stands, under which number. Pure, on the XML."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from msgspec import Struct

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STYLED = re.compile(r"(?:list (?:bullet|number)|liste (?:à puces|à numéros|numérotée))\s*([2-5])?$", re.IGNORECASE)
_LETTERS = ("lowerLetter", "upperLetter")


class ListPlace(Struct, frozen=True):
    """Where a paragraph stands in a list. `list_id` and `level` say which; `styled`: by its style alone."""

    list_id: str
    level: int
    kind: str
    number: int
    styled: bool

    @property
    def is_bullet(self) -> bool:
        return self.kind in ("bullet", "none", "")

    @property
    def is_letter(self) -> bool:
        return self.kind in _LETTERS


class _Style(Struct, frozen=True):
    name: str
    parent: str
    list_id: str
    level: int | None


class Lists:
    """The lists of one document, read in its order: each paragraph is asked for once."""

    def __init__(self, numbering: Element | None, styles: Element | None) -> None:
        self.kinds: dict[str, dict[int, str]] = {}
        self.shown: dict[str, dict[int, str]] = {}
        """As Word writes each level, `%1)`."""
        self.abstract: dict[str, str] = {}
        self.restarted: set[str] = set()
        self.counted: dict[tuple[str, int], int] = {}
        self.styles: dict[str, _Style] = {}
        if numbering is not None:
            self._numbering(numbering)
        for style in styles.iter(f"{W}style") if styles is not None else ():
            self.styles[style.get(f"{W}styleId", "")] = _style(style)

    def _numbering(self, numbering: Element) -> None:
        for abstract in numbering.iter(f"{W}abstractNum"):
            kinds = {_whole(level.get(f"{W}ilvl")): value(level, "numFmt") for level in abstract.iter(f"{W}lvl")}
            self.kinds[abstract.get(f"{W}abstractNumId", "")] = kinds
            self.shown[abstract.get(f"{W}abstractNumId", "")] = {_whole(level.get(f"{W}ilvl")): value(level, "lvlText") for level in abstract.iter(f"{W}lvl")}
        for used in numbering.iter(f"{W}num"):
            number = used.get(f"{W}numId", "")
            self.abstract[number] = value(used, "abstractNumId")
            if used.find(f"{W}lvlOverride") is not None:
                self.restarted.add(number)

    def shown_as(self, place: ListPlace) -> str:
        """How the number of a paragraph is written, `Question %1 :`; empty where the document does not say."""
        return self.shown.get(self.abstract.get(place.list_id, ""), {}).get(place.level, "")

    def place(self, paragraph: Element) -> ListPlace | None:
        """Returns where a paragraph stands in its list; None for a paragraph of no list."""
        properties = paragraph.find(f"{W}pPr")
        given = properties.find(f"{W}numPr") if properties is not None else None
        style_id = value(properties, "pStyle") if properties is not None else ""
        list_id, level, styled = self._of_style(style_id)
        if given is not None:
            list_id, styled = value(given, "numId") or list_id, False
            level = _whole(value(given, "ilvl")) if given.find(f"{W}ilvl") is not None else level
        if list_id in ("", "0"):
            return None
        source = list_id if list_id in self.restarted else self.abstract.get(list_id, list_id)
        kinds = self.kinds.get(self.abstract.get(list_id, ""), {})
        kind = kinds.get(level) or kinds.get(0, "")
        if kind == "none":
            return None  # LibreOffice counts its titles so, and shows nothing of it
        for deeper in [key for key in self.counted if key[0] == source and key[1] > level]:
            del self.counted[deeper]
        number = self.counted[source, level] = self.counted.get((source, level), 0) + 1
        return ListPlace(list_id, level, kind, number, styled)

    def _of_style(self, style_id: str) -> tuple[str, int, bool]:
        named = _STYLED.match(self.styles[style_id].name) if style_id in self.styles else None
        for _ in range(6):
            style = self.styles.get(style_id)
            if style is None:
                break
            if style.list_id:
                return style.list_id, int(named[1]) - 1 if named and named[1] else style.level or 0, True
            style_id = style.parent
        return "", 0, False


def _style(style: Element) -> _Style:
    inside = style.find(f"{W}pPr")
    given = inside.find(f"{W}numPr") if inside is not None else None
    level = _whole(value(given, "ilvl")) if given is not None and given.find(f"{W}ilvl") is not None else None
    return _Style(value(style, "name"), value(style, "basedOn"), value(given, "numId") if given is not None else "", level)


def value(parent: Element | None, name: str) -> str:
    """What an element directly under another says."""
    found = parent.find(f"{W}{name}") if parent is not None else None
    return found.get(f"{W}val", "") if found is not None else ""


def _whole(written: str | None) -> int:
    return int(written) if written and written.isdecimal() else 0
