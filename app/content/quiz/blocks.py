"""What Markdown finds in the clean lines of a quiz: paragraphs, keys, lists and their items, quotations, each with its place in the file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from markdown_it.token import Token
from msgspec import Struct

from app.content.quiz.keys import PROSE, KeyLine, QuizKey
from app.content.quiz.report import NumberedLine
from app.content.text.markdown import tokens
from app.content.values.text import Fragment


class Shape(StrEnum):
    TEXT = "texte"
    KEY = "ligne « Clé : valeur »"
    QUOTE = "citation"
    LIST = "liste"
    NOTE = "note"
    RULE = "trait"


@dataclass(slots=True)
class ListItem:
    """One item of a list: its text without marker nor box, and the quotation under it."""

    line: int
    last: int
    text: Fragment
    checked: bool | None
    number: int | None
    feedback: Fragment | None
    nested_boxes: bool = False
    text_after_feedback: bool = False
    lone_bullet: int = 0
    """The line of the only item of a list inside it; 0 without such a list."""
    blocks: int = 1
    """How many blocks of text it holds, the quotation left out."""


@dataclass(slots=True)
class QuizBlock:
    shape: Shape
    line: int
    last: int
    text: str
    """As read: a quotation without its marks."""
    raw: str
    """As written."""
    items: list[ListItem] = field(default_factory=list)
    ordered: bool = False
    marker: str = ""
    key: KeyLine | None = None
    label: QuizKey | None = None
    """For a quotation that says « Indice : » or « Explication : »."""
    code: bool = False
    after_blank: bool = True
    """Whether a blank line stands above."""

    @property
    def fragment(self) -> Fragment:
        return Fragment(self.text, self.line)

    @property
    def boxed(self) -> bool:
        return any(item.checked is not None for item in self.items)


class _Group(Struct, frozen=True):
    """The tokens of one top-level block, and its lines."""

    tokens: Sequence[Token]
    start: int
    end: int


_MARKER = re.compile(r"( *)([-*+]|\d{1,9}[.)])( {1,4}(?! )| (?= )|$)")
_BOX = re.compile(r"\[[ xX]\][ \t]")
_QUOTE = re.compile(r" {0,3}> ?")
_LABEL = re.compile(r"\s*[*_]{0,3}(indice|astuce|explication|explications)\s*[*_]{0,3}\s*[:：]\s*[*_]{0,3}\s*", re.IGNORECASE)
_LABELS = {"indice": QuizKey.HINT, "astuce": QuizKey.HINT, "explication": QuizKey.EXPLANATION, "explications": QuizKey.EXPLANATION}


class QuizLines:
    """The clean lines of a whole quiz, parsed once. Blocks are asked for by section, as a range of lines."""

    def __init__(self, lines: Sequence[NumberedLine]) -> None:
        self.lines = lines
        self.tokens = tokens("\n".join(line.text for line in lines), 0)
        self._groups = list(_groups(self.tokens))
        self._next = 0

    def blocks(self, start: int, end: int) -> tuple[list[QuizBlock], list[NumberedLine], NumberedLine | None]:
        """The blocks of lines `start` to `end`, the lines that Markdown keeps nothing of, and that of a block which runs beyond the end.

        Sections are asked for in order.
        """
        found: list[QuizBlock] = []
        covered: set[int] = set()
        beyond: NumberedLine | None = None
        while self._next < len(self._groups) and self._groups[self._next].start < end:
            group = self._groups[self._next]
            self._next += 1
            if group.start < start:
                continue
            beyond = self.lines[group.start] if any(not line.blank for line in self.lines[end : group.end]) else beyond
            covered.update(range(group.start, group.end))
            found += self._read_group(group)
        lost = [line for index, line in enumerate(self.lines[start:end], start) if index not in covered and not line.blank]
        return found, lost, beyond

    def file_tokens(self) -> list[Token]:
        """The tokens, their maps in the lines of the file."""
        for token in self.tokens:
            if token.map and self.lines:
                first = min(token.map[0], len(self.lines) - 1)
                last = min(max(token.map[1] - 1, first), len(self.lines) - 1)
                while last > first and self.lines[last].blank:  # blank lines were added here, with the number of the line that follows
                    last -= 1
                token.map = [self.lines[first].number, self.lines[last].number + 1]
        return self.tokens

    # --- Blocks ---

    def _read_group(self, group: _Group) -> list[QuizBlock]:
        kind = group.tokens[0].type
        if kind == "paragraph_open":
            return self._paragraph(group)
        if kind in ("blockquote_open", "alert_open"):
            return [self._quote(group, alert=kind == "alert_open")]
        if kind in ("bullet_list_open", "ordered_list_open"):
            return [self._list(group)]
        shape = {"footnote_reference_open": Shape.NOTE, "hr": Shape.RULE}.get(kind, Shape.TEXT)
        block = self._block(shape, group.start, group.end)
        block.code = kind == "code_block"
        return [block]

    def _block(self, shape: Shape, start: int, end: int) -> QuizBlock:
        while end > start + 1 and self.lines[end - 1].blank:
            end -= 1
        text = "\n".join(line.text for line in self.lines[start:end])
        after_blank = start == 0 or self.lines[start - 1].blank
        return QuizBlock(shape, self.lines[start].number, self.lines[end - 1].number, text, text, after_blank=after_blank)

    def _paragraph(self, group: _Group) -> list[QuizBlock]:
        """Line by line: a key ends the text above it, and what follows it is text again, unless the key's value is prose."""
        blocks: list[QuizBlock] = []
        for index in range(group.start, group.end):
            line = self.lines[index]
            key = line.key
            previous = blocks[-1] if blocks else None
            if key is not None:
                blocks.append(self._block(Shape.KEY, index, index + 1))
                blocks[-1].key = key
            elif previous is not None and previous.key is not None and previous.key.key in PROSE:
                value = f"{previous.key.value}\n{line.text.strip()}"
                previous.key = KeyLine(previous.key.key, value, previous.key.written, previous.key.clean)
                previous.last = line.number
            elif previous is not None and previous.shape is Shape.TEXT:
                previous.text = previous.raw = f"{previous.text}\n{line.text}"
                previous.last = line.number
            else:
                blocks.append(self._block(Shape.TEXT, index, index + 1))
        return blocks

    def _quote(self, group: _Group, alert: bool) -> QuizBlock:
        block = self._block(Shape.QUOTE, group.start, group.end)
        text = block.text if alert else strip_quote_marks(block.text)
        found = _LABEL.match(text)
        if found and not alert:
            block.label = _LABELS[found[1].casefold()]
            text = text[found.end() :]
        block.text = text.strip("\n")
        return block

    def _list(self, group: _Group) -> QuizBlock:
        block = self._block(Shape.LIST, group.start, group.end)
        opening = group.tokens[0]
        block.ordered, block.marker = opening.type == "ordered_list_open", opening.markup
        start = 0
        for index, token in enumerate(group.tokens):
            if token.level == opening.level + 1 and token.type == "list_item_open":
                start = index
            elif token.level == opening.level + 1 and token.type == "list_item_close":
                block.items.append(self._item(group.tokens[start : index + 1]))
        return block

    def _item(self, inside: Sequence[Token]) -> ListItem:
        opening = inside[0]
        start, end = opening.map or [0, 1]
        while end > start + 1 and self.lines[end - 1].blank:
            end -= 1
        checked = opening.meta.get("checked")
        children = [token for token in inside if token.level == opening.level + 1 and token.map and token.nesting >= 0 and token.type != "inline"]
        quotes = [token for token in children if token.type in ("blockquote_open", "alert_open")]
        quoted = {index for token in quotes for index in range(*(token.map or [0, 0]))}
        dedented = self._dedent_item(start, end, checked is not None)
        item = ListItem(
            line=self.lines[start].number,
            last=self.lines[end - 1].number,
            text=self._fragment([pair for pair in dedented if pair[0] not in quoted]),
            checked=checked,
            number=int(opening.info) if opening.info.isdigit() else None,
            feedback=self._feedback([pair for pair in dedented if pair[0] in quoted]) if quotes else None,
            nested_boxes=any("checked" in token.meta for token in inside[1:]),
            blocks=len(children) - len(quotes),
        )
        inner = [token for token in inside if token.type == "list_item_open" and token.level == opening.level + 2 and token.map]
        if len(inner) == 1 and not item.nested_boxes:
            item.lone_bullet = self.lines[(inner[0].map or [0])[0]].number
        item.text_after_feedback = bool(quotes) and children[-1] not in quotes
        return item

    def _dedent_item(self, start: int, end: int, boxed: bool) -> list[tuple[int, str]]:
        """The lines of an item without its marker, its box and the indentation that they ask for."""
        first = self.lines[start].text
        found = _MARKER.match(first)
        offset = found.end() if found else 0
        text = first[offset:]
        if boxed:
            text = _BOX.sub("", text.lstrip(), count=1)
        rest = [(index, self.lines[index].text) for index in range(start + 1, end)]
        return [(start, text), *((index, line[min(offset, len(line) - len(line.lstrip(" "))) :]) for index, line in rest)]

    def _fragment(self, lines: Sequence[tuple[int, str]]) -> Fragment:
        kept = list(lines)
        while kept and not kept[0][1].strip():
            kept.pop(0)
        line = self.lines[kept[0][0]].number if kept else self.lines[lines[0][0]].number if lines else 0
        return Fragment("\n".join(text for _, text in kept).rstrip(), line)

    def _feedback(self, lines: Sequence[tuple[int, str]]) -> Fragment:
        text = strip_quote_marks("\n".join(text for _, text in lines))
        found = _LABEL.match(text)
        line = self.lines[lines[0][0]].number if lines else 0
        return Fragment((text[found.end() :] if found else text).strip(), line)


def _groups(parsed: Sequence[Token]) -> list[_Group]:
    groups: list[_Group] = []
    start = 0
    for index, token in enumerate(parsed):
        if token.level == 0 and token.nesting >= 0 and token.type != "inline":
            start = index
        if token.level == 0 and token.nesting <= 0 and (lines := parsed[start].map):
            groups.append(_Group(parsed[start : index + 1], lines[0], lines[1]))
    return groups


def strip_quote_marks(text: str) -> str:
    """A quotation without its marks; a line that goes on without one is kept."""
    return "\n".join(_QUOTE.sub("", line, count=1) for line in text.split("\n"))
