"""What the tests of banks share: files read as the bounded process reads them, quizzes of all types, what is equal of two of them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from app.authoring.incoming import image_process
from app.content.quiz.reader import read_quiz
from app.content.text.normalise import normalise
from app.content.values.quiz import Quiz
from app.content.values.text import Source
from app.exchange.banks.bank import Bank, BankItem
from app.exchange.banks.reading.reader import bank_of
from app.exchange.banks.services import FORMATS

CASES = Path(__file__).parents[1] / "cases"
HEAD = "---\nid : essai\ntitre : Essai\nleçon : une-lecon\n---\n\n"


def bank(data: bytes | str) -> Bank:
    return bank_of(data.encode() if isinstance(data, str) else data, image_process.answers)


def one(data: str) -> BankItem:
    (item,) = bank(data).items
    return item


def xml(kind: str, inside: str, statement: str = "Qui signe ?") -> str:
    """A file of one question, in Moodle's words."""
    return f'<quiz><question type="{kind}"><questiontext format="html"><text><![CDATA[{statement}]]></text></questiontext>{inside}</question></quiz>'


def answer(fraction: str, text: str, feedback: str = "") -> str:
    return f'<answer fraction="{fraction}"><text><![CDATA[{text}]]></text><feedback format="html"><text>{feedback}</text></feedback></answer>'


def quiz(text: str) -> Quiz:
    found, _ = read_quiz("quizzes/essai.md", normalise(text if text.startswith("---") else HEAD + text))
    assert found is not None
    return found


def sound(text: str) -> Quiz | None:
    """The same; None for what our own reader refuses some part of."""
    found, scan = read_quiz("quizzes/essai.md", normalise(HEAD + text))
    return found if found and found.questions and not any(each.is_error for each in scan.problems) else None


def again(value: Quiz, name: str, sources: Mapping[str, Source] | None = None, images: Mapping[str, bytes] | None = None) -> tuple[bytes, Bank, bytes]:
    """What leaves, what comes back, and what would leave of that: the same file, where nothing was lost."""
    sent = FORMATS[name].write(value, sources or {}, images or {}).data
    received = bank(sent)
    parts = [f"---\nid : {value.id}\ntitre : {value.title}\nleçon : une-lecon\n---", *received.introductions.values()]
    parts += [_identified(item) for item in received.items if item.kept]
    return sent, received, FORMATS[name].write(quiz("\n\n".join(parts)), {}, received.pictures).data


def _identified(item: BankItem) -> str:
    first, _, rest = item.text.partition("\n")
    return f"{first} {{#{item.id}}}\n{rest}"
