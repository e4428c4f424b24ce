"""What several tests share: typed answers: the trainers' file of pairs, and what it cannot say."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app.assessment.answers.lexicon import Lexicon, lexicon_of
from app.content.values.course import Confusables, Glossary, GlossaryEntry
from app.content.values.quiz import NumberAnswer
from tests import builders

PAIRS = Path(__file__).parents[1] / "reponses.md"


@dataclass(frozen=True)
class Pair:
    section: str
    line: int
    typed: str
    expected: str
    said: str

    def __str__(self) -> str:
        return f"{PAIRS.name}:{self.line} {self.typed} / {self.expected}"


def _sections() -> dict[str, list[tuple[int, str]]]:
    found: dict[str, list[tuple[int, str]]] = {}
    title = ""
    for line, text in enumerate(PAIRS.read_text(encoding="utf-8").splitlines(), 1):
        if text.startswith("## "):
            title = text[3:].strip()
        else:
            found.setdefault(title, []).append((line, text))
    return found


SECTIONS = _sections()


def table_rows(title: str) -> list[tuple[int, list[str]]]:
    """The lines of a section's table, each with its cells."""
    rows = [(line, text) for line, text in SECTIONS[title] if text.startswith("| ")][1:]
    return [(line, [cell.strip().replace("~", "\u00a0").replace("·", "\u202f") for cell in text.strip("|").split("|")]) for line, text in rows]


def pairs(*titles: str) -> list[Pair]:
    return [Pair(title, line, *cells) for title in titles for line, cells in table_rows(title)]


def _items(title: str) -> list[str]:
    return [text[2:] for _, text in SECTIONS[title] if text.startswith("- ")]


def _lexicon() -> Lexicon:
    entries = [item.split(" : ", 1) for item in _items("Glossaire de ces essais")]
    words = GlossaryEntry("mots", "", builders.fragment(" ".join(_items("Mots que le glossaire écrit"))), "", 1)
    glossary = Glossary((words, *(_entry(sigle, *text.split(" | ")) for sigle, text in entries)))
    return lexicon_of(glossary, Confusables(tuple((a, b) for a, b in (item.split(" et ") for item in _items("Paires à ne pas confondre")))))


def _entry(sigle: str, expansion: str, *others: str) -> GlossaryEntry:
    return GlossaryEntry(sigle, expansion, builders.fragment(""), "", 1, others)


LEXICON = _lexicon()
ACCEPTED = pairs("Textes à accepter", "Textes exacts à accepter", "Nombres à accepter")
REFUSED = pairs("Textes à refuser", "Textes exacts à refuser", "Nombres à refuser")
AGAIN = pairs("Textes à redemander", "Nombres à redemander")


def number_of(expected: str) -> NumberAnswer:
    """`12,5 [%]`, `15 [€ exigée]`, `2003 / 2004`."""
    written, _, unit = expected.partition(" [")
    required = unit.endswith(" exigée]")
    return builders.number(*written.split(" / "), unit=unit.removesuffix("]").removesuffix(" exigée"), unit_required=required)
