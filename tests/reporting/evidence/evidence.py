"""What several tests share: the certificat de réalisation and the follow-up file: what the pages say, for whoever may read it, in PDF/UA-1; and never an answer."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from pypdf import PdfReader
from sqlalchemy.orm import Session

from app.assessment.models import ExtraAttempt
from app.identity import services
from app.identity.models import Person
from app.identity.rules import Role
from app.record.progress.models import Cohort, CohortMember
from app.record.progress.rules import EventType
from tests.identity.builders import SMALL, TODAY
from tests.record.world import World
from tests.strict import StrictClient

MINE = {"certificat": "/progression/certificat.pdf", "suivi": "/progression/suivi.pdf"}
REASON = "Six ans de coordination de réseau."
GIVEN = "Panne de réseau pendant l’essai."


def theirs(person: int, what: str) -> str:
    return f"/pilotage/personnes/{person}/{what}.pdf"


def pdf(client: StrictClient, address: str) -> bytes:
    answer = client.get(address)
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf"), address
    assert re.fullmatch(r'attachment; filename="croisee-[a-z-]+[a-z0-9-]*\.pdf"', answer.headers["Content-Disposition"])
    return answer.get_data()


def plain(text: str) -> str:
    return re.sub(r"[\s\u00a0\u202f\u00ad-]+", "", text)


def told(client: StrictClient, address: str) -> str:
    return plain("".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf(client, address))).pages))


@pytest.fixture
def ines(world: World) -> int:
    """Who began a month ago, failed then passed a quiz, was spared a lesson, was given an attempt, and has one lesson of the second module open."""
    person, trainer = world.person(), world.person("Un Formateur", role=Role.TRAINER)
    world.take(person, "un-a-quiz", share=0.5)
    world.finish(person, "un-a")
    world.clock.pass_by(days=30)
    world.finish(person, "un-a-quiz")
    world.decide(person, "un-b", EventType.WAIVED, trainer, REASON)
    world.look(person, "deux-a")
    given = ExtraAttempt(person_id=person, quiz_id="deux-final", granted_at=world.clock.now(), actor_id=trainer, reason=GIVEN)
    world.write(lambda session: session.add(given))
    return person


def around(world: World, person: int) -> dict[str, int]:
    """Who is near: in the person's cohort or territory; who is beyond; who administers."""
    near, beyond = world.person("Une Proche", role=Role.TRAINER), world.person("Un Lointain", role=Role.TRAINER)
    here, elsewhere = world.person("Rose Ici", role=Role.MANAGER), world.person("Rose Ailleurs", role=Role.MANAGER)

    def place(session: Session) -> None:
        services.sync_territories(session, SMALL)
        services.join_territory(session, session.get_one(Person, person), "cite-lens", TODAY - timedelta(days=30))
        for manager, territory in ((here, "cite-lens"), (elsewhere, "cite-lille-sud")):
            services.set_scope(session, session.get_one(Person, manager), [territory])
        cohorts = [Cohort(name=name, path_id="acculturation", starts_on=TODAY) for name in ("Automne", "Printemps")]
        session.add_all(cohorts)
        session.flush()
        members = ((cohorts[0], person, False), (cohorts[0], near, True), (cohorts[1], beyond, True))
        session.add_all([CohortMember(cohort_id=cohort.id, person_id=who, trainer=trains) for cohort, who, trains in members])

    world.write(place)
    admin, learner = world.person("Ada Min", role=Role.ADMINISTRATOR), world.person("Paul Autre")
    return {"near": near, "here": here, "admin": admin, "beyond": beyond, "elsewhere": elsewhere, "learner": learner}
