"""From a Word document, or what was copied from one, to a lesson's draft, and a quiz's when there are questions. Never published here.

`convert` reads in a process of its own and writes nothing; `begin` keeps the images and makes the drafts. Flushes, never commits.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import subprocess
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import alone
from app.authoring import creating, drafting, images, word_habits, word_questions
from app.authoring.checking import published_readings
from app.authoring.image_shapes import EXTENSIONS, format_of
from app.authoring.models import Draft
from app.authoring.packed import Refused
from app.content import media
from app.content.drafts import NotMade
from app.content.drafts import lesson as new_lesson
from app.content.elements import is_id
from app.content.ids import write_ids
from app.content.intake import MAX_CHARACTERS
from app.content.models import Document
from app.content.parsing import read
from app.content.values import Lesson, Module
from app.log import event

WORDS_A_MINUTE = 90
"""Read, with time to think and to look at the notes: what the lessons of the course take."""
READER = Path(__file__).with_name("word_process.py")
"""Not imported: what it needs to read stays out of the workers."""
MEMORY, SECONDS = 1430, 20
"""Mebibytes of addresses, and seconds of processor: more than an ordinary document needs."""
PATIENCE = 25
"""Seconds for one document; a request has thirty."""
_PICTURE = re.compile(r"!\[([^\]]*)\]\(croisee-image-(\d+)\)")
_TITLED = re.compile(r"^#{1,6} ", re.MULTILINE)
_OBJECTIVE = "Ce que l'on saura faire à la fin de la leçon"


@dataclass(frozen=True, slots=True)
class Converted:
    """A document read: its Markdown with marks, what they stand for, and the bytes of its images."""

    text: str
    remarks: tuple[str, ...]
    pictures: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Composed:
    """A lesson and its questions as bodies of course files, with the pictures that they show."""

    title: str
    lesson: str
    quiz: str
    pictures: Mapping[str, images.Picture]


def convert(kind: str, data: bytes) -> Converted:
    """Read a checked document (`docx`) or a pasted page (`html`), in bounded time and memory. Raises Refused."""
    try:
        found = converted(json.loads(alone.output(READER, kind, data=data, mebibytes=MEMORY, seconds=SECONDS, patience=PATIENCE)))
    except subprocess.TimeoutExpired:
        raise Refused("Ce document demande trop de temps pour être repris : coupez-le en deux.") from None
    except (subprocess.CalledProcessError, ValueError):
        event("word_unreadable", bytes=len(data))
        raise Refused("Ce document n’a pas pu être lu : ouvrez-le dans votre traitement de texte et enregistrez-le de nouveau.") from None
    if len(found.text) > 2 * MAX_CHARACTERS:
        raise Refused("Ce document est trop long pour être repris d’un coup : coupez-le en deux.")
    return found


def converted(answer: Mapping[str, Any]) -> Converted:
    """What `word_process` answered."""
    return Converted(answer["text"], tuple(answer["remarks"]), tuple(map(base64.b64decode, answer["pictures"])))


def compose(read_from: Converted, title: str) -> Composed:
    """The texts of a conversion. `title` is used where the document gives none. Raises Refused for one that is empty."""
    pictures = _Pictures(read_from.pictures)
    found = word_habits.document(_PICTURE.sub(pictures.named, read_from.text), read_from.remarks)
    lesson_blocks, asked = word_questions.parted(found.blocks)
    lesson, quiz = word_habits.body(lesson_blocks), word_questions.body(asked)
    if not lesson.strip() and not quiz:
        raise Refused("Ce document ne contient aucun texte.")
    return Composed(found.title or title or "Leçon sans titre", _noted(lesson, found.notes), _noted(quiz, found.notes), pictures.kept)


def _noted(body: str, notes: Sequence[str]) -> str:
    return "\n\n".join([body, "\n".join(word_habits.notes_of(body, notes))]).strip()


class _Pictures:
    """The images of a document, each through the same checks as one that is sent alone; a bad one leaves a remark in its place."""

    def __init__(self, data: Sequence[bytes]) -> None:
        self.data = data
        self.kept: dict[str, images.Picture] = {}
        self.several = images.Several()

    def named(self, found: re.Match[str]) -> str:
        number = int(found[2])
        try:
            picture = self.several.cleaned(*_file(self.data[number] if number < len(self.data) else b""))
        except images.Refused as refused:
            return word_habits.comment(f"une image n’est pas reprise. {refused.sentence}")
        self.kept[picture.name] = picture
        return f"![{found[1]}](images/{picture.name})"


def _file(data: bytes) -> tuple[str, bytes]:
    """A name that no other image of the course has, and the bytes."""
    extension = next((each for each, kind in EXTENSIONS.items() if kind == format_of(data)), "")
    return f"image-{hashlib.sha256(data).hexdigest()[:8]}{extension}", data


def begin(session: Session, composed: Composed, module_id: str, author_id: int, media_folder: Path, now: datetime) -> Draft:
    """Make the drafts; gives the lesson's. Raises DomainError for a module that is not there."""
    homes = creating.homes(session, author_id, Module)
    if module_id not in homes:
        raise NotMade("Choisissez un module.")
    taken = _taken(session)
    identifier = _free(composed.title, taken)
    quiz_id = _free(f"{identifier} quiz", taken) if composed.quiz else ""
    paths = [*session.scalars(select(Document.path)), *session.scalars(select(Draft.path))]
    path = new_lesson(paths, homes[module_id][1].rpartition("/")[0], identifier, composed.title).path
    draft = drafting.new_draft(session, path, _lesson(composed, identifier, quiz_id, path), author_id, now)
    drafts = [draft]
    if quiz_id:
        text = _quiz(composed, identifier, quiz_id, {*taken, identifier, quiz_id})
        drafts.append(drafting.new_draft(session, f"quizzes/{quiz_id}.md", text, author_id, now))
    _illustrate(session, drafts, composed, media_folder)
    return draft


def begin_quiz(session: Session, composed: Composed, lesson_id: str, author_id: int, media_folder: Path, now: datetime) -> Draft:
    """Make the draft of a quiz alone, for a lesson that there is. What stands before the questions introduces them. Raises DomainError."""
    if lesson_id not in creating.homes(session, author_id, Lesson):
        raise NotMade("Choisissez une leçon.")
    if not composed.quiz:
        raise NotMade("Aucune question n’est reconnue : chacune commence par « Question 1 », « Question 2 »…")
    if _TITLED.search(composed.lesson):
        raise NotMade("Ce document contient une leçon entière : choisissez « une leçon nouvelle ».")
    taken = _taken(session)
    identifier = _free(f"{lesson_id} quiz", taken)
    whole = replace(composed, quiz=f"{composed.lesson}\n\n{composed.quiz}".strip())
    text = _quiz(whole, lesson_id, identifier, {*taken, identifier})
    draft = drafting.new_draft(session, f"quizzes/{identifier}.md", text, author_id, now)
    _illustrate(session, [draft], composed, media_folder)
    return draft


def _illustrate(session: Session, drafts: Sequence[Draft], composed: Composed, media_folder: Path) -> None:
    """Keep the pictures, and give each draft those that it shows."""
    kept = {name: media.store(media_folder, name, picture.data) for name, picture in composed.pictures.items()}
    for draft in drafts:
        draft.media = {name: digest for name, digest in kept.items() if f"images/{name}" in draft.text}
    session.flush()
    event("word_imported", document=drafts[0].document_id, author=drafts[0].author_id, images=len(kept), drafts=len(drafts))


def _taken(session: Session) -> set[str]:
    return published_readings(session).taken("") | set(session.scalars(select(Draft.document_id)))


def _free(title: str, taken: Collection[str]) -> str:
    """A well-formed id made of a title, that nothing has."""
    words = creating.identifier_of(title)
    wanted = words if is_id(words) else f"lecon-{words}".strip("-")
    return next(each for each in (wanted, *(f"{wanted}-{count}" for count in range(2, 10_000))) if each not in taken)


def _lesson(composed: Composed, identifier: str, quiz_id: str, path: str) -> str:
    minutes = max(1, round(read(path, composed.lesson).facts.words / WORDS_A_MINUTE))
    head = [f"id : {identifier}", f"titre : {composed.title}", f"durée : {minutes}", "objectifs :", f"- O1 : {_OBJECTIVE} → M1"]
    head += [f"quiz : {quiz_id}"] * bool(quiz_id) + ["achèvement : lu"]
    return _file_text(head, composed.lesson)


def _quiz(composed: Composed, lesson_id: str, identifier: str, taken: set[str]) -> str:
    head = [f"id : {identifier}", f"titre : Quiz : {composed.title}", f"leçon : {lesson_id}", "seuil : 70 %", "correction : après envoi"]
    text, path = _file_text(head, composed.quiz), f"quizzes/{identifier}.md"
    missing = [found.line for found in read(path, text).problems if found.code == "E06"]
    return write_ids(text, path, missing, taken)[0]


def _file_text(head: Sequence[str], body: str) -> str:
    return "\n".join(["---", *head, "---", "", body, ""])
