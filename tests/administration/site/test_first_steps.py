"""The first steps of a new site: ticked by what is, gone when all are done, an email tried in one click."""

from __future__ import annotations

from datetime import date

from msgspec.structs import replace
from sqlalchemy import select

from app.identity.rules import Role
from app.platform.db import db, writing
from app.platform.mail.outbox import OutgoingMail
from app.record.progress.models import Cohort, CohortMember
from tests.record.world import World
from tests.words import SEND_TRIAL

DOOR = "/administration"


def test_each_step_is_ticked_by_what_is_and_all_are_gone_in_the_end(world: World) -> None:
    world.app.config["CROISEE"] = replace(world.app.config["CROISEE"], smtp_host="smtp.example", site_url="https://croisee.example")
    world.person("Aude Admin", role=Role.ADMINISTRATOR)
    learner = world.person()
    client = world.client("Aude Admin")
    assert client.see(DOOR).text.count(": fait") == 0
    client.submit(SEND_TRIAL)
    assert client.page.text.count(": fait") == 1
    with world.app.app_context():
        assert [mail.recipient for mail in db.session.scalars(select(OutgoingMail))] != []
    with world.app.app_context(), writing() as session:
        cohort = Cohort(name="Rentrée", path_id="parcours", starts_on=date(2026, 9, 1))
        session.add(cohort)
        session.flush()
        session.add(CohortMember(cohort_id=cohort.id, person_id=learner))
    assert client.see(DOOR).text.count(": fait") == 3
    client.see("/administration/site")
    client.submit("Enregistrer", name="Les deux fils")
    assert "Premiers pas" not in client.see(DOOR).text


def test_without_a_server_of_mail_the_step_waits_for_an_operator(world: World) -> None:
    world.person("Aude Admin", role=Role.ADMINISTRATOR)
    page = world.client("Aude Admin").see(DOOR)
    assert "demandez-le à l’exploitant" in page.text
    assert SEND_TRIAL not in page.text
