"""Banks of questions: what their pages show, what becomes drafts, what leaves."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.authoring.drafts import create
from app.authoring.drafts.placing import Desk
from app.authoring.drafts.queries import WorkingText, course_around, own_draft, reading_of, working_text
from app.authoring.editor.remedies import with_ids
from app.authoring.incoming.image_views import find_images
from app.authoring.models import Draft
from app.content.store import disk
from app.content.store.queries import course
from app.content.store.survey import NotMade
from app.content.values.addresses import media_name
from app.content.values.course import Course, Lesson, Module
from app.content.values.quiz import Quiz
from app.content.values.text import Source
from app.exchange.banks.bank import Bank, BankItem, unpack_bank
from app.exchange.banks.writing import gift, moodle_xml
from app.exchange.banks.writing.texts import ExportFile, ExportLoss
from app.platform import sandbox
from app.platform.errors import DomainError, NotYours
from app.platform.log import event
from app.platform.storage.folder import Store

# --- What the pages of banks of questions receive, and the formats in which a quiz leaves. ---

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


# --- In: where questions may go ---

INTO, BESIDE = "quiz:", "a-cote:"
"""Begin the values of the list of places: a quiz that there is, or what a new one verifies."""
HAS_QUIZ = " (a déjà un quiz)"
"""Said of what a new quiz would come second to: its author has then to say which one stays."""
Place = tuple[str | None, str, str]


class QuizNotReadable(DomainError):
    sentence = "Ce quiz a des erreurs : corrigez-les dans l’éditeur, puis emportez-le."


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


# --- Chosen questions → drafts: in an existing quiz, in a new one, or in one for each category. `look` writes nothing; the others flush, never commit.

READER = Path(__file__).parent / "reading" / "process.py"
"""Not imported: what it needs to read stays out of the workers."""
LIMITS = sandbox.SandboxLimits(mebibytes=1430, seconds=10, patience=15)
"""Five hundred questions take a second, ten megabytes of their pictures a few more; the host reads one file at a time."""
_FIRST = re.compile(r"\A## ?(.*)")
TOO_MANY = "Trop de questions pour un seul quiz : choisissez-en moins, ou cochez « Un quiz par catégorie »."


class Destination(Struct, frozen=True):
    """Where questions go: into a quiz (`quiz_id`), or into new ones that verify a lesson or a module (`home_id`)."""

    quiz_id: str = ""
    home_id: str = ""
    title: str = ""
    """Of the new quiz; that of the category where there are several."""
    by_category: bool = False


def look(instance: Path, data: bytes) -> bytes:
    """What a file holds, as `bank.packed`, read in a process of its own. Raises FileRefused, TooBusy."""
    return sandbox.read_file(
        instance,
        READER,
        data,
        LIMITS,
        too_long="Ce fichier demande trop de temps pour être lu : exportez une catégorie à la fois.",
        unreadable="Ce fichier n’a pas pu être lu : exportez-le de nouveau de Moodle, une catégorie à la fois.",
    )


def look_at(instance: Path, data: bytes) -> Bank:
    return unpack_bank(look(instance, data))


def take(session: Session, bank: Bank, chosen: Collection[int], to: Destination, author_id: int, media_store: Store, now: datetime) -> list[str]:
    """Make or complete the drafts; gives their ids. Raises DomainError: then nothing is changed."""
    taking = BankDesk(Desk(session, author_id, now), media_store)
    made = taking.put(bank, chosen, to)
    taking.save()
    return made


class BankDesk:
    """Questions put on a desk, of one bank or of several; kept together, once all is read."""

    def __init__(self, desk: Desk, media_store: Store) -> None:
        self.desk, self.media_store = desk, media_store
        self.ids = QuestionIds(create.taken_ids(desk.session) | course_around(desk.session, "", desk.author_id).ids_but(""))
        self.shown: dict[str, dict[str, bytes]] = {}
        """Id of a text → the pictures that it shows, by name."""
        self.questions = 0

    def put(self, bank: Bank, chosen: Collection[int], to: Destination) -> list[str]:
        items = [item for place, item in enumerate(bank.items) if place in chosen and item.kept]
        if not items:
            raise NotMade("Choisissez au moins une question.")
        desk, ids = self.desk, self.ids
        texts = {to.quiz_id: _append_questions(desk, to.quiz_id, items, ids)} if to.quiz_id else _create_quizzes(desk, bank, items, to, ids)
        for quiz_id, text in texts.items():
            self.shown.setdefault(quiz_id, {}).update({name: bank.pictures[name] for name in find_images(text) if name in bank.pictures})
        self.questions += len(items)
        return list(texts)

    def save(self) -> None:
        pictures = {name: data for shown in self.shown.values() for name, data in shown.items()}
        kept = {name: disk.store(self.media_store, name, data) for name, data in pictures.items()}
        self.desk.save()
        for identifier, shown in self.shown.items():
            if shown:
                _give(self.desk.session, identifier, self.desk.author_id, {name: kept[name] for name in shown})
        event("bank_imported", author=self.desk.author_id, questions=self.questions, drafts=len(self.shown), images=len(kept))


def _give(session: Session, quiz_id: str, author_id: int, images: Mapping[str, str]) -> None:
    draft = own_draft(session, quiz_id, author_id)
    session.refresh(draft, with_for_update=True)
    draft.media = {**draft.media, **images}
    session.flush()


class QuestionIds:
    """Ids that are free: those that the questions had where they come from, if nothing here has them."""

    def __init__(self, taken: Collection[str]) -> None:
        self.taken = set(taken)

    def text(self, item: BankItem) -> str:
        if not item.id or item.id in self.taken:
            return item.text
        self.taken.add(item.id)
        return _FIRST.sub(lambda found: f"## {found[1]} {{#{item.id}}}".replace("##  ", "## "), item.text, count=1)

    def complete(self, path: str, text: str) -> str:
        """With the ids that are left to write. Raises NotMade for more than one quiz may hold."""
        whole = with_ids(path, text, self.taken)
        reading = reading_of(path, whole)
        if any(found.code == "E02" for found in reading.problems):
            raise NotMade(TOO_MANY)
        if isinstance(reading.document, Quiz):
            self.taken |= {reading.document.id, *(question.id for question in reading.document.questions)}
        return whole


def _append_questions(desk: Desk, quiz_id: str, items: Sequence[BankItem], ids: QuestionIds) -> str:
    """At the end of a quiz, outside of its last situation."""
    quiz = desk.read(quiz_id, Quiz)
    sheet = desk.sheet(quiz_id)
    inside = bool(quiz.questions) and bool(quiz.questions[-1].situation_id)
    parts = [sheet.text.rstrip("\n"), *(["# Suite"] if inside else []), *map(ids.text, items)]
    whole = ids.complete(sheet.path, "\n\n".join(parts) + "\n")
    desk.write(quiz_id, lambda _: whole)
    return whole


def _create_quizzes(desk: Desk, bank: Bank, items: Sequence[BankItem], to: Destination, ids: QuestionIds) -> dict[str, str]:
    of_module = desk.find(to.home_id, Module) is not None
    if not of_module and desk.find(to.home_id, Lesson) is None:
        raise NotMade("Choisissez où vont les questions.")
    lots: dict[str, list[BankItem]] = {}
    for item in items:
        lots.setdefault(item.category if to.by_category else "", []).append(item)
    begun: dict[str, str] = {}
    for category, those in lots.items():
        title = (category.rpartition(" / ")[2] or to.title or _title(those)) if to.by_category else to.title or _title(those)
        begun |= _new(desk, bank, title[: create.TITLE_LENGTH], to.home_id, of_module, those, ids)
    desk.verify(to.home_id, next(iter(begun)))
    return begun


def _title(items: Sequence[BankItem]) -> str:
    return items[0].category.rpartition(" / ")[2] or "Questions importées"


def _new(desk: Desk, bank: Bank, title: str, home_id: str, of_module: bool, items: Sequence[BankItem], ids: QuestionIds) -> dict[str, str]:
    identifier = create.free_id(desk, title.removeprefix("Quiz : "), ids.taken, "quiz")
    path = f"quizzes/{identifier}.md"
    head = [f"id : {identifier}", f"titre : {title}", f"{'module' if of_module else 'leçon'} : {home_id}", "seuil : 70 %", "correction : après envoi"]
    categories = dict.fromkeys(item.category for item in items)
    introductions = [bank.introductions[category] for category in categories if category in bank.introductions]
    parts = ["\n".join(["---", *head, "---"]), *introductions, *map(ids.text, items)]
    text = ids.complete(path, "\n\n".join(parts) + "\n")
    desk.begin(identifier, path, text)
    return {identifier: text}
