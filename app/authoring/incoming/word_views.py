"""`/atelier/word`: a Word document or a pasted text becomes drafts, and what of it could not be kept is told."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.authoring.drafts import create
from app.authoring.drafts.placing import Desk
from app.authoring.drafts.queries import draft_of, own_draft, published_revision, working_text
from app.authoring.drafts.services import discard_draft, identifier_in, keep_text
from app.authoring.editor.remedies import with_ids
from app.authoring.editor.snippets import next_note
from app.authoring.incoming import uploads
from app.authoring.incoming.images import CleanImage
from app.authoring.incoming.limits import LARGEST_DOCUMENT
from app.authoring.incoming.uploads import LONGEST_PASTE, NEW_LESSON, ROOM, WordForm, instance, keeping, media_store, sent_bytes, waiting
from app.authoring.incoming.word import habits
from app.authoring.incoming.word.composing import ComposedLesson
from app.authoring.incoming.word.habits import ConversionRemark
from app.authoring.models import Draft, SentText, blueprint
from app.content.documents.reader import read_document
from app.content.papers.paper import mark_in
from app.content.store import disk, survey
from app.content.store.survey import NotMade
from app.content.values.course import Document, Lesson, Module
from app.content.values.quiz import Quiz
from app.identity.rules import AUTHORS
from app.identity.sign_in.guards import current_person
from app.platform import clock, sandbox
from app.platform.db import db
from app.platform.log import event
from app.platform.site import offers
from app.platform.storage.folder import Store
from app.platform.web.endpoints import act, page
from app.platform.zips import FileRefused

_NUMBERED = re.compile(r"-\d{1,4}$")


class WordReportPage(Struct, frozen=True):
    document_id: str
    title: str
    remarks: tuple[ConversionRemark, ...]
    quiz_id: str
    """Of the quiz that was begun with the lesson; empty without one."""
    module_id: str
    """Of the module that has yet to name this lesson; empty for one that does, and for another text."""
    lesson_id: str
    """Of the lesson that has yet to name this quiz."""
    older_id: str
    """Of another unpublished draft of this trainer that has its title; empty without one."""


def word_report_page(session: Session, document_id: str, author_id: int) -> WordReportPage:
    text = working_text(session, document_id, author_id)
    document = text.reading.document
    named = document.quiz_id if isinstance(document, Lesson) else None
    return WordReportPage(
        document_id=document_id,
        title=text.title,
        remarks=habits.remarks(text.text),
        quiz_id=named if named and draft_of(session, named, author_id) else "",
        module_id=_module_to_complete(session, document_id, text.path, author_id),
        lesson_id=_lesson_to_complete(session, document, author_id),
        older_id=_older(session, document_id, author_id),
    )


def _older(session: Session, document_id: str, author_id: int) -> str:
    """The import gave the second draft of a title the id of the first and a number."""
    first = _NUMBERED.sub("", document_id)
    found = draft_of(session, first, author_id) if first != document_id else None
    return first if found is not None and found.base_revision_id is None else ""


def _lesson_to_complete(session: Session, quiz: Document | None, author_id: int) -> str:
    if not isinstance(quiz, Quiz) or not quiz.lesson_id:
        return ""
    lesson = working_text(session, quiz.lesson_id, author_id).reading.document
    return "" if isinstance(lesson, Lesson) and lesson.quiz_id == quiz.id else quiz.lesson_id


def _module_to_complete(session: Session, lesson_id: str, path: str, author_id: int) -> str:
    """The module in whose folder the lesson stands, while it does not name it."""
    homes = create.homes(session, author_id, Module)
    found = next((name for name, (_, place) in homes.items() if place.rpartition("/")[0] == path.rpartition("/")[0]), "")
    module = working_text(session, found, author_id).reading.document if found else None
    return "" if isinstance(module, Module) and lesson_id in module.lesson_ids else found


# --- Document → drafts -----------------------------------------------------------------------------------------------
# A lesson, and a quiz if there are questions; nothing is published. `convert` has the document read in a process of its own and writes nothing;
# `begin_drafts` keeps the images and makes the drafts. Flushes, never commits.

WORDS_A_MINUTE = 90
"""Read, with time to think and to look at the notes: what the lessons of the course take."""
READER = Path(__file__).parent / "word" / "process.py"
"""Not imported: what it needs to read stays out of the workers."""
LIMITS = sandbox.SandboxLimits(mebibytes=1430, seconds=20, patience=25)
"""More than an ordinary document needs; a request has thirty seconds."""
_TITLED = re.compile(r"^#{1,6} ", re.MULTILINE)
_CALLED = re.compile(r"\[\^([^\]\s]+)\]")
_DEFINED = re.compile(r"\[\^n\d+\]: ")
_OBJECTIVE = "Ce que l'on saura faire à la fin de la leçon"


def convert(instance: Path, kind: str, name: str, data: bytes, title: str) -> ComposedLesson:
    """Check and read a document (`docx`, called `name`) or a pasted page (`html`, or `paste` among other words), in bounded time and memory. Raises FileRefused, TooBusy."""
    return unpack_answer(_answer(instance, kind, name, data, title))


def came_back(instance: Path, data: bytes) -> Mapping[str, Any]:
    """What a file says that went out to be read. Raises FileRefused, TooBusy."""
    return _answer(instance, "returned", "x.docx", data, "")


def _answer(instance: Path, kind: str, name: str, data: bytes, title: str) -> Mapping[str, Any]:
    header = json.dumps([kind, name, title]).encode() + b"\n"  # not as arguments, which everybody on the machine may read
    try:
        answer: Mapping[str, Any] = json.loads(sandbox.output(instance, READER, data=header + data, limits=LIMITS))
    except sandbox.SandboxStopped as stopped:
        if stopped.too_long:
            raise FileRefused("Ce document demande trop de temps pour être repris : coupez-le en deux.") from None
        raise FileRefused("Ce document n’a pas pu être lu : ouvrez-le dans votre traitement de texte et enregistrez-le de nouveau.") from None
    if "refused" in answer:
        raise FileRefused(answer["refused"])
    return answer


def find_sent_text(session: Session, data: bytes, author_id: int) -> SentText | None:
    """What a file was made from that went out to be read: one's own sending of it before a colleague's; None for any other file, and for what is of no course any more."""
    document_id, fingerprint = mark_in(data) or ("", "")
    if not document_id or (draft_of(session, document_id, author_id) is None and published_revision(session, document_id) is None):
        return None
    query = select(SentText).where(SentText.document_id == document_id, SentText.fingerprint == fingerprint)
    return session.scalar(query.order_by(SentText.author_id != author_id, SentText.sent_at.desc()).limit(1))


def convert_pasted(instance: Path, html: str, around: str) -> tuple[str, str]:
    """A part of a page as Markdown, and its notes apart, under labels that the text around it has not. Raises FileRefused, TooBusy."""
    found = convert(instance, "paste", "", html.encode(errors="replace"), "").lesson
    labels = list(dict.fromkeys(_CALLED.findall(found)))
    first = int(next_note(around)[1:])
    for number, label in enumerate(labels):
        found = found.replace(f"[^{label}]", f"[^\0{first + number}]")
    lines = found.replace("[^\0", "[^n").split("\n")
    notes = [line for line in lines if _DEFINED.match(line)]
    return "\n".join(line for line in lines if not _DEFINED.match(line)).strip("\n"), "\n".join(notes)


def unpack_answer(answer: Mapping[str, Any]) -> ComposedLesson:
    """What `word/process.py` answered."""
    pictures = [CleanImage(name, base64.b64decode(data), width, height) for name, data, width, height in answer["pictures"]]
    return ComposedLesson(answer["title"], answer["lesson"], answer["quiz"], {picture.name: picture for picture in pictures})


def begin_drafts(session: Session, composed: ComposedLesson, module_id: str, author_id: int, media_store: Store, now: datetime, again: bool = False) -> Draft:
    """Make the drafts; gives the lesson's. `again`: in the place of those of the same title that are not published. Raises DomainError for a module that is not there."""
    homes = create.homes(session, author_id, Module)
    if module_id not in homes:
        raise NotMade("Choisissez un module.")
    wanted = create.wanted_id(composed.title)
    old = _own(session, [wanted, create.wanted_id(wanted, "quiz")] if again else [], author_id)
    taken = create.taken_ids(session) - {draft.document_id for draft in old}
    identifier = create.first_free(composed.title, taken)
    quiz_id = create.first_free(identifier, taken, "quiz") if composed.quiz else ""
    path = survey.lesson(create.paths(session), homes[module_id][1].rpartition("/")[0], identifier, composed.title).path
    files = [(path, _lesson(composed, identifier, quiz_id, path))]
    if quiz_id:
        files.append((f"quizzes/{quiz_id}.md", _quiz(composed, identifier, quiz_id, {*taken, identifier, quiz_id})))
    return _draft_files(session, files, composed, author_id, media_store, now, lambda desk, ids: desk.put_lesson(ids[0], module_id), old)


def begin_quiz(session: Session, composed: ComposedLesson, lesson_id: str, author_id: int, media_store: Store, now: datetime, again: bool = False) -> Draft:
    """Make the draft of a quiz alone, for a lesson that there is. What stands before the questions introduces them. Raises DomainError."""
    if lesson_id not in create.homes(session, author_id, Lesson):
        raise NotMade("Choisissez une leçon.")
    if not composed.quiz:
        raise NotMade("Aucune question n’est reconnue : chacune commence par « Question 1 », « Question 2 »…")
    if _TITLED.search(composed.lesson):
        raise NotMade("Ce document contient une leçon entière : choisissez « une leçon nouvelle ».")
    old = _own(session, [create.wanted_id(lesson_id, "quiz")] if again else [], author_id)
    taken = create.taken_ids(session) - {draft.document_id for draft in old}
    identifier = create.first_free(lesson_id, taken, "quiz")
    whole = replace(composed, quiz=f"{composed.lesson}\n\n{composed.quiz}".strip())
    text = _quiz(whole, lesson_id, identifier, {*taken, identifier})
    return _draft_files(
        session, [(f"quizzes/{identifier}.md", text)], composed, author_id, media_store, now, lambda desk, ids: desk.verify(lesson_id, ids[0]), old
    )


def _draft_files(
    session: Session,
    files: Sequence[tuple[str, str]],
    composed: ComposedLesson,
    author_id: int,
    media_store: Store,
    now: datetime,
    place: Callable[[Desk, Sequence[str]], None],
    old: Sequence[Draft],
) -> Draft:
    """A draft for each path and text, with those of the pictures that it shows, in the place of the `old`; gives the first. All is read and kept before the first is begun.

    `place` has them cited where they stand.
    """
    found = [(path, text, identifier_in(path, text)) for path, text in files]
    kept = {name: disk.store(media_store, name, picture.data) for name, picture in composed.pictures.items()}
    for draft in old:
        discard_draft(session, draft)
    session.flush()
    desk = Desk(session, author_id, now)
    for path, text, identifier in found:
        desk.begin(identifier, path, text, {name: digest for name, digest in kept.items() if f"images/{name}" in text})
    place(desk, [identifier for _, _, identifier in found])
    desk.save()
    begun = own_draft(session, found[0][2], author_id)
    event("word_imported", document=begun.document_id, author=author_id, images=len(kept), drafts=len(found))
    return begun


def _own(session: Session, identifiers: Collection[str], author_id: int) -> list[Draft]:
    """One's own drafts of documents that were never published."""
    found = (draft_of(session, identifier, author_id) for identifier in identifiers)
    return [draft for draft in found if draft is not None and draft.base_revision_id is None]


def _lesson(composed: ComposedLesson, identifier: str, quiz_id: str, path: str) -> str:
    minutes = max(1, round(read_document(path, composed.lesson).scan.words / WORDS_A_MINUTE))
    head = [f"id : {identifier}", f"titre : {composed.title}", f"durée : {minutes}", "objectifs :", f"- O1 : {_OBJECTIVE} → M1"]
    head += [f"quiz : {quiz_id}"] * bool(quiz_id) + ["achèvement : lu"]
    return _file_text(head, composed.lesson)


def _quiz(composed: ComposedLesson, lesson_id: str, identifier: str, taken: set[str]) -> str:
    head = [f"id : {identifier}", f"titre : Quiz : {composed.title}", f"leçon : {lesson_id}", "seuil : 70 %", "correction : après envoi"]
    return with_ids(f"quizzes/{identifier}.md", _file_text(head, composed.quiz), taken)


def _file_text(head: Sequence[str], body: str) -> str:
    return "\n".join(["---", *head, "---", "", body, ""])


# --- `/atelier/word` -------------------------------------------------------------------------------------------------


class WordPage(Struct, frozen=True):
    form: WordForm
    possible: bool
    """False before any module."""


@blueprint.route("/word", endpoint="word", methods=["GET", "POST"])
@page(who=AUTHORS, large_form=(LARGEST_DOCUMENT + ROOM, LONGEST_PASTE))
def word_page() -> ResponseReturnValue:
    form = WordForm()
    homes = create.homes(db.session, current_person().id, Module)
    form.offer(homes, create.homes(db.session, current_person().id, Lesson))
    data = sent_bytes(form.file.data) if form.is_submitted() else b""
    address = keeping(form, lambda: _comparison_address(data))
    if address:
        return redirect(address, 303)
    db.session.rollback()  # reading a document may take seconds: no transaction is open meanwhile
    composed = _convert_sent(form, data) if address is not None and homes and form.validate_on_submit() else None
    draft = _begin_draft(form, composed) if composed else None
    if draft is not None:
        db.session.commit()
        return redirect(url_for("authoring.word_report", document_id=draft.document_id), 303)
    db.session.rollback()
    return render_template("authoring/incoming/word/word.html", page=WordPage(form, bool(homes))), form.status


def _comparison_address(data: bytes) -> str:
    """Where a file is compared that went out to be read; empty for any other. It waits there for what will be decided of it."""
    author = current_person().id
    if not data or not offers("word") or len(data) > LARGEST_DOCUMENT or find_sent_text(db.session, data, author) is None:
        return ""
    return url_for("authoring.returned_page", digest=uploads.keep(waiting(), author, data, clock.now()))


def _convert_sent(form: WordForm, data: bytes) -> ComposedLesson | None:
    """What was sent, a file or a text, read and put in the course's words; None when it is refused, which the form then says."""
    pasted = form.html.data or _as_html(form.pasted.data or "")
    if not data and not pasted:
        form.refuse(form.file, FileRefused("Choisissez un document, ou collez un texte."))
        return None
    kind, name, sent = ("docx", form.file.data.filename or "", data) if data else ("html", "", pasted.encode(errors="replace"))
    return form.accept(lambda: convert(instance(), kind, name, sent, form.title.data or ""), form.file if data else form.pasted)


def _as_html(text: str) -> str:
    """Text pasted without its form: each line is a paragraph, as word processors put it on the clipboard."""
    return "".join(f"<p>{html.escape(line)}</p>" for line in text.splitlines() if line.strip())


def _begin_draft(form: WordForm, composed: ComposedLesson) -> Draft | None:
    whole = form.lesson.data == NEW_LESSON
    begin, home = (begin_drafts, form.module.data) if whole else (begin_quiz, form.lesson.data)
    return form.accept(lambda: begin(db.session, composed, home, current_person().id, media_store(), clock.now(), form.again.data))


@blueprint.post("/documents/<document_id>/collage")
@act(who=AUTHORS, large_form=(LONGEST_PASTE, LONGEST_PASTE))
def paste(document_id: str) -> ResponseReturnValue:
    """What was copied elsewhere, as Markdown: for a script, which writes it where the caret is. Keeps nothing."""
    text = working_text(db.session, document_id, current_person().id)
    db.session.rollback()  # reading may take a second: no transaction is open meanwhile
    body, notes = convert_pasted(instance(), request.form.get("html", ""), request.form.get("text", text.text))
    return jsonify(text=body, notes=notes)


@blueprint.get("/documents/<document_id>/word")
@page(who=AUTHORS)
def word_report(document_id: str) -> str:
    return render_template("authoring/incoming/word/word_report.html", page=word_report_page(db.session, document_id, current_person().id))


@blueprint.post("/documents/<document_id>/word")
@act(who=AUTHORS)
def forget_remarks(document_id: str) -> ResponseReturnValue:
    """The remarks are read: their comments leave the text."""
    text = working_text(db.session, document_id, current_person().id)
    cleared = replace(text, text=habits.without_remarks(text.text))
    keep_text(db.session, cleared, version=text.version, base_id=text.base_id, now=clock.now())
    flash("Les remarques sont effacées du texte.", "success")
    db.session.commit()
    return redirect(url_for("authoring.edit", document_id=document_id), 303)
