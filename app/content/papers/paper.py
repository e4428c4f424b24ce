"""A paper as values, titles, paragraphs, lists and tables of runs of words; and the mark by which its file is known when it comes back. Pure.

The mark says of which document the file is, and of which of its texts. It stands among the keywords of the file's properties, which word processors
keep when they save it again, as they keep it from one format to another: LibreOffice makes several keywords of one that has a colon, a comma, a
semicolon or a space."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from app.content.text.grids import CellFormula, CellNumber, Copy
from app.platform import zips

_WRITTEN = re.compile(rb"croisee_([a-z0-9-]{3,60})_([0-9a-f]{64})")
_PLACE = "docProps/core.xml"
_LARGEST = 200_000
"""Bytes of properties; an honest file has some thousands."""


def mark(document_id: str, fingerprint: str) -> str:
    return f"croisee_{document_id}_{fingerprint}"


def mark_in(data: bytes) -> tuple[str, str] | None:
    """(document, fingerprint) of a file for word processors; None for a file that is none of ours, or no such file at all."""
    try:
        found = _WRITTEN.search(zips.entry_content(data, _PLACE, _LARGEST))
    except zips.FileRefused:
        return None
    return (found[1].decode(), found[2].decode()) if found else None


# --- The values of a paper ---

INVENTED = "Exemple rempli : la ville, les personnes, les dates et les montants sont inventés."
BLANK_LINE = "…………………………"
"""A field of a sentence that says nothing of what to write."""
ROW_HEIGHT = {Copy.BLANK: 9, Copy.FILLED: 6}
"""Millimetres at least: one may fill by hand."""
MARGIN = 20
"""Millimetres, on each side of a sheet."""
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def writable(text: str) -> str:
    """What somebody typed, as XML can hold it: no file is refused for a character that nobody sees."""
    return _NO_XML.sub("\ufffd", text)


class TextRun(Struct, frozen=True):
    text: str
    bold: bool = False
    italic: bool = False
    is_field: bool = False
    link: str = ""
    """Address to which the words lead."""
    note: tuple[TextRun, ...] = ()
    """What the note says that is called here; the run then has no text."""


Runs = tuple[TextRun, ...]


def plain_text(runs: Runs) -> str:
    return "".join(run.text for run in runs)


class PaperTitle(Struct, frozen=True):
    level: int
    """2 to 4: that of the paper is 1."""
    text: str


class ParagraphLook(StrEnum):
    """What a paragraph is, by the name of its style."""

    BODY = ""
    QUIET = "Consigne"
    ASIDE_TITLE = "Titre d’encadré"
    ASIDE = "Encadré"
    QUOTE = "Citation"
    LINE = "Ligne de figure"
    CAPTION = "Légende"
    AFTER = "Suite de liste"


class Paragraph(Struct, frozen=True):
    runs: Runs
    look: ParagraphLook = ParagraphLook.BODY


class Items(Struct, frozen=True):
    items: tuple[Runs, ...]


class ListEntry(Struct, frozen=True):
    """A point of a list that holds others, or that is numbered."""

    runs: Runs
    level: int
    """1 to 3."""
    number: int = 0
    """0 in a list of bullets."""
    begins: bool = False
    """Whether a list begins with it."""


class PaperPicture(Struct, frozen=True):
    data: bytes
    alternative: str
    width: int
    """Millimetres."""
    height: int


class CellPaper(Struct, frozen=True):
    runs: Runs
    formula: CellFormula | None = None
    number: CellNumber | None = None

    @property
    def text(self) -> str:
        return plain_text(self.runs)

    @property
    def is_field(self) -> bool:
        return bool(self.runs) and all(run.is_field for run in self.runs)

    @property
    def is_bold(self) -> bool:
        """A total is, and what is written so."""
        return not self.formula.terms if self.formula else bool(self.runs) and all(run.bold for run in self.runs)


class Table(Struct, frozen=True):
    titles: tuple[str, ...]
    rows: tuple[tuple[CellPaper, ...], ...]
    widths: tuple[float, ...]
    """Shares of the whole, and the unit of each column's numbers, by what the example writes: both copies have the same."""
    units: tuple[str, ...]
    """« € », « % », « nombre »; empty where there is no number."""
    heads: tuple[Runs, ...] = ()
    """The titles, where they are more than words."""

    @property
    def shown_titles(self) -> tuple[Runs, ...]:
        return self.heads or tuple((TextRun(title),) for title in self.titles)


Block = PaperTitle | Paragraph | Items | ListEntry | PaperPicture | Table


def shares(columns: Sequence[Sequence[str]]) -> tuple[float, ...]:
    """Divides a table's width among its columns: each needs its longest word and a share of all it holds."""
    needs = [_need(texts) for texts in columns]
    return tuple(need / sum(needs) for need in needs)


def _need(texts: Sequence[str]) -> float:
    longest = max((len(word) for text in texts for word in text.split()), default=1)
    return max(longest + 1, 7) * 1.2 + math.sqrt(sum(map(len, texts)) / len(texts)) * 2


class Paper(Struct, frozen=True):
    title: str
    purpose: str
    copy: Copy
    blocks: tuple[Block, ...]
    sources: tuple[str, ...]
    """In the order of their numbers, from 1."""
    published_at: datetime
    mark: str = ""
    """By which a file that comes back is known (`mark`): such a paper is a text to read, always upright."""

    @property
    def wide(self) -> bool:
        """Whether the sheet lies on its side."""
        return not self.mark and any(isinstance(block, Table) and len(block.titles) > 4 for block in self.blocks)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of a sheet, in millimetres: A4."""
        return (297, 210) if self.wide else (210, 297)

    @property
    def text_width(self) -> int:
        """Returns the width of the sheet between its margins."""
        return self.size[0] - 2 * MARGIN

    @property
    def name(self) -> str:
        """What its files say of themselves."""
        return f"{self.title} (exemple)" if self.copy is Copy.FILLED else self.title
