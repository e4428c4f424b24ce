"""A lesson's text → its passages: what the paper that goes out says of each block, and where each sign of it stands in the text. Pure.

The file that comes back is read as passages too. Those that changed are changed in the text at those places, and nothing else of the text is touched:
what a file for word processors has no place for (anchors, figures, notes) is as it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from markdown_it.token import Token
from msgspec.structs import replace

from app.authoring.circulating.spelling import spelt
from app.authoring.circulating.values import Passage, PassageKind, Spelt
from app.content.documents.reader import LESSON_KEYS
from app.content.papers.paper import ParagraphLook
from app.content.text import questions, scenes
from app.content.text.callouts import CALLOUTS
from app.content.text.head import read_head
from app.content.text.inline.pictures import caption_of
from app.content.text.markdown import plain, tokens

INSTRUCTIONS = (
    "À relire : écrivez dans ce fichier comme il vous est commode, avec ou sans suivi des modifications, ajoutez vos commentaires, "
    "puis renvoyez-le à la personne qui vous l’a donné."
)
_TITLE = re.compile(r"^titre\s*:\s*(.*)$", re.MULTILINE)
_QUOTED = re.compile(r"^(?:[ \t]*>)+ ?")
_TICKS = {None: "", True: "☑ ", False: "☐ "}
_ASKED = {questions.MARK: "Question", scenes.MARK: "Choix"}


@dataclass(slots=True)
class _Lists:
    level: int = 0
    numbers: list[int] = field(default_factory=list)
    """Of each list that is open, the number of its next point; 0 in one of bullets."""
    fresh: list[bool] = field(default_factory=list)
    new_point: bool = False
    tick: str = ""


def passages(text: str, notes: Mapping[str, str]) -> tuple[Passage, ...]:
    """Of a lesson, in the order of the paper. `notes`: what the notes say that the text calls and does not define, by label."""
    _, body, first_line, _ = read_head("", text, LESSON_KEYS)
    reader = _PassageReader(text, tokens(body, first_line), notes)
    found = [reader.title(), Passage(PassageKind.SAID, Spelt(INSTRUCTIONS), look=ParagraphLook.QUIET), *reader.passages()]
    return tuple(each for each in found if each.text.strip() or each.kind in (PassageKind.PICTURE, PassageKind.CELL))


def notes_of(found: Sequence[Passage]) -> tuple[Passage, ...]:
    """The notes that they call, in the order of the calls: a note that is called twice stands twice."""
    return tuple(note for each in found for _, note in each.spelt.calls)


class _PassageReader:
    def __init__(self, text: str, parsed: Sequence[Token], notes: Mapping[str, str]) -> None:
        self.text, self.parsed = text, parsed
        self.lines = [0]
        for line in text.split("\n"):
            self.lines.append(self.lines[-1] + len(line) + 1)
        self.lists, self.quotes, self.alert = _Lists(), 0, False
        self.table = self.row = self.column = 0
        self.notes: dict[str, Passage] = {label: Passage(PassageKind.NOTE, Spelt(said)) for label, said in notes.items()}
        self.notes |= dict(self._defined())

    def title(self) -> Passage:
        head = _TITLE.search(self.text)
        start, words = (head.start(1), head[1].rstrip()) if head else (0, "")
        end = start + len(words)
        return Passage(PassageKind.TITLE, Spelt(words, tuple(range(start, end))), start, end)

    def _span(self, token: Token) -> tuple[int, int]:
        """Offsets of a block's lines. `map` counts lines from 1."""
        first, after = token.map or [1, 1]
        last = len(self.lines) - 1
        return self.lines[min(first - 1, last)], min(self.lines[min(after - 1, last)], len(self.text))

    def _defined(self) -> Iterator[tuple[str, Passage]]:
        label = ""
        for token in self.parsed:
            if token.type == "footnote_reference_open":
                label = str(token.meta["label"])
            elif token.type == "footnote_reference_close":
                label = ""
            elif label and token.type == "inline" and label not in self.notes:
                start, end = self._span(token)
                yield label, Passage(PassageKind.NOTE, spelt(token, self.text, start, end, {}), start, end)

    def passages(self) -> Iterator[Passage]:
        inside_note = 0
        for index, token in enumerate(self.parsed):
            inside_note += (token.type == "footnote_reference_open") - (token.type == "footnote_reference_close")
            if not inside_note:
                self._opened(index, token)
                yield from self._said(index, token)

    # --- Where one is ---

    def _opened(self, index: int, token: Token) -> None:
        kind = token.type
        if kind in ("bullet_list_open", "ordered_list_open"):
            first = int(token.attrs.get("start", 1)) if kind.startswith("ordered") else 0
            self.lists.numbers.append(first)
            self.lists.fresh.append(True)
        elif kind in ("bullet_list_close", "ordered_list_close"):
            self.lists.numbers.pop()
            self.lists.fresh.pop()
            self.lists.new_point = False
        elif kind == "list_item_open":
            self.lists.new_point = True
            self.lists.tick = _TICKS[token.meta.get("checked")]
        elif kind in ("blockquote_open", "blockquote_close", "alert_open", "alert_close"):
            self.quotes += token.nesting
            self.alert = self.quotes > 0 and (kind == "alert_open" or self.alert or questions.asks(self.parsed, index))
        elif kind == "table_open":
            self.table, self.row = self.table + 1, 0
        elif kind == "tr_open":
            self.row, self.column = self.row + 1, 0
        elif kind in ("th_open", "td_open"):
            self.column += 1

    # --- What is said there ---

    def _said(self, index: int, token: Token) -> Iterator[Passage]:
        before = self.parsed[index - 1] if index else token
        if token.type == "inline" and before.type == "alert_title_open":
            yield Passage(PassageKind.SAID, Spelt(self._alert_title(index)), *self._first_line(token), look=ParagraphLook.ASIDE_TITLE, prefix="> ")
        elif token.type == "inline":
            yield from self._inline(token, before)
        elif token.type in ("fence", "code_block"):
            yield from self._lines(token)
        elif token.type == "math_block":
            yield Passage(PassageKind.SAID, Spelt(token.content.strip()), look=ParagraphLook.LINE)

    def _first_line(self, token: Token) -> tuple[int, int]:
        start = self._span(token)[0]
        return self._line_at(start) if start else (0, 0)

    def _alert_title(self, index: int) -> str:
        mark = next(str(each.meta["kind"]).upper() for each in reversed(self.parsed[:index]) if each.type == "alert_open")
        return CALLOUTS[mark].title

    def _lines(self, token: Token) -> Iterator[Passage]:
        """What is drawn, as the simple lines that draw it."""
        start, end = self._span(token)
        at = start
        for line in token.content.split("\n"):
            found = self.text.find(line, at, end) if line.strip() else -1
            if found >= 0:
                at = found + len(line)
                yield Passage(PassageKind.LINE, Spelt(line.strip(), self._run(found, line)), *self._line_at(found), look=ParagraphLook.LINE, outer=end)

    def _run(self, found: int, line: str) -> tuple[int, ...]:
        first = found + len(line) - len(line.lstrip())
        return tuple(range(first, first + len(line.strip())))

    def _line_at(self, offset: int) -> tuple[int, int]:
        end = self.text.find("\n", offset)
        return self.text.rfind("\n", 0, offset) + 1, len(self.text) if end < 0 else end + 1

    def _inline(self, token: Token, before: Token) -> Iterator[Passage]:
        start, end = self._span(token)
        if before.type in ("th_open", "td_open"):
            yield self._cell(token, start, end)
            return
        children = token.children or []
        if len(children) == 1 and children[0].type == "image":
            yield from self._picture(children[0], start, end)
            return
        said = spelt(token, self.text, start, end, self.notes)
        if before.type == "heading_open":
            yield Passage(PassageKind.HEADING, said, start, end, level=int(before.tag[1]), prefix=self._prefix(start))
            return
        for mark, title in _ASKED.items():
            if self.quotes and (marked := mark.match(said.text)):
                yield Passage(PassageKind.SAID, Spelt(title), look=ParagraphLook.ASIDE_TITLE)
                said = said.after(marked.end() + len(said.text[marked.end() :]) - len(said.text[marked.end() :].lstrip()))
        yield self._block(said, start, end)

    def _block(self, said: Spelt, start: int, end: int) -> Passage:
        aside = ParagraphLook.ASIDE if self.alert else ParagraphLook.QUOTE if self.quotes else ParagraphLook.BODY
        block = Passage(PassageKind.TEXT, said, start, end, look=aside, prefix=self._prefix(start))
        if not self.lists.numbers:
            return block
        if not self.lists.new_point:
            return replace(block, look=ParagraphLook.AFTER)
        number, begins = self.lists.numbers[-1], self.lists.fresh[-1]
        self.lists.numbers[-1] += bool(number)
        self.lists.fresh[-1] = self.lists.new_point = False
        block = replace(block, spelt=said.led(self.lists.tick))
        return replace(block, kind=PassageKind.ENTRY, level=min(3, len(self.lists.numbers)), number=number, begins=begins)

    def _prefix(self, start: int) -> str:
        found = _QUOTED.match(self.text[start : self.text.find("\n", start) + 1 or None])
        return found[0].rstrip("\n") if found else ""

    def _picture(self, image: Token, start: int, end: int) -> Iterator[Passage]:
        yield Passage(PassageKind.PICTURE, Spelt(""), start, end, picture=image)
        caption = plain(caption_of(image))
        at = self.text.rfind(caption, start, end)
        if caption:
            places = tuple(range(at, at + len(caption))) if at >= 0 else ()
            yield Passage(PassageKind.TEXT, Spelt(caption, places), start, end, look=ParagraphLook.CAPTION)

    def _cell(self, token: Token, start: int, end: int) -> Passage:
        """Its words are looked for behind those of the cells before it in the row."""
        bars = [at for at in range(start, end) if self.text[at] == "|" and self.text[at - 1] != "\\"]
        leading = self.text[start:end].lstrip(" >").startswith("|")
        column = self.column if leading else self.column - 1
        first = bars[column - 1] + 1 if 0 < column <= len(bars) else start
        said = spelt(token, self.text, first, end, self.notes)
        return Passage(PassageKind.CELL, said, start, end, prefix=self._prefix(start), place=(self.table, self.row, self.column))
