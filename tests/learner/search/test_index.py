"""The index follows what is published, whoever makes it, and a page of results stands whatever becomes of it meanwhile."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.content.search import services as index
from app.content.search.queries import IndexedDocument, IndexedSection, IndexedWord
from app.content.store.queries import course
from app.identity.rules import Role
from app.identity.services import SignedIn
from app.learner.search import SearchReader, SearchWish, find, hits
from app.platform.db import db
from tests.learner.search.index import GLOSSARY, stored
from tests.record import courses
from tests.record.conftest import clock, either, empty
from tests.record.world import World

__all__ = ["clock", "either", "empty"]


def test_the_index_is_that_of_what_is_published_whatever_happens(either: World) -> None:
    """Published, changed, withdrawn, published again, rolled back: what a build from nothing gives."""
    either.publish(GLOSSARY, courses.lesson("un-b", body="Un motrare.\n\n## Plus loin\n\nAutre chose."))
    either.publish(courses.lesson("un-b", body="Un mot.\n\n## Plus loin\n\nAutre chose, motneuf."))
    either.withdraw("deux-a")

    def fail(session: object) -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        either.write(lambda session: (index.refresh(session), session.execute(text("DELETE FROM search_word")), fail(session)))
    before = either.read(stored)
    assert "motrare" not in before[1]
    assert before[1]["motneuf"] == 1
    either.write(lambda session: [session.execute(table.__table__.delete()) for table in (IndexedSection, IndexedDocument, IndexedWord)])
    assert either.write(index.refresh) > 0
    assert either.read(stored) == before
    assert either.write(index.refresh) == 0


def test_another_version_indexes_all_of_it_anew(either: World) -> None:
    before = either.read(stored), either.read(stems)

    def of_before(session: Session) -> None:
        session.execute(IndexedDocument.__table__.update().values(version=0))
        session.execute(IndexedWord.__table__.update().values(stem="autre"))

    either.write(of_before)
    assert either.write(index.refresh) > 0
    assert (either.read(stored), either.read(stems)) == before


def stems(session: Session) -> dict[str, str]:
    return {row.word: row.stem for row in session.scalars(select(IndexedWord))}


def test_two_at_once_index_it_once(either: World) -> None:
    before = either.read(stored)
    either.write(lambda session: [session.execute(table.__table__.delete()) for table in (IndexedSection, IndexedDocument, IndexedWord)])
    assert 0 in either.together(2, lambda _: either.write(index.refresh))
    assert either.read(stored) == before


def test_only_what_changed_is_written_again(either: World) -> None:
    """The other sections of the lesson keep their rows, and other documents are not read."""
    either.write(lambda session: session.execute(IndexedSection.__table__.update().values(title="gardé")))
    either.publish(courses.lesson("un-b", body="Un paragraphe de un-b.\n\n## Première partie {#debut}\n\nDes faits neufs."))
    titles = either.read(lambda session: {(row.ref, row.anchor): row.title for row in session.scalars(select(IndexedSection))})
    assert titles["un-b", "debut"] == "Leçon un-b"
    assert titles["un-a", "debut"] == "gardé"


def test_what_is_withdrawn_while_one_looks_is_left_out(either: World) -> None:
    reader = SearchReader(SignedIn(0, "Quelqu’un", "quelquun@croisee.example", None, frozenset({Role.LEARNER})))
    with either.app.app_context():
        now = course(db.session)
        results, own = find(db.session, now, reader, SearchWish("un-a"))
        assert results.ranked
        db.session.rollback()
        either.withdraw("un-a")
        assert "un-a" not in {hit.ref for hit in hits(db.session, now, results.asked, results.ranked, own)}
