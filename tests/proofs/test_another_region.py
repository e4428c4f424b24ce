"""Another region's site, from its own course (tests/courses/occitanie): nothing of the first course is left in any page, file or letter."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, url_for
from pypdf import PdfReader
from sqlalchemy import select

import app as package
from app.authoring.drafts import services as drafts
from app.content.store import disk
from app.content.store.queries import Publication
from app.content.store.survey import survey_files
from app.content.store.sync import sync
from app.identity import emails
from app.identity.models import Person
from app.identity.rules import Role
from app.identity.services import set_scope, territory_tree
from app.learner.messages import services
from app.learner.messages.queries import TrainerMessage
from app.platform import clock
from app.platform import site as sites
from app.platform.db import db, writing
from app.platform.mail.outbox import OutgoingMail
from app.platform.site_rules import Site
from app.platform.storage import places
from app.record.progress.models import Attestation, Cohort
from tests.identity.builders import create_person
from tests.making import make_app, make_settings
from tests.record.world import Clock, World
from tests.strict import StrictClient

COURSE = Path(__file__).parents[1] / "courses" / "occitanie"
FIRST = re.compile(
    "Hauts-de-France|trois histoires|IREV|politiques? de la ville|éducation prioritaire|politiques éducatives locales|politique-de-la-ville|education-prioritaire"
    "|acculturation|culture de la ville|chefs de projet opérationnels|Amiens|Lille|Nord[ (]",
    re.IGNORECASE,
)
"""What the first course and its region call their own."""
DRAWN = re.compile(r'<input[^>]*name="csrf_token"[^>]*>|\bnonce="[^"]*"')
"""Random letters, which may spell anything."""
SOFTWARE = ("/administration/site/historique", "/mentions-legales", "/accessibilite", "/ecoconception", "/administration/reglages")
"""Pages that speak of the software, by its name."""
ROLES = {"learner": Role.LEARNER, "trainer": Role.TRAINER, "manager": Role.MANAGER, "administrator": Role.ADMINISTRATOR}


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Prepared as `flask prepare` does in production: no demonstration; then four people, and what they did."""
    settings = make_settings(
        tmp_path_factory.mktemp("occitanie"), course_path=COURSE, site_url="https://deux-fils.example", smtp_host="mail.example", contact=""
    )
    app = make_app(settings)
    world = World(app, Clock(clock.now()))
    with app.app_context(), writing() as session:
        files = disk.find(COURSE)
        report = sync(session, files, survey_files(files, datetime(2026, 11, 24, tzinfo=UTC).date()), places.media(settings), clock.now())
        assert not report.refused
    people = {name: world.person(f"{name.title()} Martin", role=role) for name, role in ROLES.items()}

    def settle(session: Any) -> None:
        set_scope(session, session.get_one(Person, people["manager"]), ["region-occitanie"])
        about = Site("Les deux fils", "Deux fils", publisher="Maison des deux fils", legal="Un **mot** de plus.", contact="Le secrétariat")
        sites.save(session, about, 0, people["administrator"], clock.now())

    world.write(settle)
    for element in ("villes-soir", "villes-soir-quiz", "villes-agenda", "villes-agenda-quiz"):
        world.finish(people["learner"], element)
    yield world
    with app.app_context():
        db.engine.dispose()


def clients(world: World) -> dict[str, StrictClient]:
    ids = {name: world.read(lambda session, name=name: session.scalars(select(Person.id).filter_by(name=f"{name.title()} Martin")).one()) for name in ROLES}
    return {"visitor": world.app.test_client(), **{name: world.signed_in(number) for name, number in ids.items()}}  # type: ignore[dict-item]


def values_of(world: World) -> dict[str, Any]:
    """A value for each variable of an address that has one here; others answer that they do not exist, on a page too."""

    def work(session: Any) -> dict[str, Any]:
        learner = session.scalars(select(Person.id).filter_by(name="Learner Martin")).one()
        trainer = session.scalars(select(Person.id).filter_by(name="Trainer Martin")).one()
        draft = drafts.open_draft(session, "villes-agenda", trainer, clock.now())
        cohort = Cohort(name="Rentrée", path_id="deux-fils", starts_on=clock.now().date())
        session.add(cohort)
        session.flush()
        revision = session.scalars(select(Publication.revision_id).filter_by(document_id="villes-agenda")).one()
        attestation = session.scalars(select(Attestation.id).filter_by(person_id=learner)).first()
        return {
            "person_id": learner, "other_id": trainer, "document_id": draft.document_id, "revision_id": revision, "cohort_id": cohort.id,
            "module_id": "le-fil-des-villes", "lesson_id": "villes-soir", "quiz_id": "villes-soir-quiz", "attestation_id": attestation,
            "territory_id": "region-occitanie", "attempt_id": 1, "position": 1, "kind": "reminders", "filename": "croisee.css", "form": "jwt",
        }  # fmt: skip

    return world.write(work)


def addresses(app: Flask, values: dict[str, Any]) -> list[str]:
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    with app.test_request_context():
        return sorted({url_for(rule.endpoint, **{name: values.get(name, 1 if "int" in str(rule) else "inconnu") for name in rule.arguments}) for rule in rules})


def words_in(data: bytes, mimetype: str) -> str:
    """What a page or a file says."""
    if mimetype == "application/pdf":
        reader = PdfReader(io.BytesIO(data))
        return " ".join([*(page.extract_text() for page in reader.pages), *map(str, (reader.metadata or {}).values())])
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return " ".join(archive.read(name).decode("utf-8", errors="ignore") for name in archive.namelist())
    return DRAWN.sub("", data.decode("utf-8", errors="ignore"))


def plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("\xa0", " ").replace("’", "'")


@pytest.mark.proof
def test_no_page_and_no_file_speaks_of_the_first_course(region: World) -> None:
    values, found, read = values_of(region), [], 0
    for role, client in clients(region).items():
        for address in addresses(region.app, values):
            response = client.get(address)
            said = plain(words_in(response.data, response.mimetype))
            assert response.status_code < 500 or address == "/healthz/ready", (role, address)
            read += response.status_code == 200
            found += [(role, address, said[max(0, hit.start() - 40) : hit.end() + 20]) for hit in FIRST.finditer(said)]
            if "Croisée" in said and not address.startswith(SOFTWARE):
                found.append((role, address, said[said.index("Croisée") - 40 :][:80]))
    told = "\n".join(sorted({f"{address} {said}" for _, address, said in found}))
    assert not told, told
    assert read > 200


@pytest.mark.proof
def test_it_speaks_of_its_own(region: World) -> None:
    every = clients(region)
    landing = every["visitor"].see("/decouvrir").text
    assert all(words in landing for words in ("Deux fils se nouent dans une cité", "Les deux fils", "Tenir le fil des villes"))
    assert "deux histoires, une seule chronologie" in plain(every["visitor"].see("/frise").text).lower()
    assert "Maison des deux fils" in every["visitor"].see("/mentions-legales").text
    sheet = every["visitor"].get("/static/croisee.css").text
    assert ".line-fil-des-villes" in sheet
    assert "--line-1: light-dark(#8a1c4a, #f29cc0)" in sheet
    tree = region.read(territory_tree)
    assert [node.name for node in tree.ancestors("cite-toulouse")] == ["Toulouse", "Haute-Garonne", "Académie de Toulouse", "Occitanie"]
    assert tree.zone_of("cite-toulouse") == "C"
    assert "Toulouse" in every["manager"].see("/pilotage/bilan").text


@pytest.mark.proof
def test_letters_are_its_own(region: World) -> None:
    settings = region.app.config["CROISEE"]

    def write(session: Any) -> list[tuple[str, str, str]]:
        person = create_person(session, name="Nouvelle Venue", email="nouvelle@deux-fils.example")
        asked = TrainerMessage(
            id=1, person_id=person.id, kind="question", element_id="x", document_id="x", fingerprint="", message="Qui ?", sent_at=clock.now()
        )
        asked.answer = "On vous répond."
        services.tell_answer(session, settings, asked, clock.now())
        emails.send_password_link(session, settings, person, clock.now())
        emails.tell_password_changed(session, settings, person, clock.now())
        return [(row.subject, row.text, row.html) for row in session.scalars(select(OutgoingMail))]

    sent = region.write(write)
    assert len(sent) == 3
    for letter in sent:
        assert letter[0].startswith("Les deux fils : ")
        assert not FIRST.search(plain(" ".join(letter)))
        assert not any("Croisée" in part for part in letter)


def test_no_template_and_no_sentence_of_the_software_names_the_first_course() -> None:
    """Of letters of every kind too: what stands in a file is said to every region."""
    root = Path(package.__file__).parent
    named = re.compile("Hauts-de-France|trois histoires|IREV\\b|acculturation des chefs", re.IGNORECASE)
    files = [path for path in root.rglob("*") if path.suffix in (".html", ".txt", ".typ", ".js", ".css", ".py")]
    found = [path.relative_to(root).as_posix() for path in files if named.search(_without_remarks(path))]
    assert [path for path in found if not path.startswith("migrations")] == []


def _without_remarks(path: Path) -> str:
    text = path.read_text(encoding="utf-8")
    return (
        re.sub(r'\{#.*?#\}|"""(?:.*?)"""|#.*', "", text, flags=re.DOTALL) if path.suffix != ".py" else re.sub(r'""".*?"""|#[^\n]*', "", text, flags=re.DOTALL)
    )
