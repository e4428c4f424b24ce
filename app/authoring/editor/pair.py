"""A text and, below a lesson, its quiz: one form, and each in its own draft."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy.orm import Session

from app.authoring.drafts import services
from app.authoring.drafts.queries import WorkingText, working_text
from app.content.text.head import read_head
from app.content.text.normalise import line_feeds
from app.content.values.course import Lesson
from app.content.values.text import DocumentKind
from app.platform.errors import NotYours
from app.platform.web.edge import bounded_int

MAIN, BELOW = "", "quiz-"
"""What begins the names of each one's fields."""
TEXT, QUIZ_TEXT = "texte", "texte-quiz"
"""Where each stands in the page."""
QUIZ = "quiz"
"""The field that names the quiz, as the head of a lesson does."""


class TextPair(Struct, frozen=True):
    """What an editor holds."""

    text: WorkingText
    quiz: WorkingText | None = None
    stray: str = ""
    """What was written of a quiz that is there no more."""

    def texts(self) -> Iterator[tuple[str, WorkingText]]:
        """Each with what begins its fields."""
        yield MAIN, self.text
        if self.quiz:
            yield BELOW, self.quiz

    def with_text(self, prefix: str, text: str) -> TextPair:
        """One of the two, changed."""
        if prefix == BELOW and self.quiz:
            return replace(self, quiz=replace(self.quiz, text=text))
        return replace(self, text=replace(self.text, text=text))

    def of(self, prefix: str) -> WorkingText:
        return self.quiz if prefix == BELOW and self.quiz else self.text


def load_pair(session: Session, document_id: str, author_id: int) -> TextPair:
    """What is kept of both. Raises NotYours."""
    text = working_text(session, document_id, author_id)
    return TextPair(text, _quiz(session, _quiz_id(text), author_id))


def read_pair(session: Session, document_id: str, author_id: int, form: Mapping[str, str]) -> TextPair:
    """What a form holds of both; what is kept of one that it does not hold. Raises NotYours."""
    text = working_text(session, document_id, author_id)
    quiz = _quiz(session, form.get(QUIZ, ""), author_id)
    written = line_feeds(form.get(BELOW + "text", ""))
    pair = TextPair(text, quiz, "" if quiz else written)
    for prefix, _ in list(pair.texts()):
        if prefix + "text" in form:
            pair = pair.with_text(prefix, line_feeds(form[prefix + "text"]))
    return pair


def _quiz_id(text: WorkingText) -> str:
    """The quiz of a lesson, by its head where the rest cannot be read."""
    if text.reading.kind is not DocumentKind.LESSON:
        return ""
    document = text.reading.document
    return (document.quiz_id or "") if isinstance(document, Lesson) else read_head(text.path, text.text, (QUIZ,))[0].text(QUIZ)


def _quiz(session: Session, quiz_id: str, author_id: int) -> WorkingText | None:
    try:
        found = working_text(session, quiz_id, author_id) if quiz_id else None
    except NotYours:
        return None
    return found if found and found.reading.kind is DocumentKind.QUIZ else None


Conflicts = Sequence[tuple[str, WorkingText, services.DraftConflict]]
"""What begins the fields of a text, the text as it was sent, and why it was not saved."""


class SaveResult(Struct, frozen=True):
    """What became of both: as they are kept now, and those that had been saved from elsewhere."""

    pair: TextPair
    conflicts: Conflicts


def keep(session: Session, pair: TextPair, form: Mapping[str, str], now: datetime) -> SaveResult:
    """Save each in its draft: one that was saved from elsewhere does not hold the other back. Raises TextTooLong, before anything is kept."""
    conflicts: list[tuple[str, WorkingText, services.DraftConflict]] = []
    for prefix, text in pair.texts():  # both, before one is written
        services.bounded(text.text, services.TextTooLong.quiz if prefix else services.TextTooLong.sentence)
    for prefix, text in list(pair.texts()):
        if prefix + "text" not in form:
            continue
        try:
            draft = services.keep_text(session, text, version=_number(form, prefix + "version") or 0, base_id=_number(form, prefix + "base"), now=now)
        except services.DraftConflict as error:
            conflicts.append((prefix, text, error))
            continue
        saved = WorkingText.of(draft, text.published) if draft else text
        pair = replace(pair, quiz=saved) if prefix else replace(pair, text=saved)
    return SaveResult(pair, conflicts)


def _number(form: Mapping[str, str], name: str) -> int | None:
    try:
        return bounded_int(form.get(name, ""))
    except ValueError:
        return None
