"""What a piece of Markdown says, sign by sign, and where each sign is written. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from markdown_it.token import Token

from app.authoring.circulating.values import NOWHERE, Passage, Spelt, Style
from app.content.text.inline import maths
from app.content.text.markdown import plain

_TARGET = re.compile(r"\]\((?:[^()\\\n]|\\.|\([^()\n]*\))*\)|\]\[[^\]\n]*\]|\]")
_IMAGE = re.compile(r"!\[(?:[^\]\\]|\\.)*\]\((?:[^()\\\n]|\\.|\([^()\n]*\))*\)(?: ?\{[^}\n]*\})?")


def spelt(token: Token, text: str, start: int, end: int, notes: Mapping[str, Passage]) -> Spelt:
    """An inline token, written between two offsets of a text."""
    speller = _Speller(token.content, _located(token.content, text, start, end), notes)
    for child in token.children or ():
        speller.read(child)
    return Spelt("".join(speller.signs), tuple(speller.places), tuple(speller.styles), tuple(speller.calls))


def _located(content: str, text: str, start: int, end: int) -> list[int]:
    """Where each sign of a token's content is written: its lines are those of the text, without what the blocks around begin them with."""
    places: list[int] = []
    at = start
    for number, line in enumerate(content.split("\n")):
        if number:
            places.append(max(text.find("\n", at, end), NOWHERE))
            at = places[-1] + 1 if places[-1] >= 0 else at
        found = text.find(line, at, end)
        if found >= 0:
            places += range(found, found + len(line))
            at = found + len(line)
            continue
        for sign in line:
            found = text.find(sign, at, end)
            places.append(found)
            at = found + 1 if found >= 0 else at
    return places


@dataclass(slots=True)
class _Speller:
    content: str
    located: list[int]
    notes: Mapping[str, Passage]
    at: int = 0
    signs: list[str] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    styles: list[Style] = field(default_factory=list)
    calls: list[tuple[int, Passage]] = field(default_factory=list)
    bold: int = 0
    italic: int = 0
    link: str = ""

    def read(self, child: Token) -> None:
        reader = _READERS.get(child.type)
        if reader is not None:
            reader(self, child)
        elif child.nesting and child.markup:
            self.emphasis(child)

    def words(self, child: Token) -> None:
        self._say(child.content)

    def end_of_line(self, child: Token) -> None:
        self._pass("\n")
        self.signs.append("\n")
        self.places.append(self.located[self.at - 1] if self.at else NOWHERE)

    def call(self, child: Token) -> None:
        label = str(child.meta["label"])
        self._pass(f"[^{label}]")
        if label in self.notes:
            self.calls.append((len(self.signs), self.notes[label]))

    def link_open(self, child: Token) -> None:
        self.link = str(child.attrs.get("href", ""))
        self._styled()

    def link_close(self, child: Token) -> None:
        if child.info == "auto":
            self._pass(">")
        else:
            self._skip(_TARGET)
        self.link = ""
        self._styled()

    def image(self, child: Token) -> None:
        self._unwritten(plain(child.children))
        self._skip(_IMAGE)

    def formula(self, child: Token) -> None:
        self._unwritten(maths.words_of(child.content))
        self._pass(child.content)
        self._pass(child.markup)

    def emphasis(self, child: Token) -> None:
        self._pass(child.markup)
        self.bold += child.nesting if child.type.startswith("strong") else 0
        self.italic += child.nesting if child.type.startswith("em_") else 0
        self._styled()

    def _styled(self) -> None:
        self.styles.append(Style(len(self.signs), self.bold > 0, self.italic > 0, self.link))

    def _pass(self, markup: str) -> None:
        found = self.content.find(markup, self.at)
        self.at = found + len(markup) if found >= 0 else self.at

    def _skip(self, pattern: re.Pattern[str]) -> None:
        found = pattern.search(self.content, self.at)
        self.at = found.end() if found else self.at

    def _unwritten(self, words: str) -> None:
        self.signs += words
        self.places += [NOWHERE] * len(words)

    def _say(self, words: str) -> None:
        found = self.content.find(words, self.at)
        if found >= 0:
            self.signs += words
            self.places += self.located[found : found + len(words)]
            self.at = found + len(words)
            return
        for sign in words:  # an escape or an entity stands among them
            found = self.content.find(sign, self.at)
            near = 0 <= found <= self.at + 8
            self.signs.append(sign)
            self.places.append(self.located[found] if near else NOWHERE)
            self.at = found + 1 if near else self.at


_READERS: dict[str, Callable[[_Speller, Token], None]] = {
    "text": _Speller.words,
    "code_inline": _Speller.words,
    "softbreak": _Speller.end_of_line,
    "hardbreak": _Speller.end_of_line,
    "footnote_ref": _Speller.call,
    "link_open": _Speller.link_open,
    "link_close": _Speller.link_close,
    "image": _Speller.image,
    "math_inline": _Speller.formula,
}
