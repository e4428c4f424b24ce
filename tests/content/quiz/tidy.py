"""What several tests share: `tidy`: the habits of Word, of Moodle and of the hand are one list of edits, and what it writes reads the same, with none left."""

from __future__ import annotations

from tests.content.cases import FIXTURES, cases
from tests.content.quiz.quiz_writings import writings

TEXTS = dict.fromkeys(
    [
        *(writing.text for writing in writings()),
        *(text for case in cases() for path, text in case.files.items() if path.startswith("quizzes/") and "⟦" not in text),
        *(path.read_text(encoding="utf-8") for path in FIXTURES.glob("quiz-*.md")),
    ]
)
