"""Chosen questions → drafts: in an existing quiz, in a new one, or in one for each category. `look` writes nothing; the others flush, never commit."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from itertools import chain
from pathlib import Path

from msgspec import Struct
from sqlalchemy.orm import Session

from app.authoring.drafts import create
from app.authoring.drafts.placing import Desk
from app.authoring.drafts.queries import course_around, own_draft, reading_of
from app.authoring.editor.remedies import with_ids
from app.authoring.incoming.image_views import find_images
from app.content.store import disk
from app.content.store.survey import NotMade
from app.content.values.course import Lesson, Module
from app.content.values.quiz import Quiz
from app.exchange.banks.bank import Bank, BankItem, unpack_bank
from app.platform import sandbox
from app.platform.log import event
from app.platform.storage.folder import Store
from app.platform.zips import FileRefused

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
    try:
        answer = sandbox.output(instance, READER, data=data, limits=LIMITS)
    except sandbox.SandboxStopped as stopped:
        if stopped.too_long:
            raise FileRefused("Ce fichier demande trop de temps pour être lu : exportez une catégorie à la fois.") from None
        raise FileRefused("Ce fichier n’a pas pu être lu : exportez-le de nouveau de Moodle, une catégorie à la fois.") from None
    if refused := json.loads(answer).get("refused"):
        raise FileRefused(refused)
    return answer


def look_at(instance: Path, data: bytes) -> Bank:
    return unpack_bank(look(instance, data))


def take(session: Session, bank: Bank, chosen: Collection[int], to: Destination, author_id: int, media_store: Store, now: datetime) -> list[str]:
    """Make or complete the drafts; gives their ids. Raises DomainError: then nothing is changed."""
    items = [item for place, item in enumerate(bank.items) if place in chosen and item.kept]
    if not items:
        raise NotMade("Choisissez au moins une question.")
    desk = Desk(session, author_id, now)
    ids = _Ids(create.taken_ids(session) | course_around(session, "", author_id).ids_but(""))
    texts = {to.quiz_id: _append_questions(desk, to.quiz_id, items, ids)} if to.quiz_id else _create_quizzes(desk, bank, items, to, ids)
    pictures = {quiz_id: [name for name in find_images(text) if name in bank.pictures] for quiz_id, text in texts.items()}  # an introduction shows some too
    kept = {name: disk.store(media_store, name, bank.pictures[name]) for name in dict.fromkeys(chain.from_iterable(pictures.values()))}
    desk.save()
    for quiz_id, names in pictures.items():
        _give(session, quiz_id, author_id, {name: kept[name] for name in names})
    event("bank_imported", author=author_id, questions=len(items), drafts=len(texts), images=len(kept))
    return list(texts)


def _give(session: Session, quiz_id: str, author_id: int, images: Mapping[str, str]) -> None:
    draft = own_draft(session, quiz_id, author_id)
    session.refresh(draft, with_for_update=True)
    draft.media = {**draft.media, **images}
    session.flush()


class _Ids:
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


def _append_questions(desk: Desk, quiz_id: str, items: Sequence[BankItem], ids: _Ids) -> str:
    """At the end of a quiz, outside of its last situation."""
    quiz = desk.read(quiz_id, Quiz)
    sheet = desk.sheet(quiz_id)
    inside = bool(quiz.questions) and bool(quiz.questions[-1].situation_id)
    parts = [sheet.text.rstrip("\n"), *(["# Suite"] if inside else []), *map(ids.text, items)]
    whole = ids.complete(sheet.path, "\n\n".join(parts) + "\n")
    desk.write(quiz_id, lambda _: whole)
    return whole


def _create_quizzes(desk: Desk, bank: Bank, items: Sequence[BankItem], to: Destination, ids: _Ids) -> dict[str, str]:
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


def _new(desk: Desk, bank: Bank, title: str, home_id: str, of_module: bool, items: Sequence[BankItem], ids: _Ids) -> dict[str, str]:
    identifier = create.free_id(desk, title, ids.taken, "quiz")
    path = f"quizzes/{identifier}.md"
    head = [f"id : {identifier}", f"titre : {title}", f"{'module' if of_module else 'leçon'} : {home_id}", "seuil : 70 %", "correction : après envoi"]
    categories = dict.fromkeys(item.category for item in items)
    introductions = [bank.introductions[category] for category in categories if category in bank.introductions]
    parts = ["\n".join(["---", *head, "---"]), *introductions, *map(ids.text, items)]
    text = ids.complete(path, "\n\n".join(parts) + "\n")
    desk.begin(identifier, path, text)
    return {identifier: text}
