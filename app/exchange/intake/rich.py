"""Words with what they wear: bold, a colour, an underline, as Word, a web page or Markdown says it, held as plain words and spans. Pure.

A reader of shapes looks at `plain`; what is kept is written again by `markdown`. What has no plain words (a link, a picture, a formula, the call of
a note) is one private letter in `plain`, an *atom*, and comes back as it was."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise

from msgspec import Struct
from msgspec.structs import replace

from app.exchange.banks.reading.imported_question import literal


class Look(StrEnum):
    """What words may wear. The value is what it is called in a sentence."""

    BOLD = "en gras"
    ITALIC = "en italique"
    UNDERLINE = "souligné"
    HIGHLIGHT = "surligné"
    GREEN = "en vert"
    RED = "en rouge"
    COLOUR = "en couleur"
    STRIKE = "barré"
    HIDDEN = "caché ou en blanc"
    FRAME = "encadré"


LOOKS = tuple(Look)
_INKS = (Look.RED, Look.GREEN, Look.COLOUR)
_OPEN = {look: chr(0xE140 + 2 * place) for place, look in enumerate(LOOKS)}
_CLOSE = {look: chr(0xE141 + 2 * place) for place, look in enumerate(LOOKS)}
_LOOK_OF = {sign: (look, True) for look, sign in _OPEN.items()} | {sign: (look, False) for look, sign in _CLOSE.items()}
SIGNS = f"{chr(0xE140)}-{chr(0xE15F)}"
_ATOM_FIRST, _ATOM_LAST = 0xE400, 0xEFFF
ATOM = re.compile(f"[{chr(_ATOM_FIRST)}-{chr(_ATOM_LAST)}]")
_ATOMS = re.compile(
    r"!\[[^\]\n]*\]\([^)\n]*\)|(?<!\[)\[\^[^\]\s]+\]|(?<![!\[])\[[^\]\[\n]+\]\([^)\s]+\)|(?<!\$)\$(?!\s)[^$\n]{1,200}(?<!\s)\$(?![\d$])|`[^`\n]+`"
)
_EMPHASIS = (
    (re.compile(r"(?<!\\)\*\*(?=\S)(.+?)(?<=[^\s\\])\*\*"), Look.BOLD),
    (re.compile(r"(?<![\w\\_])__(?=[^\s_])(.+?)(?<=[^\s\\_])__(?![\w_])"), Look.BOLD),
    (re.compile(r"(?<!~)~~(?=\S)(.+?)(?<=\S)~~"), Look.STRIKE),
    (re.compile(r"(?<!=)==(?=[^\s=>])(.+?)(?<=[^\s=])==(?!=)"), Look.HIGHLIGHT),
    (re.compile(r"(?<!\+)\+\+(?=[^\s+])([^+]+?)(?<=[^\s+])\+\+(?!\+)"), Look.UNDERLINE),
    (re.compile(r"(?<![\w\\*])\*(?=[^\s*])([^*]+?)(?<=[^\s\\*])\*(?![\w*])"), Look.ITALIC),
    (re.compile(r"(?<![\w\\_])_(?=[^\s_])([^_]+?)(?<=[^\s\\_])_(?![\w_])"), Look.ITALIC),
)
_TAGS = re.compile(r"</?(?:b|strong|u|mark|i|em|s|del|ins)>", re.IGNORECASE)
_TAG_LOOK = {"b": Look.BOLD, "strong": Look.BOLD, "u": Look.UNDERLINE, "ins": Look.UNDERLINE, "mark": Look.HIGHLIGHT}
_TAG_LOOK |= {"i": Look.ITALIC, "em": Look.ITALIC, "s": Look.STRIKE, "del": Look.STRIKE}
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+.!|<>~$:=-])")
_KEPT = {Look.BOLD: "**", Look.ITALIC: "*"}


def wear(look: Look, words: str) -> str:
    """Words that a converter marks as wearing something."""
    return f"{_OPEN[look]}{words}{_CLOSE[look]}"


class WornSpan(Struct, frozen=True):
    start: int
    end: int
    look: Look


class Rich(Struct, frozen=True):
    """`plain` words and, by places in them, what they wear; `atoms`: what the private letters of `plain` stand for, in their order of code."""

    plain: str
    spans: tuple[WornSpan, ...] = ()
    atoms: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.plain.strip())

    def cut(self, start: int, end: int | None = None) -> Rich:
        """The words between two places, without blanks at their ends."""
        end = len(self.plain) if end is None else min(end, len(self.plain))
        while start < end and self.plain[start].isspace():
            start += 1
        while end > start and self.plain[end - 1].isspace():
            end -= 1
        spans = (WornSpan(max(0, span.start - start), min(end, span.end) - start, span.look) for span in self.spans if span.start < end and span.end > start)
        return replace(self, plain=self.plain[start:end], spans=tuple(spans))

    def wears(self, look: Look) -> str:
        """« all », « part » or nothing, of the letters that are seen."""
        seen = [place for place, letter in enumerate(self.plain) if letter.isalnum() or ATOM.match(letter)]
        worn = sum(any(span.start <= place < span.end for span in self.spans if span.look is look) for place in seen)
        return "" if not worn or not seen else "all" if worn == len(seen) else "part"

    def parts(self, look: Look) -> list[tuple[int, int]]:
        """Places of what wears something, neighbours joined."""
        found: list[tuple[int, int]] = []
        for span in sorted((span for span in self.spans if span.look is look), key=lambda each: each.start):
            if found and span.start <= found[-1][1] + (not self.plain[found[-1][1] : span.start].strip() and span.start - found[-1][1]):
                found[-1] = (found[-1][0], max(found[-1][1], span.end))
            else:
                found.append((span.start, span.end))
        return [(start, end) for start, end in found if self.plain[start:end].strip()]

    def is_inked(self) -> bool:
        """Whether all its letters are in a colour."""
        worn = {place for span in self.spans if span.look in _INKS for place in range(span.start, span.end)}
        return bool(self) and all(place in worn for place, letter in enumerate(self.plain) if letter.isalnum())

    def without(self, *looks: Look) -> Rich:
        return replace(self, spans=tuple(span for span in self.spans if span.look not in looks))

    def markdown(self) -> str:
        """The words as they are, with the emphasis that a page keeps."""
        keep = [look for look in _KEPT if self.wears(look) == "part"]
        edges = sorted({0, len(self.plain), *(place for look in keep for part in self.parts(look) for place in part)})
        written: list[str] = []
        for start, end in pairwise(edges):
            piece = self.plain[start:end]
            signs = "".join(_KEPT[look] for look in keep if any(first <= start < last for first, last in self.parts(look))) if piece.strip() else ""
            body = piece.strip() if signs else piece
            before, after = (piece[: len(piece) - len(piece.lstrip())], piece[len(piece.rstrip()) :]) if signs else ("", "")
            written.append(f"{before}{signs}{_escape(body, start == 0)}{signs[::-1]}{after}")
        return ATOM.sub(lambda found: self.atoms[ord(found.group()) - _ATOM_FIRST], "".join(written)).strip()


def _escape(text: str, opens: bool) -> str:
    said = literal(text if opens else f"a{text}")
    said = said if opens else said[1:]
    lead, trail = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return f"{lead if lead and not said.startswith(' ') else ''}{said}{trail if trail and not said.endswith(' ') else ''}"


@lru_cache(maxsize=20_000)
def rich(markdown: str) -> Rich:
    """Some Markdown of one line, or what a converter wrote of one."""
    atoms: list[str] = []

    def hold(found: re.Match[str]) -> str:
        if len(atoms) > _ATOM_LAST - _ATOM_FIRST:
            return found.group()
        atoms.append(found.group())
        return chr(_ATOM_FIRST + len(atoms) - 1)

    text = ATOM.sub("", markdown)
    text = _ATOMS.sub(hold, text)
    text = _TAGS.sub(lambda found: _of_tag(found.group()), text)
    if len(text) < 20_000:
        for pattern, look in _EMPHASIS:
            text = pattern.sub(_look_wearer(look), text)
    text = _ESCAPED.sub(r"\1", text)
    return _parse(text, tuple(atoms))


def _look_wearer(look: Look) -> Callable[[re.Match[str]], str]:
    return lambda found: wear(look, found[1])


def _of_tag(tag: str) -> str:
    look = _TAG_LOOK[tag.strip("</>").casefold()]
    return _CLOSE[look] if tag.startswith("</") else _OPEN[look]


def _parse(text: str, atoms: tuple[str, ...]) -> Rich:
    plain: list[str] = []
    begun: dict[Look, list[int]] = {look: [] for look in LOOKS}
    spans: list[WornSpan] = []
    for letter in text:
        if letter in _LOOK_OF:
            look, opens = _LOOK_OF[letter]
            if opens:
                begun[look].append(len(plain))
            elif begun[look]:
                spans.append(WornSpan(begun[look].pop(), len(plain), look))
        else:
            plain.append(letter)
    spans += [WornSpan(start, len(plain), look) for look, starts in begun.items() for start in starts]
    return Rich("".join(plain), tuple(span for span in spans if span.end > span.start), atoms)


def join(parts: Sequence[Rich], between: str = " ") -> str:
    """The Markdown of several, one after the other."""
    return between.join(filter(None, (part.markdown() for part in parts)))
