"""`/progression/export`: of the register's export, what is about one's learning. Nothing of others, the same in JSON and to read."""

from __future__ import annotations

from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.administration.privacy.register.tables import LEARNING_RECORD
from app.assessment.attempts import results
from app.assessment.models import RegradedAttempt, Regrading
from app.content.store.queries import course
from app.learner.messages.queries import TrainerMessage
from app.learner.notebook.notes import KeptPassage, TerritoryNote
from app.learner.positioning.models import Arrival, Positioning, PositioningAnswer, PositioningResult
from app.learner.positioning.rules import Proposal
from app.learner.review.deck import LetterQuestion, ReviewCard, ReviewChoice, ReviewLog
from app.platform.db import Base
from app.record import services
from app.record.progress.models import Cohort, CohortMember, Submission
from app.record.progress.rules import EventType
from tests.network.meetings.meeting import meet
from tests.record import courses
from tests.record.world import World, words_of
from tests.words import LEARNING_LOG, QUIZ_ANSWERS, REPORT_FIGURES

ABOUT_ACCOUNTS = {"membership", "scope", "person_role", "directory_entry"}
"""Tables that name a person and are shown elsewhere: /compte, /annuaire."""


def _positioned(session: Session, ines: int, now: datetime) -> None:
    session.add(Arrival(person_id=ines, shown_at=now, wish="Comprendre la troïka."))
    session.add(Positioning(id=1, person_id=ines, seed=1, started_at=now, ended_at=now))
    session.flush()
    asked = {"position": 1, "question_id": "q", "revision_id": 1, "module_id": "mod-un", "level": 2, "guess": 0.05, "right": True, "readable": "La Ville"}
    session.add(PositioningAnswer(positioning_id=1, answered_at=now, **asked))
    session.add(PositioningResult(positioning_id=1, module_id="mod-un", proposal=Proposal.WAIVED, chance=0.95, asked=1, right=1, hard=0))
    meet(session, ines, now)


@pytest.fixture
def full(world: World) -> World:
    """Inès has a row in every table of the record; Karim has some of his own."""
    ines, trainer, karim = world.person(), world.person("Un Formateur"), world.person("Karim Nouveau")
    world.publish(courses.quiz("un-a-quiz", lesson="un-a", tentatives=1))
    world.look(ines, "un-a")
    world.finish(ines, "un-a")
    attempt = world.take(ines, "un-a-quiz", share=0.5)
    now = world.clock.now()

    def more(session: Any) -> None:
        published = course(session)
        results.request_attempt(session, published, ines, "un-a-quiz", message="Encore une ?", now=now)
        results.grant_attempt(session, published, ines, "un-a-quiz", actor_id=trainer, reason="Accordé après relecture.", now=now)
        services.keep_place(session, ines, "un-b", "fin", now)
        services.decide(session, published, ines, "un-b", EventType.WAIVED, now, actor_id=trainer, reason="Vient de ce champ.")
        session.add(cohort := Cohort(name="Automne", path_id="acculturation", starts_on=now.date(), due_on=now.date() + timedelta(days=60)))
        session.flush()
        session.add(CohortMember(cohort_id=cohort.id, person_id=ines))
        session.add(regrading := Regrading(quiz_id="un-a-quiz", actor_id=trainer, reason="Clé corrigée.", at=now, keys={}))
        session.flush()
        session.add(RegradedAttempt(attempt_id=attempt, regrading_id=regrading.id, found_raw=Fraction(2), score_raw=Fraction(2), passed=True, maintained=False))
        session.add(TrainerMessage(person_id=ines, element_id="un-a", document_id="un-a", fingerprint="", message="Une date fausse.", sent_at=now))
        _review(session, ines, now)
        session.add(TerritoryNote(person_id=ines, lesson_id="un-a", question_key="k", lesson_title="Leçon", question="Qui ?", answer="La Ville.", saved_at=now))
        place = {"person_id": ines, "kind": "lecon", "ref": "un-a", "anchor": "", "title": "Leçon", "heading": ""}
        session.add(KeptPassage(**place, favourite=True, origin="", text="", saved_at=now, sender=""))
        _positioned(session, ines, now)
        fields = [["texte", "secret de Karim"]]
        session.add(Submission(id="k", person_id=karim, path="/x", fields=fields, at=now))
        session.add(Submission(id="i", person_id=ines, path="/y", fields=[["texte", "saisie d'Inès"]], at=now))

    world.write(more)
    world.take(karim, "un-a-quiz")
    return world


def _review(session: Any, ines: int, now: datetime) -> None:
    place = {"person_id": ines, "document_id": "un-a", "question_id": "q", "fingerprint": "f"}
    known = {"stability": 2.3, "difficulty": 2.1, "state": 2, "due": now}
    session.add(card := ReviewCard(**place, introduced_at=now, last_review=now, put_off=0, answers=1, misses=0, **known))
    session.flush()
    session.add(ReviewLog(person_id=ines, card_id=card.id, number=1, at=now, fingerprint="f", rating=3, by_mail=False, readable="Le préfet", **known))
    session.add_all([ReviewChoice(person_id=ines, zone="B"), LetterQuestion(**place, digest="d", sent_at=now, readable="Le préfet")])


def test_a_meeting_is_told_by_its_title(full: World) -> None:
    export = {one["titre"]: one["lignes"] for one in full.client().get("/progression/export.json").get_json()["traitements"]}
    (row,) = export["Rencontres"]
    assert (row["titre"], row["place"], row["présence"], row["par"]) == ("Une rencontre", "inscrite", "présent", "code")


def test_every_kind_of_row_is_there(full: World) -> None:
    export = {one["titre"]: one["lignes"] for one in full.client().get("/progression/export.json").get_json()["traitements"]}
    assert [title for title, rows in export.items() if not rows] == ["Ce qui a changé pour vous", "Attestations", "Reprises de notes"]
    assert [(row["étapes faites"], row["étapes demandées"]) for row in export[REPORT_FIGURES]] == [(2, 6)]
    assert [row["parcours"] for row in export["Inscription à un parcours"]] == ["Le parcours"]
    assert {row["état"] for row in export["Progression"]} == {"terminé", "en cours", "dispensé"}
    assert [row["fait"] for row in export[LEARNING_LOG]] == ["ouvert", "lu", "envoyé", "non réussi", "dispensé"]
    assert {row["part des points"] for row in export[QUIZ_ANSWERS]} == {0.0, 1.0}
    assert export["Demandes de tentative"][0]["votre mot"] == "Encore une ?"
    assert export["Tentatives accordées"][0]["raison donnée"] == "Accordé après relecture."
    assert (export["Notes revues"][0]["raison"], export["Notes revues"][0]["le"][:10]) == ("Clé corrigée.", "2026-11-24")
    assert export["Réponses aux positionnements"][0]["réponse"] == "La Ville"
    assert (export["Résultats des positionnements"][0]["module"], export["Attentes"][0]["ce que vous attendez du cours"]) == (
        "Module mod-un",
        "Comprendre la troïka.",
    )
    assert export["Questions et signalements"][0]["votre mot"] == "Une date fausse."
    assert (export["Groupes de formation"][0]["nom"], export["Groupes de formation"][0]["début"]) == ("Automne", "2026-11-24")
    assert export["Envois mis de côté"][0]["contenu"] == [["texte", "saisie d'Inès"]]


def test_nothing_of_anybody_else_is(full: World) -> None:
    client = full.client()
    text = client.get("/progression/export.json").get_data(as_text=True) + client.see("/progression/export").html
    assert "Karim" not in text
    assert "Un Formateur" not in text


def test_the_file_says_what_it_is(full: World) -> None:
    response = full.client().get("/progression/export.json")
    assert response.mimetype == "application/json"
    assert response.headers["Content-Disposition"] == 'attachment; filename="croisee-progression.json"'
    assert response.headers["Cache-Control"] == "no-store"


def test_the_page_reads_as_french(full: World) -> None:
    page = words_of(full.client().see("/progression/export"))
    assert "24 novembre 2026 à 9 h" in page
    assert "T08:" not in page
    assert "dispensé" in page
    assert "True" not in page
    assert "None" not in page


def test_no_table_of_the_record_that_names_a_person_is_forgotten() -> None:
    """A new table with a person in it must be exported, or placed above with the reason."""
    naming = {
        table.name
        for table in Base.metadata.tables.values()
        if any(column.name == "person_id" for column in table.columns)
        and (mapper := next((one for one in Base.registry.mappers if one.local_table is table), None)) is not None
        and mapper.class_.__module__.startswith(
            ("app.record", "app.learner.messages", "app.assessment", "app.learner.notebook", "app.learner.positioning", "app.learner.review", "app.network")
        )
    }
    declared = {one.table for one in LEARNING_RECORD}
    assert naming - ABOUT_ACCOUNTS <= declared
    assert declared - naming == {"response", "regraded_attempt", "regrading", "positioning_answer", "positioning_result"}, (
        "these name a person by way of another table, or an actor"
    )
