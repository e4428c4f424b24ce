"""What the pages of banks of questions receive, and the formats in which a quiz leaves."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import date
from pathlib import Path

from markupsafe import Markup
from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.assessment.kinds.registry import kind_of
from app.assessment.kinds.responses import QuestionLayout
from app.assessment.questions.correct import ShownQuestion, present
from app.authoring.drafts import create
from app.authoring.drafts.queries import WorkingText, reading_of, working_text
from app.authoring.models import Draft
from app.content.rendering.page import PageRenderer
from app.content.store.queries import course
from app.content.values.addresses import media_name, of_media
from app.content.values.course import Course, Lesson, Module
from app.content.values.library import IMAGE_TYPES
from app.content.values.quiz import Quiz, name_of
from app.content.values.text import Source
from app.exchange.banks.bank import Bank, BankItem, question_of
from app.exchange.banks.writing import gift, moodle_xml
from app.exchange.banks.writing.texts import ExportFile, ExportLoss
from app.platform.errors import DomainError, NotYours
from app.platform.storage.folder import Store

Write = Callable[[Quiz, Mapping[str, Source], Mapping[str, bytes]], ExportFile]
"""A quiz, what its texts may call, the images that they may show → the file."""


class BankFormat(Struct, frozen=True):
    name: str
    label: str
    advice: str
    suffix: str
    mimetype: str
    write: Write


FORMATS = {
    each.name: each
    for each in (
        BankFormat(
            "moodle-xml", "XML Moodle", "Tous les types de questions, les images, les étiquettes et les indices.", ".xml", "application/xml", moodle_xml.write
        ),
        BankFormat("gift", "GIFT", "Du texte seul, à relire ou à coller dans un courriel.", ".gift.txt", "text/plain", gift.write),
    )
}


# --- In: what the page of a bank receives ---
# Each question of a file as learners would see it, and what a format cannot say of a quiz.

MOST_SHOWN = 1_500_000
"""Bytes of pictures on one page; the next are told by their words."""
INTO, BESIDE = "quiz:", "a-cote:"
"""Begin the values of the list of places: a quiz that there is, or what a new one verifies."""
HAS_QUIZ = " (a déjà un quiz)"
"""Said of what a new quiz would come second to: its author has then to say which one stays."""
Place = tuple[str | None, str, str]
_MEDIA = re.compile(r'(?<= src=")/media/[^"]+(?=")')


class QuizNotReadable(DomainError):
    sentence = "Ce quiz a des erreurs : corrigez-les dans l’éditeur, puis emportez-le."


class ProposedQuestion(Struct, frozen=True):
    """A question of the file. `within` begins the names of its fields, since all stand on one page."""

    place: int
    item: BankItem
    kind: str
    within: str
    shown: ShownQuestion


class BankPage(Struct, frozen=True):
    digest: str
    groups: tuple[tuple[str, tuple[ProposedQuestion, ...]], ...]
    """By category, in the order of the file."""
    refused: tuple[BankItem, ...]
    remarks: tuple[str, ...]
    shown: Mapping[str, str]
    """The address that a picture will have → the picture itself: no file is kept yet."""

    introduced: frozenset[str]
    """The categories that an introduction of theirs opens."""

    def put_pictures(self, html: Markup) -> Markup:
        """Puts the pictures of the bank into the HTML of a question."""
        return Markup(_MEDIA.sub(lambda found: self.shown.get(found.group(), found.group()), html))  # noqa: S704 — the same, but for addresses

    @property
    def questions(self) -> int:
        return sum(len(those) for _, those in self.groups)

    @property
    def approximated_count(self) -> int:
        return sum(bool(each.item.lost) for _, those in self.groups for each in those)


def bank_page(session: Session, bank: Bank, digest: str, on: date) -> BankPage:
    published = course(session)
    renderer = PageRenderer(published, published.glossary, on)
    shown = _pictures(bank)
    renderer.state.media = {name: name for name in shown}
    groups: dict[str, list[ProposedQuestion]] = {}
    for place, item in enumerate(bank.items):
        if item.kept and (proposed := _proposed_question(renderer, place, item)):
            groups.setdefault(item.category, []).append(proposed)
    refused = tuple(item for item in bank.items if not item.kept)
    return BankPage(
        digest,
        tuple((category, tuple(those)) for category, those in groups.items()),
        refused,
        bank.remarks,
        {of_media(name, name): data for name, data in shown.items()},
        frozenset(bank.introductions),
    )


def _pictures(bank: Bank) -> dict[str, str]:
    """As a page may hold them in itself, up to what it should weigh."""
    shown: dict[str, str] = {}
    left = MOST_SHOWN
    for name, data in bank.pictures.items():
        left -= len(data)
        if left < 0:
            break
        shown[name] = f"data:{IMAGE_TYPES[Path(name).suffix]};base64,{base64.b64encode(data).decode()}"
    return shown


def _proposed_question(renderer: PageRenderer, place: int, item: BankItem) -> ProposedQuestion | None:
    question = question_of(item.text)
    if question is None:
        return None
    shown = present(question, QuestionLayout(0, question.id, shuffle=False), renderer, kind_of(question).blank)
    return ProposedQuestion(place, item, name_of(question.answer), f"q{place}-", shown)


def places(session: Session, author_id: int) -> list[Place]:
    """Where questions may go: beside a lesson or at the end of a module, and into each quiz, published or of one's own drafts."""
    lessons, modules = create.homes(session, author_id, Lesson), create.homes(session, author_id, Module)
    published = course(session)
    quizzes = {quiz.id: quiz.title for quiz in published.quizzes.values()} | _own_quizzes(session, author_id)
    verified = {one.id for one in published.lessons.values() if one.quiz_id} | {one.id for one in published.modules.values() if one.final_quiz_id}
    beside = {identifier: f"{title}{HAS_QUIZ if identifier in verified else ''}" for identifier, (title, _) in (*lessons.items(), *modules.items())}
    return [
        *(("Un quiz nouveau, pour une leçon", f"{BESIDE}{identifier}", beside[identifier]) for identifier in lessons),
        *(("Un quiz nouveau, à la fin d’un module", f"{BESIDE}{identifier}", beside[identifier]) for identifier in modules),
        *(("Un quiz qui existe", f"{INTO}{identifier}", title) for identifier, title in quizzes.items()),
    ]


def _own_quizzes(session: Session, author_id: int) -> dict[str, str]:
    rows = session.execute(select(Draft.path, Draft.text).where(Draft.author_id == author_id, Draft.path.like("quizzes/%")))
    found = (reading_of(path, text).document for path, text in rows)
    return {quiz.id: quiz.title for quiz in found if isinstance(quiz, Quiz)}


# --- Out: a quiz in another format ---


class ExportPage(Struct, frozen=True):
    quiz_id: str
    title: str
    questions: int
    drafted: bool
    """What leaves is one's own draft, not what is published."""
    files: tuple[tuple[BankFormat, tuple[ExportLoss, ...]], ...]


def export_page(session: Session, quiz_id: str, author_id: int, media_store: Store) -> ExportPage:
    text, quiz = _working(session, quiz_id, author_id)
    published = course(session)
    files = tuple((each, _write_bank(published, quiz, text.media, each, media_store).losses) for each in FORMATS.values())
    return ExportPage(quiz_id, quiz.title, len(quiz.questions), bool(text.version), files)


def export_file(session: Session, quiz_id: str, author_id: int, format: BankFormat, media_store: Store) -> ExportFile:
    """Exports the author's draft of a quiz, or the published one. Raises NotYours, QuizNotReadable."""
    text, quiz = _working(session, quiz_id, author_id)
    return _write_bank(course(session), quiz, text.media, format, media_store)


def published_file(session: Session, quiz_id: str, format: BankFormat, media_store: Store) -> ExportFile:
    """Exports a published quiz. Raises NotYours."""
    published = course(session)
    if quiz_id not in published.quizzes:
        raise NotYours
    return _write_bank(published, published.quizzes[quiz_id], {}, format, media_store)


def _working(session: Session, quiz_id: str, author_id: int) -> tuple[WorkingText, Quiz]:
    text = working_text(session, quiz_id, author_id)
    if not text.path.startswith("quizzes/"):
        raise NotYours
    quiz = text.reading.document
    if not isinstance(quiz, Quiz) or any(found.is_error for found in text.reading.problems):  # what could not be read would stay behind, unsaid
        raise QuizNotReadable
    return text, quiz


def _write_bank(published: Course, quiz: Quiz, media: Mapping[str, str], format: BankFormat, media_store: Store) -> ExportFile:
    module = published.module_of(quiz.id) or published.module_of(quiz.lesson_id or "")
    digests = {**(published.media.get(module.id, {}) if module else {}), **media}
    return format.write(quiz, published.sources_for(quiz), _Images(digests, media_store))


class _Images(Mapping[str, bytes]):
    """Those of a quiz by name, each read when it is asked for."""

    def __init__(self, digests: Mapping[str, str], media_store: Store) -> None:
        self.digests, self.media_store = digests, media_store

    def __getitem__(self, name: str) -> bytes:
        with suppress(OSError):
            return self.media_store.read(media_name(name, self.digests[name]))
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self.digests)

    def __len__(self) -> int:
        return len(self.digests)
