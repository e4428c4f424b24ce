"""What a passage does: takes what was pushed, merges what moved on both sides, gives what was published here. Whatever stops it, the next one begins again from what is there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from urllib.parse import urlsplit

from msgspec import Struct, field
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.authoring.comparing.three_way import merge3
from app.authoring.drafts.services import begin_draft
from app.authoring.merging import merged_media
from app.content.documents.reader import read_document
from app.content.store import disk, services
from app.content.store.disk import CourseFiles
from app.content.store.queries import AWAITED, MINOR, Publication, Revision
from app.content.store.survey import CourseSurvey, SurveyedDocument, survey_files
from app.content.store.sync import StoredDocument, both_moved, export, known_documents, sync
from app.exchange.git.repository import Outrun, Repository, one_at_a_time
from app.identity.models import Person
from app.identity.rules import AUTHORS
from app.identity.services import person_by_address
from app.platform.db import db, writing
from app.platform.errors import DomainError
from app.platform.french import day_of, plural
from app.platform.settings import Settings
from app.platform.settings.tables import DRAFTS
from app.platform.storage import places

TRIES = 3
"""Passages begun again because somebody pushed meanwhile."""
FEW = 5
"""Paths that a sentence names; of more it says how many."""
OWN = "personne-"
"""Begins the address by which a commit names somebody: their own would be public where the repository is."""


class GitReport(Struct):
    """What a passage did, by paths of the course."""

    taken: list[str] = field(default_factory=list)
    """Published from the repository, or withdrawn."""
    drafted: list[str] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    """Moved on both sides, for somebody to merge."""
    refused: list[str] = field(default_factory=list)
    """With errors: nothing at all was taken."""
    given: list[str] = field(default_factory=list)

    @property
    def sentence(self) -> str:
        parts = (
            (self.refused, "Rien n’est pris, des fichiers ont des erreurs"),
            (self.taken, "pris du dépôt"),
            (self.drafted, "arrivés en brouillon"),
            (self.merged, "réunis"),
            (self.waiting, "à réunir à la main (Atelier, « Fichiers du cours »)"),
            (self.given, "écrits dans le dépôt"),
        )
        told = [f"{words} : {', '.join(paths) if len(paths) <= FEW else plural(len(paths), 'fichier')}" for paths, words in parts if paths]
        return ". ".join(told) + "." if told else "Rien de nouveau d’aucun côté."


def follow(repository: Repository, settings: Settings, now: datetime) -> GitReport:
    """One passage. Raises GitFailed, MassWithdrawal, and Outrun where the repository moves without end."""
    report = GitReport()
    with one_at_a_time(repository):
        for left in reversed(range(TRIES)):
            try:
                repository.refresh()
                _take(repository, settings, report, now)
                _give(repository, settings, report, now)
                return report
            except Outrun:
                if not left:
                    raise
    return report


# --- From the repository ----------------------------------------------------------------------------------------------


def _take(repository: Repository, settings: Settings, report: GitReport, now: datetime) -> None:
    """All that was pushed or nothing; of two sides that moved, what can be merged is."""
    files = disk.find(repository.course)
    survey = survey_files(files, day_of(now))
    report.refused = sorted(survey.paths_with_errors())
    if report.refused or not files.documents:
        return
    with db.sessionmaker() as session:
        moved = [found.path for found in survey.documents if _has_moved(known_documents(session).get(found.id), found)]
    addresses = repository.addresses(moved)
    with writing() as session:
        authors = _people(session, addresses)
        services.locked_state(session)
        _catch_up(session, survey)
        report.merged += _merge(session, files, survey, settings, authors, now)
        if repository.git.arrive == DRAFTS:
            report.drafted += _draft(session, repository, files, survey, authors, now)
            report.waiting = [found.path for known, found in _both_moved(session, survey)]
            return
        done = sync(session, files, survey, places.media(settings), now, authors=authors)
    report.taken += [*done.published, *done.withdrawn]
    report.waiting = [conflict.path for conflict in done.conflicts]


def _has_moved(known: StoredDocument | None, found: SurveyedDocument) -> bool:
    return known is None or found.mark not in (known.mark, known.common)


def _people(session: Session, addresses: Mapping[str, str]) -> dict[str, int]:
    """Path → the account whose address the commit bears; nobody's where it is unknown here."""
    known: dict[str, int | None] = {}
    for address in set(addresses.values()):
        name = address.partition("@")[0].removeprefix(OWN)
        own = session.get(Person, int(name)) if address.startswith(OWN) and name.isdigit() and len(name) < 10 else None
        person = own or person_by_address(session, address)
        known[address] = person.id if person else None
    return {path: number for path, address in addresses.items() if (number := known[address])}


def _catch_up(session: Session, survey: CourseSurvey) -> None:
    """A file that holds a text published here since the last one in common is that text, written: what a passage gave before it could say so."""
    known = known_documents(session)
    for found in survey.documents:
        there = known.get(found.id)
        if there is None or found.mark in (there.mark, there.common) or there.common is None:
            continue
        publication = session.get_one(Publication, found.id)
        later = select(Revision).where(Revision.document_id == found.id, Revision.id > publication.file_revision_id, Revision.fingerprint == found.fingerprint)
        for revision in session.scalars(later.order_by(Revision.id.desc())):
            if tuple(sorted(revision.media.items())) == found.mark[1] and revision.id < (publication.revision_id or 0):
                publication.file_revision_id = revision.id
                break
    session.flush()


def _both_moved(session: Session, survey: CourseSurvey) -> Iterator[tuple[StoredDocument, SurveyedDocument]]:
    known = known_documents(session)
    return ((known[found.id], found) for found in survey.documents if found.id in known and both_moved(known[found.id], found.mark))


def _merge(session: Session, files: CourseFiles, survey: CourseSurvey, settings: Settings, authors: Mapping[str, int], now: datetime) -> Iterator[str]:
    """Publishes the two texts as one wherever no words of theirs touch, and the result has no error. Both stay as revisions. Gives the paths."""
    texts = {file.path: file.text or "" for file in files.documents}
    for known, found in list(_both_moved(session, survey)):
        publication = session.get_one(Publication, found.id)
        base, ours = session.get(Revision, publication.file_revision_id or 0), session.get(Revision, publication.revision_id or 0)
        theirs = survey.new_text(found, texts[found.path])
        if base is None or ours is None:
            continue
        text = merge3(base.text, ours.text, theirs.text).text
        reading = read_document(known.path, text) if text is not None else None
        if text is None or reading is None or not reading.publishable or getattr(reading.document, "id", found.id) != found.id:
            continue
        for image in files.images:
            if (image.name, image.digest) in found.media:
                disk.keep(places.media(settings), image)
        images = merged_media(base.media, ours.media, theirs.media)
        kept = services.add_revision(session, theirs, authors.get(found.path), now, MINOR)
        session.flush()
        services.store(session, [services.new_text(reading, text, images)], author_id=ours.author_id, now=now)
        session.get_one(Publication, found.id, populate_existing=True).file_revision_id = kept.id
        session.flush()
        yield found.path


def _draft(session: Session, repository: Repository, files: CourseFiles, survey: CourseSurvey, authors: Mapping[str, int], now: datetime) -> Iterator[str]:
    """Each text that the repository alone moved becomes a draft of whoever committed it, where they write here, else of whom the setting names. Gives the paths."""
    texts, known = {file.path: file.text or "" for file in files.documents}, known_documents(session)
    receiver = person_by_address(session, repository.git.drafts_to)
    for found in survey.documents:
        there, author = known.get(found.id), _writer(session, authors.get(found.path)) or receiver
        if not _has_moved(there, found) or (there is not None and both_moved(there, found.mark)):
            continue
        if author is None:
            raise DomainError(f"Aucun compte n’a l’adresse {repository.git.drafts_to} (drafts_to de [git]) : les brouillons n’ont personne à qui aller.")
        new = survey.new_text(found, texts[found.path])
        if not begin_draft(session, found.id, author.id, found.path, new.text, now, media=new.media, base_id=there.revision_id if there else None):
            continue
        if there is not None:
            kept = services.add_revision(session, new, authors.get(found.path), now, AWAITED)
            session.flush()
            session.get_one(Publication, found.id).file_revision_id = kept.id
        yield found.path


def _writer(session: Session, person_id: int | None) -> Person | None:
    person = session.get(Person, person_id) if person_id else None
    return person if person and set(AUTHORS) & set(person.role_set) else None


# --- To the repository ------------------------------------------------------------------------------------------------


class _Giving(Struct, frozen=True):
    """A text to write: where, which revision, by whom."""

    path: str
    document_id: str
    revision_id: int
    author: tuple[str, str]


def _give(repository: Repository, settings: Settings, report: GitReport, now: datetime) -> None:
    """One commit for each author of what was published here since; then the texts in common are said, in a transaction of a moment."""
    if not _has_news():
        return
    with repository.workplace() as folder:
        files = disk.find(folder)
        with db.sessionmaker() as session:
            texts = list(_write(session, settings, files, survey_files(files, day_of(now))))
            session.rollback()  # what is in common is said once it is pushed
        if not texts:
            return
        for author in dict.fromkeys(text.author for text in texts):
            paths = [text.path for text in texts if text.author == author]
            changed = [path for path in (*paths, *_images_beside(paths)) if repository.run("status", "--porcelain", "--", path, folder=folder)]
            if changed:
                repository.commit(folder, changed, author, _subject(paths))
        repository.push(folder)
    if repository.git.push in ("", repository.git.branch):
        with writing() as session:
            for text in texts:
                session.get_one(Publication, text.document_id).file_revision_id = text.revision_id
        report.given += [text.path for text in texts]
        repository.refresh()


def _has_news() -> bool:
    """Was anything published here since the text in common? Most passages find nothing, and make no folder."""
    with db.sessionmaker() as session:
        return any(known.mark not in (None, known.common) and not _is_ahead(session, known) for known in known_documents(session).values())


def _write(session: Session, settings: Settings, files: CourseFiles, survey: CourseSurvey) -> Iterator[_Giving]:
    """Writes what was published after the text in common: a file that is ahead, whose text waits as a draft, is left."""
    ahead = {known.id for known in known_documents(session).values() if _is_ahead(session, known)}
    before = known_documents(session)
    written = set(export(session, files, survey, places.media(settings), leave=ahead).written)
    ids = {found.path: found.id for found in survey.documents if found.id} | {known.path: known.id for known in before.values()}
    for path in sorted(written):
        known = before[ids[path]]
        revision = session.get_one(Revision, known.revision_id)
        yield _Giving(path, known.id, revision.id, _author(session, settings, revision.author_id))


def _is_ahead(session: Session, known: StoredDocument) -> bool:
    common = session.get(Revision, session.get_one(Publication, known.id).file_revision_id or 0)
    return common is not None and common.change == AWAITED and (known.revision_id or 0) < common.id


def _images_beside(paths: Iterable[str]) -> list[str]:
    return sorted({f"{path.rpartition('/')[0]}/images" for path in paths if path.startswith("modules/") and path.count("/") > 1})


def _author(session: Session, settings: Settings, person_id: int | None) -> tuple[str, str]:
    """Their name, and an address that leads nowhere but is known when it comes back."""
    host = urlsplit(settings.site_url).hostname or "croisee.invalid"
    person = session.get(Person, person_id) if person_id else None
    return (person.name, f"{OWN}{person.id}@{host}") if person else ("Croisée", f"site@{host}")


def _subject(paths: list[str]) -> str:
    return f"cours : publie {paths[0].removeprefix('modules/')}" if len(paths) == 1 else f"cours : publie {plural(len(paths), 'texte')}"
