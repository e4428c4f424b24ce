"""A lesson's text → its passages, character by character; and comments of a file that came back → the passages they stand at. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from markdown_it.token import Token
from msgspec import Struct
from msgspec.structs import replace

from app.authoring.circulating.values import NOWHERE, Comment, Passage, PassageKind, ReturnedFile, Spelt, Style, key
from app.content.documents.reader import LESSON_KEYS
from app.content.papers.paper import ParagraphLook
from app.content.text import maths, parts
from app.content.text.callouts import CALLOUTS
from app.content.text.head import read_head
from app.content.text.markdown import plain, slug, split_anchor, tokens
from app.content.text.maths import caption_of

_TARGET = re.compile(r"\]\((?:[^()\\\n]|\\.|\([^()\n]*\))*\)|\]\[[^\]\n]*\]|\]")
_IMAGE = re.compile(r"!\[(?:[^\]\\]|\\.)*\]\((?:[^()\\\n]|\\.|\([^()\n]*\))*\)(?: ?\{[^}\n]*\})?")


def spelt(token: Token, text: str, start: int, end: int, notes: Mapping[str, Passage]) -> Spelt:
    """An inline token, written between two offsets of a text."""
    speller = _Speller(token.content, _locate_characters(token.content, text, start, end), notes)
    for child in token.children or ():
        speller.read(child)
    return Spelt("".join(speller.signs), tuple(speller.places), tuple(speller.styles), tuple(speller.calls))


def _locate_characters(content: str, text: str, start: int, end: int) -> list[int]:
    """Where each character of a token's content is written: its lines are those of the text, without what the blocks around begin them with."""
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
        self._add_style()

    def link_close(self, child: Token) -> None:
        if child.info == "auto":
            self._pass(">")
        else:
            self._skip(_TARGET)
        self.link = ""
        self._add_style()

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
        self._add_style()

    def _add_style(self) -> None:
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


# --- Passages --------------------------------------------------------------------------------------------------------
# The file that comes back is read as passages too. Those that changed are changed in the text at those places, and nothing else of the text is touched:
# what a file for word processors has no place for (anchors, figures, notes) is as it was.

INSTRUCTIONS = (
    "À relire : écrivez dans ce fichier comme il vous est commode, avec ou sans suivi des modifications, ajoutez vos commentaires, "
    "puis renvoyez-le à la personne qui vous l’a donné."
)
_TITLE = re.compile(r"^titre\s*:\s*(.*)$", re.MULTILINE)
_QUOTED = re.compile(r"^(?:[ \t]*>)+ ?")
_TICKS = {None: "", True: "☑ ", False: "☐ "}
_ASKED = {parts.QUESTION_MARK: "Question", parts.SCENE_MARK: "Choix"}


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
        self.notes |= dict(self._defined_notes())

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

    def _defined_notes(self) -> Iterator[tuple[str, Passage]]:
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
                self._follow_nesting(index, token)
                yield from self._passages_of(index, token)

    # --- Where one is ---

    def _follow_nesting(self, index: int, token: Token) -> None:
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
            self.alert = self.quotes > 0 and (kind == "alert_open" or self.alert or parts.asks(self.parsed, index))
        elif kind == "table_open":
            self.table, self.row = self.table + 1, 0
        elif kind == "tr_open":
            self.row, self.column = self.row + 1, 0
        elif kind in ("th_open", "td_open"):
            self.column += 1

    # --- What is said there ---

    def _passages_of(self, index: int, token: Token) -> Iterator[Passage]:
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
                yield Passage(PassageKind.LINE, Spelt(line.strip(), self._line_places(found, line)), *self._line_at(found), look=ParagraphLook.LINE, outer=end)

    def _line_places(self, found: int, line: str) -> tuple[int, ...]:
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
        block = replace(block, spelt=said.with_words_before(self.lists.tick))
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


# --- Comments --------------------------------------------------------------------------------------------------------

SOMEBODY = "Une personne sans nom"
_FEW, _QUOTED_PASSAGE = 4, 400
"""A quotation of fewer words might be anywhere: the whole passage is quoted. And how many characters of one are enough."""


class AnchoredComment(Struct, frozen=True):
    by: str
    text: str
    quote: str
    heading: str
    """The id, in the page, of the title above."""
    found: bool
    """Whether the text has the passage."""

    @property
    def name(self) -> str:
        """By which the remark is signed, and the page shows it."""
        return " ".join(self.by.split()) or SOMEBODY


def anchor_comments(text: str, notes: Mapping[str, str], file: ReturnedFile) -> tuple[AnchoredComment, ...]:
    """Each comment that says something, in the order of the file."""
    found = [(each, f" {key(each.text)} ") for each in passages(text, notes)]
    return tuple(_anchor_comment(text, found, comment, file) for comment in file.comments if comment.text.strip())


def _anchor_comment(text: str, found: Sequence[tuple[Passage, str]], comment: Comment, file: ReturnedFile) -> AnchoredComment:
    """`found`: each passage and its words, as they are compared."""
    around = file.pieces[comment.at].text if comment.at < len(file.pieces) else ""
    for quote in _quotes(comment, around):
        wanted = f" {key(quote)} "
        for number, (_, said) in enumerate(found):
            if wanted in said:
                return AnchoredComment(comment.by, comment.text, _short(quote), _heading(text, [each for each, _ in found[: number + 1]]), True)
    return AnchoredComment(comment.by, comment.text, _short(comment.quote.strip() or around), "", False)


def _quotes(comment: Comment, around: str) -> Iterator[str]:
    if len(key(comment.quote).split()) >= _FEW:
        yield comment.quote
    if key(around):
        yield around
    if key(comment.quote):
        yield comment.quote


def _short(quote: str) -> str:
    words = " ".join(quote.split())
    return words if len(words) <= _QUOTED_PASSAGE else words[:_QUOTED_PASSAGE].rpartition(" ")[0]


def _heading(text: str, before: Sequence[Passage]) -> str:
    title = next((each for each in reversed(before) if each.kind is PassageKind.HEADING), None)
    return split_anchor(text[title.start : title.end].strip())[1] or slug(title.text) if title is not None else ""
