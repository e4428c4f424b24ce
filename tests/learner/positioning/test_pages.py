"""The test through its pages: left and taken up again, asked again where unclear, decided one waiver at a time; nobody else's, and never twice."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.assessment.models import Attempt
from app.content.store.queries import course
from app.identity.rules import Role
from app.learner.positioning import queries, services
from app.learner.positioning.models import Positioning, PositioningAnswer, PositioningResult
from app.learner.positioning.queries import PositioningQuestionPage
from app.learner.positioning.rules import Proposal, WaiverDecision
from app.record.progress.models import Attestation, LearningEvent
from app.record.progress.rules import EventType, Progress, ProgressState
from tests.learner.positioning import taking
from tests.learner.positioning.taking import HOME, answer_all, begin, decide, found, pool, revoke, send, take
from tests.record.world import World, words_of
from tests.strict import StrictClient
from tests.words import (
    ACCEPT_WAIVER,
    DO_NOT_KNOW,
    GIVE_REASON,
    GIVE_UP_WAIVER,
    KNOWN_ALREADY,
    LEAVE_FROM_HERE,
    POSITION_AGAIN,
    STOP_AND_SEE_RESULT,
    WAIVER_ABANDONED,
    WAIVER_ACCEPTED,
    YOU_LEAVE_FROM_HERE,
)


def test_the_first_lesson_offers_it_once_and_its_result_leads_on(tested: World, client: StrictClient) -> None:
    assert "questions au plus" not in words_of(client.see("/")) + words_of(client.see("/lecons/un-a"))
    tested.finish(1, "deux-a")
    page = client.see("/lecons/deux-a")
    assert "12 questions au plus, environ 8 minutes" in words_of(page)
    assert page.link("12 questions au plus") == HOME
    begin(client)
    page = answer_all(tested, client, ("mod-un", "mod-deux"))
    assert page.h1 == YOU_LEAVE_FROM_HERE
    said = words_of(page)
    assert "réponses justes sur" in said
    assert "son quiz final reste à passer" in said
    assert "questions au plus" not in words_of(client.see("/lecons/deux-a"))
    assert "2 dispenses proposées attendent votre réponse" in words_of(client.see("/"))
    client.see(client.see(HOME).link("Décider"))
    kept = next(one.get("value") for one in client.page.all("input") if one.get("type") == "checkbox")
    page = client.submit(LEAVE_FROM_HERE, dispense=[kept])
    assert page.h1 == "Quiz deux-a-quiz", "the first step that is left"
    assert WAIVER_ACCEPTED in words_of(page)
    assert tested.progress(1) == Progress(4, 6, 3)
    assert {tested.state(1, element) for element in ("un-a", "un-a-quiz", "un-b")} == {ProgressState.WAIVED}
    assert "dont 3 dispensées" in words_of(client.see("/"))
    assert "Leçon dispensée Dispensée le 24 novembre 2026" in words_of(client.see("/lecons/un-a"))


def test_a_waiver_is_taken_back_and_one_that_was_refused_accepted(tested: World, client: StrictClient) -> None:
    results = take(tested, 1, ("mod-un", "mod-deux"))
    client.see("/positionnement/1/resultat")
    client.submit(LEAVE_FROM_HERE, dispense=[])
    assert {found(tested, result)[1] for result in results.values()} == {WaiverDecision.REFUSED}
    client.see(HOME)
    said = words_of(client.submit(ACCEPT_WAIVER))
    assert (said.count(WAIVER_ACCEPTED), said.count("dispense en cours"), said.count("dispense refusée")) == (1, 1, 1)
    assert tested.progress(1) == Progress(3, 6, 3)
    assert WAIVER_ABANDONED in words_of(client.submit(GIVE_UP_WAIVER))
    assert tested.progress(1) == Progress(0, 6)
    client.submit(ACCEPT_WAIVER)
    assert tested.progress(1).waived == 3


def test_whoever_knows_nothing_of_it_reads_no_failure_and_has_a_way_on(tested: World, client: StrictClient) -> None:
    begin(client)
    page = answer_all(tested, client, ())
    said = words_of(page)
    assert page.h1 == YOU_LEAVE_FROM_HERE
    assert "aucune réponse" not in said + words_of(client.see(HOME))
    assert "sur 1" not in said
    client.see("/positionnement/1/resultat")
    assert client.submit("Continuer").h1 == "Leçon un-a"


def test_a_waiver_never_covers_the_final_quiz_nor_what_is_done(tested: World) -> None:
    tested.finish(1, "deux-a")
    results = take(tested, 1, ("mod-un", "mod-deux"))
    decide(tested, 1, results["mod-deux"], WaiverDecision.ACCEPTED)
    assert [tested.state(1, element) for element in ("deux-a", "deux-a-quiz", "deux-final")] == [
        ProgressState.COMPLETE,
        ProgressState.WAIVED,
        ProgressState.NOT_STARTED,
    ]
    rows = tested.read(lambda session: session.scalars(select(LearningEvent).filter_by(event="waived")).all())
    assert [(row.element_id, row.source, row.attempt_id, row.reason) for row in rows] == [("deux-a-quiz", "positioning", 1, rows[0].reason)]
    assert str(rows[0].reason).replace("\u00a0", " ") == "Positionnement du 24 novembre 2026."


def test_the_attestation_tells_what_was_waived_from_what_was_done(tested: World, client: StrictClient) -> None:
    results = take(tested, 1, ("mod-deux",))
    decide(tested, 1, results["mod-deux"], WaiverDecision.ACCEPTED)
    tested.finish(1, "deux-final")
    attested = tested.read(lambda session: session.scalars(select(Attestation)).one())
    said = words_of(client.see(f"/attestations/{attested.id}"))
    assert "Dispense, sur acquis vérifiés" in said
    assert "une partie du module" in said
    assert "Leçon deux-a" not in said
    tested.clock.pass_by(days=1)
    decide(tested, 1, results["mod-deux"], WaiverDecision.TAKEN_BACK)
    assert tested.count(Attestation) == 1
    assert words_of(client.see(f"/attestations/{attested.id}")) == said
    tested.finish(1, "deux-a")
    assert words_of(client.see(f"/attestations/{attested.id}")) == said


def test_it_can_be_left_and_taken_up_again(tested: World, client: StrictClient) -> None:
    begin(client)
    client.submit(DO_NOT_KNOW)
    assert client.page.h1.startswith("Question 2")
    assert "le reprendre" in words_of(client.see("/"))
    client.see(HOME)
    assert client.submit("Reprendre le positionnement").h1.startswith("Question 2")
    assert tested.count(Positioning) == 1
    assert client.get("/positionnement/1/questions/1").headers["Location"] == "/positionnement/1/questions/2"
    page = client.submit(STOP_AND_SEE_RESULT)
    assert page.h1 == YOU_LEAVE_FROM_HERE
    assert client.get("/positionnement/1/questions/2").headers["Location"] == "/positionnement/1/resultat"
    assert tested.count(PositioningResult) == 2
    assert tested.count(PositioningAnswer) == 1


def test_a_test_without_an_answer_leaves_nothing_behind(tested: World, client: StrictClient) -> None:
    begin(client)
    client.submit(STOP_AND_SEE_RESULT)
    assert (tested.count(Positioning), tested.count(PositioningAnswer), tested.count(PositioningResult)) == (0, 0, 0)
    assert begin(client).h1.startswith("Question 1")


def test_seven_days_pass_before_the_next_one(tested: World, client: StrictClient) -> None:
    tested.publish_together(*(pool(module, each=4) for module in taking.MODULES))
    take(tested, 1, ())
    page = client.see(HOME)
    assert "Vous pourrez en faire un autre à partir du 1er décembre 2026" in words_of(page)
    assert KNOWN_ALREADY not in words_of(page)
    send(client, HOME, 422)
    tested.clock.pass_by(days=7)
    assert begin(client, POSITION_AGAIN).h1.startswith("Question 1")
    asked = tested.read(lambda session: session.scalars(select(PositioningAnswer.question_id)).all())
    assert len(asked) == len(set(asked)), "what was asked last time is asked again though other questions are left"


def test_a_test_that_asks_nothing_about_a_module_leaves_what_an_earlier_one_found(tested: World, client: StrictClient) -> None:
    results = take(tested, 1, ("mod-un", "mod-deux"))
    tested.clock.pass_by(days=8)
    begin(client, POSITION_AGAIN)
    client.submit(DO_NOT_KNOW)
    client.submit(STOP_AND_SEE_RESULT)
    (asked,) = tested.read(lambda session: session.scalars(select(PositioningAnswer.module_id).filter_by(positioning_id=2)).all())
    (other,) = {"mod-un", "mod-deux"} - {asked}
    assert tested.count(PositioningResult, positioning_id=2) == 1
    send(client, f"/positionnement/dispenses/{results[other]}", 303, decision="accepted")
    assert found(tested, results[other])[1] is WaiverDecision.ACCEPTED


@pytest.mark.parametrize("answering", [False, True])
def test_a_test_that_is_stopped_in_another_window_leads_to_its_result(
    tested: World, client: StrictClient, monkeypatch: pytest.MonkeyPatch, answering: bool
) -> None:
    """Between the look at which question waits and the reading of that question."""
    begin(client)
    client.submit(DO_NOT_KNOW)
    real = queries.question_page

    def stopped(session: Session, *values: Any, **more: Any) -> PositioningQuestionPage | None:
        session.rollback()
        tested.write(lambda other: services.finish(other, course(other), 1, 1, now=tested.clock.now()))
        return real(session, *values, **more)

    monkeypatch.setattr("app.learner.positioning.queries.question_page", stopped)
    if answering:
        assert send(client, "/positionnement/1/questions/2", 303).endswith("/positionnement/1/resultat")
    else:
        assert client.get("/positionnement/1/questions/2").headers["Location"].endswith("/positionnement/1/resultat")


def test_what_is_done_or_waived_is_neither_announced_nor_asked_about(tested: World, client: StrictClient) -> None:
    results = take(tested, 1, ("mod-un", "mod-deux"))
    for element in ("deux-a", "deux-a-quiz", "deux-final"):
        tested.finish(1, element)
    assert "Une dispense proposée attend votre réponse" in words_of(client.see("/"))
    decide(tested, 1, results["mod-un"], WaiverDecision.ACCEPTED)
    tested.clock.pass_by(days=8)
    assert "attend votre réponse" not in words_of(client.see("/"))
    said = words_of(client.see(HOME))
    assert "Il n’y a plus rien à montrer" in said
    assert POSITION_AGAIN not in said
    send(client, HOME, 422)
    decide(tested, 1, results["mod-un"], WaiverDecision.TAKEN_BACK)
    begin(client, POSITION_AGAIN)
    answer_all(tested, client, ())
    assert {row.module_id for row in tested.read(lambda session: session.scalars(select(PositioningAnswer).filter_by(positioning_id=2)).all())} == {"mod-un"}


def test_one_module_alone(tested: World, client: StrictClient) -> None:
    page = client.see("/modules/mod-deux")
    assert page.link("Le montrer en quelques questions") == "/positionnement#mod-deux"
    client.see(HOME)
    form = next(form for form in client.page.all("form") if any(one.get("value") == "mod-deux" for one in form.iter("input")))
    assert form.get("action") == HOME
    client.see(send(client, HOME, 303, module="mod-deux"))
    assert "Positionnement : Module mod-deux" in words_of(client.page)
    answer_all(tested, client, ("mod-deux",))
    assert tested.count(PositioningResult) == 1
    assert tested.count(PositioningAnswer, module_id="mod-un") == 0
    client.submit(LEAVE_FROM_HERE)
    assert tested.progress(1) == Progress(2, 6, 2)
    assert begin(client).h1.startswith("Question 1")
    answer_all(tested, client, ())
    assert {row.module_id for row in tested.read(lambda session: session.scalars(select(PositioningAnswer).filter_by(positioning_id=2)).all())} == {"mod-un"}


def test_a_pool_is_no_quiz(tested: World, client: StrictClient) -> None:
    assert client.get("/quiz/positionnement-mod-un").headers["Location"] == HOME
    send(client, "/quiz/positionnement-mod-un/tentatives", 404)
    assert tested.count(Attempt) == 0


def test_somebody_elses_test_does_not_exist(tested: World, client: StrictClient) -> None:
    results = take(tested, 1)
    tested.person("Ali Benali")
    other = tested.client()
    begin(client := tested.client("Ali Benali"))
    for path in ("/positionnement/2/questions/1", "/positionnement/9/questions/1", "/positionnement/2/resultat"):
        assert other.get(path).status_code == 404
        send(other, path, 404)
    send(other, "/positionnement/2/fin", 404)
    send(client, f"/positionnement/dispenses/{results['mod-un']}", 404, decision="accepted")
    send(client, HOME, 404, module="nulle-part")
    send(client, "/positionnement/2/questions/7", 404)
    send(other, f"/positionnement/dispenses/{results['mod-un']}", 400, decision="revoked")


def test_only_what_the_last_test_proposes_can_be_accepted(tested: World, client: StrictClient) -> None:
    results = take(tested, 1)
    assert found(tested, results["mod-deux"]) == (Proposal.NEEDED, WaiverDecision.OPEN)
    send(client, f"/positionnement/dispenses/{results['mod-deux']}", 422, decision="accepted")
    send(client, f"/positionnement/dispenses/{results['mod-un']}", 422, decision="taken_back")
    tested.clock.pass_by(days=8)
    take(tested, 1, ())
    send(client, f"/positionnement/dispenses/{results['mod-un']}", 422, decision="accepted")


def test_whoever_follows_somebody_revokes_a_waiver_with_a_reason_that_is_read(tested: World, client: StrictClient) -> None:
    results = take(tested, 1)
    decide(tested, 1, results["mod-un"], WaiverDecision.ACCEPTED)
    tested.person("Rémi Responsable", role=Role.ADMINISTRATOR)
    manager = tested.client("Rémi Responsable")
    page = manager.see("/pilotage/personnes/1")
    assert "dispensé" in words_of(page)
    assert "Bonne" not in page.text
    assert "réponses justes" not in words_of(page)
    assert GIVE_REASON in words_of(manager.submit("Retirer la dispense", 422, reason=" "))
    manager.submit("Retirer la dispense", reason="Le cadre a changé en 2026.")
    assert tested.progress(1) == Progress(0, 6)
    assert found(tested, results["mod-un"])[1] is WaiverDecision.REVOKED
    for path in ("/", HOME, "/progression"):
        assert "Le cadre a changé en 2026." in words_of(client.see(path)), path
    send(client, f"/positionnement/dispenses/{results['mod-un']}", 422, decision="accepted")
    send(manager, f"/pilotage/personnes/1/dispenses/{results['mod-un']}", 422, reason="Encore")


def test_a_decision_taken_otherwise_stays(tested: World) -> None:
    """A trainer revokes one element of a waiver, and waives it by hand: taking the waiver back leaves that."""
    results, trainer = take(tested, 1), tested.person("Théo Formateur", role=Role.TRAINER)
    decide(tested, 1, results["mod-un"], WaiverDecision.ACCEPTED)
    tested.decide(1, "un-a", EventType.OVERRIDE_REVOKED, trainer)
    tested.decide(1, "un-a", EventType.WAIVED, trainer)
    decide(tested, 1, results["mod-un"], WaiverDecision.TAKEN_BACK)
    assert [tested.state(1, element) for element in ("un-a", "un-b")] == [ProgressState.WAIVED, ProgressState.NOT_STARTED]


@pytest.mark.parametrize("path", [HOME, "/", "/modules/mod-un"])
def test_nothing_is_written_by_reading(tested: World, client: StrictClient, path: str) -> None:
    client.see(path)
    assert tested.count(Positioning) == 0


def test_what_was_revoked_is_told_on_the_table_for_a_month(tested: World, client: StrictClient) -> None:
    results, trainer = take(tested, 1), tested.person("Théo Formateur", role=Role.TRAINER)
    decide(tested, 1, results["mod-un"], WaiverDecision.ACCEPTED)
    revoke(tested, 1, results["mod-un"], trainer)
    assert "Vu en entretien." in words_of(client.see("/"))
    tested.clock.pass_by(days=31)
    assert "Vu en entretien." not in words_of(client.see("/"))
