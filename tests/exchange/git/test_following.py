"""A passage between a site and its repository: what comes in, what goes out, what both changed; nothing half, nothing lost, each text with its author."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from app.authoring.models import Draft
from app.content.store.queries import Publication
from app.exchange.git import following
from app.exchange.git.repository import GitFailed
from app.platform.db import db
from tests.content.cases import example_course
from tests.content.course_folder import LESSON, PNG
from tests.exchange.git.site import QUIZ, WORDS, Forge, GitSite, git, site_of
from tests.identity.builders import INES
from tests.words import NOTHING_NEW


@pytest.fixture
def forge(tmp_path: Path) -> Forge:
    return Forge(tmp_path / "forge")


@pytest.fixture
def site(tmp_path: Path, forge: Forge) -> Iterator[GitSite]:
    with site_of(tmp_path / "instance", forge) as site:
        site.follow()
        yield site


def test_a_push_is_published_with_the_author_that_is_known_here(site: GitSite, forge: Forge) -> None:
    assert site.text() == example_course()[LESSON]
    forge.edit(WORDS, "La préfète signe le contrat de ville.")
    forge.edit("Une leçon d'exemple", "Une leçon donnée en exemple", address=INES)
    assert site.follow().taken == [LESSON]
    assert "La préfète" in site.text()
    assert [each.author_id for each in site.revisions()] == [None, site.ines]
    assert site.follow().sentence == NOTHING_NEW
    assert len(forge.authors()) == 3, "nothing came back that was not written here"


def test_a_publication_is_a_commit_of_its_author_and_comes_back_as_it_left(site: GitSite, forge: Forge) -> None:
    before = {path: forge.read(path) for path in example_course()}
    site.publish(WORDS, "La sous-préfète signe le contrat de ville.")
    site.publish("Le quiz d'exemple", "Le petit quiz", QUIZ, "exemple-un-quiz", site.basile)
    site.follow()
    assert forge.read() == site.text()
    assert f"Inès Carpentier <personne-{site.ines}@cours.example.org>" in forge.authors()
    assert f"Basile Roche <personne-{site.basile}@cours.example.org>" in forge.authors()
    assert {path for path in before if forge.read(path) != before[path]} == {LESSON, QUIZ}
    assert site.follow().sentence == NOTHING_NEW
    forge.edit("La sous-préfète", "Le sous-préfet")
    site.follow()
    assert [each.author_id for each in site.revisions()][-2:] == [site.ines, None]


def test_words_that_do_not_touch_are_merged_and_both_texts_stay(site: GitSite, forge: Forge) -> None:
    site.publish("Une leçon d'exemple", "Une leçon publiée ici")
    forge.edit(WORDS, "La préfète signe.")
    report = site.follow()
    assert (report.merged, report.waiting) == ([LESSON], [])
    assert forge.read() == site.text()
    assert "Une leçon publiée ici" in site.text()
    assert "La préfète signe." in site.text()
    texts = [each.text for each in site.revisions()]
    assert sum("La préfète signe." in text and "publiée ici" not in text for text in texts) == 1
    assert site.follow().sentence == NOTHING_NEW


def test_words_that_touch_wait_and_neither_side_is_written_over(site: GitSite, forge: Forge) -> None:
    site.publish(WORDS, "La maire signe le contrat.")
    forge.edit(WORDS, "La rectrice signe le contrat.")
    for _ in range(2):
        assert site.follow().waiting == [LESSON]
        assert "La maire signe" in site.text()
        assert "La rectrice signe" in forge.read()
    forge.edit("La rectrice signe", "La maire signe")
    assert site.follow().waiting == []
    assert site.text() == forge.read()


def test_nothing_of_a_push_with_an_error_is_taken_and_what_is_published_leaves(site: GitSite, forge: Forge) -> None:
    site.publish("Une leçon d'exemple", "Une leçon publiée ici")
    forge.pull()
    forge.write("modules/glossaire.md", example_course()["modules/glossaire.md"].replace("quartier prioritaire", "quartier", 1))
    forge.write(QUIZ, "---\nid : exemple-un-quiz\n---\n")
    forge.push()
    report = site.follow()
    assert report.refused == [QUIZ]
    assert report.taken == []
    assert report.given == [LESSON]
    assert "Une leçon publiée ici" in forge.read()
    assert "quartier prioritaire" in site.text("glossary")
    forge.edit("---\nid : exemple-un-quiz\n---\n", example_course()[QUIZ], QUIZ)
    assert "modules/glossaire.md" in site.follow().taken


def test_images_travel_both_ways(site: GitSite, forge: Forge) -> None:
    forge.pull()
    (forge.clone / "modules/exemple/images").mkdir()
    (forge.clone / "modules/exemple/images/carte.png").write_bytes(PNG)
    forge.edit(WORDS, f"{WORDS}\n\n![Une carte](images/carte.png)")
    forge.push()
    site.follow()
    assert site.revisions()[-1].media.keys() == {"carte.png"}
    git(forge.clone, "rm", "-q", "modules/exemple/images/carte.png")
    site.publish(WORDS, "La préfète signe.")
    site.follow()
    assert "carte.png" in git(forge.bare, "ls-tree", "--name-only", "-r", "main")


def test_a_passage_killed_after_its_push_is_no_conflict(site: GitSite, forge: Forge, monkeypatch: pytest.MonkeyPatch) -> None:
    site.publish(WORDS, "La préfète signe.")
    publication = db.session.get_one(Publication, "exemple-un")
    common = publication.file_revision_id
    site.follow()
    db.session.get_one(Publication, "exemple-un", populate_existing=True).file_revision_id = common
    db.session.commit()
    site.publish("La préfète signe.", "La préfète signera.")
    report = site.follow()
    assert (report.waiting, report.given) == ([], [LESSON])
    assert "La préfète signera." in forge.read()


def test_somebody_who_pushes_meanwhile_is_waited_for(site: GitSite, forge: Forge, monkeypatch: pytest.MonkeyPatch) -> None:
    site.publish("Une leçon d'exemple", "Une leçon publiée ici")
    write, pushed = following._write, []

    def outrun(*given: object) -> object:
        if not pushed:
            pushed.append(True)
            forge.edit(WORDS, "La préfète signe.")
        return write(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(following, "_write", outrun)
    site.follow()
    assert "Une leçon publiée ici" in forge.read()
    assert "La préfète signe." in forge.read()
    assert site.text() == forge.read()


def test_publications_may_be_proposed_on_a_branch_of_their_own(tmp_path: Path, forge: Forge) -> None:
    with site_of(tmp_path / "autre", forge, push="atelier") as site:
        site.follow()
        site.publish(WORDS, "La préfète signe.")
        for _ in range(2):
            site.follow()
        assert "La préfète signe." not in forge.read()
        assert "La préfète signe." in forge.read(branch="atelier")
        first = git(forge.bare, "rev-parse", "atelier")
        site.follow()
        assert git(forge.bare, "rev-parse", "atelier") == first, "the same proposal is not made anew"
        assert "La préfète signe." in site.text()
        forge.edit("Une leçon d'exemple", "Une leçon donnée en exemple")
        site.follow()
        assert "donnée en exemple" in forge.read(branch="atelier")
        git(forge.clone, "fetch", "-q", "origin")
        git(
            forge.clone,
            "merge",
            "-q",
            "--no-edit",
            "origin/atelier",
            GIT_AUTHOR_NAME="K",
            GIT_AUTHOR_EMAIL="k@x",
            GIT_COMMITTER_NAME="K",
            GIT_COMMITTER_EMAIL="k@x",
        )
        git(forge.clone, "push", "-q", "origin", "HEAD:main")
        assert site.follow().waiting == []
        assert site.text() == forge.read()


def test_a_push_may_arrive_as_a_draft_which_leaves_once_it_is_published(site: GitSite, forge: Forge) -> None:
    site.set_git(arrive="brouillons", drafts_to="basile.roche@croisee.example")
    before = site.text()
    forge.edit(WORDS, "La préfète signe.", address=INES)
    assert site.follow().drafted == [LESSON]
    (draft,) = db.session.scalars(select(Draft))
    assert (draft.author_id, draft.text) == (site.ines, forge.read())
    for _ in range(2):
        assert site.follow().sentence == NOTHING_NEW, "what waits as a draft is not taken back from the repository"
    assert (site.text(), "La préfète signe." in forge.read()) == (before, True)
    site.publish(before, draft.text.replace("Une leçon d'exemple", "Une leçon relue"))
    assert site.follow().given == [LESSON]
    assert forge.read() == site.text()


def test_drafts_go_to_whoever_wrote_or_to_whom_the_setting_names(tmp_path: Path, forge: Forge) -> None:
    with site_of(tmp_path / "autre", forge, arrive="brouillons", drafts_to="basile.roche@croisee.example") as site:
        assert len(site.follow().drafted) == 5
        assert site.text() == ""
        drafts = {draft.document_id: draft for draft in db.session.scalars(select(Draft))}
        assert drafts["exemple-un"].text == forge.read()
        assert {draft.author_id for draft in drafts.values()} == {site.basile}
        assert site.follow().sentence == NOTHING_NEW


@pytest.mark.parametrize("remote", ["/nulle/part", "https://jeton:secret@127.0.0.1:9/depot.git"])
def test_a_repository_that_does_not_answer_is_told_without_what_opens_it(tmp_path: Path, forge: Forge, remote: str) -> None:
    with site_of(tmp_path / "autre", forge) as site:
        site.set_git(remote=remote)
        with pytest.raises(GitFailed) as failed:
            site.follow()
        assert "secret" not in failed.value.sentence


def test_a_link_of_the_repository_leads_nowhere(site: GitSite, forge: Forge) -> None:
    forge.pull()
    (forge.clone / "modules/exemple/09-lien.md").symlink_to("/etc/passwd")
    forge.push()
    assert site.follow().refused == ["modules/exemple/09-lien.md"]
    assert "root:" not in (site.app.config["CROISEE"].course_path / "modules/exemple/09-lien.md").read_text(encoding="utf-8")
