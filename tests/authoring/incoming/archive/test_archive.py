"""A zip of the course out and in: the same course elsewhere, a verdict for each file, all or nothing, never half."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app.authoring.incoming import archive, archive_files
from app.authoring.incoming.archive import CourseMoved, FileOutcome, ImportPlan, Unacceptable, import_archive
from app.content.store import disk
from app.content.store.queries import Document, course, generation
from app.identity.audit import AdministrativeAct
from app.platform import files
from app.platform.db import db
from app.platform.storage.folder import FolderStore
from app.platform.zips import FileRefused
from tests.authoring.incoming.pictures import SCRIPT, SVG, picture, with_words
from tests.authoring.incoming.zips import unzipped, zipped
from tests.authoring.sites import IMAGE, LATER, Site, site_with
from tests.content.course_folder import LESSON, CourseFolder


@pytest.fixture
def one(tmp_path: Path) -> Iterator[Site]:
    """A site that has the example course from its files, with an image."""
    with site_with(tmp_path, picture()) as site:
        yield site


def changed(data: bytes, **files: bytes | str | None) -> bytes:
    """The archive with some files replaced, added, or left out."""
    kept = {**unzipped(data), **files}
    return zipped({path: text for path, text in kept.items() if text is not None})


def outcomes(plan: ImportPlan) -> dict[str, FileOutcome]:
    return {verdict.path: verdict.outcome for verdict in plan.verdicts}


def test_a_course_exported_and_imported_elsewhere_is_the_same(one: Site, two: Site) -> None:
    data = one.export()
    plan = two.plan(data)
    assert plan.acceptable
    assert set(outcomes(plan).values()) == {FileOutcome.NEW}
    assert two.bring_in(data) == len(one.state())
    assert two.state() == one.state()
    assert two.do(generation) == one.do(generation)
    assert two.export() == data
    assert {path.name for path in two.media.iterdir()} == {path.name for path in one.media.iterdir()}
    assert two.do(course).lessons == one.do(course).lessons


def test_unzipped_files_synchronise_to_the_same_course(one: Site, two: Site, tmp_path: Path) -> None:
    folder = CourseFolder(tmp_path / "files")
    for path, data in unzipped(one.export()).items():
        target = folder.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    folder.media = two.media
    with two.app.app_context():
        assert folder.sync(db.session).complete
    assert two.state() == one.state()
    assert two.do(generation) == one.do(generation)


def test_an_export_is_always_the_same_bytes_and_imports_to_nothing(one: Site) -> None:
    data = one.export()
    assert one.export() == data
    before = one.do(generation)
    assert set(outcomes(one.plan(data)).values()) == {FileOutcome.UNCHANGED}
    assert one.bring_in(data) == 0
    assert one.do(generation) == before


def test_a_folder_around_the_course_and_the_junk_of_disks_do_not_matter(one: Site, two: Site) -> None:
    wrapped = {f"mon cours/{path}": data for path, data in unzipped(one.export()).items()}
    data = zipped({**wrapped, "__MACOSX/mon cours/._x": b"junk", "mon cours/.DS_Store": b"junk"})
    assert two.bring_in(data) == len(one.state())
    assert two.state() == one.state()


# --- Verdicts ---


def test_each_file_has_its_verdict(one: Site) -> None:
    files = unzipped(one.export())
    text = files[LESSON].decode()
    data = changed(
        one.export(),
        **{
            LESSON: text.replace("## À retenir", "Une phrase de plus.\n\n## À retenir"),
            "modules/confusions.md": "- REP | REP+\n",
            "modules/exemple/images/inutile.png": picture(colour="red"),
            "LISEZMOI.txt": "bonjour",
        },
    )
    plan = one.plan(data)
    found = outcomes(plan)
    assert found.pop(LESSON) is FileOutcome.CHANGED
    assert found.pop("modules/confusions.md") is FileOutcome.NEW
    assert found.pop("modules/exemple/images/inutile.png") is FileOutcome.IGNORED
    assert found.pop("LISEZMOI.txt") is FileOutcome.IGNORED
    assert set(found.values()) == {FileOutcome.UNCHANGED}


def test_one_bad_file_stops_all_of_them(one: Site) -> None:
    text = unzipped(one.export())[LESSON].decode()
    good = text.replace("## À retenir", "Une phrase de plus.\n\n## À retenir")
    quiz = next(path for path in unzipped(one.export()) if path.startswith("quizzes/"))
    data = changed(one.export(), **{LESSON: good, quiz: unzipped(one.export())[quiz].decode() + "\n## Sans réponse ? {#sans-reponse}\n"})
    plan, before = one.plan(data), one.everything()
    wrong = next(verdict for verdict in plan.verdicts if verdict.outcome is FileOutcome.ERROR)
    assert wrong.path == quiz
    assert all(problem.line > 0 and problem.code for problem in wrong.problems)
    assert not plan.acceptable
    with pytest.raises(Unacceptable):
        one.bring_in(data)
    assert one.everything() == before


def test_a_file_that_moved_here_and_there_is_a_conflict_that_shows_both(one: Site) -> None:
    data = one.export()
    text = unzipped(data)[LESSON].decode()
    one.publish(LESSON, text.replace("## À retenir", "Écrit dans le navigateur.\n\n## À retenir"))
    plan = one.plan(changed(data, **{LESSON: text.replace("## À retenir", "Écrit dans le fichier.\n\n## À retenir")}))
    conflict = next(verdict for verdict in plan.verdicts if verdict.path == LESSON)
    assert conflict.outcome is FileOutcome.CONFLICT
    assert "Écrit dans le navigateur." in conflict.here
    assert "Écrit dans le fichier." in conflict.there
    assert not plan.acceptable


def test_a_file_as_it_was_exported_leaves_what_is_newer_here(one: Site) -> None:
    data = one.export()
    text = unzipped(data)[LESSON].decode()
    one.publish(LESSON, text.replace("## À retenir", "Écrit dans le navigateur.\n\n## À retenir"))
    assert outcomes(one.plan(data))[LESSON] is FileOutcome.NEWER_HERE
    assert one.bring_in(data) == 0


def test_without_its_memory_an_archive_is_compared_with_the_last_synchronisation(one: Site) -> None:
    text = unzipped(one.export())[LESSON].decode()
    mine = {LESSON: text.replace("## À retenir", "Écrit dans le fichier.\n\n## À retenir"), archive_files.MEMORY: None}
    assert outcomes(one.plan(changed(one.export(), **mine)))[LESSON] is FileOutcome.CHANGED
    one.publish(LESSON, text.replace("## À retenir", "Écrit dans le navigateur.\n\n## À retenir"))
    assert outcomes(one.plan(changed(one.export(), **mine)))[LESSON] is FileOutcome.CONFLICT
    assert outcomes(one.plan(changed(one.export(), **{**mine, archive_files.MEMORY: "{[}"})))[LESSON] is FileOutcome.CONFLICT


def test_one_file_alone_is_enough_and_the_others_stay(one: Site) -> None:
    text = unzipped(one.export())[LESSON].decode().replace("## À retenir", "Une phrase de plus.\n\n## À retenir")
    before = one.state()
    plan = one.plan(zipped({LESSON: text}))
    assert outcomes(plan) == {LESSON: FileOutcome.CHANGED}
    assert plan.absent == len(before) - 1
    one.bring_in(zipped({LESSON: text}))
    after = one.state()
    assert after.keys() == before.keys()
    assert sum(after[name] != before[name] for name in before) == 1


def test_an_id_that_changed_in_its_file_is_an_error(one: Site) -> None:
    text = unzipped(one.export())[LESSON].decode().replace("id : ", "id : autre-", 1)
    plan = one.plan(zipped({LESSON: text}))
    assert outcomes(plan) == {LESSON: FileOutcome.ERROR}
    assert any("Remettez" in verdict.said or verdict.problems for verdict in plan.verdicts)  # the id is cited elsewhere: that is said first


def test_a_file_that_moved_keeps_its_document(one: Site) -> None:
    files = {path: data for path, data in unzipped(one.export()).items() if path != LESSON}
    moved = zipped({**files, "modules/exemple/07-ailleurs.md": unzipped(one.export())[LESSON]})
    assert outcomes(one.plan(moved))["modules/exemple/07-ailleurs.md"] is FileOutcome.CHANGED
    before = one.state()
    one.bring_in(moved)
    after = one.state()
    assert after.keys() == before.keys()
    assert "modules/exemple/07-ailleurs.md" in {path for path, _ in after.values()}
    assert LESSON not in {path for path, _ in after.values()}


# --- Images and traps ---


def test_an_image_that_holds_something_else_is_written_again(one: Site, two: Site) -> None:
    data = changed(one.export(), **{IMAGE: with_words(picture())})
    verdict = next(each for each in two.plan(data).verdicts if each.path == IMAGE)
    assert (verdict.outcome, "seule l’image" in verdict.said) == (FileOutcome.NEW, True)
    two.bring_in(data)
    assert all(SCRIPT not in path.read_bytes() for path in two.media.iterdir())


@pytest.mark.parametrize(
    ("path", "data"),
    [
        (IMAGE, SVG),
        (IMAGE, b"<html>" + SCRIPT),
        ("modules/exemple/images/dessin.svg", SVG),
        (IMAGE, picture("JPEG")),
        ("modules/exemple/02-latin.md", "Été".encode("latin-1")),
        ("modules/exemple/02-nul.md", b"---\nid : nul-ici\n---\n\x00"),
    ],
)
def test_a_trap_inside_stops_the_import_and_writes_nothing(one: Site, two: Site, path: str, data: bytes) -> None:
    sent, before = changed(one.export(), **{path: data}), two.everything()
    plan = two.plan(sent)
    assert outcomes(plan)[path] is FileOutcome.ERROR
    with pytest.raises(Unacceptable):
        two.bring_in(sent)
    assert two.everything() == before


def test_an_archive_of_something_else_is_refused(one: Site) -> None:
    for data in (zipped({"photos/un.txt": "1", "autre/deux.txt": "2"}), zipped({}), b"no zip at all"):
        with pytest.raises(FileRefused):
            one.plan(data)


# --- Whole or not at all ---


@pytest.mark.parametrize("step", ["disk.store", "services.store", "audit.record"])
def test_whatever_stops_an_import_the_course_is_the_old_one(one: Site, two: Site, step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    data = one.export()
    plan, before = two.plan(data), two.everything()
    holder, name = step.split(".")
    real = getattr(getattr(archive, holder), name)

    def fail(*given: Any, **named: Any) -> None:
        real(*given, **named)
        raise KeyboardInterrupt

    monkeypatch.setattr(getattr(archive, holder), name, fail)
    with two.app.app_context(), pytest.raises(KeyboardInterrupt):
        import_archive(db.session, plan, FolderStore(two.media), two.author, LATER)
    assert two.everything()[0] == before[0]
    monkeypatch.undo()
    assert two.bring_in(data) == len(one.state())
    assert two.state() == one.state()
    assert {path.name for path in two.media.iterdir()} == {path.name for path in one.media.iterdir()}


def test_an_image_is_never_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_handle: int) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(files.os, "fsync", fail)
    with pytest.raises(OSError, match="full"):
        disk.store(FolderStore(tmp_path / "media"), "plan.png", picture())
    assert list((tmp_path / "media").iterdir()) == []


def test_a_course_that_moved_meanwhile_is_judged_again(one: Site) -> None:
    text = unzipped(one.export())[LESSON].decode()
    plan = one.plan(zipped({LESSON: text.replace("## À retenir", "Une phrase de plus.\n\n## À retenir")}))
    one.publish(LESSON, text.replace("## À retenir", "Une autre.\n\n## À retenir"))
    before = one.everything()
    with one.app.app_context(), pytest.raises(CourseMoved):
        import_archive(db.session, plan, FolderStore(one.media), one.author, LATER)
    assert one.everything() == before


def test_an_import_is_written_in_the_list_of_acts(one: Site, two: Site) -> None:
    count = two.bring_in(one.export())
    act = two.do(lambda session: session.scalars(select(AdministrativeAct)).one())
    assert (act.act, act.actor_id, act.details) == ("archive_imported", two.author, {"documents": count, "images": 1})
    assert two.do(lambda session: session.scalars(select(Document)).all())
