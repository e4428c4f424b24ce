"""The trainer corrects a key and takes the marks up again; the learner reads it on their correction, record and table."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.assessment.models import Regrading
from app.identity import emails
from app.identity.rules import Role
from app.platform.mail.outbox import OutgoingMail
from app.record.progress.models import LearningEvent
from tests.making import make_app, make_settings
from tests.record import courses
from tests.record.regrades import REASON, answer, quiz
from tests.record.world import World, words_of
from tests.strict import StrictClient
from tests.words import GIVE_REASON, MARK_AGAIN, MARK_RAISED, MARK_RAISED_TO_PASS, PUBLISH_NOW, SEE_MARKS_TO_TAKE_UP


def begun(world: World) -> tuple[StrictClient, StrictClient, int]:
    """(the trainer's browser, the learner's, the attempt): the learner answered B, and the published key says B only since."""
    lesson = courses.lesson("la-lecon", module="mod-reprise", quiz="controle")
    world.publish_together(courses.module("mod-reprise", ["la-lecon"]), lesson, quiz(), courses.path(["mod-reprise"]))
    learner, trainer = world.person(), world.person("Claire Formatrice", enrolled=False, role=Role.TRAINER)
    attempt = answer(world, learner, "A", "B")
    other = world.person("Omar Haddad")
    answer(world, other, "A", "A")
    world.publish(quiz("B"))
    world.clock.pass_by(minutes=1)
    return world.signed_in(trainer), world.signed_in(learner), attempt


def test_the_effect_is_said_before_and_a_reason_is_asked_for(world: World) -> None:
    trainer, _, _ = begun(world)
    page = trainer.see("/atelier/quiz/controle/reprise")
    words = words_of(page)
    assert "1 tentative gagne des points." in words
    assert "1 tentative en perdrait : sa note est maintenue." in words
    assert "1 personne réussit le quiz de ce fait." in words
    assert "De 50 % à 100 % : 1 tentative" in words
    assert "De 100 % à 50 % : 1 tentative (maintenue à 100 %)" in words
    assert world.count(Regrading) == 0
    refused = trainer.submit(MARK_AGAIN, status=422, reason="   ")
    assert GIVE_REASON in words_of(refused)
    assert world.count(Regrading) == 0


def test_the_learner_reads_it_everywhere(world: World) -> None:
    trainer, learner, attempt = begun(world)
    trainer.see("/atelier/quiz/controle/reprise")
    done = trainer.submit(MARK_AGAIN, reason=REASON)
    assert "C’est fait : 1 note relevée, 1 maintenue, 1 quiz réussi de plus." in done.text
    words = words_of(trainer.see("/atelier/quiz/controle/reprise"))
    assert "Rien : chaque tentative est déjà notée avec les clés d’aujourd’hui." in words
    assert REASON in words
    correction = words_of(learner.see(f"/tentatives/{attempt}"))
    assert "Note revue le 24 novembre 2026" in correction
    assert f"Motif : {REASON}" in correction
    assert "Le jour de l’envoi : 1 sur 2 points." in correction
    assert "100 %" in correction
    record = words_of(learner.see("/progression"))
    assert MARK_RAISED_TO_PASS in record
    assert REASON in record
    assert MARK_RAISED in words_of(learner.see("/"))
    learner.see("/progression/export")
    assert "note revue, réussi" in learner.page.text


def test_whoever_keeps_their_mark_reads_that_it_is_maintained(world: World) -> None:
    trainer, _, _ = begun(world)
    trainer.see("/atelier/quiz/controle/reprise")
    trainer.submit(MARK_AGAIN, reason=REASON)
    other = world.client("Omar Haddad")
    other.see("/progression")
    assert "votre note est maintenue" in words_of(other.see("/"))
    attempt = world.read(lambda session: session.scalars(select(LearningEvent.attempt_id).filter_by(event="regraded")).one())
    assert "Note maintenue" in words_of(other.see(f"/tentatives/{attempt}"))


def test_the_form_sent_twice_regrades_once(world: World) -> None:
    trainer, _, _ = begun(world)
    trainer.see("/atelier/quiz/controle/reprise")
    form = trainer.page.form(MARK_AGAIN)
    for _ in range(2):
        assert trainer.post(form["action"], data={**form["fields"], "reason": REASON}).status_code == 303
    assert world.count(Regrading) == 1
    assert world.count(LearningEvent, event="regraded_pass") == 1


def test_the_letter_of_the_week_tells_whoever_has_a_better_mark_once(tmp_path, clock) -> None:  # type: ignore[no-untyped-def]
    app = make_app(make_settings(tmp_path / "instance", smtp_host="127.0.0.1", site_url="https://croisee.example"))
    world = World(app, clock)
    trainer, _, attempt = begun(world)
    trainer.see("/atelier/quiz/controle/reprise")
    trainer.submit(MARK_AGAIN, reason=REASON)
    assert world.count(OutgoingMail) == 0, "that can wait"
    for left in (1, 0):
        with app.test_request_context():
            assert emails.send_weeks(app.config["CROISEE"], clock.now()) == left
        clock.pass_by(days=7)
    letters = world.read(lambda session: [(row.subject, row.text) for row in session.scalars(select(OutgoingMail))])
    assert [subject for subject, _ in letters] == ["Croisée : votre lettre de la semaine"]
    assert f"https://croisee.example/tentatives/{attempt}" in letters[0][1]


def test_publishing_a_corrected_key_leads_to_the_marks(world: World) -> None:
    trainer, _, _ = begun(world)
    trainer.see("/atelier/documents/controle")
    trainer.submit("Enregistrer", then="save", insert=None, model=None, text=quiz("C")[1])
    trainer.see("/atelier/documents/controle/relecture")
    page = trainer.submit(PUBLISH_NOW, when=None, why="La clé était fausse.")
    assert SEE_MARKS_TO_TAKE_UP in words_of(page, "body")
    assert page.link("voir si des notes") == "/atelier/quiz/controle/reprise"


@pytest.mark.parametrize("address", ["/atelier/quiz/controle/reprise", "/atelier/statistiques", "/atelier/statistiques/controle", "/atelier/messages"])
def test_learners_know_nothing_of_these_pages(world: World, address: str) -> None:
    _, learner, _ = begun(world)
    assert learner.get(address).status_code == 404


def test_a_quiz_that_takes_the_question_has_marks_of_its_own(world: World) -> None:
    trainer, _, _ = begun(world)
    taking = "## Autre question ? {#autre-1}\n\n- [x] Oui\n- [ ] Non"
    world.publish(courses.quiz("reprenant", module="mod-reprise", questions=taking, reprend="deux"))
    page = trainer.see("/atelier/quiz/controle/reprise")
    assert page.link("Quiz reprenant") == "/atelier/quiz/reprenant/reprise"
    assert trainer.see("/atelier/quiz/reprenant/reprise").h1 == MARK_AGAIN


def test_a_quiz_that_is_not_published_has_no_page(world: World) -> None:
    trainer, _, _ = begun(world)
    for address in ("/atelier/quiz/inconnu/reprise", "/atelier/statistiques/inconnu"):
        assert trainer.get(address).status_code == 404
