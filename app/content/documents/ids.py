"""Writes the ids that a text lacks: `id : …` in its head, `{#…}` at the end of its headings; every other character stays. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec import Struct

from app.content.quiz.source.sections import strip_number
from app.content.text.head_values import is_id
from app.content.text.markdown import inline_tokens, plain, slug

_HEADING = re.compile(r" {0,3}(#{1,6})\s*(.*?)[\s#]*$")
_CLOSING = re.compile(r"\s+#+$")
_UNDERLINE = re.compile(r" {0,3}(?:-{2,}|=+)\s*$")
_WORDED = re.compile(r" {0,3}(?:\*\*|__)?\s*(?:question|exercice)\b.*\d", re.IGNORECASE)
_TITLE = re.compile(r"\s*titre\s*:\s*(.+)", re.IGNORECASE)
_EMPTY_ID = re.compile(r"\s*id\s*:\s*", re.IGNORECASE)
_ID = re.compile(r"\{#\s*([^{}\s]+)\s*\}")
_LONGEST = 48
"""Letters of an id drawn from a title: long enough to be told apart, short enough to be read."""


class AddedId(Struct, frozen=True):
    line: int
    """Of the text given."""
    id: str


def write_ids(text: str, path: str, lines: Iterable[int], taken: Iterable[str], within: str = "") -> tuple[str, tuple[AddedId, ...]]:
    """The text with an id at each of `lines` (those of its problems E06), and the ids written, in the order of the text.

    `taken` are the ids of the rest of the course; those of this text are avoided too. A line where none can be written is left as it is.
    `within` begins those of its headings: what tells them from the ids of a course that is not at hand.
    """
    writer = _IdWriter(text, path, {*taken, *_ID.findall(text)}, within)
    # From the last line up, so that a line put in the head moves none of those still to be changed.
    written = [found for number in sorted(set(lines), reverse=True) if (found := writer.write(number))]
    return "\n".join(writer.lines), tuple(reversed(written))


class _IdWriter:
    def __init__(self, text: str, path: str, taken: set[str], within: str) -> None:
        self.lines = text.split("\n")
        self.path = path
        self.taken, self.within = taken, within
        self.head_end = self._end_of_head()

    def _end_of_head(self) -> int:
        """The index of the line that closes the head; -1 without one."""
        opening = next((index for index, line in enumerate(self.lines) if line.strip("\ufeff\r ")), None)
        if opening is None or not self.lines[opening].lstrip("\ufeff").startswith("---"):
            return -1
        return next((index for index in range(opening + 1, len(self.lines)) if self.lines[index].startswith("---")), -1)

    def write(self, number: int) -> AddedId | None:
        index = number - 1
        if not 0 <= index < len(self.lines):
            return None
        identifier = self._in_head() if index <= self.head_end else self._at_heading(index)
        if identifier:
            self.taken.add(identifier)
        return AddedId(number, identifier) if identifier else None

    def _at_heading(self, index: int) -> str:
        """`## Titre` → `## Titre {#titre}`. A heading that says nothing takes its id from the text under it."""
        line = self.lines[index].rstrip()
        found = _HEADING.fullmatch(line)
        underlined = index + 1 < len(self.lines) and bool(_UNDERLINE.match(self.lines[index + 1].rstrip("\r")))
        if found is None and not underlined and not _WORDED.match(line):
            return ""
        said = found[2] if found else line
        words = strip_number(said.strip("*_ ")) or self._below(index)
        identifier = self._free(f"{self.within} {words}")
        closing = _CLOSING.search(line) if found and found[2] else None
        end = closing.start() if closing else len(line)
        self._replace(index, f"{line[:end]} {{#{identifier}}}{line[end:]}")
        return identifier

    def _below(self, index: int) -> str:
        return next((line for line in self.lines[index + 1 :] if line.strip()), "")

    def _in_head(self) -> str:
        """`id : …` in the place of an empty one, or as the first line of the head."""
        inside = range(self._opening() + 1, self.head_end)
        name = self.path.rpartition("/")[2].removesuffix(".md")
        title = next((found[1] for index in inside if (found := _TITLE.match(self.lines[index]))), name)
        identifier = self._free(title)
        empty = next((index for index in inside if _EMPTY_ID.fullmatch(self.lines[index])), None)
        if empty is None:
            self.lines.insert(inside.start, f"id : {identifier}{self._ending(inside.start - 1)}")
        else:
            self._replace(empty, f"id : {identifier}")
        return identifier

    def _opening(self) -> int:
        return next(index for index, line in enumerate(self.lines) if line.strip("\ufeff\r "))

    def _replace(self, index: int, text: str) -> None:
        self.lines[index] = text + self._ending(index)

    def _ending(self, index: int) -> str:
        return "\r" if self.lines[index].endswith("\r") else ""

    def _free(self, title: str) -> str:
        """A well-formed id, from the words of a title, that nothing has."""
        words = slug(plain(inline_tokens(title.strip())))
        if len(words) > _LONGEST:
            words = words[:_LONGEST].rpartition("-")[0] or words[:_LONGEST]
        wanted = words if is_id(words) else f"element-{words}".strip("-")
        identifier, count = wanted, 1
        while identifier in self.taken:
            count += 1
            identifier = f"{wanted}-{count}"
        return identifier
