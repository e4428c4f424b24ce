"""Pages that exist only after somebody's act, in a real browser: axe is silent, nothing overflows, wide and narrow, light and dark; a sheet prints."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page

from app.administration.accounts import invitations
from app.administration.accounts import invitations as links
from app.administration.acts import Invitation
from app.administration.imports import services as imports
from app.assessment.models import AttemptRequest
from app.identity import audit, email_preferences, services
from app.identity.rules import Role
from app.platform.db import db
from app.platform.mail.outbox import REFUSED, OutgoingMail
from app.record import enrolment
from app.record.progress.models import Cohort, CohortMember
from tests.browsers import arrive, follow, in_each_size
from tests.identity.builders import PASSWORD, SMALL, TODAY, create_person
from tests.making import make_app, make_settings
from tests.platform.web.axe import complaints_in_each_size
from tests.record import courses
from tests.record.world import World
from tests.words import BACK_TO_ACCOUNT, CHOICE_SAVED, ERASE_FOR_GOOD, NEW_PASSWORD, NOTHING_CAN_CHANGE, SKIP_COHORT, VIEW_AS

pytestmark = [pytest.mark.proof, pytest.mark.browser]

DAY = timedelta(days=1)
LONG = "Marie-Bernadette Vandenbroucke-Desrumaux de la Fontaine-aux-Bois"
MANY_FAULTS = (
    "Nom;Courriel;Employeur;Rôles;Territoire;Cohorte",
    f"{LONG};marie-bernadette.vandenbroucke-desrumaux@communaute-urbaine-de-dunkerque.example;;;Lens;",
    ";sans.nom@ville.example;;;;",
    "Zoé;pas une adresse;;;;",
    "Yann;yann@ville.example;Gogle;;;",
    "Xavier;xavier@ville.example;;administrateur;;",
    "Wendy;wendy@ville.example;;;Lense;",
    "Victor;victor@ville.example;;;;Automme",
    "=HYPERLINK(1);u@ville.example;;;;",
    "Marie;marie-bernadette.vandenbroucke-desrumaux@communaute-urbaine-de-dunkerque.example;;;;",
    "Tom;;;;;",
    "Tom;;;;;",
)


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    """A site that can send mail."""
    app = make_app(make_settings(tmp_path / "instance", smtp_host="127.0.0.1", site_url="https://croisee.example"))
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def paths(world: World) -> dict[str, str]:
    """What to look at, and where. The administrator is Ada, the learner Inès."""
    app, now = world.app, world.clock.now()
    settings = app.config["CROISEE"]
    with app.app_context():
        services.sync_territories(db.session, SMALL)
        ada, ines = create_person(db.session, "Ada Min", roles=[Role.LEARNER, Role.ADMINISTRATOR]), create_person(db.session)
        guests = [create_person(db.session, name, password=None) for name in (LONG, "Sans Adresse", "Lien Expiré", "Lien Retiré")]
        twin = create_person(db.session, "Inès Carpentier-Roux", roles=[Role.TRAINER])
        for person in (ines, twin, guests[0]):
            services.join_territory(db.session, person, "cite-lens", TODAY - 30 * DAY)
        cohort = Cohort(name="Prise de poste, automne 2026, arrondissement de Lens", path_id="acculturation", starts_on=TODAY, due_on=TODAY + 200 * DAY)
        db.session.add(cohort)
        db.session.flush()
        members = [CohortMember(cohort_id=cohort.id, person_id=person.id, trainer=person is twin) for person in (ines, twin, guests[0])]
        asked = AttemptRequest(person_id=ines.id, quiz_id="un-a-quiz", message="Encore une fois", asked_at=now)
        late = OutgoingMail(
            recipient=guests[0].email, subject="Croisée : votre invitation", text="x", html="x", created_at=now, not_before=now + DAY, attempts=3, state=REFUSED
        )
        late.said = f"550 5.1.1 <{guests[0].email}>: Recipient address rejected: User unknown in virtual mailbox table"
        db.session.add_all([*members, asked, late])
        for guest in guests:
            invitations.invite(db.session, settings, guest, ada.id, now, by_mail=guest is not guests[1])
        rows = [db.session.query(Invitation).filter_by(person_id=guest.id).one() for guest in guests]
        invitations.withdraw_invitation(db.session, guests[3], ada.id, now)
        past = links.issue(settings.secret_key, links.InvitationLink(rows[2].id, rows[2].mark, now - DAY))
        for what in ("seeing.start", "privacy.person_data_json", "seeing.as:quiz", "reporting.grid"):
            audit.note_access(db.session, ada.id, [ines.id], what, now)
        audit.record(db.session, ada.id, "territory_joined", ines.id, now, territoire="cite-lens", le=TODAY.isoformat())
        kept = imports.keep(db.session, imports.lines_of(settings.instance_path, "\r\n".join(MANY_FAULTS).encode()), cohort.id, ada.id, now)
        db.session.commit()
        person, administration = f"/administration/personnes/{ines.id}", "/administration"
        found = {
            "cohort": f"{administration}/cohortes/{cohort.id}?q=e",
            "version": f"{administration}/cohortes/{cohort.id}/version",
            "sheet": f"{administration}/personnes/{guests[1].id}/lien",
            "import": f"{administration}/import/{kept.id}",
            "columns": f"{administration}/import/{kept.id}/colonnes",
            "line": f"{administration}/import/{kept.id}?ligne=2",
            "wordings": f"{administration}/modeles",
            "wording": f"{administration}/modeles/rappel",
            "person": person,
            "invited": f"{administration}/personnes/{guests[0].id}",
            "withdrawn": f"{administration}/personnes/{guests[3].id}",
            "people": f"{administration}/personnes",
            "data": f"{person}/donnees",
            "erasure": f"{person}/effacement",
            "erase": f"{person}/effacement/confirmation",
            "merge": f"{person}/fusion/{twin.id}",
            "acts": f"{administration}/actes?personne={ines.id}",
            "outbox": f"{administration}/courriels",
            "settings": f"{administration}/reglages",
            "accept": "/invitation/" + _token(settings.secret_key, rows[0]),
            "expired": f"/invitation/{past}",
            "withdrawn link": "/invitation/" + _token(settings.secret_key, rows[3]),
            "forged": "/invitation/faux",
            "letters": f"/courriels/{email_preferences.make_token(settings.secret_key, ines.id)}",
            "stop letters": f"/courriels/{email_preferences.make_token(settings.secret_key, ines.id)}/arret/relance",
            "not ours": "/courriels/faux",
        }
    world.do(enrolment.enrol, ines.id)
    world.finish(ines.id, "un-a")
    world.publish_together(courses.lesson("un-c", title="Une leçon nouvelle"), courses.module("mod-un", ["un-a", "un-b", "un-c"]))
    return found


def _token(secret: str, row: Invitation) -> str:
    return links.issue(secret, links.InvitationLink(row.id, row.mark, row.expires_at))


def looked_at(page: Page, name: str) -> list[str]:
    """What axe and a ruler say of the page as it stands; `SCREENS` names a folder for those who want to look by themselves."""
    if folder := os.environ.get("SCREENS"):
        for width, scheme in in_each_size(page):
            page.screenshot(path=Path(folder) / f"{name.replace(' ', '-')}-{width}-{scheme}.png", full_page=True)
    return [f"{name}, {complaint}" for complaint in complaints_in_each_size(page)]


def refused(page: Page, button: str, name: str) -> list[str]:
    """The same of the page that comes back when its form is sent as it is."""
    follow(page.get_by_role("button", name=button))
    return looked_at(page, name)


def test_a_visitor_with_a_link(paths: dict[str, str], live: str, context: BrowserContext) -> None:
    page, found = context.new_page(), list[str]()
    for name in ("expired", "withdrawn link", "forged", "not ours", "letters", "stop letters", "accept"):
        page.goto(live + paths[name])
        found += looked_at(page, name)
    found += refused(page, "Entrer dans Croisée", "accept refused")
    page.get_by_label(NEW_PASSWORD).fill(PASSWORD)
    follow(page.get_by_role("button", name="Entrer dans Croisée"))
    found += looked_at(page, "entered")
    page.goto(live + paths["accept"])
    found += looked_at(page, "used")
    page.goto(live + paths["letters"])
    follow(page.get_by_role("button", name="Enregistrer"), "Les courriels que vous recevez")
    assert CHOICE_SAVED in page.inner_text("main")
    assert found == []


def test_the_administration(paths: dict[str, str], live: str, context: BrowserContext) -> None:
    page, found = arrive(context, f"{live}/connexion", "ada.min@croisee.example"), list[str]()
    for name in (
        "people",
        "person",
        "invited",
        "withdrawn",
        "cohort",
        "version",
        "import",
        "columns",
        "line",
        "wordings",
        "wording",
        "data",
        "merge",
        "acts",
        "outbox",
        "settings",
        "erasure",
        "erase",
    ):
        page.goto(live + paths[name])
        found += looked_at(page, name)
    found += refused(page, ERASE_FOR_GOOD, "erase refused")
    page.goto(live + paths["version"])
    follow(page.get_by_role("button", name=SKIP_COHORT))
    assert "Passées à la nouvelle version" in page.inner_text("main")
    page.goto(live + paths["import"])
    follow(page.get_by_role("button", name="Importer 2"), "Import fait")
    found += looked_at(page, "imported")
    assert found == []


def test_voir_comme_and_what_the_person_reads(paths: dict[str, str], live: str, context: BrowserContext, other: BrowserContext) -> None:
    page, found = arrive(context, f"{live}/connexion", "ada.min@croisee.example"), list[str]()
    page.goto(live + paths["person"])
    follow(page.get_by_role("button", name=VIEW_AS))
    for name, path in {"as them": "/", "as them account": "/compte", "consultations": "/compte/consultations", "as them nowhere": "/nulle-part"}.items():
        page.goto(live + path)
        assert "vous voyez Croisée comme Inès Carpentier" in page.inner_text(".watching").replace("\u202f", " ")
        found += looked_at(page, name)
    page.goto(f"{live}/compte")
    found += refused(page, "Enregistrer", "as them refused")
    assert NOTHING_CAN_CHANGE in page.inner_text("main")
    page.goto(f"{live}/compte/consultations")
    follow(page.get_by_role("button", name=BACK_TO_ACCOUNT), "Inès Carpentier")
    theirs = arrive(other, f"{live}/connexion")
    for name, path in {
        "own consultations": "/compte/consultations",
        "own erasure": "/compte/effacement",
        "own erase": "/compte/effacement/confirmation",
    }.items():
        theirs.goto(live + path)
        found += looked_at(theirs, name)
    found += refused(theirs, ERASE_FOR_GOOD, "own erase refused")
    assert found == []


def test_the_sheet_prints_on_one_page_without_what_is_for_the_screen(paths: dict[str, str], live: str, context: BrowserContext) -> None:
    page, found = arrive(context, f"{live}/connexion", "ada.min@croisee.example"), list[str]()
    page.goto(live + paths["sheet"])
    found += looked_at(page, "sheet")
    page.emulate_media(media="print", color_scheme="light")
    shown = page.inner_text("body")
    assert "/invitation/" in shown
    assert "Imprimez cette page" not in shown
    assert "Administration" not in shown
    paper = page.pdf(format="A4")
    if folder := os.environ.get("SCREENS"):
        (Path(folder) / "sheet.pdf").write_bytes(paper)
    from io import BytesIO

    from pypdf import PdfReader

    read = PdfReader(BytesIO(paper))
    assert len(read.pages) == 1
    assert "https://croisee.example/invitation/" in read.pages[0].extract_text().replace("\n", "")
    assert found == []
