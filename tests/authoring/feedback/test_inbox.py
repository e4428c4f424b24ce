"""What is written to the trainers: under a lesson and a correction, found beside the line, answered once, read by whoever wrote it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from app.authoring.inbox import altogether, messages_of, waiting
from app.identity.models import Person
from app.learner.messages.queries import TrainerMessage
from app.learner.messages.services import MOST
from app.platform.db import db
from app.platform.french import day_of
from app.platform.mail.outbox import OutgoingMail
from tests.authoring.feedback.inbox import BODY, begun
from tests.making import make_app, make_settings
from tests.record import courses
from tests.record.regrades import answer, quiz
from tests.record.world import Clock, World, words_of
from tests.strict import StrictClient
from tests.words import MENDED_NOW, PASSED_TO_TRAINERS, REPORTED_MISTAKE_MENDED, SEND_ANSWER, SEND_QUESTION, SEND_TO_TRAINERS, WAITING_FOR_ANSWER

SAID = "Le décret date de 1996."


def report(client: StrictClient, **fields: Any) -> None:
    client.see("/lecons/la-lecon")
    client.submit(SEND_TO_TRAINERS, **{"message": SAID, **fields})


def rows(world: World) -> list[TrainerMessage]:
    return world.read(lambda session: list(session.scalars(select(TrainerMessage).order_by(TrainerMessage.id))))


def test_a_report_says_which_text_and_where(world: World) -> None:
    learner, _ = begun(world)
    report(learner, anchor="prefet", passage="en 1995")
    assert "Merci, c’est transmis aux formateurs." in learner.page.text
    version = world.course().versions["la-lecon"]
    (row,) = rows(world)
    assert (row.element_id, row.document_id, row.question_id) == ("la-lecon", "la-lecon", "")
    assert (row.fingerprint, row.revision_id, row.anchor, row.passage, row.message) == (version.fingerprint, version.revision_id, "prefet", "en 1995", SAID)
    assert WAITING_FOR_ANSWER in words_of(learner.see("/mes-questions"))


@pytest.mark.parametrize(
    ("fields", "line"),
    [({"passage": "signe l’« arrêté »"}, "Il signe l'« arrêté » en 1995."), ({"anchor": "maire"}, "## Le maire {#maire}"), ({}, "---")],
)
def test_it_stands_beside_its_line(world: World, fields: dict[str, str], line: str) -> None:
    learner, trainer = begun(world)
    report(learner, **fields)
    (found,) = _reports(world, "la-lecon")
    text = courses.lesson("la-lecon", module="mod-reprise", quiz="controle", body=BODY)[1].split("\n")
    assert text[found.line - 1] == line
    assert f"ligne={found.line}" in trainer.see("/atelier/messages").link("Ligne")


def _learner(world: World) -> int:
    return world.read(lambda session: session.scalars(select(Person.id).where(Person.name == "Inès Carpentier")).one())


def _reports(world: World, document_id: str) -> Any:
    with world.app.test_request_context():
        return messages_of(db.session, document_id, day_of(world.clock.now()))


def test_a_question_is_reported_under_its_correction(world: World) -> None:
    learner, trainer = begun(world)
    attempt = answer(world, _learner(world), "A", "B")
    learner.see(f"/tentatives/{attempt}")
    form = learner.page.form("/questions/1/signalements")
    sent = learner.post(form["action"], data={**form["fields"], "message": SAID})
    assert (sent.status_code, "#" in sent.location) == (303, False), "the thanks are at the top"
    (row,) = rows(world)
    asked = next(question for question in world.course().quizzes["controle"].questions if question.id == row.question_id)
    assert (row.element_id, row.document_id, row.fingerprint) == ("controle", "controle", asked.fingerprint)
    (found,) = _reports(world, "controle")
    assert (found.line, found.changed) == (asked.line, False)
    world.publish(quiz("C"))
    assert [found.changed for found in _reports(world, "controle")] == [asked.id == "deux"]
    assert asked.statement.text.split("\n")[0] in words_of(trainer.see("/atelier/messages"))


def test_nobody_reports_on_somebody_elses_attempt_nor_before_the_correction(world: World) -> None:
    learner, _ = begun(world)
    other = world.person("Omar Haddad")
    attempt = answer(world, other, "A", "B")
    learner.see("/lecons/la-lecon")
    token = learner.page.form(SEND_TO_TRAINERS)["fields"]
    assert learner.post(f"/tentatives/{attempt}/questions/1/signalements", data={**token, "message": SAID}).status_code == 404
    learner.see("/quiz/controle")
    learner.submit("Commencer")
    under_way = attempt + 1
    assert learner.post(f"/tentatives/{under_way}/questions/1/signalements", data={**token, "message": SAID}).status_code == 404
    assert learner.post("/lecons/inconnue/signalements", data={**token, "message": SAID}).status_code == 404
    assert rows(world) == []


def test_what_was_typed_is_kept_when_it_is_refused(world: World) -> None:
    learner, _ = begun(world)
    learner.see("/lecons/la-lecon")
    page = learner.submit(SEND_TO_TRAINERS, status=422, message=" ", passage="en 1995", anchor="maire")
    assert "Dites ce qui ne va pas" in words_of(page)
    fields = page.form(SEND_QUESTION)["fields"]
    assert (fields["passage"], fields["anchor"]) == ("en 1995", "maire")
    learner.submit(SEND_QUESTION, message=SAID)
    assert [row.passage for row in rows(world)] == ["en 1995"]


def test_the_same_report_sent_twice_is_one_and_too_many_are_put_off(world: World) -> None:
    learner, _ = begun(world)
    for number in range(MOST):
        report(learner, message=f"Erreur {number}")
        report(learner, message=f"Erreur {number}")
    assert len(rows(world)) == MOST
    learner.see("/lecons/la-lecon")
    page = learner.submit(SEND_TO_TRAINERS, status=429, message="Encore une")
    assert page.form(SEND_QUESTION)["fields"]["message"].strip() == "Encore une"
    world.clock.pass_by(hours=1, minutes=1)
    report(learner, message="Encore une")
    assert len(rows(world)) == MOST + 1


def test_an_answer_reaches_the_person_and_counts_go_down(tmp_path: Any, clock: Clock) -> None:
    world = World(make_app(make_settings(tmp_path / "instance", smtp_host="127.0.0.1", site_url="https://croisee.example")), clock)
    learner, trainer = begun(world)
    report(learner)
    today = day_of(world.clock.now())
    assert list(world.read(lambda session: waiting(session, today))) == ["la-lecon"]
    trainer.see("/atelier/messages")
    page = trainer.submit(MENDED_NOW, status=422, answer=" ")
    assert "Écrivez votre réponse" in words_of(page)
    page = trainer.submit(MENDED_NOW, status=422, answer="a" * 2001)
    assert "2 000 caractères au plus" in words_of(page)
    trainer.submit(MENDED_NOW, answer="Bien vu, c’est 1996.")
    assert world.read(lambda session: altogether(waiting(session, today))).total == 0
    assert "Corrigé par Claire Formatrice" in words_of(trainer.see("/atelier/messages"))
    assert REPORTED_MISTAKE_MENDED in words_of(learner.see("/"))
    assert "Les formateurs, le 24 novembre 2026 Bien vu, c’est 1996." in words_of(learner.see("/mes-questions"))
    (letter,) = world.read(lambda session: session.scalars(select(OutgoingMail)).all())
    assert letter.subject == "Croisée : réponse à votre signalement"
    assert SAID in letter.text
    assert "Bien vu, c’est 1996." in letter.text
    world.clock.pass_by(days=40)
    learner = world.client()  # no session lasts so long
    assert "signalée est corrigée" not in words_of(learner.see("/"))


def test_two_trainers_answering_one_report(either: World) -> None:
    world = either
    learner, trainer = begun(world)
    report(learner)
    trainer.see("/atelier/messages")
    form = trainer.page.form(MENDED_NOW)
    assert trainer.post(form["action"], data={**form["fields"], "answer": "Le premier mot."}).status_code == 303
    late = trainer.post(form["action"], data={**form["fields"], "answer": "Le second."})
    assert late.status_code == 409
    assert all(words in late.text for words in ("Un collègue a répondu avant vous", "Le premier mot.", "Le second.")), "nothing that was typed is lost"
    assert [row.answer for row in rows(world)] == ["Le premier mot."]
    assert "Le premier mot." in words_of(trainer.see("/atelier/messages"))
    assert "Le premier mot." in words_of(learner.see("/mes-questions"))
    assert trainer.post("/atelier/messages/999", data={**form["fields"], "answer": "x"}).status_code == 404


def test_what_is_sent_without_a_session_is_kept_for_the_return(world: World) -> None:
    learner, _ = begun(world)
    learner.see("/lecons/la-lecon")
    form = learner.page.form(SEND_TO_TRAINERS)
    with learner.session_transaction() as held:
        held.pop("_user_id")
    answered = learner.post(form["action"], data={**form["fields"], "message": SAID})
    assert answered.status_code == 303
    assert "/connexion" in answered.headers["Location"]


def test_reports_stand_in_the_editor_and_are_counted_at_home(world: World) -> None:
    learner, trainer = begun(world)
    report(learner, anchor="maire")
    report(learner, message="Une faute de frappe.")
    words = words_of(trainer.see("/atelier/documents/la-lecon"))
    assert "Ce que des lecteurs ont signalé ou demandé" in words
    assert SAID in words
    assert "2 messages" in words_of(trainer.see("/atelier"))


def test_a_question_corrected_at_once_may_be_reported_before_the_end(world: World) -> None:
    learner, _ = begun(world)
    world.publish(quiz(correction="après chaque question"))
    learner.see("/quiz/controle")
    learner.submit("Commencer")
    learner.submit(SEND_ANSWER, choix="c1", then="correct")
    page = learner.submit(SEND_TO_TRAINERS, message=SAID)
    assert PASSED_TO_TRAINERS in page.text
    assert page.h1 == "Question 1 sur 2"
    assert [row.element_id for row in rows(world)] == ["controle"]
