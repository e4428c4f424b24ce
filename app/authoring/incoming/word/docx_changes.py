"""A Word document that comes back from a reader → its paragraphs as they are once every tracked change is accepted, its notes, its comments. Pure."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring

from app.authoring.incoming.word.lists import Lists, W, value

_AWAY = frozenset(
    f"{W}{name}"
    for name in (
        "del",
        "moveFrom",
        "pPr",
        "rPr",
        "instrText",
        "delText",
        "txbxContent",
        "pict",
        "drawing",
        "object",
        "footnotePr",
        "sectPr",
        "sdtPr",
        "Fallback",
    )
)
"""What is not read: what went, what is drawn, what only says how the rest looks."""
_SIGNS = {f"{W}tab": " ", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-"}
_LONGEST_QUOTE = 400


@dataclass(slots=True)
class WordReading:
    """What is found of one file, as it goes out of the process."""

    pieces: list[dict[str, Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    comments: list[dict[str, Any]] = field(default_factory=list)
    by: list[str] = field(default_factory=list)
    open: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Comments whose passage is being read, by their id."""

    def say(self, words: str) -> None:
        for comment in self.open.values():
            if comment["at"] == len(self.pieces) and len(comment["quote"]) < _LONGEST_QUOTE:
                comment["quote"] += words

    def comment(self, identifier: str, by: str, text: str) -> None:
        """One that stands in the piece that is being read."""
        begun = {"id": identifier, "by": by, "text": text, "quote": "", "at": len(self.pieces)}
        self.comments.append(begun)
        self.open[identifier] = begun

    def as_one(self, first: int) -> None:
        """The pieces from the first one on, paragraphs of a cell, are one passage, and their comments stand at it."""
        inside = self.pieces[first:]
        if len(inside) > 1:
            inside[0]["text"] = " ".join(each["text"] for each in inside if each["text"].strip())
            del self.pieces[first + 1 :]
            for comment in self.comments:
                comment["at"] = min(comment["at"], first)

    def answer(self) -> dict[str, Any]:
        last = max(0, len(self.pieces) - 1)
        for comment in self.comments:
            comment["at"] = min(last, comment["at"])
            del comment["id"]
        return {"pieces": self.pieces, "notes": self.notes, "comments": self.comments, "by": list(dict.fromkeys(filter(None, self.by)))}


def read_returned(parts: zipfile.ZipFile, main: str) -> dict[str, Any]:
    return _Docx(parts, main).answer()


class _Docx:
    def __init__(self, parts: zipfile.ZipFile, main: str) -> None:
        folder = main.rpartition("/")[0]
        numbering, styles, comments, footnotes = (tree_of(parts, f"{folder}/{name}.xml") for name in ("numbering", "styles", "comments", "footnotes"))
        self.body = fromstring(parts.read(main), forbid_dtd=True).find(f"{W}body")
        self.lists = Lists(numbering, styles)
        self.styles = {identifier: style.name.lower() for identifier, style in self.lists.styles.items()}
        self.said = {each.get(f"{W}id", ""): each for each in _all(comments, "comment")}
        self.footnotes = {each.get(f"{W}id", ""): each for each in _all(footnotes, "footnote")}
        self.found = WordReading()
        self.table = 0
        self.glued = ""

    def answer(self) -> dict[str, Any]:
        if self.body is not None:
            self.found.by += [each.get(f"{W}author", "") for name in ("ins", "del", "moveTo", "moveFrom") for each in self.body.iter(f"{W}{name}")]
            self._blocks(self.body, (0, 0, 0))
        return self.found.answer()

    def _blocks(self, parent: Element, place: tuple[int, int, int]) -> None:
        for child in parent:
            if child.tag == f"{W}p":
                self._paragraph(child, place)
            elif child.tag == f"{W}tbl":
                self._rows(child)
            elif child.tag in (f"{W}commentRangeStart", f"{W}commentRangeEnd"):
                self._inline(child)
            elif child.tag not in _AWAY:
                self._blocks(child, place)

    def _rows(self, table: Element) -> None:
        self.table += 1
        number, row = self.table, 0
        for each in table.iter(f"{W}tr"):
            gone = each.find(f"{W}trPr/{W}del") is not None
            row += not gone
            for column, cell in enumerate(each.findall(f"{W}tc") if not gone else (), 1):
                first = len(self.found.pieces)
                self._blocks(cell, (number, row, column))
                self.found.as_one(first)

    def _paragraph(self, paragraph: Element, place: tuple[int, int, int]) -> None:
        text = self.glued + "".join(self._words(paragraph))
        self.glued = ""
        if paragraph.find(f"{W}pPr/{W}rPr/{W}del") is not None:
            self.glued = text  # its mark went: it goes on in the next one
            return
        style = self.styles.get(value(paragraph.find(f"{W}pPr"), "pStyle"), "")
        listed = self.lists.place(paragraph)
        self.found.pieces.append(
            {
                "text": text,
                "style": style,
                "heading": _heading(style),
                "list_level": min(3, listed.level + 1) if listed and not _heading(style) else 0,
                "numbered": bool(listed and not listed.is_bullet),
                "place": place,
            }
        )

    def _words(self, parent: Element) -> Iterator[str]:
        for child in parent:
            if child.tag in _AWAY or child.tag.endswith("}Fallback"):
                continue
            if child.tag == f"{W}t":
                self.found.say(child.text or "")
                yield child.text or ""
            elif child.tag in _SIGNS:
                self.found.say(" ")
                yield _SIGNS[child.tag]
            else:
                self._inline(child)
                yield from self._words(child)

    def _inline(self, child: Element) -> None:
        """What stands among words and is none."""
        identifier = child.get(f"{W}id", "")
        if child.tag == f"{W}footnoteReference" and identifier in self.footnotes:
            self.found.notes.append("".join(word for p in self.footnotes[identifier].iter(f"{W}p") for word in (*_plain(p), " ")).strip())
        elif child.tag == f"{W}commentRangeStart":
            self._begin(identifier)
        elif child.tag == f"{W}commentRangeEnd":
            self.found.open.pop(identifier, None)
        elif child.tag == f"{W}commentReference" and identifier in self.said:
            self._begin(identifier)
            self.found.open.pop(identifier, None)

    def _begin(self, identifier: str) -> None:
        """A comment, once: those without a passage stand where they are called."""
        element = self.said.get(identifier)
        if element is None or any(each["id"] == identifier for each in self.found.comments):
            return
        text = "\n".join("".join(_plain(p)) for p in element.iter(f"{W}p")).strip()
        self.found.comment(identifier, element.get(f"{W}author", ""), text)


def _plain(parent: Element) -> Iterator[str]:
    for child in parent:
        if child.tag in _AWAY:
            continue
        yield child.text or "" if child.tag == f"{W}t" else _SIGNS.get(child.tag, "")
        yield from _plain(child)


def tree_of(parts: zipfile.ZipFile, name: str) -> Element | None:
    """A part that a document may have."""
    return fromstring(parts.read(name), forbid_dtd=True) if name in parts.namelist() else None


def _all(tree: Element | None, name: str) -> list[Element]:
    return list(tree.iter(f"{W}{name}")) if tree is not None else []


def _heading(style: str) -> int:
    name, _, level = style.rpartition(" ")
    return int(level) if name in ("heading", "titre") and level.isdecimal() else 0
