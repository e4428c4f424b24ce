"""The certificat de réalisation and the follow-up file: what the pages say, for whoever may read it, in PDF/UA-1; and never an answer."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from msgspec.structs import replace
from pdfua import validate
from pypdf import PdfReader
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.identity.audit import Access
from app.identity.models import Person
from app.identity.rules import TRAINERS, Role
from app.platform.web.endpoints import Endpoint, gathered
from app.record.progress.models import Attestation
from app.record.progress.rules import EventType
from tests.record.world import World
from tests.reporting.evidence.evidence import GIVEN, MINE, REASON, around, ines, pdf, plain, theirs, told
from tests.strict import Page
from tests.words import COMPLETION_CERTIFICATE

__all__ = ["ines"]


# --- What they say ---------------------------------------------------------------------------------------------------


def test_the_certificate_says_who_what_when_and_how_much_on_one_page(world: World, ines: int) -> None:
    world.app.config["CROISEE"] = replace(world.app.config["CROISEE"], organisation="Le centre de ressources")
    reader = PdfReader(io.BytesIO(pdf(world.client(), MINE["certificat"])))
    assert len(reader.pages) == 1
    said = plain(reader.pages[0].extract_text())
    for words in (
        COMPLETION_CERTIFICATE,
        "Inès Carpentier",
        "Organisme : Le centre de ressources",
        "Action : cours des cités éducatives, parcours « Le parcours »",
        "Nature : formation à distance, suivie en autonomie",
        "Premier acte enregistré : 24 novembre 2026",
        "Dernier acte enregistré : 24 décembre 2026",
        "Durée annoncée de ce qui est fait : 12 minutes, lectures et quiz",
        "Part du parcours faite : 50 % (3 étapes sur 6, dont 1 dispensée)",
        "Établi le : 24 décembre 2026",
        "ce n’est pas un temps mesuré",
        "Nom, qualité et signature, pour l’organisme",
    ):
        assert plain(words) in said, words


def test_its_duration_is_that_of_the_attestation(world: World) -> None:
    world.graduate()
    number = world.read(lambda session: session.scalars(select(Attestation.id).filter_by(subject_id="acculturation")).one())
    page = world.app.test_client().see(f"/attestations/{number}")  # type: ignore[attr-defined]
    (duration,) = [page.text_of(one) for one in page.all("dd") if "lectures et quiz" in page.text_of(one)]
    assert plain(f"Durée annoncée de ce qui est fait : {duration}") in told(world.client(), MINE["certificat"])


def test_what_was_decided_is_told_apart(world: World, ines: int) -> None:
    world.decide(ines, "deux-a", EventType.OVERRIDE_SET, ines, "Vu ensemble.")
    said = told(world.client(), MINE["certificat"])
    assert plain("Validé par décision : 1 étape") in said
    assert plain("22 minutes, lectures et quiz") in said


def numeric(text: str) -> str:
    """« 24 novembre 2026 » as the file writes it."""
    months = {"novembre": "11", "décembre": "12"}
    return re.sub(r"(\d+)\s(novembre|décembre)\s(\d{4})", lambda found: f"{int(found[1]):02d}/{months[found[2]]}/{found[3]}", text)


def rows_of(page: Page) -> list[list[str]]:
    rows = [[page.text_of(cell) for cell in row.iter() if cell.tag in ("th", "td")] for body in page.all("tbody") for row in body.iter("tr")]
    return [[cells[0], *map(numeric, cells[1:])] for cells in rows]


def test_the_file_says_what_the_pages_say(world: World, ines: int) -> None:
    """Element by element, in the order of the reader's own page; what the person reads, they read here too."""
    near = around(world, ines)["near"]
    page, said = world.signed_in(near).see(f"/pilotage/personnes/{ines}"), told(world.signed_in(near), theirs(ines, "suivi"))
    place = 0
    for title, state, begun, done, attempts, best in rows_of(page):
        name = plain(re.split(r" (?:Dispense|Validation)", title)[0])
        place = said.index(name, place)
        rest = said[place:]
        assert re.search(rf"{name}(Dispense.*?)?{plain(state)}{plain(begun)}{plain(done)}(\d\d/\d\d/\d{{4}}|–)?{plain(attempts)}{plain(best)}", rest), title
    for heading in page.all("h2"):
        if (heading.get("id") or "").startswith("module-"):
            assert plain(page.text_of(heading)) in said
    mine = told(world.client(), MINE["suivi"])
    assert mine == said
    for words in (f"Dispense, 24 décembre 2026 : {REASON}", GIVEN, "Aucune révision enregistrée", "100 %"):
        assert plain(words) in mine, words


def test_a_revoked_attestation_says_so(world: World) -> None:
    person = world.graduate()

    def revoke(session: Session) -> None:
        held = session.scalars(select(Attestation).filter_by(person_id=person, subject_id="mod-un")).one()
        held.revoked_at, held.revocation_reason = world.clock.now(), "Copie prouvée."

    world.write(revoke)
    said = told(world.client(), MINE["suivi"])
    assert plain("« Module mod-un », émise le 24 novembre 2026, révoquée le 24 novembre 2026 : Copie prouvée.") in said
    assert plain("« Module mod-deux », émise le 24 novembre 2026") in said


def test_never_an_answer(world: World, ines: int) -> None:
    """Neither what was chosen, nor what was asked."""
    said = told(world.client(), MINE["suivi"])
    assert "Juste" not in said
    assert "Fausse" not in said
    assert "Questionun" not in said


def test_before_the_first_act_there_is_no_certificate_and_the_file_says_so(world: World, tmp_path: Path) -> None:
    person, admin = world.person(), world.person("Ada Min", role=Role.ADMINISTRATOR)
    client = world.client()
    assert client.get(MINE["certificat"]).status_code == 404
    assert MINE["certificat"] not in client.see("/progression").html
    assert world.signed_in(admin).get(theirs(person, "certificat")).status_code == 404
    assert theirs(person, "certificat") not in world.signed_in(admin).see(f"/pilotage/personnes/{person}").html
    said = told(client, MINE["suivi"])
    assert plain("Premier acte enregistré : aucun à ce jour") in said
    assert plain("Durée annoncée de ce qui est fait : aucune") in said
    assert faults(pdf(client, MINE["suivi"]), tmp_path) == []
    world.look(person, "un-a")
    assert client.see("/progression").link(COMPLETION_CERTIFICATE) == MINE["certificat"]


# --- For whom --------------------------------------------------------------------------------------------------------


def test_who_may_read_them(world: World, ines: int) -> None:
    readers = around(world, ines)
    for what, mine in MINE.items():
        for who in ("near", "here", "admin"):
            client = world.signed_in(readers[who])
            assert client.see(f"/pilotage/personnes/{ines}").html.count(theirs(ines, what)) == 1
            assert client.get(theirs(ines, what)).status_code == 200, who
        for who in ("beyond", "elsewhere", "learner"):
            assert world.signed_in(readers[who]).get(theirs(ines, what)).status_code == 404, who
        assert world.signed_in(ines).get(theirs(ines, what)).status_code == 404, "hers are under « Ma progression »"
        assert world.signed_in(readers["admin"]).get(theirs(999_999, what)).status_code == 404
        for address in (mine, theirs(ines, what)):
            assert world.app.test_client().get(address).headers["Location"].startswith("/connexion")


def test_marks_are_for_the_person_and_their_formateurs(world: World, ines: int) -> None:
    readers = around(world, ines)
    for client, address, shown in (
        (world.client(), MINE["suivi"], True),
        (world.signed_in(readers["near"]), theirs(ines, "suivi"), True),
        (world.signed_in(readers["here"]), theirs(ines, "suivi"), False),
        (world.signed_in(readers["admin"]), theirs(ines, "suivi"), False),
    ):
        said = told(client, address)
        assert ("Meilleurenote" in said) is shown
        assert ("100%" in said) is shown
        assert ("Lesnotesnesontmontrées" in said) is not shown


def test_reasons_are_for_the_person_and_who_decides(world: World, ines: int, monkeypatch: pytest.MonkeyPatch) -> None:
    here = world.signed_in(around(world, ines)["here"])
    assert plain(REASON) in told(here, theirs(ines, "suivi"))
    monkeypatch.setitem(gathered.of(world.app), "reporting.decide", Endpoint(TRAINERS))
    said = told(here, theirs(ines, "suivi"))
    assert plain("Dispense, 24 décembre 2026") in said
    assert plain("Tentative accordée, Quiz deux-final") in said
    for reason in (REASON, GIVEN):
        assert plain(reason) not in said
        assert plain(reason) in told(world.client(), MINE["suivi"])


def test_the_person_reads_who_looked(world: World, ines: int) -> None:
    here = around(world, ines)["here"]
    for what in MINE:
        pdf(world.signed_in(here), theirs(ines, what))
        pdf(world.client(), MINE[what])
    seen = world.read(lambda session: session.execute(select(Access.reader_id, Access.what).filter_by(person_id=ines).order_by(Access.id)).all())
    assert [tuple(row) for row in seen] == [(here, "evidence.certificate"), (here, "evidence.follow_up")]
    page = world.client().see("/compte/consultations")
    assert "Votre certificat de réalisation, en fichier PDF" in page.text
    assert "Votre dossier individuel de suivi, en fichier PDF" in page.text


# --- PDF/UA ----------------------------------------------------------------------------------------------------------


def faults(document: bytes, folder: Path) -> list[tuple[str, str]]:
    file = folder / "document.pdf"
    file.write_bytes(document)
    return [(found.rule_id, found.message) for found in validate(file).findings]


@pytest.mark.parametrize("what", MINE)
def test_a_checker_finds_no_fault(world: World, ines: int, tmp_path: Path, what: str) -> None:
    document = pdf(world.client(), MINE[what])
    assert faults(document, tmp_path) == []
    reader = PdfReader(io.BytesIO(document))
    assert str(reader.root_object["/Lang"]).lower().startswith("fr")
    assert reader.metadata is not None
    assert reader.metadata.title == {"certificat": COMPLETION_CERTIFICATE, "suivi": "Dossier individuel de suivi"}[what]


@pytest.mark.parametrize("name", ['#panic("x") $ x $ *gras*', '"; #read("/etc/passwd") \\', "李小龍 محمد 😀", "a\u202eb\u200bc", "x" * 120])
def test_a_name_and_a_reason_are_text_whatever_is_written_in_them(world: World, ines: int, tmp_path: Path, name: str) -> None:
    def rename(session: Session) -> None:
        session.get_one(Person, ines).name = name

    client = world.client()
    world.write(rename)
    world.decide(ines, "un-b", EventType.WAIVED, ines, name)
    for address in MINE.values():
        document = pdf(client, address)
        assert faults(document, tmp_path) == []
        said = plain(PdfReader(io.BytesIO(document)).pages[0].extract_text())
        for part in re.findall(r"[a-z#$\"]{3,}", name):
            assert part[:40] in said


@pytest.mark.parametrize("address", MINE.values(), ids=MINE)
def test_in_production_what_a_request_calls_the_site_is_not_printed(world: World, ines: int, address: str) -> None:
    client, settings = world.client(), world.app.config["CROISEE"]
    world.app.config["CROISEE"] = replace(settings, environment="production")
    said = told(client, address)
    assert "ceSiteCroisée".lower() in said.lower()
    assert "localhost" not in said
    assert plain("Adresse du site") not in said
