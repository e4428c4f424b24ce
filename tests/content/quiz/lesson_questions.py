"""What several tests share: a question inside a lesson: read as a quiz reads it, at its own lines, and no part of the lesson's outline."""

from __future__ import annotations

from tests.record.courses import EIGHT

LESSON_HEAD = "---\nid : exemple-un\ntitre : Une leçon\ndurée : 12\n---\n"
NINE = EIGHT + "\n## Que répondez-vous au maire ? {#repondre}\n\nRéponse libre\nModèle : Je lui propose une rencontre.\n"


def quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))
