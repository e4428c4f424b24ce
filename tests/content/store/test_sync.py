"""Files and browser in the same table: what moves, what stays, what is refused; nothing lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.content.documents.reader import DocumentReading
from app.content.store import disk, queries, survey
from app.content.store import sync as store_sync
from app.content.store.queries import MAJOR, MINOR, Publication, Revision, course, generation
from app.content.store.survey import survey_files
from app.content.store.sync import Keep, MassWithdrawal, sync
from app.platform.db import db
from app.platform.storage.folder import FolderStore
from tests.content.course_folder import LESSON, NOON, PNG, CourseFolder
from tests.content.publishing import publish
from tests.identity.builders import create_person

WORD, OTHER, THIRD = "contrat est sur la table", "contrat est dans le tiroir", "contrat est signé ce matin"


@pytest.fixture
def folder(tmp_path: Path) -> CourseFolder:
    return CourseFolder(tmp_path)


@pytest.fixture
def session(any_app: Flask) -> Iterator[Session]:
    """On each database in turn."""
    with any_app.app_context():
        yield db.session


def edit_in_browser(session: Session, folder: CourseFolder, old: str, new: str, path: str = LESSON) -> None:
    publish(session, path, folder.read(path).replace(old, new), author_id=None, now=NOON)
    session.commit()


def revisions(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Revision)) or 0


def test_the_first_sync_publishes_everything_and_the_second_nothing(session: Session, folder: CourseFolder) -> None:
    report = folder.sync(session)
    assert len(report.published) == 5
    assert report.complete
    before = generation(session), revisions(session)
    again = folder.sync(session)
    assert (again.published, again.unchanged, again.complete) == ([], 5, True)
    assert (generation(session), revisions(session)) == before
    published = course(session)
    assert set(published.lessons) == {"exemple-un"}
    assert set(published.quizzes) == {"exemple-un-quiz"}
    assert published.glossary.expansions["QPV"] == "quartier prioritaire de la politique de la ville"
    assert published.paths.default is not None


def test_a_changed_file_is_one_more_revision(session: Session, folder: CourseFolder) -> None:
    folder.sync(session)
    first = course(session)
    folder.replace(WORD, OTHER)
    assert folder.sync(session, now=NOON + timedelta(days=1)).published == [LESSON]
    second = course(session)
    assert second.generation != first.generation
    assert OTHER in second.lessons["exemple-un"].body.text
    assert WORD in first.lessons["exemple-un"].body.text
    assert second.lessons["exemple-un"].path == LESSON
    assert second.quizzes["exemple-un-quiz"] is first.quizzes["exemple-un-quiz"]
    assert revisions(session) == 6


def test_a_file_with_an_error_stays_at_its_published_revision(session: Session, folder: CourseFolder) -> None:
    folder.sync(session)
    folder.replace("réunion, un soir", "réunion[^perdue], un soir")
    folder.replace("Deux questions", "Ces deux questions", "quizzes/exemple-un-quiz.md")
    report = folder.sync(session)
    assert (report.refused, report.published, report.complete) == ([LESSON], ["quizzes/exemple-un-quiz.md"], False)
    assert "perdue" not in course(session).lessons["exemple-un"].body.text


@pytest.mark.parametrize("broken", [b"", b"\xff\xfe\x00", b"---\nid : exemple-un\n"])
def test_a_file_that_cannot_be_read_withdraws_nothing(session: Session, folder: CourseFolder, broken: bytes) -> None:
    folder.sync(session)
    (folder.root / LESSON).write_bytes(broken)
    report = folder.sync(session)
    assert (report.refused, report.withdrawn, report.conflicts) == ([LESSON], [], [])
    assert "exemple-un" in course(session).lessons


def test_two_files_of_one_id_are_both_refused(session: Session, folder: CourseFolder) -> None:
    folder.sync(session)
    folder.write("modules/exemple/00-avant.md", folder.read().replace(WORD, OTHER))
    assert set(folder.sync(session).refused) == {"modules/exemple/00-avant.md", LESSON}
    assert WORD in course(session).lessons["exemple-un"].body.text


def test_a_renamed_file_is_the_same_document(session: Session, folder: CourseFolder) -> None:
    folder.sync(session)
    (folder.root / LESSON).rename(folder.root / "modules/exemple/07-autre-nom.md")
    report = folder.sync(session)
    assert (report.withdrawn, report.unchanged) == ([], 5)
    assert revisions(session) == 5
    assert folder.sync(session).complete


def test_a_deleted_file_withdraws_its_document_and_keeps_its_revisions(session: Session, folder: CourseFolder) -> None:
    folder.sync(session)
    folder.replace("quiz : exemple-un-quiz\n", "")
    quiz = folder.read("quizzes/exemple-un-quiz.md")
    (folder.root / "quizzes/exemple-un-quiz.md").unlink()
    assert folder.sync(session).withdrawn == ["quizzes/exemple-un-quiz.md"]
    assert course(session).quizzes == {}
    assert folder.sync(session).withdrawn == []
    folder.write("quizzes/exemple-un-quiz.md", quiz)
    assert folder.sync(session).published == ["quizzes/exemple-un-quiz.md"]
    assert set(course(session).quizzes) == {"exemple-un-quiz"}


def test_many_files_gone_are_refused_by_number_until_one_says_so(session: Session, folder: CourseFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_sync, "FEW", 2)
    folder.sync(session)
    for path in ("quizzes/exemple-un-quiz.md", LESSON, "modules/exemple/module.md"):
        (folder.root / path).unlink()
    with pytest.raises(MassWithdrawal, match="3 documents publiés sur 5"):
        folder.sync(session)
    assert set(course(session).lessons) == {"exemple-un"}
    assert len(folder.sync(session, withdraw=True).withdrawn) == 3


def test_of_a_changed_file_one_is_read_and_nothing_twice(session: Session, folder: CourseFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By a process that knows nothing but the folder of what was kept."""
    read: list[str] = []
    reader = survey.read_document

    def counted(path: str, text: str) -> DocumentReading:
        read.append(path)
        return reader(path, text)

    monkeypatch.setattr(survey, "read_document", counted)
    monkeypatch.setattr(queries, "parse", counted)
    cache = tmp_path / "cache" / "content.json"
    folder.sync(session, cache=cache)
    assert len(read) == 5
    read.clear()
    queries._memories.clear()
    folder.replace(WORD, OTHER)
    assert folder.sync(session, cache=cache).published == [LESSON]
    assert OTHER in course(session).lessons["exemple-un"].body.text
    assert read == [LESSON]
    (cache.parent / survey.READINGS).write_bytes(b"damaged")
    cache.unlink()
    read.clear()
    assert folder.sync(session, cache=cache).complete
    assert len(read) == 5


def test_a_text_of_the_browser_is_left_and_exported(session: Session, folder: CourseFolder) -> None:
    folder.sync(session)
    edit_in_browser(session, folder, WORD, OTHER)
    report = folder.sync(session)
    assert (report.newer_in_browser, report.published, report.complete) == ([LESSON], [], True)
    assert OTHER in course(session).lessons["exemple-un"].body.text
    assert folder.export(session).written == [LESSON]
    assert OTHER in folder.read()
    assert folder.sync(session).unchanged == 5
    assert folder.export(session).written == []


def test_a_document_born_in_the_browser_is_never_withdrawn_by_the_files(session: Session, folder: CourseFolder) -> None:
    folder.sync(session)
    path = "modules/exemple/02-deux.md"
    publish(session, path, folder.read().replace("id : exemple-un", "id : exemple-deux"), author_id=None, now=NOON)
    session.commit()
    assert folder.sync(session).withdrawn == []
    assert "exemple-deux" in course(session).lessons
    assert folder.export(session).written == [path]
    assert "id : exemple-deux" in folder.read(path)


def test_both_moved_is_refused_and_shows_both(session: Session, folder: CourseFolder) -> None:
    folder.sync(session)
    edit_in_browser(session, folder, WORD, OTHER)
    folder.replace(WORD, THIRD)
    report = folder.sync(session)
    assert not report.complete
    assert [conflict.path for conflict in report.conflicts] == [LESSON]
    assert OTHER in report.conflicts[0].difference
    assert THIRD in report.conflicts[0].difference
    assert OTHER in course(session).lessons["exemple-un"].body.text
    assert THIRD in folder.read()
    assert folder.export(session).refused == [LESSON]
    assert THIRD in folder.read()


def test_both_moved_to_the_same_text_agree(session: Session, folder: CourseFolder) -> None:
    folder.sync(session)
    edit_in_browser(session, folder, WORD, OTHER)
    folder.replace(WORD, OTHER)
    assert folder.sync(session).unchanged == 5
    folder.replace(OTHER, THIRD)
    assert folder.sync(session).published == [LESSON]


@pytest.mark.parametrize(("keep", "kept"), [(Keep.FILE, THIRD), (Keep.BROWSER, OTHER)])
def test_a_conflict_is_settled_by_a_choice_and_loses_neither(session: Session, folder: CourseFolder, keep: Keep, kept: str) -> None:
    folder.sync(session)
    edit_in_browser(session, folder, WORD, OTHER)
    folder.replace(WORD, THIRD)
    assert folder.sync(session, keep).complete
    assert kept in course(session).lessons["exemple-un"].body.text
    texts = list(session.scalars(select(Revision.text).filter_by(document_id="exemple-un")))
    assert [word for word in (WORD, OTHER, THIRD) if any(word in text for text in texts)] == [WORD, OTHER, THIRD]
    folder.export(session)
    assert kept in folder.read()
    assert folder.sync(session).unchanged == 5


def test_a_choice_of_one_path_settles_it_alone_and_an_older_text_is_told(session: Session, folder: CourseFolder) -> None:
    folder.sync(session)
    first = folder.read()
    folder.replace(WORD, THIRD)
    folder.sync(session, now=NOON + timedelta(days=1))
    edit_in_browser(session, folder, THIRD, OTHER)
    folder.write(LESSON, first)
    (conflict,) = folder.sync(session, {"modules/glossaire.md": Keep.FILE}).conflicts
    assert conflict.older == NOON, "the file is the version of that day"
    assert folder.sync(session, {LESSON: Keep.FILE}).published == [LESSON]
    edit_in_browser(session, folder, WORD, OTHER)
    folder.write(LESSON, first.replace(WORD, "jamais publié"))
    assert [each.older for each in folder.sync(session).conflicts] == [None]


def test_a_text_of_the_files_has_the_author_that_is_told(session: Session, folder: CourseFolder) -> None:
    files = disk.find(folder.root)
    sync(session, files, survey_files(files, NOON.date()), FolderStore(folder.media), NOON, authors={LESSON: create_person(session).id})
    texts = {revision.path: revision.author_id for revision in session.scalars(select(Revision))}
    assert {path for path, author in texts.items() if author} == {LESSON}


def test_a_deleted_file_that_the_browser_changed_is_a_conflict(session: Session, folder: CourseFolder) -> None:
    folder.sync(session)
    edit_in_browser(session, folder, WORD, OTHER)
    (folder.root / LESSON).unlink()
    folder.replace("- exemple-un\n", "", "modules/exemple/module.md")
    (folder.root / "quizzes/exemple-un-quiz.md").unlink()
    assert [conflict.path for conflict in folder.sync(session).conflicts] == [LESSON]
    assert "exemple-un" in course(session).lessons
    assert folder.sync(session, Keep.BROWSER).newer_in_browser == [LESSON]
    assert folder.export(session).written == [LESSON]


def test_images_are_kept_by_their_bytes_and_recorded_by_the_revision(session: Session, folder: CourseFolder) -> None:
    folder.replace("Le préfet signe", "![Une carte](images/carte.png)\n\nLe préfet signe")
    folder.image("carte.png")
    folder.sync(session)
    digest = sha256(PNG).hexdigest()
    assert (folder.media / f"{digest}.png").read_bytes() == PNG
    assert course(session).media == {"exemple": {"carte.png": digest}}
    folder.image("carte.png", PNG + b"autre")
    assert folder.sync(session).published == [LESSON]
    changed = sha256(PNG + b"autre").hexdigest()
    assert course(session).media["exemple"]["carte.png"] == changed
    assert sorted(path.stem for path in folder.media.iterdir()) == sorted([digest, changed])
    media = session.scalars(select(Revision.media).filter_by(document_id="exemple-un").order_by(Revision.id)).all()
    assert media == [{"carte.png": digest}, {"carte.png": changed}]


def test_an_image_that_is_not_what_it_says_is_not_found(session: Session, folder: CourseFolder) -> None:
    folder.replace("Le préfet signe", "![Une carte](images/carte.png)\n\nLe préfet signe")
    folder.image("carte.png", b"<script>alert(1)</script>")
    assert folder.sync(session).refused == [LESSON]
    assert not folder.media.exists()


def test_a_word_corrected_is_minor_and_a_rewriting_is_to_be_read_again(session: Session, folder: CourseFolder) -> None:
    folder.sync(session)
    first = course(session).versions["exemple-un"]
    assert first.major
    folder.replace("soir de novembre", "soir de décembre")
    folder.sync(session, now=NOON + timedelta(days=1))
    corrected = course(session).versions["exemple-un"]
    assert (corrected.major, corrected.major_at) == (False, first.major_at)
    folder.replace("Le préfet signe le contrat de ville.", "Une tout autre histoire commence ici. " * 20)
    folder.sync(session, now=NOON + timedelta(days=2))
    rewritten = course(session).versions["exemple-un"]
    assert rewritten.major
    assert rewritten.major_at == (NOON + timedelta(days=2)).isoformat()


@pytest.mark.parametrize("change", [MINOR, MAJOR])
def test_the_kind_of_change_can_be_said(session: Session, folder: CourseFolder, change: str) -> None:
    folder.sync(session)
    folder.replace(WORD, OTHER)
    folder.sync(session, change=change)
    assert course(session).versions["exemple-un"].major is (change == MAJOR)


def test_a_refused_sync_leaves_no_half_written_publication(session: Session, folder: CourseFolder) -> None:
    folder.sync(session)
    assert session.scalar(select(func.count()).select_from(Publication).where(Publication.revision_id.is_(None))) == 0
