"""The texts of a cité's page that its own people may change, and what a proposal changes of them. Pure."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import fields

from app.content.text.normalise import line_feeds

PRESENTATION_LENGTH, LIST_LENGTH, WORD_LENGTH = 1_500, 400, 500
LABELS = {"presentation": "Présentation", "troika": "La troïka, par fonction", "quartiers": "Quartiers", "contacts": "Contacts"}


class CiteTexts(Struct, frozen=True):
    """The texts of a cité page as typed: paragraphs, then one item a line."""

    presentation: str = ""
    troika: str = ""
    quartiers: str = ""
    contacts: str = ""

    def lines(self, name: str) -> tuple[str, ...]:
        return tuple(filter(None, (line.strip() for line in getattr(self, name).split("\n"))))

    @property
    def paragraphs(self) -> tuple[str, ...]:
        return tuple(filter(None, (part.strip() for part in self.presentation.split("\n\n"))))


class TextDifference(Struct, frozen=True):
    label: str
    before: str
    after: str

    @property
    def changed(self) -> bool:
        return self.before != self.after


def tidy(text: str | None) -> str:
    """Line ends as one sign, nothing at the ends of lines, no more than one empty line."""
    lines = [line.rstrip() for line in line_feeds(text or "").strip().split("\n")]
    kept = [line for place, line in enumerate(lines) if line or (place and lines[place - 1])]
    return "\n".join(kept)


def differences(before: CiteTexts, after: CiteTexts) -> tuple[TextDifference, ...]:
    return tuple(TextDifference(LABELS[each.name], getattr(before, each.name), getattr(after, each.name)) for each in fields(CiteTexts))
