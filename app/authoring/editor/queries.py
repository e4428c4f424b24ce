"""The editor: a text and, below a lesson, its quiz, each in its own draft; and its page, with preview, problems and remedies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from flask import url_for
from markupsafe import Markup
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.assessment.kinds.responses import Fields
from app.authoring.drafts import services
from app.authoring.drafts.queries import CourseReadings, WorkingText, course_as_written, working_text
from app.authoring.drafts.services import CheckedText, check, is_renamed
from app.authoring.editor import remedies, snippets
from app.authoring.editor.head_fields import HeadFields, fields_of
from app.authoring.editor.previews import KINDS, DocumentPreview, preview
from app.authoring.inbox import MessageLine, messages_of
from app.authoring.models import Draft, Remark
from app.content.documents.describe import describe_question, lines
from app.content.documents.reader import DocumentReading, kind_of
from app.content.rendering.page import prefix_names
from app.content.store.queries import course
from app.content.text.head import read_head
from app.content.text.normalise import line_feeds
from app.content.values.course import Lesson, Module
from app.content.values.quiz import Quiz
from app.content.values.text import DocumentKind, Problem
from app.identity.models import Person
from app.platform.errors import NotYours
from app.platform.french import day_of, short
from app.platform.site import offers
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
        services.bounded_text(text.text, services.TextTooLong.quiz if prefix else services.TextTooLong.sentence)
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


# --- The page --------------------------------------------------------------------------------------------------------
# A text, what learners would see of it, what is wrong with it, and how it was understood.

SIDES = (
    ("", "Sans employeur précisé"),
    ("collectivite", "D’une collectivité"),
    ("education", "De l’Éducation nationale"),
    ("etat", "De l’État"),
)
"""Of the reader imagined: (value, words)."""

_HINTS = {"E06": "Le bouton l’écrit à votre place."}
"""Where the remedy of the files is a command, the atelier's is a button."""
OLD_ID = "id"
"""The key of the remedy that gives a text its document's id again."""
_QUOTED = 120
"""Characters of a line that a problem shows."""


class ProblemLine(Struct, frozen=True):
    key: str
    """Names the problem among those of one text."""
    problem: Problem
    hint: str
    quoted: str
    """The line itself, so that the problem can be read without the text."""
    remedy: str
    """What the button says; empty without one."""


class Understanding(Struct, frozen=True):
    """How something was understood, in words: a question and its line, or the whole file."""

    line: int | None
    title: str
    words: tuple[str, ...]


class EditorPanels(Struct, frozen=True):
    """What changes with each letter, and a script replaces."""

    action: str
    preview: DocumentPreview
    side: str
    problems: tuple[ProblemLine, ...]
    elsewhere: tuple[Problem, ...]
    complete: bool
    understood: tuple[Understanding, ...]
    old_id: str
    """The document's id where its published text had it and this one has another; empty where all is well."""
    form: bool
    """Whether each of its questions is a form too: those of a quiz."""
    colleagues: tuple[tuple[str, datetime], ...]
    """Who else is writing it, and since when they last saved."""
    of: str = TEXT
    """The field of the page that holds the text."""
    below: EditorPanels | None = None
    """Those of the quiz that is written below a lesson."""

    @property
    def all(self) -> tuple[EditorPanels, ...]:
        return (self, self.below) if self.below else (self,)

    @property
    def errors(self) -> int:
        return sum(line.problem.is_error for line in self.problems)

    @property
    def advice(self) -> int:
        return len(self.problems) - self.errors

    @property
    def prefix(self) -> str:
        """What begins the keys of its remedies."""
        return BELOW if self.of == QUIZ_TEXT else MAIN

    def go(self, line: int) -> str:
        """To a line, where no script answers."""
        return f"?ligne={line}{f'&dans={QUIZ}' if self.of == QUIZ_TEXT else ''}#{self.of}"

    def with_own_ids(self, html: Markup) -> Markup:
        """The page of a quiz under that of its lesson: no id twice."""
        return prefix_names(html, BELOW) if self.of == QUIZ_TEXT else html


class PlacedRemark(Struct, frozen=True):
    number: int
    """Its rank among the remarks on the draft."""
    by: str
    text: str
    quote: str
    line: int
    """Of the text, where the words that it quotes stand; 0 where they are not found."""


class EditorPage(Struct, frozen=True):
    text: WorkingText
    quiz: WorkingText | None
    """Written below it in the same page, where it is a lesson that has one."""
    stray: str
    """The text of a quiz that was sent and is there no more."""
    kind: str
    panels: EditorPanels
    groups: tuple[tuple[str, tuple[snippets.Snippet, ...]], ...]
    message: str = ""
    """Said of a text that was changed and is not saved."""
    line: int | None = None
    """Where to go in the text that `of` says."""
    of: str = TEXT
    questions: tuple[tuple[str, tuple[snippets.Snippet, ...]], ...] = ()
    """What may be put in the quiz below."""
    messages: tuple[MessageLine, ...] = ()
    """What learners found wrong in it, and nobody has answered."""
    sides: tuple[tuple[str, str], ...] = SIDES
    without_quiz: bool = False
    """A lesson that may be given one."""
    near: tuple[tuple[str, str], ...] = ()
    """What stands around it in the course: (words, address)."""
    head: HeadFields | None = None
    remarks: tuple[PlacedRemark, ...] = ()
    """What colleagues say of this draft, and is not closed."""


class PreviewPage(Struct, frozen=True):
    """The whole page of a preview, in a tab of its own."""

    document_id: str
    preview: DocumentPreview
    side: str
    text: str | None
    """What was sent, which is not saved: the page sends it again with its questions. None when the stored text is shown."""
    action: str
    below: PreviewPage | None = None
    """Of the quiz that is written below a lesson."""
    sides: tuple[tuple[str, str], ...] = SIDES

    def with_own_ids(self, html: Markup) -> Markup:
        return prefix_names(html, BELOW)


def preview_page(session: Session, pair: TextPair, around: CourseReadings, side: str, now: datetime, tried: Fields | None, sent: bool) -> PreviewPage:
    written = course_as_written(course(session), around)

    def page(text: WorkingText, beside: WorkingText | None, tried: Fields | None, below: PreviewPage | None = None) -> PreviewPage:
        shown = preview(written, text, side or None, now, tried, beside)
        action = url_for("authoring.preview", document_id=text.document_id)
        return PreviewPage(text.document_id, shown, side, text.text if sent else None, action, below)

    return page(pair.text, pair.quiz, tried, page(pair.quiz, pair.text, None) if pair.quiz else None)


def editor_panels(
    session: Session, pair: TextPair, around: CourseReadings, side: str, now: datetime, tried: Fields | None = None, of: str = TEXT
) -> EditorPanels:
    """`around`: the course as this text's author writes it; `tried`: the form of a quiz that was answered; `of`: where it stands, one without another."""
    found = check([text for _, text in pair.texts()], around, day_of(now))
    written = course_as_written(course(session), around)

    def panels(place: int, of: str, beside: WorkingText | None, below: EditorPanels | None = None) -> EditorPanels:
        text = found.texts[place].text
        return EditorPanels(
            action=url_for("authoring.preview", document_id=text.document_id),
            preview=preview(written, text, side or None, now, tried, beside),
            side=side,
            problems=tuple(problem_lines(found.texts[place])),
            elsewhere=() if place else found.elsewhere,
            complete=found.complete,
            understood=tuple(_understandings(text.reading)),
            old_id=text.document_id if text.published and is_renamed(text) else "",
            form=text.reading.kind is DocumentKind.QUIZ,
            colleagues=tuple(_colleagues(session, text)),
            of=of,
            below=below,
        )

    return panels(0, of, pair.quiz, panels(1, QUIZ_TEXT, pair.text) if pair.quiz else None)


def _colleagues(session: Session, text: WorkingText) -> list[tuple[str, datetime]]:
    query = select(Person.name, Draft.updated_at).join(Draft, Draft.author_id == Person.id).order_by(Draft.updated_at.desc())
    rows = session.execute(query.where(Draft.document_id == text.document_id, Draft.author_id != text.author_id))
    return [(name, at) for name, at in rows]


def problem_lines(checked: CheckedText) -> Iterator[ProblemLine]:
    written, seen = checked.text.text.split("\n"), Counter[str]()
    tidied = remedies.tidied_lines(checked.text.text, checked.problems)
    for found in checked.problems:
        place = f"{found.code}-{found.line}"
        seen[place] += 1
        line = written[found.line - 1].strip() if 0 < found.line <= len(written) else ""
        yield ProblemLine(f"{place}-{seen[place]}", found, _HINTS.get(found.code, found.hint), short(line, _QUOTED), remedies.label(found, line, tidied))


def _understandings(reading: DocumentReading) -> Iterator[Understanding]:
    quiz = reading.document
    if not isinstance(quiz, Quiz):
        if words := tuple(line for line in lines(reading) if line):
            yield Understanding(None, "", words)
        return
    for number, question in enumerate(quiz.questions, 1):
        title, *rest = describe_question(number, question)
        yield Understanding(question.line, title.partition(" : ")[2], tuple(rest))


def editor_page(
    session: Session, pair: TextPair, around: CourseReadings, side: str, now: datetime, message: str = "", line: int | None = None, of: str = TEXT
) -> EditorPage:
    text, document = pair.text, pair.text.reading.document
    kind = kind_of(text.path) or DocumentKind.LESSON
    return EditorPage(
        text=text,
        quiz=pair.quiz,
        stray=pair.stray,
        kind=KINDS[kind],
        panels=editor_panels(session, pair, around, side, now),
        groups=snippets.groups(each for each in snippets.snippets_for(kind) if offers(each.feature)),
        message=message,
        line=line,
        of=of,
        questions=snippets.groups(each for each in snippets.snippets_for(DocumentKind.QUIZ) if each.group == snippets.QUESTIONS) if pair.quiz else (),
        messages=messages_of(session, text.document_id, day_of(now)),
        without_quiz=pair.quiz is None and isinstance(document, Lesson) and document.quiz_id not in around.readings,
        near=tuple(_near(text, around)),
        head=fields_of(kind, text.path, text.text, around.readings, text.document_id),
        remarks=tuple(_remarks(session, text)),
    )


def _remarks(session: Session, text: WorkingText) -> Iterator[PlacedRemark]:
    query = select(Remark, Person.name).outerjoin(Person, Person.id == Remark.by_id).order_by(Remark.id)
    found = session.execute(query.where(Remark.document_id == text.document_id, Remark.author_id == text.author_id, Remark.parent_id.is_(None)))
    plain = [_letters(line) for line in text.text.split("\n")]
    for number, (row, name) in enumerate(found, 1):
        if row.closed_at is None:
            words = _letters(row.quote)
            line = next(
                (
                    place
                    for place, written in enumerate(plain, 1)
                    if words and (words in written or (written.strip() and len(written) > _QUOTED and written in words))
                ),
                0,
            )
            yield PlacedRemark(number, name or row.guest, row.text, row.quote, line)


def _letters(text: str) -> str:
    """What a reader sees and a writer wrote, without the marks between."""
    return "".join(filter(str.isalnum, text)).casefold()


def _near(text: WorkingText, around: CourseReadings) -> Iterator[tuple[str, str]]:
    """From a quiz back to its lesson, to the next lesson, to the module and its quiz, to the plan."""
    document, found = text.reading.document, {each: reading.document for each, reading in around.readings.items()}
    if not isinstance(document, Module | Lesson | Quiz):
        return
    lesson_id = document.lesson_id or "" if isinstance(document, Quiz) else document.id
    homes = (document, *(each for each in found.values() if isinstance(each, Module)))
    module = next((each for each in homes if isinstance(each, Module) and (each is document or lesson_id in each.lesson_ids)), None)
    later = module.lesson_ids[module.lesson_ids.index(lesson_id) + 1 :] if module and lesson_id in module.lesson_ids else module.lesson_ids if module else ()
    quiz_id = document.final_quiz_id if isinstance(document, Module) else None
    back = lesson_id if isinstance(document, Quiz) else ""
    ways = (("Son quiz", quiz_id), ("Sa leçon", back), ("Première leçon" if document is module else "Leçon suivante", next(iter(later), "")))
    for words, identifier in (*ways, ("Le module", module.id if module and module is not document else "")):
        if identifier and identifier in found:
            yield words, url_for("authoring.edit", document_id=identifier)
    yield "Le plan", url_for("authoring.plan", sur=text.document_id, _anchor=f"plan-{text.document_id}")


class AppliedRemedy(Struct, frozen=True):
    """What is written once a remedy was applied; `label` says which, `line` where, `prefix` in which of the two."""

    pair: TextPair
    prefix: str
    line: int
    label: str


def apply_remedy(pair: TextPair, around: CourseReadings, key: str, on: date) -> AppliedRemedy | None:
    """Applies the remedy of one problem to the text or its quiz; None where no remedy is safe."""
    prefix = BELOW if key.startswith(BELOW) else MAIN
    text, key = pair.of(prefix), key.removeprefix(BELOW)
    if key == OLD_ID:
        with_id = remedies.with_id(text.text, text.document_id)
        return AppliedRemedy(pair.with_text(prefix, with_id), prefix, 2, f"identifiant remis à « {text.document_id} »")
    found = next(each for each in check([each for _, each in pair.texts()], around, on).texts if each.text.document_id == text.document_id)
    line = next((line for line in problem_lines(found) if line.key == key), None)
    mended = remedies.mend_text(text.path, text.text, line.problem, around.ids_but(text.document_id)) if line else None
    return AppliedRemedy(pair.with_text(prefix, mended), prefix, line.problem.line, line.remedy) if line and mended is not None else None


def kept_words(_session: Session, _person_id: int, values: Mapping[str, Any], fields: Mapping[str, list[str]]) -> tuple[tuple[str, str], ...]:
    """A draft sent once the session was over."""
    return ("Document", values["document_id"]), ("Votre texte", "".join(fields.get("text", ())))
