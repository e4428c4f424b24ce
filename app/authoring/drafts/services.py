"""Drafts: opened from what is published, made new, saved version after version, checked, discarded. Flushes, never commits."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime

from msgspec import Struct
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.authoring.drafts.queries import CourseReadings, WorkingText, between, draft_of, own_draft, published_revision, reading_of
from app.authoring.models import Draft, GuestLink, PlannedPublication, ReadingRequest, Remark, SentText
from app.content.checks import check_alone, check_timeless, dated_lines, stale_sources
from app.content.documents.index import CourseIndex, document_id
from app.content.documents.index import document_id as id_of
from app.content.documents.reader import kind_of, read_document
from app.content.problems.catalogue import problem
from app.content.store.queries import Document, NewText, Revision
from app.content.text.normalise import line_feeds
from app.content.values.text import MAX_CHARACTERS, Problem
from app.platform.db import insert_once, one_at_a_time
from app.platform.errors import DomainError, NotYours
from app.platform.french import number
from app.platform.log import event


class DraftConflict(DomainError):
    """The draft was saved from elsewhere since: `saved` is its text there, `sent` the one that was refused. Neither is lost."""

    status = 409
    sentence = "Ce brouillon a été enregistré depuis un autre onglet. Rien n’est écrasé : comparez les deux textes."

    def __init__(self, draft: Draft, sent: str) -> None:
        self.saved, self.sent, self.version = draft.text, sent, draft.version
        super().__init__()


class TextTooLong(DomainError):
    sentence = f"Ce texte dépasse {number(MAX_CHARACTERS)} caractères : partagez-le en plusieurs fichiers."
    quiz = f"Le quiz dépasse {number(MAX_CHARACTERS)} caractères : partagez-le en plusieurs fichiers."


class IdTaken(DomainError):
    sentence = "Un document porte déjà cet identifiant, ou a déjà ce fichier. Rechargez la page, puis recommencez."


def open_draft(session: Session, document_id: str, author_id: int, now: datetime, base_id: int | None = None) -> Draft:
    """The author's draft, begun from what is published when there is none yet. Raises NotYours where there is no such document.

    `base_id`: the revision that the author was shown, when another one was published since.
    """
    return draft_of(session, document_id, author_id) or _begun_from_published(session, document_id, author_id, now, base_id)


def _begun_from_published(session: Session, document_id: str, author_id: int, now: datetime, base_id: int | None) -> Draft:
    shown = session.get(Revision, base_id) if base_id else None
    revision = shown if shown is not None and shown.document_id == document_id else published_revision(session, document_id)
    if revision is None:
        raise NotYours
    begin_draft(session, document_id, author_id, revision.path, revision.text, now, media=revision.media, base_id=revision.id)
    return own_draft(session, document_id, author_id)


def keep_text(session: Session, sent: WorkingText, *, version: int, base_id: int | None, now: datetime) -> Draft | None:
    """Save what an editor sent. `version` 0: it was shown no draft. None when there is none and the published text is unchanged."""
    draft = draft_of(session, sent.document_id, sent.author_id)
    if draft is not None:
        return save_draft(session, draft, sent.text, version=version, now=now)
    if sent.published is not None and sent.published.text.rstrip("\n") == bounded_text(sent.text).rstrip("\n"):
        return None
    draft = _begun_from_published(session, sent.document_id, sent.author_id, now, base_id)
    # Of two first saves at once, one begins the draft: the other is told of it, like any save that comes late.
    return save_draft(session, draft, sent.text, version=draft.version if draft.version == 1 else version, now=now)


def identifier_in(path: str, text: str) -> str:
    """The identifier of a text that may become a document. Raises NotYours for a path that no document may have."""
    if kind_of(path) is None:
        raise NotYours
    reading = read_document(path, text)
    document_id = id_of(reading) or reading.scan.id
    if not document_id:
        raise DomainError("Ce texte n’a pas d’identifiant.")
    return document_id


def new_draft(session: Session, path: str, text: str, author_id: int, now: datetime, document_id: str = "") -> Draft:
    """The draft of a document that does not exist yet. `document_id`: where the text was read before. Raises IdTaken, TextTooLong, NotYours."""
    document_id = document_id or identifier_in(path, text)
    one_at_a_time(session, "new_draft")  # of two at once that want one id, the second sees the first
    taken = select(Document.id).where((Document.id == document_id) | (Document.path == path))
    drafted = select(Draft.id).where((Draft.document_id == document_id) | (Draft.path == path))
    if session.scalar(taken.limit(1)) or session.scalar(drafted.limit(1)):
        raise IdTaken
    if not begin_draft(session, document_id, author_id, path, bounded_text(text), now):
        raise IdTaken
    return own_draft(session, document_id, author_id)


def begin_draft(
    session: Session,
    document_id: str,
    author_id: int,
    path: str,
    text: str,
    now: datetime,
    *,
    media: Mapping[str, str] | None = None,
    base_id: int | None = None,
) -> bool:
    """The first version of a draft. False where the author has one of this document already: it is left as it is."""
    values = {
        "document_id": document_id,
        "author_id": author_id,
        "path": path,
        "text": text,
        "media": dict(media or {}),
        "base_revision_id": base_id,
        "version": 1,
        "created_at": now,
        "updated_at": now,
    }
    begun = insert_once(session, Draft, values)
    if begun:
        event("draft_begun", document=document_id, author=author_id)
    return begun


def save_draft(session: Session, draft: Draft, text: str, *, version: int, now: datetime) -> Draft:
    """Replace the text of `version`. The same text again is harmless, whatever the version. Raises DraftConflict, TextTooLong."""
    text = bounded_text(text)
    session.refresh(draft, with_for_update=True)
    if draft.text == text:
        return draft
    if draft.version != version:
        raise DraftConflict(draft, text)
    session.execute(update(Draft).where(Draft.id == draft.id).values(text=text, version=version + 1, updated_at=now))
    session.refresh(draft)
    return draft


def discard_draft(session: Session, draft: Draft) -> None:
    """Deletes a draft with its remarks and the links of its guests."""
    session.execute(delete(Draft).where(Draft.id == draft.id))
    session.execute(delete(Remark).where(Remark.document_id == draft.document_id, Remark.author_id == draft.author_id))
    left = set(session.scalars(select(Draft.document_id).where(Draft.author_id == draft.author_id)))
    for link in session.scalars(select(GuestLink).where(GuestLink.author_id == draft.author_id)):
        if left.isdisjoint(link.documents):
            session.delete(link)
    session.expunge(draft)
    event("draft_discarded", document=draft.document_id, author=draft.author_id)


def follow_merge(session: Session, *, kept: int, gone: int) -> None:
    """Two accounts of one trainer become one: what either was writing is theirs. Of two drafts of one document the kept account's stays."""
    mine = select(Draft.document_id).where(Draft.author_id == kept).scalar_subquery()
    moved = update(Draft).where(Draft.author_id == gone, Draft.document_id.not_in(mine)).values(author_id=kept)
    session.execute(moved, execution_options={"synchronize_session": False})
    sent = select(SentText.document_id + SentText.fingerprint).where(SentText.author_id == kept).scalar_subquery()
    both = delete(SentText).where(SentText.author_id == gone, (SentText.document_id + SentText.fingerprint).in_(sent))
    session.execute(both, execution_options={"synchronize_session": False})
    others = ((PlannedPublication, "author_id"), (ReadingRequest, "asker_id"), (ReadingRequest, "reader_id"))
    for table, column in (*others, (Remark, "author_id"), (Remark, "by_id"), (GuestLink, "author_id"), (SentText, "author_id")):
        theirs = update(table).where(getattr(table, column) == gone).values({column: kept})
        session.execute(theirs, execution_options={"synchronize_session": False})


def bounded_text(text: str, too_long: str = TextTooLong.sentence) -> str:
    """Checks the length of a text and gives it one kind of line end; a NUL, which PostgreSQL cannot store, is replaced visibly."""
    text = line_feeds(text).replace("\x00", "\ufffd")
    if len(text) > MAX_CHARACTERS:
        raise TextTooLong(too_long)
    return text


# --- Checks ----------------------------------------------------------------------------------------------------------
# What is wrong with texts before they are published, in themselves and between them and the rest of the course.
# While the course is not all read, what lies between files is not judged, and the page says so.


class CheckedText(Struct, frozen=True):
    """A text with what is wrong at its own lines, errors first."""

    text: WorkingText
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        return _errors(self.problems)


class CourseCheck(Struct, frozen=True):
    """Texts checked together, each in the place of its document."""

    texts: tuple[CheckedText, ...]
    elsewhere: tuple[Problem, ...]
    """Problems that publishing them would bring to other files."""
    complete: bool
    """False while the course is too large to have been read at once: then only the texts themselves were judged."""

    @property
    def errors_elsewhere(self) -> tuple[Problem, ...]:
        return _errors(self.elsewhere)

    @property
    def errors(self) -> tuple[Problem, ...]:
        return (*(found for checked in self.texts for found in checked.errors), *self.errors_elsewhere)

    @property
    def publishable(self) -> bool:
        return not self.errors and all(checked.text.reading.document is not None for checked in self.texts)


def check(texts: Sequence[WorkingText], course: CourseReadings, on: date) -> CourseCheck:
    """The problems that the course would have with these texts, each in the place of its document."""
    if not course.complete:
        alone = ((text, (*text.reading.problems, *_missing_images(text))) for text in texts)
        return CourseCheck(tuple(CheckedText(text, _sort_problems(found)) for text, found in alone), (), False)
    replaced = {text.document_id for text in texts}
    others = [reading for identifier, reading in course.readings.items() if identifier not in replaced]
    after = between([*others, *(text.reading for text in texts)])  # of two that are alike, the one that is being written is the copy
    elsewhere = _new_problems(course.problems, after, {text.path for text in texts})
    return CourseCheck(tuple(CheckedText(text, _sort_problems(_problems_of(text, after, on))) for text in texts), _sort_problems(elsewhere), True)


def errors_without(course: CourseReadings, identifiers: Collection[str], rewritten: Iterable[NewText]) -> tuple[Problem, ...]:
    """Errors that the other texts would have without some documents, once those that named them are written again."""
    after = course.readings | {new.document_id: reading_of(new.path, new.text) for new in rewritten}
    return _errors(_new_problems(course.problems, between(reading for each, reading in after.items() if each not in identifiers)))


def _errors(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(found for found in problems if found.is_error)


def _problems_of(text: WorkingText, between_texts: Iterable[Problem], on: date) -> Iterator[Problem]:
    """All that is wrong at the lines of one text; `between_texts` is what lies between it and the others."""
    reading = text.reading
    yield from reading.problems
    yield from _missing_images(text)
    yield from (found for found in between_texts if found.path == reading.path)
    yield from stale_sources(dated_lines(reading), on)
    yield from check_alone(reading)


def _missing_images(text: WorkingText) -> Iterator[Problem]:
    """E15, where images are kept with the draft and not on a disk."""
    hint = "Déposez-la dans l’éditeur, ou retirez cette ligne."
    missing = (image for image in text.reading.scan.images if image.name not in text.media)
    return (problem(text.path, image.line, "E15", f"Image « {image.name} » introuvable.", hint) for image in missing)


def _new_problems(before: Iterable[Problem], after: Iterable[Problem], own: Collection[str] = ()) -> list[Problem]:
    """Of the problems between texts, those that were not there before, outside the paths of one's own. Lines may move: the words count."""
    known = {(found.path, found.code, found.message) for found in before}
    return [found for found in after if found.path not in own and (found.path, found.code, found.message) not in known]


def _sort_problems(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(dict.fromkeys(problems), key=lambda found: (not found.is_error, found.path, found.line, found.code)))


_latest_counts: list[tuple[tuple[int, date], dict[str, tuple[int, int]]]] = []
"""The last ones that this process made, put in their place at once: another thread may be reading them."""


def problem_counts(published: CourseReadings, generation: int, on: date) -> dict[str, tuple[int, int]]:
    """Document id → (errors, advice) of everything published; empty while it is not all read. Counted once for each generation and day."""
    if not published.complete:
        return {}
    for known, counts in _latest_counts:
        if known == (generation, on):
            return counts
    counts = _count_problems(published, on)
    _latest_counts[:] = [((generation, on), counts)]
    return counts


def _count_problems(published: CourseReadings, on: date) -> dict[str, tuple[int, int]]:
    readings = published.readings
    ids = {reading.path: identifier for identifier, reading in readings.items()}
    sources = (each for reading in readings.values() for each in dated_lines(reading))
    problems = [found for reading in readings.values() for found in reading.problems]
    problems += [*check_timeless(CourseIndex(readings.values())), *stale_sources(sources, on)]
    counts = dict.fromkeys(readings, (0, 0))
    for found in problems:
        errors, advice = counts[ids[found.path]]
        counts[ids[found.path]] = (errors + found.is_error, advice + (not found.is_error))
    return counts


def is_renamed(text: WorkingText) -> bool:
    """True when the text names itself otherwise than the document that it is."""
    found = text.reading.scan.id if text.reading.document is None else document_id(text.reading)
    return bool(found) and found != text.document_id
