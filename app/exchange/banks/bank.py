"""What a file of questions holds once it is read: each question as our Markdown, with what was lost of it, or why it is refused. Pure."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field
from msgspec.structs import asdict

from app.content.quiz.reader import read_quiz
from app.content.text.normalise import normalise
from app.content.text.scan import TextScan
from app.content.values.quiz import Question

PATH = "quizzes/importe.md"
_HEAD = "---\nid : importe\ntitre : Import\nleçon : importe-lecon\n---\n\n"


class BankItem(Struct, frozen=True):
    """One question of the file. `text` is its Markdown, without an id; empty where `refused` says why."""

    line: int
    name: str
    category: str = ""
    text: str = ""
    id: str = ""
    """The one it had there, where it is well formed."""
    lost: tuple[str, ...] = ()
    """Sentences: what is not quite what it was."""
    refused: str = ""

    @property
    def kept(self) -> bool:
        return not self.refused


class Bank(Struct, frozen=True):
    items: tuple[BankItem, ...] = ()
    introductions: Mapping[str, str] = field(default_factory=dict)
    """Category → what introduces its questions, in Markdown."""
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    """Name, as the questions show it under `images/` → the file, written again."""
    remarks: tuple[str, ...] = ()
    """Of the whole file."""

    def summary(self) -> dict[str, Any]:
        """What `flask exchange import --json` prints."""
        refused = [{"line": item.line, "name": item.name, "reason": item.refused} for item in self.items if item.refused]
        kept = [item for item in self.items if item.kept]
        lost = [{"line": item.line, "name": item.name, "losses": list(item.lost)} for item in kept if item.lost]
        return {"questions": len(kept), "approximated": len(lost), "lost": lost, "refused": refused, "remarks": list(self.remarks)}


def pack_bank(bank: Bank) -> bytes:
    pictures = {name: base64.b64encode(data).decode() for name, data in bank.pictures.items()}
    items = [asdict(item) for item in bank.items]
    return json.dumps({"items": items, "introductions": dict(bank.introductions), "pictures": pictures, "remarks": bank.remarks}).encode()


def unpack_bank(data: bytes) -> Bank:
    told = json.loads(data)
    return Bank(
        tuple(BankItem(**{**item, "lost": tuple(item["lost"])}) for item in told["items"]),
        told["introductions"],
        {name: base64.b64decode(picture) for name, picture in told["pictures"].items()},
        tuple(told["remarks"]),
    )


def question_of(text: str) -> Question | None:
    """The question that some Markdown asks, when it is read alone."""
    return read_alone(text)[0]


def read_alone(text: str) -> tuple[Question | None, TextScan]:
    """Parses the Markdown of one question; returns the question and what the parser noticed."""
    quiz, scan = read_quiz(PATH, normalise(_HEAD + text))
    return quiz.questions[0] if quiz and len(quiz.questions) == 1 and not quiz.situations else None, scan
