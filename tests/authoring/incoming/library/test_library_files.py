"""The library's files in the atelier: added, refused with nothing stored, named, taken away; and with the course's zip."""

from __future__ import annotations

import io

import pytest

from app.authoring.models import Draft
from app.identity.rules import Role
from app.platform.settings import current_settings
from tests.authoring.incoming.library import made
from tests.authoring.incoming.pictures import picture
from tests.record.world import World

PATH = "modules/bibliotheque.md"
TEXT = "## Un guide {#guide-d-essai}\n\ntype : guide\nlien : https://example.org/guide\n\nÀ lire.\n"
ADDRESS = "/atelier/bibliotheque/fichiers"


@pytest.fixture
def site(world: World) -> World:
    world.publish((PATH, TEXT))
    return world


def _drafts(world: World) -> list[dict[str, str]]:
    return world.read(lambda session: [draft.media for draft in session.query(Draft)])


def _kept(world: World) -> list[str]:
    folder = world.read(lambda _: current_settings().instance_path / "media")
    return sorted(path.name for path in folder.glob("*")) if folder.is_dir() else []


def test_a_trainer_adds_a_file_names_it_and_takes_it_away(site: World) -> None:
    client = site.signed_in(site.person("Tom Auteur", role=Role.TRAINER))
    assert client.get("/atelier/documents/library/images").headers["Location"] == ADDRESS
    client.see(ADDRESS)
    page = client.submit("Ajouter", file=(io.BytesIO(made.pdf()), "Ma synthèse.pdf"))
    assert list(_drafts(site)[0]) == ["ma-synthese.pdf"]
    assert [name.rpartition(".")[2] for name in _kept(site)] == ["pdf"]
    assert "Aucun document ne le nomme" in page.text
    client.submit("Retirer")
    assert _drafts(site) == [{}]


def test_an_editor_that_sends_an_image_is_told_where_files_go(site: World) -> None:
    client = site.signed_in(site.person("Tom Auteur", role=Role.TRAINER))
    fields = client.see(ADDRESS).form("Ajouter")["fields"]
    sent = {"csrf_token": fields["csrf_token"], "file": (io.BytesIO(picture()), "image.png")}
    answer = client.post("/atelier/documents/library/images", data=sent, headers={"X-Requested-With": "fetch"})
    assert answer.status_code == 422
    assert (
        answer.get_json()["error"].replace("\u202f", " ").replace("\u2011", "-")
        == "La bibliothèque garde ses fichiers à part : ajoutez celui-ci depuis « Fichiers de la bibliothèque »."
    )
    assert (_drafts(site), _kept(site)) == ([], [])


@pytest.mark.parametrize(("name", "data"), [("a.pdf", b"<html>"), ("a.docm", made.docx()), ("a.svg", b"<svg/>"), ("", b"")])
def test_a_refused_file_is_said_and_nothing_is_stored(site: World, name: str, data: bytes) -> None:
    client = site.signed_in(site.person("Tom Auteur", role=Role.TRAINER))
    client.see(ADDRESS)
    page = client.submit("Ajouter", 422, file=(io.BytesIO(data), name))
    assert any(each.get("role") == "alert" for each in page.all("div"))
    assert (_drafts(site), _kept(site)) == ([], [])


def test_others_than_authors_find_no_such_page(site: World) -> None:
    assert site.signed_in(site.person()).get(ADDRESS).status_code == 404
