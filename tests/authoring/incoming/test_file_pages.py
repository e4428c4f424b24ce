"""The pages by which files come in: images, Word, archive. Refused in a sentence, and then nothing is written."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.content.store.queries import Revision
from app.identity.rules import Role
from tests.authoring.incoming.documents import Docx, equation, image, paragraph
from tests.authoring.incoming.pictures import SCRIPT, SVG, enormous, picture
from tests.authoring.incoming.zips import bomb, renamed, unzipped, zipped
from tests.authoring.sending import drafts, everything, give, send
from tests.bench.load import form_with_file
from tests.record.courses import small
from tests.record.world import World, words_of
from tests.strict import Page, StrictClient
from tests.words import LEAVES_ARCHIVE, SAY_IN_A_SENTENCE, TAKE_WHAT_IS_TICKED

IMAGES = "/atelier/documents/un-a/images"
FETCH = {"X-Requested-With": "fetch"}


@pytest.fixture
def trainer(world: World) -> StrictClient:
    return world.signed_in(world.person("Awa Ndiaye", enrolled=False, role=Role.TRAINER))


# --- Images ---


def test_an_image_is_added_shown_and_taken_away(world: World, trainer: StrictClient) -> None:
    trainer.see(IMAGES)
    page = send(trainer, "Ajouter", "Plan d’accès.png", picture(size=(3000, 1500)), alternative="Le plan [du] quartier")
    assert "![Le plan (du) quartier](images/plan-d-acces.png)" in words_of(page)
    draft = drafts(world)["un-a"]
    assert draft.text.endswith("\n\n![Le plan (du) quartier](images/plan-d-acces.png)\n")
    address = next(str(each.get("src")) for each in page.all("img") if "/media/" in str(each.get("src")))
    assert trainer.get(address, buffered=True).mimetype == "image/png"
    assert world.app.test_client().get(address).status_code == 302
    assert "/media/" in trainer.see("/atelier/documents/un-a").html
    trainer.see(IMAGES)
    assert trainer.page.html.count("Retirer") == 0
    assert "encore dans le texte" in words_of(_removed(trainer, "plan-d-acces.png"))


def _removed(client: StrictClient, name: str) -> Page:
    token = client.page.form("Ajouter")["fields"]["csrf_token"]
    assert client.post(f"{IMAGES}/retrait", data={"csrf_token": token, "name": name}).status_code == 303
    return client.see(IMAGES)


def test_an_image_that_the_text_does_not_show_can_be_taken_away(world: World, trainer: StrictClient) -> None:
    trainer.see(IMAGES)
    page = send(trainer, "Ajouter", "plan.png", picture(), alternative="Le plan", append=None)
    assert "Pas encore dans le texte" in words_of(page)
    assert "Image retirée" in words_of(trainer.submit("Retirer"))
    assert drafts(world)["un-a"].media == {}


def test_a_name_that_means_another_image_in_the_module_is_changed(world: World, trainer: StrictClient) -> None:
    for colour in ("red", "blue", "red"):
        trainer.see(IMAGES)
        send(trainer, "Ajouter", "plan.png", picture(colour=colour), alternative="Le plan", append=None)
    trainer.see("/atelier/documents/un-b/images")
    send(trainer, "Ajouter", "plan.png", picture(colour="green"), alternative="Le plan", append=None)
    assert set(drafts(world)["un-a"].media) == {"plan.png", "plan-2.png"}
    assert set(drafts(world)["un-b"].media) == {"plan-3.png"}


def test_an_editor_that_sends_an_image_goes_on_saving(world: World, trainer: StrictClient) -> None:
    """It was shown no draft (version 0): its next save is not taken for one that comes late."""
    fields = trainer.see("/atelier/documents/un-a").form("Enregistrer")["fields"]
    sent = {"csrf_token": fields["csrf_token"], "base": fields["base"], "alternative": "Le plan", "file": (io.BytesIO(picture()), "image.png")}
    told = trainer.post(IMAGES, data=sent, headers=FETCH).get_json()
    assert told == {"name": "image.png", "version": 0, "markdown": "![Le plan](images/image.png)"}
    text = f"{fields['text']}\n{told['markdown']}\n"
    saved = trainer.post("/atelier/documents/un-a", data={**fields, "text": text}, headers=FETCH)
    assert saved.status_code == 200
    assert drafts(world)["un-a"].media.keys() == {"image.png"}
    late = trainer.post("/atelier/documents/un-a", data={**fields, "text": "Autre chose."}, headers=FETCH)
    assert late.status_code == 409


BAD_IMAGES = [
    ("dessin.svg", SVG, "SVG"),
    ("page.png", b"<html>" + SCRIPT, "ce n’est pas une image"),
    ("photo.png", picture("JPEG"), "sa vraie extension"),
    ("affiche.png", enormous(), "millions de points"),
    ("plan.png", picture()[:50], "n’est pas lisible"),
    ("", b"", "Choisissez une image"),
]


def test_a_bad_image_is_refused_and_nothing_is_written(world: World, trainer: StrictClient) -> None:
    trainer.see(IMAGES)
    before = everything(world)
    for name, data, said in BAD_IMAGES:
        assert said in words_of(send(trainer, "Ajouter", name, data, status=422, alternative="x"))
        fields = trainer.page.form("Ajouter")["fields"]
        told = trainer.post(IMAGES, data={**fields, "alternative": "x", "file": (io.BytesIO(data), name)}, headers=FETCH)
        assert (told.status_code, said in told.get_json()["error"]) == (422, True)
    assert everything(world) == before


def test_an_image_without_words_is_refused(world: World, trainer: StrictClient) -> None:
    trainer.see(IMAGES)
    before = everything(world)
    assert SAY_IN_A_SENTENCE in words_of(send(trainer, "Ajouter", "plan.png", picture(), status=422, alternative=" "))
    assert everything(world) == before


def test_what_hides_in_an_image_is_not_served(world: World, trainer: StrictClient) -> None:
    trainer.see(IMAGES)
    send(trainer, "Ajouter", "plan.png", picture() + SCRIPT, alternative="Le plan")
    assert all(SCRIPT not in data for data in everything(world)[1].values())


# --- Word ---


def document() -> Docx:
    made = Docx(
        [
            paragraph("Le contrat de ville", style="Titre"),
            paragraph("Une réunion.", inner=equation("a+b")),
            paragraph("", inner=image(alternative="Le plan")),
            paragraph("Question 1 : Qui signe ?"),
            paragraph("a) Le préfet"),
            paragraph("b) Le maire"),
            paragraph("Bonne réponse : a"),
        ]
    )
    return made.with_image()


def test_a_document_becomes_a_lesson_and_its_quiz(world: World, trainer: StrictClient) -> None:
    page = give(trainer, "cours.docx", document().data())
    assert "Une équation n’est pas reprise : « a+b »." in words_of(page)
    assert "data:image/png;base64," in trainer.submit("Répondre", value="leçon").html
    trainer.submit(TAKE_WHAT_IS_TICKED, module="mod-un")
    lesson, quiz = drafts(world)["le-contrat-de-ville"], drafts(world)["le-contrat-de-ville-quiz"]
    assert lesson.path.startswith("modules/mod-un/")
    assert f"quiz : {quiz.document_id}" in lesson.text
    assert "- [x] Le préfet\n- [ ] Le maire" in quiz.text
    assert len(lesson.media) == 1
    assert quiz.media == {}
    assert world.count(Revision) == len(small())


BAD_DOCUMENTS = [
    ("cours.docx", Docx(parts={"word/vbaProject.bin": b"x"}), "macros"),
    ("cours.docm", document(), "macros"),
    ("cours.docx", Docx(settings=[("r1", "attachedTemplate", "https://mal.example/m.dotm", True)]), "son modèle"),
    ("cours.docx", Docx(prolog='<!DOCTYPE w [<!ENTITY a "b">]>'), "DOCTYPE"),
    ("cours.docx", Docx(parts={"word/bombe.xml": b"<a>" + b" " * 9_000_000 + b"</a>"}), "piégée"),
]


@pytest.mark.proof
def test_a_bad_document_is_refused_and_nothing_is_written(world: World, trainer: StrictClient) -> None:
    before = everything(world)
    for name, made, said in BAD_DOCUMENTS:
        assert said in words_of(give(trainer, name, made.data(), status=422))
    climbing = renamed(document().data(), "word/footnotes.xml", "../../../etc/p.xml")
    assert LEAVES_ARCHIVE in words_of(give(trainer, "cours.docx", climbing, status=422))
    assert everything(world) == before


# --- Archive ---


def test_the_archive_goes_out_is_changed_and_comes_back(world: World, trainer: StrictClient) -> None:
    trainer.see("/atelier/archive")
    answer = trainer.get("/atelier/archive/cours.zip")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="croisee-cours.zip"'
    files = {path: data.decode() for path, data in unzipped(answer.data).items()}
    files["modules/mod-un/un-a.md"] = files["modules/mod-un/un-a.md"].replace("Des faits.", "Des faits nouveaux.")
    page = send(trainer, "Vérifier", "cours.zip", zipped(files))
    assert "Modifié1" in words_of(page)
    assert "Des faits[ajouté : nouveaux]." in words_of(page)
    assert world.count(Revision) == len(small())
    assert "Textes publiés : 1." in words_of(trainer.submit("Importer et publier 1"))
    assert "Des faits nouveaux." in trainer.see("/lecons/un-a").html
    assert not list((world.app.config["CROISEE"].instance_path / "imports").iterdir())


def test_files_come_in_on_either_database(either: World) -> None:
    client = either.signed_in(either.person("Awa Ndiaye", enrolled=False, role=Role.TRAINER))
    client.see(IMAGES)
    send(client, "Ajouter", "plan.png", picture(), alternative="Le plan")
    give(client, "cours.docx", document().data())
    client.submit("Répondre", value="leçon")
    client.submit(TAKE_WHAT_IS_TICKED, module="mod-un")
    files = {path: data.decode() for path, data in unzipped(client.get("/atelier/archive/cours.zip").data).items()}
    files["modules/mod-un/un-b.md"] = files["modules/mod-un/un-b.md"].replace("Des faits.", "Des faits nouveaux.")
    client.see("/atelier/archive")
    send(client, "Vérifier", "cours.zip", zipped(files))
    client.submit("Importer et publier 1")
    assert "Des faits nouveaux." in client.see("/lecons/un-b").html
    assert drafts(either).keys() == {"un-a", "mod-un", "le-contrat-de-ville", "le-contrat-de-ville-quiz"}


def test_a_conflict_shows_both_texts_and_imports_nothing(world: World, trainer: StrictClient) -> None:
    files = {path: data.decode() for path, data in unzipped(trainer.get("/atelier/archive/cours.zip").data).items()}
    path = "modules/mod-un/un-a.md"
    world.publish((path, files[path].replace("Des faits.", "Des faits du site.")))
    trainer.see("/atelier/archive")
    before = everything(world)
    page = send(trainer, "Vérifier", "cours.zip", zipped({**files, path: files[path].replace("Des faits.", "Des faits du fichier.")}), status=422)
    assert "[retiré : site]" in words_of(page)
    assert "[ajouté : fichier]" in words_of(page)
    assert "Importer et publier" not in words_of(page)
    assert everything(world) == before


def test_a_course_that_moves_after_the_verdicts_is_judged_again(world: World, trainer: StrictClient) -> None:
    files = {path: data.decode() for path, data in unzipped(trainer.get("/atelier/archive/cours.zip").data).items()}
    path = "modules/mod-un/un-a.md"
    trainer.see("/atelier/archive")
    send(trainer, "Vérifier", "cours.zip", zipped({**files, path: files[path].replace("Des faits.", "Des faits du fichier.")}))
    world.publish((path, files[path].replace("Des faits.", "Des faits du site.")))
    assert "Archive refusée" in words_of(trainer.submit("Importer et publier 1", status=422))


def test_what_another_trainer_sent_is_not_found(world: World, trainer: StrictClient) -> None:
    trainer.see("/atelier/archive")
    send(trainer, "Vérifier", "cours.zip", trainer.get("/atelier/archive/cours.zip").data)
    waiting = next((world.app.config["CROISEE"].instance_path / "imports").iterdir()).name.partition("-")[0]
    assert trainer.get(f"/atelier/archive/{waiting}").status_code == 200
    other = world.signed_in(world.person("Bruno Petit", enrolled=False, role=Role.TRAINER))
    assert other.get(f"/atelier/archive/{waiting}").status_code == 404
    assert trainer.get("/atelier/archive/..%2f..%2ftest").status_code == 404


BAD_ARCHIVES = [
    (lambda: bomb(210), "dépasserait"),
    (lambda: renamed(zipped({"modules/un/01-a.md": "x"}), "modules/un/01-a.md", "../../../etc/a.md."), LEAVES_ARCHIVE),
    (lambda: b"not a zip", "zip lisible"),
    (lambda: zipped({"autre/x.txt": "x", "y/z.txt": ""}), "aucun fichier de cours"),
]


def test_a_bad_archive_is_refused_and_nothing_is_written(world: World, trainer: StrictClient) -> None:
    trainer.see("/atelier/archive")
    before = everything(world)
    for made, said in BAD_ARCHIVES:
        assert said in words_of(send(trainer, "Vérifier", "cours.zip", made(), status=422))
    assert everything(world) == before


def test_others_find_nothing(world: World) -> None:
    learner = world.signed_in(world.person())
    for address in (IMAGES, "/atelier/importer", "/atelier/archive", "/atelier/archive/cours.zip"):
        assert learner.get(address).status_code == 404
        assert world.app.test_client().get(address).status_code == 302


def test_only_these_pages_take_large_files(world: World, trainer: StrictClient) -> None:
    fields = trainer.see(IMAGES).form("Ajouter")["fields"]
    large = picture() + b"\x00" * 3_000_000
    assert _sent(trainer, "/atelier/nouveau", fields, large) == 413
    assert _sent(world.app.test_client(), IMAGES, fields, large) == 413
    assert _sent(trainer, IMAGES, fields, large) == 303
    assert _sent(trainer, IMAGES, fields, b"x" * 17_000_000) == 413
    assert list(drafts(world)) == ["un-a"]


def _sent(client: FlaskClient, address: str, fields: dict[str, Any], data: bytes) -> int:
    """The status that answers a file so large that the test client would put it on the disk."""
    kind, body = form_with_file("plan.png", data, **fields | {"alternative": "x"})
    return client.post(address, data=body, content_type=kind).status_code
