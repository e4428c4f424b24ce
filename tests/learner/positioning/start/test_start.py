"""« Bienvenue » is shown once, right after the first sign-in; both questions may be left, and the first lesson is two clicks away."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from app.administration.privacy.queries import PRIVATE
from app.identity.models import Person
from app.identity.rules import Role, Side
from app.learner.positioning.models import Arrival
from app.record.progress.models import Cohort, CohortMember
from tests.administration.seeing import look_as
from tests.identity.builders import INES, PASSWORD
from tests.learner.positioning.taking import pools
from tests.record.conftest import clock, either, empty, world
from tests.record.world import World, words_of
from tests.strict import StrictClient

__all__ = ["clock", "either", "empty", "world"]


@pytest.fixture
def arrived(world: World) -> World:
    world.publish_together(*pools())
    world.person(enrolled=False)
    return world


@pytest.fixture
def client(arrived: World) -> StrictClient:
    """Nobody has signed in with it."""
    fresh = arrived.app.test_client()
    assert isinstance(fresh, StrictClient)
    return fresh


def first(client: StrictClient, at: str = "/connexion") -> str:
    """Sign in through the page; gives where it leads."""
    client.see(at)
    form = client.page.form("Se connecter")
    return str(client.post(form["action"], data={**form["fields"], "email": INES, "password": PASSWORD}).headers["Location"])


def test_it_is_shown_once_right_after_the_first_sign_in(arrived: World, client: StrictClient) -> None:
    assert first(client) == "/bienvenue"
    assert client.see("/bienvenue").h1 == "Bienvenue"
    other = arrived.app.test_client()
    assert isinstance(other, StrictClient)
    assert first(other) == "/"
    assert arrived.count(Arrival) == 1


def test_whoever_skips_everything_reaches_the_first_lesson_in_two_clicks(arrived: World, client: StrictClient) -> None:
    client.see(first(client))
    page = client.see(client.page.link("Passer"))
    assert page.h1 == "Positionnement"
    assert client.see(page.link("Aller directement à")).h1 == "Leçon un-a"


def test_what_one_says_is_kept_and_may_be_changed(arrived: World, client: StrictClient) -> None:
    client.see(first(client))
    page = client.submit("Enregistrer et continuer", side="etat", wish="  Tenir une troïka.  ")
    assert page.h1 == "Positionnement"
    assert arrived.read(lambda session: session.get_one(Person, 1)).side is Side.ETAT
    fields = client.see("/bienvenue").form("Enregistrer")["fields"]
    assert (fields["side"], fields["wish"].strip()) == ("etat", "Tenir une troïka.")
    client.submit("Enregistrer et continuer", side="", wish="")
    assert arrived.read(lambda session: session.get_one(Person, 1)).side is None
    assert arrived.read(lambda session: session.get_one(Arrival, 1)).wish == ""


def test_too_long_loses_nothing(arrived: World, client: StrictClient) -> None:
    client.see(first(client))
    page = client.submit("Enregistrer et continuer", 422, side="education", wish="é" * 1_001)
    fields = page.form("Enregistrer")["fields"]
    assert (fields["side"], len(fields["wish"].strip())) == ("education", 1_001)


def test_whoever_comes_for_a_page_is_led_to_it_and_arrives_another_time(arrived: World, client: StrictClient) -> None:
    assert first(client, "/connexion?next=/progression") == "/progression"
    assert arrived.count(Arrival) == 0
    other = arrived.app.test_client()
    assert isinstance(other, StrictClient)
    assert first(other) == "/bienvenue"


def test_whoever_has_begun_or_does_not_learn_never_sees_it(arrived: World, client: StrictClient) -> None:
    arrived.look(1, "un-a")
    assert first(client) == "/"
    assert arrived.count(Arrival) == 0


def test_the_trainer_of_the_cohort_reads_what_one_wants_and_a_manager_does_not(arrived: World) -> None:
    client = arrived.client()
    client.see("/bienvenue")
    client.submit("Enregistrer et continuer", side="", wish="Tenir une troïka.")
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
    client.see("/bienvenue")
    client.submit("Enregistrer et continuer", side="", wish="Tenir une troïka.")
    arrived.person("Zoé Admin", role=Role.ADMINISTRATOR)
    admin = arrived.client("Zoé Admin")
    copies = (client.get("/compte/mes-donnees.json"), admin.get("/administration/personnes/1/donnees.json"))
    mine, handed_over = (copy.get_data(as_text=True) for copy in copies)
    assert "Tenir une troïka." in mine
    assert "Tenir une troïka." not in handed_over
    assert f'"ce que vous attendez du cours": "{PRIVATE}"' in handed_over
    look_as(admin, 1)
    assert "n’est lu que par les personnes qui le forment" in words_of(admin.see("/bienvenue", 404))
