"""What somebody wants from the course: asked on its own page, kept, read by whoever trains them and by nobody else; the first lesson asks for none of it."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from app.administration.privacy.queries import PRIVATE
from app.identity.rules import Role
from app.learner.positioning.models import Arrival
from app.record.progress.models import Cohort, CohortMember
from tests.administration.seeing import look_as
from tests.identity.builders import INES, PASSWORD
from tests.learner.positioning.taking import pools
from tests.record.conftest import clock, either, empty, world
from tests.record.world import World, words_of
from tests.strict import StrictClient
from tests.words import SIGN_IN

__all__ = ["clock", "either", "empty", "world"]

PAGE = "/attentes"


@pytest.fixture
def arrived(world: World) -> World:
    world.publish_together(*pools())
    world.person(enrolled=False)
    return world


def test_from_the_sign_in_to_the_first_lesson_nothing_is_asked(arrived: World) -> None:
    client = arrived.app.test_client()
    assert isinstance(client, StrictClient)
    client.see("/connexion")
    page = client.submit(SIGN_IN, email=INES, password=PASSWORD)
    assert client.see(page.link("Commencer")).h1 == "Leçon un-a"
    assert arrived.count(Arrival) == 0


def test_what_one_says_is_kept_and_may_be_changed(arrived: World) -> None:
    client = arrived.client()
    client.see(PAGE)
    page = client.submit("Enregistrer", wish="  Tenir une troïka.  ")
    assert page.form("Enregistrer")["fields"]["wish"].strip() == "Tenir une troïka."
    client.submit("Enregistrer", wish="")
    assert arrived.read(lambda session: session.get_one(Arrival, 1)).wish == ""


def test_too_long_loses_nothing(arrived: World) -> None:
    client = arrived.client()
    client.see(PAGE)
    page = client.submit("Enregistrer", 422, wish="é" * 1_001)
    assert len(page.form("Enregistrer")["fields"]["wish"].strip()) == 1_001


def test_the_trainer_of_the_cohort_reads_what_one_wants_and_a_manager_does_not(arrived: World) -> None:
    client = arrived.client()
    client.see(PAGE)
    client.submit("Enregistrer", wish="Tenir une troïka.")
    trainer, _admin = arrived.person("Théo Formateur", role=Role.TRAINER), arrived.person("Zoé Admin", role=Role.ADMINISTRATOR)
    day = arrived.clock.now().date()

    def form(session: Session) -> None:
        cohort = Cohort(name="Automne", path_id="acculturation", starts_on=day)
        session.add(cohort)
        session.flush()
        session.add_all([CohortMember(cohort_id=cohort.id, person_id=1), CohortMember(cohort_id=cohort.id, person_id=trainer, trainer=True)])

    arrived.write(form)
    assert "Tenir une troïka." in words_of(arrived.client("Théo Formateur").see("/pilotage/personnes/1"))
    assert "Tenir une troïka." not in words_of(arrived.client("Zoé Admin").see("/pilotage/personnes/1"))


def test_an_administrator_reads_it_nowhere(arrived: World) -> None:
    client = arrived.client()
    client.see(PAGE)
    client.submit("Enregistrer", wish="Tenir une troïka.")
    arrived.person("Zoé Admin", role=Role.ADMINISTRATOR)
    admin = arrived.client("Zoé Admin")
    copies = (client.get("/compte/mes-donnees.json"), admin.get("/administration/personnes/1/donnees.json"))
    mine, handed_over = (copy.get_data(as_text=True) for copy in copies)
    assert "Tenir une troïka." in mine
    assert "Tenir une troïka." not in handed_over
    assert f'"ce que vous attendez du cours": "{PRIVATE}"' in handed_over
    look_as(admin, 1)
    assert "n’est lu que par les personnes qui le forment" in words_of(admin.see(PAGE, 404))
