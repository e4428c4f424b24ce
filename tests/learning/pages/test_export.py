"""The person's own export: everything that names them, nothing of others, the same in JSON and to read. And the commands of the record."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
from sqlalchemy import delete, update

from app.assessment.attempts import services as assessment
from app.assessment.models import RegradedAttempt, Regrading
from app.content.store.queries import course
from app.db import Base
from app.learning.error_reports.models import ErrorReport
from app.learning.kept_forms import quarantine
from app.learning.progress.models import Cohort, CohortMember, ElementState, Submission
from app.learning.progress.rules import EventType
from app.learning.record import ledger, services
from tests.learning import courses
from tests.learning.world import World, words_of

ABOUT_ACCOUNTS = {"membership", "scope", "person_role"}
"""Tables that name a person and are shown elsewhere: /compte."""
WORKED_OUT = {"person_figures"}
"""Sums of the others, which the export gives already."""


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
        assessment.request_attempt(session, published, ines, "un-a-quiz", message="Encore une ?", now=now)
        assessment.grant_attempt(session, published, ines, "un-a-quiz", actor_id=trainer, reason="Accordé après relecture.", now=now)
        services.keep_place(session, ines, "un-b", "fin", now)
        services.decide(session, published, ines, "un-b", EventType.WAIVED, now, actor_id=trainer, reason="Vient de ce champ.")
        session.add(cohort := Cohort(name="Automne", path_id="acculturation", starts_on=now.date(), due_on=now.date() + timedelta(days=60)))
        session.flush()
        session.add(CohortMember(cohort_id=cohort.id, person_id=ines))
        session.add(regrading := Regrading(quiz_id="un-a-quiz", actor_id=trainer, reason="Clé corrigée.", at=now, keys={}))
        session.flush()
        session.add(RegradedAttempt(attempt_id=attempt, regrading_id=regrading.id, found_raw=Fraction(2), score_raw=Fraction(2), passed=True, maintained=False))
        session.add(ErrorReport(person_id=ines, element_id="un-a", document_id="un-a", fingerprint="", message="Une date fausse.", reported_at=now))
        fields = [["texte", "secret de Karim"]]
        session.add(Submission(id="k", person_id=karim, path="/x", fields=fields, kind=quarantine.REFUSED, at=now))
        session.add(Submission(id="i", person_id=ines, path="/y", fields=[["texte", "saisie d'Inès"]], kind=quarantine.REFUSED, reason="Trop long.", at=now))

    world.write(more)
    world.take(karim, "un-a-quiz")
    return world


def test_every_kind_of_row_is_there(full: World) -> None:
    export = full.client().get("/progression/export.json").get_json()
    assert [name for name, rows in export.items() if not rows] == ["attestations"]
    assert export["parcours"] == {"id": "acculturation", "titre": "Le parcours", "faits": 2, "demandés": 6}
    assert [row["fait"] for row in export["journal"]] == ["ouvert", "lu", "envoyé", "non réussi", "dispensé"]
    assert {row["part obtenue"] for row in export["réponses"]} == {0.0, 1.0}
    assert export["demandes de tentative"][0]["message"] == "Encore une ?"
    assert export["tentatives ajoutées"][0]["raison"] == "Accordé après relecture."
    assert export["notes revues"][0]["raison"] == "Clé corrigée."
    assert export["signalements d’erreur"][0]["message"] == "Une date fausse."
    assert export["groupes de formation"][0]["nom"] == "Automne"
    assert export["saisies gardées ou refusées"][0]["saisie"] == "texte : saisie d'Inès"


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
        and mapper.class_.__module__.startswith(("app.learning", "app.assessment"))
    }
    exported = {"learning_event", "element_state", "enrolment", "cohort_member", "reading_place", "attestation", "submission"}
    assert naming - ABOUT_ACCOUNTS - WORKED_OUT == exported | {"attempt", "extra_attempt", "attempt_request", "error_report"}


# --- flask learning --------------------------------------------------------------------------------------------------


def test_verify_and_rebuild(either: World) -> None:
    person = either.person()
    either.finish(person, "un-a")
    run = either.app.test_cli_runner()
    good = run.invoke(args=["learning", "verify"])
    assert (good.exit_code, good.output.startswith("0 différence(s). Empreinte du registre : ")) == (0, True)
    either.write(lambda session: session.execute(update(ElementState).values(state="not_started")))
    bad = run.invoke(args=["learning", "verify"])
    assert bad.exit_code == 1
    assert f"Personne {person}, élément un-a : le registre et la projection diffèrent." in bad.output
    assert run.invoke(args=["learning", "rebuild"]).output == "1 lignes recalculées à partir du registre, et les chiffres de 1 personnes.\n"
    assert run.invoke(args=["learning", "verify"]).output == good.output


def test_rebuild_forgets_rows_without_an_event(either: World) -> None:
    one, two = either.person(), either.person("Karim Nouveau")
    either.finish(one, "un-a")
    either.write(lambda session: session.add(ElementState(person_id=two, element_id="un-a", state="complete")))
    assert "Personne 2" in either.app.test_cli_runner().invoke(args=["learning", "verify"]).output
    either.write(ledger.rebuild)
    assert either.count(ElementState, person_id=two) == 0
    either.write(lambda session: session.execute(delete(ElementState)))
    assert either.write(ledger.rebuild) == 1
