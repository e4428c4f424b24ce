"""`/atelier/documents/<id>/historique`: the revisions of a document, an old text taken up again, a document taken out of the course."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import partial

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from app.authoring.comparing.word_diff import WordDifference, difference
from app.authoring.drafts import placing
from app.authoring.drafts.placing import PATHS, Stays
from app.authoring.drafts.queries import everything_published, own_draft, published_revision, reading_of, title_in, title_of
from app.authoring.drafts.services import begin_draft, errors_without
from app.authoring.models import Draft, blueprint
from app.authoring.publishing import effects
from app.authoring.publishing.queries import learner_address
from app.authoring.publishing.services import PublishedMoved
from app.content.checks import is_positioning
from app.content.store import services
from app.content.store.queries import MINOR, Document, NewText, Publication, Revision, course, course_with, course_without
from app.content.store.services import new_text
from app.content.values.course import Course, LearningPath
from app.content.values.text import Problem
from app.identity import audit
from app.identity.models import Person
from app.identity.rules import AUTHORS
from app.identity.sign_in.guards import current_person
from app.platform import clock
from app.platform.db import db
from app.platform.errors import DomainError, NotYours
from app.platform.web.edge import bounded_int
from app.platform.web.endpoints import act, page

# --- What leaves with a text -----------------------------------------------------------------------------------------
# A module takes its lessons and quizzes along, a lesson its quiz; the texts that named it are edited.
# Read before the lock of publications, and checked again under it.


class Leaving(Struct, frozen=True):
    document_ids: tuple[str, ...]
    """The text itself, then what it holds."""
    rewritten: tuple[NewText, ...]
    """Those that named one of them, without it."""
    seen: dict[str, int]
    """Document → the revision that was read of each."""


def leaving(session: Session, document_id: str) -> Leaving:
    """Raises Stays for the only module of a path."""
    published = course(session)
    ids = tuple(dict.fromkeys([document_id, *_contained_ids(published, document_id)]))
    revisions = {name: _revision(session, name) for name in dict.fromkeys(name for name, _ in _edits(published, ids))}
    texts = {name: revision.text for name, revision in revisions.items()}
    for name, edit in _edits(published, ids):
        texts[name] = edit(texts[name])
    rewritten = [_new(revision, texts[name]) for name, revision in revisions.items()]
    return Leaving(ids, tuple(rewritten), {name: revision.id for name, revision in revisions.items()})


def _contained_ids(published: Course, document_id: str) -> Iterator[str]:
    module, lesson = published.modules.get(document_id), published.lessons.get(document_id)
    if module:
        yield from (each for each in module.lesson_ids if each in published.lessons)
        yield from published.elements_of(module)
        yield from (quiz.id for quiz in published.quizzes.values() if quiz.module_id == module.id and is_positioning(quiz))
    elif lesson and lesson.quiz_id in published.quizzes:
        yield str(lesson.quiz_id)


def _edits(published: Course, ids: tuple[str, ...]) -> Iterator[tuple[str, Callable[[str], str]]]:
    """Document → what takes the names of those that leave out of its head."""
    for path in published.paths.paths:
        order = [each for each in path.module_ids if each not in ids]
        if not order:
            raise Stays(f"« {path.title} » n’a que ce module : ajoutez-en un autre au parcours d’abord.")
        if len(order) < len(path.module_ids):
            yield PATHS, _path_edit(path.id, order, [each for each in path.required_ids if each not in ids])
        yield from _kept_steps_edits(path, ids)
    for module in published.modules.values():
        kept = [each for each in module.lesson_ids if each not in ids]
        if module.id not in ids and len(kept) < len(module.lesson_ids):
            yield module.id, _items_edit(kept)
        if module.id not in ids and module.final_quiz_id in ids:
            yield module.id, _without_quiz
    yield from ((lesson.id, _without_quiz) for lesson in published.lessons.values() if lesson.quiz_id in ids and lesson.id not in ids)


def _kept_steps_edits(path: LearningPath, ids: tuple[str, ...]) -> Iterator[tuple[str, Callable[[str], str]]]:
    only = [each for each in path.only_ids if each not in ids]
    if path.only_ids and not only:
        raise Stays(f"« {path.title} » ne garde que cela : donnez-lui d’abord autre chose, dans modules/parcours.md.")
    if len(only) < len(path.only_ids):
        yield PATHS, partial(placing.with_path, path_id=path.id, key="seulement", items=only)


def _path_edit(path_id: str, order: list[str], required: list[str]) -> Callable[[str], str]:
    def edit(text: str) -> str:
        text = placing.with_path(text, path_id, "modules", order)
        return placing.with_path(text, path_id, "requis", required) if placing.says_required(text, path_id) else text

    return edit


def _items_edit(kept: list[str]) -> Callable[[str], str]:
    return lambda text: placing.with_items(text, "leçons", kept)


def _without_quiz(text: str) -> str:
    return placing.with_value(text, "quiz", "")


def _revision(session: Session, document_id: str) -> Revision:
    revision = published_revision(session, document_id)
    if revision is None:
        raise NotYours
    return revision


def _new(revision: Revision, text: str) -> NewText:
    return new_text(reading_of(revision.path, text), text, revision.media, MINOR)


# --- Restoring, withdrawing ------------------------------------------------------------------------------------------
# Flushes, never commits.


class DraftInTheWay(DomainError):
    sentence = "Vous avez déjà un brouillon de ce texte : publiez-le ou abandonnez-le d’abord."


def begin_on(session: Session, document: Document, author_id: int, text: str, now: datetime, images: Mapping[str, str], base_id: int | None) -> Draft:
    """The author's draft of a document, begun from one of its revisions. Raises DraftInTheWay."""
    if not begin_draft(session, document.id, author_id, document.path, text, now, media=images, base_id=base_id):
        raise DraftInTheWay
    return own_draft(session, document.id, author_id)


def restore_revision(session: Session, document_id: str, revision_id: int, author_id: int, now: datetime) -> Draft:
    """An old text as the author's draft, on what is published now: it is reviewed and published like any other. Raises DraftInTheWay, NotYours."""
    revision = session.get(Revision, revision_id)
    if revision is None or revision.document_id != document_id:
        raise NotYours
    return begin_on(session, session.get_one(Document, document_id), author_id, revision.text, now, revision.media, revision_of(session, document_id))


def revision_of(session: Session, document_id: str) -> int | None:
    """What is published of a document."""
    return session.scalar(select(Publication.revision_id).where(Publication.document_id == document_id))


def withdraw_document(session: Session, document_id: str, revision_id: int, *, author_id: int, now: datetime) -> bool:
    """Take a document out of the course with what it holds, if that revision of it is still the published one; those that name it name it no more.

    False when it was out already. Raises Stays, PublishedMoved.
    """
    left = leaving(session, document_id)
    services.locked_state(session)
    current = revision_of(session, document_id)
    if current is None:
        return False
    if current != revision_id or any(revision_of(session, name) != seen for name, seen in left.seen.items()):
        raise PublishedMoved(document_id)
    audit.record(session, author_id, "text_withdrawn", None, now, texte=document_id, version=revision_id)
    for held in left.document_ids[1:]:
        audit.record(session, author_id, "text_withdrawn", None, now, texte=held, version=revision_of(session, held))
    services.withdraw(session, left.document_ids, now)
    services.store(session, left.rewritten, author_id=author_id, now=now)
    return True


# --- Pages -----------------------------------------------------------------------------------------------------------

FROM_FILES = "les fichiers du cours"


class RevisionLine(Struct, frozen=True):
    id: int
    number: int
    """From 1, in the order of time."""
    at: datetime
    author: str
    change: str
    published: bool
    in_files: bool
    """The last one that the course's file and the browser had in common."""


class HistoryPage(Struct, frozen=True):
    document_id: str
    title: str
    path: str
    withdrawn: bool
    address: str
    """Of the learners' page; empty when there is none."""
    revisions: tuple[RevisionLine, ...]
    """The latest first."""
    drafts: tuple[str, ...]
    """Names of those who have a draft."""
    mine: bool
    """The reader has one."""


class RevisionPage(Struct, frozen=True):
    document_id: str
    title: str
    line: RevisionLine
    other: RevisionLine | None
    """The one that it is compared with; None for the first, alone."""
    difference: WordDifference | None
    choices: tuple[RevisionLine, ...]
    text: str
    mine: bool


class WithdrawalPage(Struct, frozen=True):
    document_id: str
    title: str
    revision_id: int
    sentences: tuple[str, ...]
    elsewhere: tuple[Problem, ...]
    """Errors that other texts would then have."""
    held: tuple[str, ...]
    """Titles of what leaves with it."""
    rewritten: tuple[str, ...]
    """Titles of those that named one of them."""
    refused: str = ""
    """Why it cannot leave."""


class WithdrawnPage(Struct, frozen=True):
    lines: tuple[tuple[str, str], ...]
    """(id, title) of each document that is in the course no more."""


def withdrawn_page(session: Session) -> WithdrawnPage:
    ids = session.scalars(select(Publication.document_id).where(Publication.revision_id.is_(None)).order_by(Publication.document_id))
    return WithdrawnPage(tuple((identifier, _title(session, identifier)) for identifier in ids))


def history_page(session: Session, document_id: str, reader_id: int) -> HistoryPage:
    document, publication = _require_document(session, document_id)
    revisions = _lines(session, document_id, publication)
    authors = session.execute(select(Person.id, Person.name).join(Draft, Draft.author_id == Person.id).where(Draft.document_id == document_id)).all()
    return HistoryPage(
        document_id=document_id,
        title=_title(session, document_id),
        path=document.path,
        withdrawn=publication.revision_id is None,
        address=learner_address(session, document_id),
        revisions=revisions,
        drafts=tuple(name for number, name in authors if number != reader_id),
        mine=any(number == reader_id for number, _name in authors),
    )


def revision_page(session: Session, document_id: str, revision_id: int, other_id: int | None, reader_id: int) -> RevisionPage:
    """A revision against another; against the one before it when none is named."""
    _document, publication = _require_document(session, document_id)
    lines = _lines(session, document_id, publication)
    line = next((each for each in lines if each.id == revision_id), None)
    if line is None:
        raise NotYours
    other = next((each for each in lines if each.id == other_id), None) or next((each for each in lines if each.number == line.number - 1), None)
    text, before = session.get_one(Revision, line.id).text, session.get_one(Revision, other.id).text if other else None
    mine = session.scalar(select(Draft.id).where(Draft.document_id == document_id, Draft.author_id == reader_id)) is not None
    compared = difference(before, text) if before is not None else None
    return RevisionPage(document_id, _title(session, document_id), line, other, compared, tuple(each for each in lines if each.id != line.id), text, mine)


def withdrawal_page(session: Session, document_id: str, now: datetime) -> WithdrawalPage:
    """What taking a document out would do. Raises NotYours for one that is out already."""
    _document, publication = _require_document(session, document_id)
    if publication.revision_id is None:
        raise NotYours
    before = course(session)
    try:
        left = leaving(session, document_id)
    except Stays as error:
        return WithdrawalPage(document_id, _title(session, document_id), publication.revision_id, (), (), (), (), error.sentence)
    after = course_with(course_without(before, left.document_ids), left.rewritten, now)
    said = effects.sentences(effects.effect_of(session, before, after, left.document_ids, now), before, after)
    return WithdrawalPage(
        document_id,
        _title(session, document_id),
        publication.revision_id,
        said,
        errors_without(everything_published(session), left.document_ids, left.rewritten),
        tuple(_title(session, each) for each in left.document_ids[1:]),
        tuple(title_of(new.value, new.document_id) for new in left.rewritten),
    )


def _require_document(session: Session, document_id: str) -> tuple[Document, Publication]:
    document, publication = session.get(Document, document_id), session.get(Publication, document_id)
    if document is None or publication is None:
        raise NotYours
    return document, publication


def _lines(session: Session, document_id: str, publication: Publication) -> tuple[RevisionLine, ...]:
    author = aliased(Person)
    rows = session.execute(
        select(Revision.id, Revision.created_at, author.name, Revision.change)
        .outerjoin(author, author.id == Revision.author_id)
        .where(Revision.document_id == document_id)
        .order_by(Revision.id)
    ).all()
    lines = [
        RevisionLine(number, place, at, name or FROM_FILES, change, number == publication.revision_id, number == publication.file_revision_id)
        for place, (number, at, name, change) in enumerate(rows, 1)
    ]
    return tuple(reversed(lines))


def _title(session: Session, document_id: str) -> str:
    last = session.scalar(select(Revision).where(Revision.document_id == document_id).order_by(Revision.id.desc()).limit(1))
    return title_in(last.path, last.text, document_id) if last else title_of(None, document_id)


# --- `/atelier/documents/<id>/historique` ----------------------------------------------------------------------------


@blueprint.get("/documents/<document_id>/historique")
@page(who=AUTHORS)
def history(document_id: str) -> str:
    return render_template("authoring/versions/history.html", page=history_page(db.session, document_id, current_person().id))


@blueprint.get("/retraits")
@page(who=AUTHORS)
def withdrawn_documents() -> str:
    """What was taken out of the course, so that it can come back."""
    return render_template("authoring/versions/history_withdrawn.html", page=withdrawn_page(db.session))


@blueprint.get("/documents/<document_id>/historique/<int:revision_id>")
@page(who=AUTHORS)
def revision(document_id: str, revision_id: int) -> str:
    other = request.args.get("avec", type=bounded_int)
    page = revision_page(db.session, document_id, revision_id, other, current_person().id)
    return render_template("authoring/versions/revision.html", page=page)


@blueprint.post("/documents/<document_id>/historique/<int:revision_id>/reprise")
@act(who=AUTHORS)
def restore(document_id: str, revision_id: int) -> ResponseReturnValue:
    """The old text becomes my draft; its review says what publishing it would do."""
    try:
        restore_revision(db.session, document_id, revision_id, current_person().id, clock.now())
    except DraftInTheWay as error:
        flash(error.sentence, "warning")
        return redirect(url_for("authoring.review", document_id=document_id), 303)
    flash("L’ancien texte est repris en brouillon : relisez, puis publiez.")
    db.session.commit()
    return redirect(url_for("authoring.review", document_id=document_id), 303)


@blueprint.get("/documents/<document_id>/retrait")
@page(who=AUTHORS)
def withdrawal(document_id: str) -> str:
    return render_template("authoring/versions/history_withdrawal.html", page=withdrawal_page(db.session, document_id, clock.now()))


@blueprint.post("/documents/<document_id>/retrait")
@act(who=AUTHORS)
def withdraw(document_id: str) -> ResponseReturnValue:
    seen = request.form.get("revision", 0, bounded_int)
    try:
        done = withdraw_document(db.session, document_id, seen, author_id=current_person().id, now=clock.now())
    except Stays as error:
        db.session.rollback()
        flash(error.sentence, "warning")
        return redirect(url_for("authoring.withdrawal", document_id=document_id), 303)
    except PublishedMoved:
        db.session.rollback()
        flash("Ce texte vient d’être publié de nouveau : rien n’est retiré.", "warning")
        return redirect(url_for("authoring.history", document_id=document_id), 303)
    flash("Le texte est retiré du cours. Ses versions restent ici." if done else "Ce texte était déjà retiré.", "success")
    db.session.commit()
    return redirect(url_for("authoring.history", document_id=document_id), 303)
