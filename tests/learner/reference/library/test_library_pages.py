"""The library through its pages: the list, a document, its file in parts, who may read it, recordings in a lesson; and 200 MB without memory."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest

from app.content.store import disk
from app.content.store.disk import find, is_image_name, is_media_name
from app.identity.rules import Role
from app.platform.settings import current_settings
from app.platform.storage.folder import FolderStore
from tests.authoring.incoming.library import made
from tests.learner.reference.library.library_pages import DATA, LESSON, PATH, TEXT, keep
from tests.record import courses
from tests.record.world import World


@pytest.fixture
def site(world: World) -> World:
    keep(world, (PATH, TEXT), courses.module("le-module", ["la-lecon"]), LESSON, seance__mp3=DATA, synthese__pdf=made.pdf())
    world.person()
    return world


# --- Pages ---


def test_the_catalogue_has_every_document_the_newest_first(site: World) -> None:
    page = site.client().see("/ressources")
    shown = [link.get("href") for heading in page.all("h3") for link in heading.iter("a")]
    assert [each for each in shown if "syntheses" not in each] == ["/bibliotheque/seance-2022", "/bibliotheque/guide-d-essai", "/bibliotheque/synthese-d-essai"]
    assert any(address.startswith("/bibliotheque/syntheses/") for address in shown)
    text = page.text
    assert "Enregistrement" in text
    assert "9 juin 2022" in text
    assert "MP3, 10 Ko" in text


def test_the_page_of_a_document_says_what_is_known_of_it(site: World) -> None:
    client = site.client()
    page = client.see("/bibliotheque/seance-2022?t=65")
    text = page.text
    for said in (
        "Une séance du <réseau>",
        "Ada",
        "Un centre",
        "9 juin 2022",
        "13 février 2023",
        "Hauts-de-France",
        "Licence ouverte",
        "Documents liés",
        "Un guide d’essai",
    ):
        assert said in text
    html = client.get("/bibliotheque/seance-2022?t=65").get_data(as_text=True)
    assert 'src="/bibliotheque/seance-2022/fichier#t=65"' in html
    assert 'href="/bibliotheque/seance-2022?t=3723#ecouter" data-second="3723"' in html
    assert '<h3 id="la-suite">' in html
    assert "Une séance" in client.see("/bibliotheque/guide-d-essai").text
    assert "https://example.org/guide" in client.see("/bibliotheque/guide-d-essai").text
    assert client.get("/bibliotheque/absent").status_code == 404
    assert client.get("/bibliotheque/absent/fichier").status_code == 404
    assert client.get("/bibliotheque/guide-d-essai/fichier").status_code == 404


def test_a_lesson_links_its_documents_and_plays_a_recording_with_what_it_says(site: World) -> None:
    html = site.client().get("/lecons/la-lecon").get_data(as_text=True)
    assert '<a href="/bibliotheque/seance-2022#la-suite">la suite</a>' in html
    assert '<a href="/bibliotheque/guide-d-essai">Un guide d’essai</a>' in html
    assert '<a href="/bibliotheque/synthese-d-essai">le PDF</a> (PDF)' in html
    assert '<figure class="recording">' in html
    assert 'preload="none" src="/bibliotheque/seance-2022/fichier"' in html
    assert "chasseurs de carroyage" in html
    assert "js/reading/recording" in html


def test_it_is_found_by_what_it_says(site: World) -> None:
    html = site.client().get("/recherche?q=chasseurs+carroyage").get_data(as_text=True)
    assert "/bibliotheque/seance-2022#transcription" in html


def test_a_file_that_is_not_here_is_said(site: World) -> None:
    folder = site.read(lambda _: current_settings().instance_path / "media")
    for path in folder.glob("*.pdf"):
        path.unlink()
    client = site.client()
    assert "n’est pas sur ce site" in client.see("/bibliotheque/synthese-d-essai").text
    assert client.get("/bibliotheque/synthese-d-essai/fichier").status_code == 404


# --- Who ---


def test_visitors_read_what_says_so_and_nobody_reads_what_is_absent(site: World) -> None:
    visitor = site.app.test_client()
    assert visitor.get("/bibliotheque/seance-2022").status_code == 200
    assert visitor.get("/bibliotheque/seance-2022/fichier").status_code == 200
    for closed in ("/ressources", "/bibliotheque/synthese-d-essai", "/bibliotheque/synthese-d-essai/fichier", "/bibliotheque/absent"):
        assert visitor.get(closed).status_code in (302, 303), closed
    for role in Role:
        client = site.signed_in(site.person(f"Rôle {role.value}", role=role))
        assert client.get("/bibliotheque/synthese-d-essai/fichier").status_code == 200


# --- Its file ---


def test_a_file_is_given_as_an_attachment_that_no_browser_opens_here(site: World) -> None:
    answer = site.client().get("/bibliotheque/seance-2022/fichier")
    assert answer.data == DATA
    headers = answer.headers
    assert headers["Content-Type"] == "audio/mpeg"
    assert headers["Content-Disposition"] == "attachment; filename=seance.mp3"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert headers["Cache-Control"] == "private, no-cache"
    assert headers["Accept-Ranges"] == "bytes"
    assert len(headers["ETag"].strip('"')) == 64


SIZE = len(DATA)


@pytest.mark.parametrize(
    ("asked", "status", "kept", "said"),
    [
        ("bytes=0-99", 206, DATA[:100], f"bytes 0-99/{SIZE}"),
        ("bytes=100-", 206, DATA[100:], f"bytes 100-{SIZE - 1}/{SIZE}"),
        ("bytes=-10", 206, DATA[-10:], f"bytes {SIZE - 10}-{SIZE - 1}/{SIZE}"),
        (f"bytes=-{SIZE * 2}", 206, DATA, f"bytes 0-{SIZE - 1}/{SIZE}"),
        (f"bytes=0-{SIZE * 2}", 206, DATA, f"bytes 0-{SIZE - 1}/{SIZE}"),
        (f"bytes={SIZE}-", 416, None, f"bytes */{SIZE}"),
        ("bytes=-0", 416, None, f"bytes */{SIZE}"),
        ("bytes=0-1,5-6", 200, DATA, None),
        ("lines=0-1", 200, DATA, None),
        ("bytes=9-1", 200, DATA, None),
        ("bytes=x", 200, DATA, None),
    ],
)
def test_a_range_is_answered_as_published(site: World, asked: str, status: int, kept: bytes | None, said: str | None) -> None:
    answer = site.client().get("/bibliotheque/seance-2022/fichier", headers={"Range": asked})
    assert (answer.status_code, answer.headers.get("Content-Range")) == (status, said)
    if kept is not None:
        assert answer.data == kept
        assert int(answer.headers["Content-Length"]) == len(kept)


def test_conditions_decide_between_a_part_the_whole_and_nothing(site: World) -> None:
    client, address = site.client(), "/bibliotheque/seance-2022/fichier"
    mark = client.get(address).headers["ETag"]
    part = {"Range": "bytes=0-9"}
    assert client.get(address, headers={**part, "If-Range": mark}).status_code == 206
    assert client.get(address, headers={**part, "If-Range": '"autre"'}).status_code == 200
    assert client.get(address, headers={**part, "If-Range": f"W/{mark}"}).status_code == 200
    assert client.get(address, headers={"If-None-Match": mark}).status_code == 304
    assert client.get(address, headers={"Range": f"bytes={SIZE}-", "If-Range": '"autre"'}).status_code == 200
    head = client.head(address, headers=part)
    assert (head.status_code, head.data, int(head.headers["Content-Length"])) == (200, b"", SIZE)


def _opened(folder: Path) -> int:
    return sum(link.resolve().is_relative_to(folder) for link in Path("/proc/self/fd").iterdir())


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="counts the files that a Linux process has open")
def test_two_hundred_megabytes_take_no_memory_and_a_client_that_leaves_closes_them(site: World) -> None:
    size = 200_000_000
    folder = site.read(lambda _: current_settings().instance_path / "media")
    digest = site.course().media["library"]["synthese.pdf"]
    with (folder / f"{digest}.pdf").open("r+b") as file:
        file.truncate(size)
    client = site.client()
    tracemalloc.start()
    answer = client.get("/bibliotheque/synthese-d-essai/fichier", buffered=False)
    read = sum(len(piece) for piece in answer.iter_encoded())
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    answer.close()
    assert read == size
    assert most < 8_000_000
    left = client.get("/bibliotheque/synthese-d-essai/fichier", buffered=False)
    next(iter(left.iter_encoded()))
    assert _opened(folder) == 1
    left.close()
    client.head("/bibliotheque/synthese-d-essai/fichier")
    client.get("/bibliotheque/synthese-d-essai/fichier", headers={"Range": f"bytes={size}-"})
    assert _opened(folder) == 0


# --- From the course's folder ---


def test_a_file_of_the_folder_is_taken_in_whatever_it_weighs(tmp_path: Path) -> None:
    folder = tmp_path / "modules" / "bibliotheque"
    folder.mkdir(parents=True)
    (folder / "grand.mp3").write_bytes(made.mp3())
    with (folder / "grand.mp3").open("r+b") as file:
        file.truncate(70_000_000)
    (folder / "faux.pdf").write_bytes(b"<html>")
    (folder / "notes.txt").write_text("rien")
    images = find(tmp_path).images
    assert [(image.folder, image.name) for image in images] == [("bibliotheque", "grand.mp3")]
    tracemalloc.start()
    disk.keep(FolderStore(tmp_path / "media"), images[0])
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 8_000_000
    assert (tmp_path / "media" / f"{images[0].digest}.mp3").stat().st_size == 70_000_000


@pytest.mark.parametrize(
    ("name", "kept", "shown"),
    [("a" * 64 + ".png", True, True), ("a" * 64 + ".pdf", True, False), ("a" * 64 + ".html", False, False), ("../x.pdf", False, False)],
)
def test_only_images_are_shown_in_the_site(name: str, kept: bool, shown: bool) -> None:
    assert (is_media_name(name), is_image_name(name)) == (kept, shown)
