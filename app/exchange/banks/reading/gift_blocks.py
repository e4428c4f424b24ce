"""A GIFT file → the lines of each question, in one pass over them: where it begins and ends, and why some have no sure end. Pure.

Moodle ends a question at a blank line, wherever it stands. Here a blank line between braces ends none, and what leaves a question without a sure
end never spoils its neighbours: it is refused whole, and the next one is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

_HOLDERS = {sign: chr(0xE110 + place) for place, sign in enumerate("~=#{}:\\n")}
"""A protected sign, until its text is cut out: a private letter each."""
_ESCAPE = re.compile(r"\\([~=#{}:\\n])")
_HOLDER = re.compile("[" + "".join(_HOLDERS.values()) + "]")
_SIGNS = {letter: "\n" if sign == "n" else sign for sign, letter in _HOLDERS.items()}
_CATEGORY = re.compile(r"\s*\$CATEGORY\s*:(.*)", re.IGNORECASE)
_COMMENT = re.compile(r"\s*//(?!(?:[\w-]+\.)+[a-z]{2,}(?:[/?#\s]|$))(.*)")
"""But an address without its `https:`."""
_CARRIED = re.compile(r"\[(id|points|tag)\s*:\s*([^\]]+)\]", re.IGNORECASE)
_BRACE = re.compile("[{}]")
_OF_ANSWERS = re.compile(r"\s*[~=#%]")
_ENDED = re.compile(r"[.?!…:»)\]>]\s*$")
UNCLOSED = "L’accolade « { » n’est jamais fermée : ajoutez « } » après les réponses."
UNOPENED = "Une accolade « } » n’est jamais ouverte : ajoutez « { » avant les réponses, ou écrivez « \\} » si elle fait partie du texte."
NESTED = "Une accolade « { » se trouve dans les réponses : écrivez « \\{ » et « \\} » si elle en fait partie."
SECOND = "Elle a plusieurs paires d’accolades, et GIFT n’en permet qu’une : faites-en plusieurs questions, ou un texte à trous en « XML Moodle »."
TEXT = "C’est un texte sans accolades, donc sans réponse : recopiez-le en situation, ou ajoutez ses réponses entre « { » et « } »."
BELOW_UNCLOSED = "La question au-dessus n’est pas fermée : vérifiez que celle-ci commence bien là."
CUT = (
    "Une ligne vide la coupe en deux, avant la ligne {line} : retirez cette ligne vide ; ou, si le début est un texte à part, "
    "donnez un titre (« ::Titre:: ») à la question qui le suit."
)
_BEFORE, _WITHIN, _AFTER = range(3)
"""Where a line stands: before the answers, within their braces, after them."""


def hold(text: str) -> str:
    """Replaces each escaped character by a private one, so that it is not read as syntax."""
    return _ESCAPE.sub(lambda found: _HOLDERS[found[1]], text)


def release(text: str) -> str:
    """Puts the escaped characters of a text back."""
    return _HOLDER.sub(lambda found: _SIGNS[found.group()], text)


def is_titled(line: str) -> bool:
    return line.lstrip().startswith("::")


@dataclass(slots=True)
class GiftBlock:
    """The lines of a question, their protected signs held, each with its place in the file; and what its comments carry."""

    category: str
    carried: list[tuple[str, str]] = field(default_factory=list)
    lines: list[tuple[int, str]] = field(default_factory=list)
    stands: int = _BEFORE
    kept: int = 0
    """How many of its lines are surely its own: within braces, those before the last place where another question may begin; after them, those with its answers."""
    parted: bool = False
    """A blank line stands at that place; or it ended the block."""
    refused: str = ""
    doubt: str = ""
    titled: bool = False
    """Or a part of one that is."""
    in_title: bool = False
    """Its title goes on over the next line."""

    @property
    def line(self) -> int:
        return self.lines[0][0]

    @property
    def text(self) -> str:
        return "\n".join(line for _, line in self.lines)

    def add(self, place: int, line: str) -> None:
        rest = self._after_title(line)
        self.lines.append((place, line))
        self.parted = False
        if self.stands == _WITHIN and _OF_ANSWERS.match(line):
            self.kept = len(self.lines)
        for sign in _BRACE.findall(rest):
            self._brace(sign)

    def _after_title(self, line: str) -> str:
        """What of a line may hold its answers: a title may have any sign."""
        if not self.lines and is_titled(line):
            self.titled = self.in_title = True
            line = line.lstrip()[2:]
        if self.in_title:
            _, ended, rest = line.partition("::")
            self.in_title = not ended and "{" not in line
            return rest if ended or self.in_title else line
        return line

    def _brace(self, sign: str) -> None:
        opens = sign == "{"
        if self.stands == _WITHIN and opens:
            self._refuse(NESTED)
        elif self.stands == _AFTER or not (opens or self.stands == _WITHIN):
            self._refuse(SECOND if opens else UNOPENED)
        else:
            self.stands, self.kept = _WITHIN if opens else _AFTER, len(self.lines)

    def _refuse(self, said: str) -> None:
        self.refused = self.refused or said

    def end(self) -> None:
        if self.stands == _WITHIN:
            self._refuse(UNCLOSED)

    def gives_way_to(self, line: str) -> bool:
        """Whether another question begins with a line, or a little above it."""
        if is_titled(line):
            return not self.in_title
        opening = line.find("{")
        if opening < 0 or self.stands == _BEFORE:
            return False
        if self.stands == _WITHIN:
            return not (_OF_ANSWERS.match(line) or 0 <= line.find("}") < opening)
        rest = self.lines[self.kept - 1][1].rpartition("}")[2]
        return not rest.strip() or bool(_ENDED.search(rest))

    def goes_on_in(self, other: GiftBlock) -> bool:
        """Whether a text without answers, and what follows its blank line, are one question."""
        if self.stands != _BEFORE or self.refused or not self.parted or other.titled or other.category != self.category:
            return False
        first = other.lines[0][1].lstrip()
        return self.titled or not _ENDED.search(self.lines[-1][1]) or first[0] in "{=~" or first[0].islower()


class _GiftCutter:
    def __init__(self) -> None:
        self.blocks: list[GiftBlock] = []
        self.current: GiftBlock | None = None
        self.category = ""
        self.carried: list[tuple[str, str]] = []

    def take(self, place: int, line: str) -> None:
        if said := _COMMENT.fullmatch(line):
            self.carried += [(name.lower(), value.strip()) for name, value in _CARRIED.findall(said[1])]
        elif named := _CATEGORY.fullmatch(line):
            self.end()
            self.category = release(hold(named[1]))
        elif line.strip():
            self._add(place, hold(line))
        elif self.current is not None:
            self.current.parted = True
            if self.current.stands == _WITHIN:
                self.current.kept = len(self.current.lines)
            else:
                self.current = None

    def _add(self, place: int, line: str) -> None:
        before = self.current
        if before is None or before.gives_way_to(line):
            self.current = GiftBlock(self.category, self.carried)
            self.blocks.append(self.current)
            self.carried = []
            if before is not None:
                self._part(before, self.current, is_titled(line))
        self.blocks[-1].add(place, line)

    @staticmethod
    def _part(before: GiftBlock, after: GiftBlock, titled: bool) -> None:
        """One question gives way to another, with those of its lines that are the other's: none, where a title says where it begins."""
        if before.stands == _WITHIN and not titled and not before.parted:
            after.doubt = BELOW_UNCLOSED
        before.end()
        kept = len(before.lines) if titled else before.kept
        for place, line in before.lines[kept:]:
            after.add(place, line)
        del before.lines[kept:]

    def end(self) -> None:
        if self.current is not None:
            self.current.end()
        self.current = None


def blocks_of(text: str) -> list[GiftBlock]:
    """The questions of a file; one that a blank line cuts is one, and refused."""
    cutter = _GiftCutter()
    for place, line in enumerate(text.split("\n"), 1):
        cutter.take(place, line)
    cutter.end()
    return _whole(cutter.blocks)


def _whole(blocks: Iterable[GiftBlock]) -> list[GiftBlock]:
    whole: list[GiftBlock] = []
    last: GiftBlock | None = None
    for block in blocks:
        if last is not None and last.goes_on_in(block):
            whole[-1].refused = whole[-1].refused or CUT.format(line=block.line)
            block.titled = last.titled
        else:
            whole.append(block)
        last = block
    return whole
