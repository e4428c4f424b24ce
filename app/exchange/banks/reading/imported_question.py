"""A question as other systems hold it: its texts are in our Markdown already. Readers make it, `converting` turns it into ours. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from html import unescape

from app.content.quiz.keys import key_line
from app.platform.zips import FileRefused

_SIGNS = re.compile(r"[\\`*\[\]<{}$]|~~|&(?=#?\w+;)|(?<![^\W_])_|_(?![^\W_])")
_OPENING = re.compile(r"(?m)^(\s*)(//|::|[#>+|:=-])")
_LISTED = re.compile(r"(?m)^(\s*\(?(?:\d{1,9}|[A-Za-z]))([.)])(?=\s|$)")
_NAMED = re.compile(r"(?m)^((?:question|exercice)\b[^:.)\n]{0,12}\d\s*)([.:)-])", re.IGNORECASE)
_LINE_END = re.compile(r"(?<!\\)((?:\\\\)*)\\\n")


def one_line(written: str) -> str:
    """Some Markdown without its ends of lines, nor the signs that asked for them."""
    return " ".join(_LINE_END.sub(r"\1 ", written).split())


def literal(text: str) -> str:
    """Words as Markdown that shows them as they are, wherever they begin a line."""
    text = _SIGNS.sub(r"\\\g<0>", " ".join(text.split()))
    text = _NAMED.sub(r"\1\\\2", _LISTED.sub(r"\1\\\2", _OPENING.sub(r"\1\\\2", text)))
    return text.replace(":", "\\:", 1) if key_line(text) else text


def gap_markup(accepted: Sequence[str]) -> str:
    """A gap and what it accepts, each once: capitals count for nothing there."""
    first: dict[str, str] = {}
    for text in accepted:
        first.setdefault(text.strip().casefold(), text)
    return f"[[{' | '.join(map(bars, first.values()))}]]"


def bars(text: str) -> str:
    return text.replace("|", "\\|")


MOST = 500
"""Questions of one file."""


@dataclass(slots=True)
class ImportedAnswer:
    """One answer. `fraction` is in hundredths of the mark; `text` is Markdown where it is proposed, as typed where it is awaited."""

    text: str
    fraction: Decimal = Decimal(0)
    feedback: str = ""
    tolerance: str = ""

    @property
    def right(self) -> bool:
        return self.fraction > 0

    @property
    def whole(self) -> bool:
        """Worth all the points, which some files round."""
        return self.fraction >= Decimal("99.9")

    @property
    def is_weighted(self) -> bool:
        """Worth a part of the points: where one answer is given, that is a wrong one here."""
        return self.right and not self.whole


@dataclass(slots=True)
class ImportedQuestion:
    """`kind` is the format's own word: multichoice, truefalse, shortanswer, numerical, matching, ordering, gaps, essay."""

    line: int
    kind: str
    name: str = ""
    category: str = ""
    statement: str = ""
    answers: list[ImportedAnswer] = field(default_factory=list)
    """Of an ordering, its steps; of an essay, its model."""
    pairs: list[tuple[str, str, str]] = field(default_factory=list)
    """Of a matching, (left, right, comment): left is empty for a distractor."""
    several: bool = False
    """Several of its answers are to be ticked."""
    strict: bool = False
    """A typed answer is compared letter by letter."""
    exact: bool = False
    """All or nothing."""
    fixed: bool = False
    """Its answers keep their order."""
    unit: str = ""
    unit_required: bool = False
    explanation: str = ""
    hints: list[str] = field(default_factory=list)
    points: Decimal = Decimal(1)
    tags: list[str] = field(default_factory=list)
    id: str = ""
    lost: list[str] = field(default_factory=list)
    refused: str = ""

    def lose(self, said: str) -> None:
        if said not in self.lost:
            self.lost.append(said)

    def refuse(self, said: str) -> None:
        self.refused = self.refused or said


@dataclass(slots=True)
class FoundBank:
    """What a reader finds in a file: its questions, what introduces each category, and what is to be said of the whole."""

    questions: list[ImportedQuestion]
    introductions: dict[str, str] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()


def check_count(questions: int) -> None:
    """Refuses a file with too many questions before any is read. Raises FileRefused."""
    if questions > MOST:
        raise FileRefused(f"Ce fichier contient {questions} questions : {MOST} au plus à la fois. Exportez une catégorie à la fois.")


def plain_name(written: str) -> str:
    """Puts the name of a question on one line and decodes its entities, as Moodle shows it."""
    return " ".join(unescape(written).split())


def number(written: str, otherwise: Decimal = Decimal(0)) -> Decimal:
    """A number with a point or a comma; `otherwise` for what is none."""
    try:
        value = Decimal(written.strip().replace(",", "."))
    except InvalidOperation:
        return otherwise
    return value if value.is_finite() and abs(value) < Decimal(10) ** 15 else otherwise
