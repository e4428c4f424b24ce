"""Two hosts that share a bucket, and what their readers see; a bucket that is away."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from flask import Flask
from msgspec.structs import replace

from app.authoring.incoming import uploads
from app.authoring.incoming.image_views import forgotten_images
from app.identity.rules import Role
from app.platform.db import db
from app.platform.errors import NotYours
from app.platform.settings import current_settings
from app.platform.storage import bucket as buckets
from app.platform.storage import places
from tests.authoring.incoming.library import made
from tests.authoring.incoming.pictures import picture
from tests.authoring.sending import drafts, send
from tests.learner.reference.library.library_pages import DATA, LESSON, PATH, TEXT, keep
from tests.making import make_app
from tests.platform.storage.hosts import closed, site_of
from tests.record import courses
from tests.record.world import Clock, World, words_of
from tests.strict import StrictClient

IMAGES = "/atelier/documents/un-a/images"


def trainer_of(world: World, number: int | None = None) -> StrictClient:
    return world.signed_in(number or world.person("Awa Ndiaye", enrolled=False, role=Role.TRAINER))


@pytest.fixture
def hosts(tmp_path: Path, clock: Clock, bucket: dict[str, Any]) -> Iterator[tuple[World, World]]:
    """Of one database and one bucket; nothing else is shared."""
    here = site_of(tmp_path / "a", clock, **bucket)
    there = World(make_app(replace(here.app.config["CROISEE"], instance_path=tmp_path / "b")), clock)
    yield here, there
    closed(here.app, there.app)


@pytest.fixture
def cut_off(tmp_path: Path, clock: Clock, away: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setattr(buckets, "LEFT_ALONE", 60.0)  # the port is asked once
    world = site_of(tmp_path / "instance", clock, **away)
    yield world
    closed(world.app)


def test_what_is_sent_to_one_host_is_seen_on_the_other(hosts: tuple[World, World]) -> None:
    here, there = hosts
    author = here.person("Awa Ndiaye", enrolled=False, role=Role.TRAINER)
    client, other = trainer_of(here, author), trainer_of(there, author)
    client.see(IMAGES)
    page = send(client, "Ajouter", "plan.png", picture(), alternative="Le plan")
    address = next(str(each.get("src")) for each in page.all("img") if "/media/" in str(each.get("src")))
    shown = other.get(address, buffered=True)
    assert (shown.status_code, shown.mimetype, shown.data) == (200, "image/png", client.get(address, buffered=True).data)
    assert other.get(address, headers={"If-None-Match": shown.headers["ETag"]}).status_code == 304
    assert other.get("/media/" + "0" * 64 + ".png").status_code == 404
    assert "plan.png" in other.see(IMAGES).text
    client.see("/atelier/archive")
    archive = client.get("/atelier/archive/cours.zip").data
    send(client, "Vérifier", "cours.zip", archive)
    other.see(f"/atelier/archive/{sha256(archive).hexdigest()}")
    assert not any((world.app.config["CROISEE"].instance_path / area).exists() for world in hosts for area in places.AREAS)


def test_what_waits_is_taken_once_by_whoever_sent_it(any_app: Flask, tmp_path: Path, bucket: dict[str, Any], clock: Clock) -> None:
    """Two at once, on two hosts: the second finds it gone, once the first is done."""
    world = World(any_app, clock)
    settings = [replace(any_app.config["CROISEE"], **bucket) for _ in "ab"]
    here, there = (places.imports(each) for each in settings)
    digest = uploads.keep(here, 1, b"PK", clock.now())
    with any_app.app_context(), pytest.raises(NotYours), uploads.turn(there, digest, 2):
        pass

    def take(number: int) -> bool:
        with any_app.app_context(), uploads.turn((here, there)[number % 2], digest, 1) as data:
            if data:
                uploads.drop(here, digest, 1)
            return data == b"PK"

    def tried(number: int) -> bool:
        try:
            return take(number)
        except NotYours:
            return False

    assert sorted(world.together(4, tried)) == [False, False, False, True]


def test_a_file_is_read_from_any_place_of_it_with_its_name(hosts: tuple[World, World]) -> None:
    here, there = hosts
    keep(here, (PATH, TEXT), courses.module("le-module", ["la-lecon"]), LESSON, seance__mp3=DATA, synthese__pdf=made.pdf())
    here.person()
    client = there.client()
    assert "MP3, 10\u00a0Ko" in client.see("/ressources").html
    whole = client.get("/bibliotheque/seance-2022/fichier", buffered=True)
    assert (whole.data, whole.headers["Content-Disposition"]) == (DATA, "attachment; filename=seance.mp3")
    part = client.get("/bibliotheque/seance-2022/fichier", headers={"Range": "bytes=10-19"}, buffered=True)
    assert (part.status_code, part.data, part.headers["Content-Range"]) == (206, DATA[10:20], f"bytes 10-19/{len(DATA)}")
    head = client.head("/bibliotheque/seance-2022/fichier")
    assert (head.content_length, head.data) == (len(DATA), b"")


@pytest.mark.parametrize(
    ("downloads", "in_bucket", "told"),
    [
        ("mandataire", False, {"pdf": "/_media/", "mp3": "/_media/", "image": "/_media/"}),
        ("mandataire", True, {"pdf": "/_seau/{bucket}/media/", "mp3": "/_seau/{bucket}/media/", "image": "/_seau/{bucket}/media/"}),
        ("adresse", True, {"pdf": "{bucket_url}/{bucket}/media/", "mp3": "", "image": ""}),
    ],
)
def test_somebody_else_may_send_a_file_once_the_site_agrees(
    tmp_path: Path, clock: Clock, bucket: dict[str, Any], monkeypatch: pytest.MonkeyPatch, downloads: str, in_bucket: bool, told: dict[str, str]
) -> None:
    monkeypatch.setattr(places, "LARGE", 10)
    world = site_of(tmp_path / "instance", clock, downloads=downloads, **(bucket if in_bucket else {}))
    keep(world, (PATH, TEXT), courses.module("le-module", ["la-lecon"]), LESSON, seance__mp3=DATA, synthese__pdf=made.pdf(), plan__png=picture())
    number = world.person()
    client, visitor = world.signed_in(number), world.app.test_client()
    image = f"/media/{world.course().media['library']['plan.png']}.png"
    asked = {"pdf": "/bibliotheque/synthese-d-essai/fichier", "mp3": "/bibliotheque/seance-2022/fichier", "image": image}
    for kind in ("pdf", "image"):
        assert "/connexion" in visitor.get(asked[kind]).headers["Location"]  # the recording is open to visitors
    for kind, address in asked.items():
        answer = client.get(address)
        led = answer.headers.get("X-Accel-Redirect") or answer.headers.get("Location", "")
        assert led.startswith(told[kind].format(**bucket))
        assert bool(led) == bool(told[kind])
        assert not led or (answer.data == b"" and "carpentier" not in led.lower())
        assert client.head(address).headers.get("X-Accel-Redirect") is None
    if downloads == "adresse":
        assert "filename=synthese.pdf" in unquote(client.get(asked["pdf"]).headers["Location"])
        assert client.get(asked["pdf"], headers={"Sec-Fetch-Dest": "audio"}, buffered=True).status_code == 200
    closed(world.app)


def test_what_nothing_names_is_forgotten(hosts: tuple[World, World]) -> None:
    here, _ = hosts
    client = trainer_of(here)
    client.see(IMAGES)
    send(client, "Ajouter", "plan.png", picture(), alternative="Le plan")
    with here.app.app_context():
        kept = places.media(current_settings())
        kept.put("f" * 64 + ".png", b"nobody's")
        (entry,) = [each for each in kept.entries() if each.name.startswith("f" * 64)]
        later, before = (here.clock.now().fromtimestamp(entry.kept_at + seconds, here.clock.now().tzinfo) for seconds in (5, -5))
        assert list(forgotten_images(db.session, kept, before)) == []
        assert list(forgotten_images(db.session, kept, later)) == [entry.name]


# --- Away -------------------------------------------------------------------------------------------------------------


def test_a_bucket_that_is_away_loses_nothing_and_says_what_to_do(cut_off: World) -> None:
    client = trainer_of(cut_off)
    client.see(IMAGES)
    page = send(client, "Ajouter", "plan.png", picture(), status=503, alternative="Le plan du quartier")
    assert "hors d’atteinte" in words_of(page)
    assert page.form("Ajouter")["fields"]["alternative"] == "Le plan du quartier"
    assert drafts(cut_off) == {}
    told = client.get("/media/" + "0" * 64 + ".png")
    assert (told.status_code, told.headers["Retry-After"]) == (503, "60")
    assert "hors d’atteinte" in told.text
    client.see("/atelier/archive")
    archive = client.get("/atelier/archive/cours.zip").data
    assert "hors d’atteinte" in words_of(send(client, "Vérifier", "cours.zip", archive, status=503))
    assert cut_off.app.test_client().get("/healthz/ready").get_json()["bucket"] == "unreachable"


def test_the_library_is_read_while_its_files_are_away(cut_off: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("tests.learner.reference.library.test_library_pages.disk.store", lambda kept, name, data: "e" * 64)
        keep(cut_off, (PATH, TEXT), courses.module("le-module", ["la-lecon"]), LESSON, seance__mp3=DATA, synthese__pdf=made.pdf())
    cut_off.person()
    client = cut_off.client()
    assert "Une synthèse" in client.see("/ressources").text
    assert "/bibliotheque/synthese-d-essai/fichier" in client.see("/bibliotheque/synthese-d-essai").html
    assert client.get("/bibliotheque/synthese-d-essai/fichier", headers={"Range": "bytes=0-9"}).status_code == 503
