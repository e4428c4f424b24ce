"""The same of an OpenDocument text. Its tracked changes are read accepted: what went is kept apart from the text there. Pure."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring

from app.authoring.incoming.word.reading.returned import Reading, tree_of

_NS = "{urn:oasis:names:tc:opendocument:xmlns:"
T, O, B, S = f"{_NS}text:1.0}}", f"{_NS}office:1.0}}", f"{_NS}table:1.0}}", f"{_NS}style:1.0}}"  # noqa: E741 — names of the standard
_DC = "{http://purl.org/dc/elements/1.1/}"
_AWAY = (f"{T}tracked-changes", f"{T}sequence-decls", f"{_NS}drawing:1.0}}frame", f"{T}table-of-content", f"{O}forms", f"{T}note-citation")


def read(parts: zipfile.ZipFile) -> dict[str, Any]:
    root = fromstring(parts.read("content.xml"), forbid_dtd=True)
    reader = _Odt(root, tree_of(parts, "styles.xml"))
    text = root.find(f"{O}body/{O}text")
    if text is not None:
        reader.found.by += [each.text or "" for each in text.findall(f"{T}tracked-changes//{_DC}creator")]
        reader.blocks(text, (0, 0, 0))
    return reader.found.answer()


class _Odt:
    def __init__(self, root: Element, styles: Element | None) -> None:
        self.found = Reading()
        self.table = 0
        trees = [tree for tree in (root, styles) if tree is not None]
        self.numbered = {
            each.get(f"{S}name", "") for tree in trees for each in tree.iter(f"{T}list-style") if each.find(f"{T}list-level-style-number") is not None
        }
        self.parents = {each.get(f"{S}name", ""): each.get(f"{S}parent-style-name", "") for tree in trees for each in tree.iter(f"{S}style")}

    def blocks(self, parent: Element, place: tuple[int, int, int], level: int = 0, numbered: bool = False) -> None:
        for child in parent:
            if child.tag in (f"{T}p", f"{T}h"):
                self._paragraph(child, place, level, numbered)
            elif child.tag == f"{T}list":
                style = child.get(f"{T}style-name", "")
                self.blocks(child, place, level + 1, style in self.numbered if style else numbered)
            elif child.tag == f"{B}table":
                self._rows(child)
            elif child.tag not in _AWAY:
                self.blocks(child, place, level, numbered)

    def _rows(self, table: Element) -> None:
        self.table += 1
        number = self.table
        for row, each in enumerate(table.iter(f"{B}table-row"), 1):
            for column, cell in enumerate(each.findall(f"{B}table-cell"), 1):
                first = len(self.found.pieces)
                self.blocks(cell, (number, row, column))
                self.found.as_one(first)

    def _paragraph(self, paragraph: Element, place: tuple[int, int, int], level: int, numbered: bool) -> None:
        text = "".join(self._words(paragraph))
        heading = paragraph.get(f"{T}outline-level", "1") if paragraph.tag == f"{T}h" else "0"
        style = paragraph.get(f"{T}style-name", "")
        name = style if style in self.parents and not style.startswith("P") else self.parents.get(style, style)
        self.found.pieces.append(
            {
                "text": text,
                "style": name.replace("_20_", " ").lower(),
                "heading": int(heading) if heading.isdecimal() else 0,
                "list_level": min(3, level) if heading == "0" else 0,
                "numbered": numbered,
                "place": place,
            }
        )

    def _words(self, parent: Element) -> Iterator[str]:
        yield self._said(parent.text or "")
        for child in parent:
            if child.tag == f"{T}note":
                body = child.find(f"{T}note-body")
                self.found.notes.append("".join(body.itertext()).strip() if body is not None else "")
            elif child.tag == f"{O}annotation":
                self._comment(child)
            elif child.tag == f"{O}annotation-end":
                self.found.open.pop(child.get(f"{O}name", ""), None)
            elif child.tag in (f"{T}s", f"{T}tab", f"{T}line-break"):
                yield self._said(" " if child.tag != f"{T}line-break" else "\n")
            elif child.tag not in _AWAY:
                yield from self._words(child)
            yield self._said(child.tail or "")

    def _said(self, words: str) -> str:
        self.found.say(words)
        return words

    def _comment(self, element: Element) -> None:
        creator = element.find(f"{_DC}creator")
        text = "\n".join("".join(each.itertext()) for each in element.iter(f"{T}p")).strip()
        self.found.comment(element.get(f"{O}name", ""), (creator.text or "") if creator is not None else "", text)
