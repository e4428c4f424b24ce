"""Cohorts: by hand, by search, by file; and their move to the new version of their path, its effect said before."""

from __future__ import annotations

import io

from flask import Flask
from sqlalchemy import select

from app.platform.db import db
from app.record.progress.models import CohortMember, Enrolment
from tests.administration.imports.imports import people_file, upload
from tests.administration.people_pages import acts, administrator, person_id, settled
from tests.record import courses
from tests.record.world import World
from tests.strict import StrictClient
from tests.words import ADD_TO_COHORT, CREATE_COHORT, SKIP_COHORT


def create(client: StrictClient, name: str = "Automne", **changes: str) -> str:
    """A cohort made by hand; its address."""
    client.see("/administration/cohortes")
    client.submit(CREATE_COHORT, **{"name": name, "starts_on": "2026-11-01", "due_on": "2027-06-30", **changes})
    return "/administration/cohortes/1"


def members(app: Flask) -> set[tuple[int, bool]]:
    with app.app_context():
        return {(row.person_id, row.trainer) for row in db.session.scalars(select(CohortMember))}


def test_by_hand_and_by_search(world: World) -> None:
    client = administrator(world.app)
    learner, trainer = settled(world.app, "Éloïse Zola", "cite-lens"), settled(world.app, "Paul Autre", "cite-lens")
    place = create(client)
    client.see(f"{place}?q=eloise")
    client.submit(ADD_TO_COHORT, person=[str(learner)])
    client.see(f"{place}?q=paul")
    client.submit(ADD_TO_COHORT, person=[str(trainer)], **{"as": "trainer"})
    assert members(world.app) == {(learner, False), (trainer, True)}
    with world.app.app_context():
        assert db.session.scalars(select(Enrolment.person_id)).all() == [1, learner]
    client.see(place)
    client.submit("Retirer Éloïse Zola")
    assert members(world.app) == {(trainer, True)}
    assert [act for act, _ in acts(world.app)] == ["cohort_created", "cohort_joined", "cohort_joined", "cohort_left"]


def test_by_file(world: World) -> None:
    client = administrator(world.app)
    create(client)
    client.see("/administration/import?cohorte=1")
    upload(client, b"Nom;Courriel;Cohorte\nA;a@v.example;automne\nB;b@v.example;printemps")
    client.submit("Importer 1")
    assert members(world.app) == {(person_id(world.app, "a@v.example"), False)}
    assert "créez-la d’abord" in client.page.text


def test_what_is_typed_wrong_comes_back(world: World) -> None:
    client = administrator(world.app)
    create(client)
    client.see("/administration/cohortes")
    page = client.submit(CREATE_COHORT, status=422, name="Automne", starts_on="2026-11-01", due_on="2026-10-01")
    assert "L’échéance vient après le début." in page.text
    page = client.submit(CREATE_COHORT, status=422, name="Automne", starts_on="2026-11-01", due_on="")
    assert "Une cohorte porte déjà ce nom." in page.text
    client.see("/administration/cohortes/1")
    client.submit("Enregistrer", name="Automne 2026", due_on="")
    assert client.page.h1 == "Automne 2026"


def test_the_new_version_is_told_before_it_is_taken(world: World) -> None:
    client = administrator(world.app)
    learner = settled(world.app, "Éloïse Zola", "cite-lens")
    place = create(client)
    client.see(f"{place}?q=zola")
    client.submit(ADD_TO_COHORT, person=[str(learner)])
    world.finish(learner, "un-a")
    assert "Rien ne changerait" in client.see(f"{place}/version").text
    world.publish_together(courses.lesson("un-c", title="La nouvelle"), courses.module("mod-un", ["un-a", "un-b", "un-c"]))
    page = client.see(f"{place}/version")
    assert "Éloïse Zola 1 sur 6 1 sur 7 La nouvelle" in page.text
    client.submit(SKIP_COHORT)
    assert "Rien ne changerait" in client.see(f"{place}/version").text
    assert world.standing(learner).path_progress().required == 7
    assert ("cohort_moved", None) in acts(world.app)


def test_a_file_of_two_hundred_people_into_one_cohort(world: World) -> None:
    client = administrator(world.app)
    create(client)
    client.see("/administration/import")
    token = client.page.form("Vérifier")["fields"]["csrf_token"]
    answer = client.post("/administration/import", data={"csrf_token": token, "cohort": "1", "file": (io.BytesIO(people_file(20)), "p.csv")})
    client.see(answer.headers["Location"])
    client.submit("Importer 20")
    assert len(members(world.app)) == 20
