"""Publishing from the browser, revisions that never change, the course read once."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from app.content.documents import reader as documents
from app.content.store import queries, services
from app.content.store.queries import MAJOR, MINOR, ContentState, Document, course, document_at, generation
from app.content.store.services import change_between, withdraw
from app.content.values.course import Lesson
from app.platform.db import db
from tests.content.cases import example_course
from tests.content.course_folder import LESSON, NOON, CourseFolder
from tests.content.publishing import publish

TEXT = example_course()[LESSON]


def test_publishing_twice_the_same_text_is_publishing_once(session: Session) -> None:
    first = publish(session, LESSON, TEXT, author_id=None, now=NOON)
    again = publish(session, LESSON, TEXT.replace("\n", "\r\n"), author_id=None, now=NOON)
    assert first is again
    assert first.change == MAJOR


def test_a_revision_never_changes(session: Session) -> None:
    revision = publish(session, LESSON, TEXT, author_id=None, now=NOON)
    revision.text = "autre"
    with pytest.raises(RuntimeError, match="may not change"):
        session.flush()


def test_an_old_revision_is_read_as_it_was(session: Session) -> None:
    old = publish(session, LESSON, TEXT, author_id=None, now=NOON).id
    publish(session, LESSON, TEXT.replace("Une réunion", "Une rencontre"), author_id=None, now=NOON)
    queries._memories.clear()
    lesson = document_at(session, old)
    assert isinstance(lesson, Lesson)
    assert "Une réunion" in lesson.body.text
    assert document_at(session, old) is lesson
    with pytest.raises(KeyError):
        document_at(session, 999)


def test_a_cold_process_takes_the_values_that_were_kept(app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not those of another engine, nor of another text, nor a damaged file: then it reads the texts."""
    monkeypatch.setattr(queries, "FEW", 0)
    read: list[str] = []
    parse = documents.parse

    def noted(path: str, text: str) -> object:
        read.append(path)
        return parse(path, text)

    monkeypatch.setattr(queries, "parse", noted)
    publish(session, LESSON, TEXT, author_id=None, now=NOON)
    settings = app.config["CROISEE"]
    services.keep_published(session, settings)
    first, file = repr(course(session)), queries.published_file(settings)

    def cold() -> int:
        """How many texts a process reads that knows nothing yet."""
        queries._memories.clear()
        read.clear()
        assert repr(course(session)) == first
        return len(read)

    assert cold() == 0
    with monkeypatch.context() as upgraded:
        upgraded.setattr(queries, "engine", lambda: "another")
        assert cold() == 1
    whole = file.read_bytes()
    file.write_bytes(whole[:-9])
    assert cold() == 1
    services.keep_published(session, settings)
    assert (file.read_bytes(), cold()) == (whole, 0)
    publish(session, LESSON, TEXT.replace("Une réunion", "Une rencontre"), author_id=None, now=NOON)
    first = repr(course(session))
    assert cold() == 1


def test_withdrawing_keeps_the_revisions(session: Session) -> None:
    revision = publish(session, LESSON, TEXT, author_id=None, now=NOON)
    withdraw(session, ["exemple-un"], NOON)
    assert course(session).lessons == {}
    assert isinstance(document_at(session, revision.id), Lesson)
    assert session.get(Document, "exemple-un") is not None


def test_listeners_see_the_new_course_inside_the_transaction(session: Session) -> None:
    seen: list[int] = []

    def listen(sender: Session) -> None:
        seen.append(len(course(sender).lessons))

    with services.published.connected_to(listen):
        publish(session, LESSON, TEXT, author_id=None, now=NOON)
        publish(session, LESSON, TEXT, author_id=None, now=NOON)
        withdraw(session, ["exemple-un"], NOON)
    assert seen == [1, 0]


def test_what_was_rolled_back_leaves_no_memory(session: Session) -> None:
    publish(session, LESSON, TEXT, author_id=None, now=NOON)
    assert course(session).lessons
    session.rollback()
    assert generation(session) == 0
    assert course(session).lessons == {}
    publish(session, LESSON, TEXT.replace("Une réunion", "Une rencontre"), author_id=None, now=NOON)
    assert "Une rencontre" in course(session).lessons["exemple-un"].body.text


def test_the_course_is_one_statement_once_it_was_read(session: Session, tmp_path: Path) -> None:
    CourseFolder(tmp_path).sync(session)
    first = course(session)
    statements: list[str] = []
    listener = lambda *arguments: statements.append(arguments[2])  # noqa: E731 — SQLAlchemy wants a callable to take away again
    event.listen(db.engine, "before_cursor_execute", listener)
    try:
        assert course(session) is first
    finally:
        event.remove(db.engine, "before_cursor_execute", listener)
    assert len(statements) == 1


def test_a_process_that_starts_reads_the_same_course(session: Session, tmp_path: Path) -> None:
    CourseFolder(tmp_path).sync(session)
    first = course(session)
    queries._memories.clear()
    again = course(session)
    assert again is not first
    assert (again.generation, again.lessons, again.quizzes, again.versions) == (first.generation, first.lessons, first.quizzes, first.versions)


def test_the_generation_tells_texts_apart(session: Session) -> None:
    publish(session, LESSON, TEXT, author_id=None, now=NOON)
    one = generation(session)
    publish(session, LESSON, TEXT.replace("Une réunion", "Une rencontre"), author_id=None, now=NOON)
    assert generation(session) not in (0, one)
    state = session.get_one(ContentState, 1)
    assert 0 <= state.generation < 2**63


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ("un mot\n" * 50, "un mot\n" * 49 + "un met\n", MINOR),
        ("un mot\n" * 50, "tout autre chose\n" * 50, MAJOR),
        ("a b c d e f g h i j", "a b c d e f g h i j k l", MAJOR),
        ("\n" * 200_000, "\n" * 199_999, MAJOR),
        ("mot " * 5000, "mut " * 5000, MAJOR),
        ("", "du texte", MAJOR),
        ("un mot[^a]\n\n[^a]: Un titre, éditeur, 2024\n", "un mot[^a]\n", MINOR),
    ],
)
def test_the_size_of_a_change(before: str, after: str, kind: str) -> None:
    assert change_between(before, after) == kind


def test_two_databases_are_not_confused(app: Flask, session: Session, tmp_path: Path) -> None:
    from tests.making import make_app, make_settings

    publish(session, LESSON, TEXT, author_id=None, now=NOON)
    session.commit()
    assert course(session).lessons
    other = make_app(make_settings(tmp_path / "other"))
    with other.app_context():
        assert course(db.session).lessons == {}
        db.engine.dispose()
