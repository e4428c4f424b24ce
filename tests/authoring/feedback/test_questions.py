"""« Poser une question »: asked at a heading or a correction, taken by one trainer, answered once, asked again, published for all without a name."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.identity.rules import Role
from app.learner.messages import services
from app.learner.messages.queries import LessonFaq, MessageStanding, ThreadKind, TrainerMessage, is_late, standing
from app.learner.messages.services import AlreadyAnswered, AlreadyTaken, MessageTyped
from app.platform import holidays
from app.platform.errors import DomainError
from app.platform.holidays import working_day_after
from app.platform.mail.outbox import OutgoingMail
from tests.authoring.feedback.inbox import begun
from tests.identity.builders import at_once
from tests.making import make_app, make_settings
from tests.record.regrades import answer
from tests.record.world import Clock, World, words_of
from tests.reporting.reminders.reminding import with_mail
from tests.strict import StrictClient
from tests.words import (
    ANSWERED_CLEARLY,
    CLEAR_THANKS,
    PUBLISH_FOR_ALL,
    PUBLISH_UNDER_LESSON,
    SEND_QUESTION,
    SEND_TO_TRAINERS,
    WAITING_FOR_ANSWER,
    WRITE_QUESTION,
)

ASKED = "Qui signe, s’il n’y a pas de préfet ?"
SAID = "Le représentant de l’État, qui est un préfet partout en France."
NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("on", "days", "promised"),
    [
        ("2026-11-24", 5, "2026-12-01"),
        ("2026-11-27", 1, "2026-11-30"),
        ("2026-11-28", 1, "2026-11-30"),  # a saturday
        ("2026-12-23", 2, "2026-12-28"),  # Christmas is a Friday
        ("2026-12-23", 3, "2026-12-29"),
    ],
)
def test_the_promised_day_counts_worked_days(on: str, days: int, promised: str) -> None:
    assert working_day_after(date.fromisoformat(on), days) == date.fromisoformat(promised)


def test_the_site_has_days_of_its_own() -> None:
    holidays.observe("", [date(2026, 11, 26)])
    try:
        assert working_day_after(date(2026, 11, 24), 2) == date(2026, 11, 27)
    finally:
        holidays.observe("")


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({}, MessageStanding.WAITING),
        ({"taken": True}, MessageStanding.TAKEN),
        ({"taken": True, "answered_at": NOW}, MessageStanding.ANSWERED),
        ({"answered_at": NOW, "fixed": True}, MessageStanding.CORRECTED),
        ({"answered_at": NOW, "thanked_at": NOW}, MessageStanding.THANKED),
    ],
)
def test_where_a_message_stands(facts: dict[str, Any], said: MessageStanding) -> None:
    assert standing(**({"taken": False, "answered_at": None, "fixed": False, "thanked_at": None} | facts)) is said


def test_late_is_after_the_promised_day() -> None:
    due = date(2026, 12, 1)
    assert [is_late(due, None, date(2026, 12, 1)), is_late(due, None, date(2026, 12, 2)), is_late(due, NOW, date(2026, 12, 2)), is_late(None, None, due)] == [
        False,
        True,
        False,
        False,
    ]


def ask(learner: StrictClient, words: str = ASKED, anchor: str = "prefet") -> None:
    learner.see(f"/lecons/la-lecon/poser-une-question?partie={anchor}")
    learner.submit(SEND_QUESTION, message=words)


@pytest.fixture
def mailing(tmp_path: Path, clock: Clock) -> World:
    """A site that sends mail."""
    return World(make_app(make_settings(tmp_path / "instance", smtp_host="127.0.0.1", site_url="https://croisee.example")), clock)


def answered(learner: StrictClient, trainer: StrictClient) -> None:
    ask(learner)
    trainer.see("/atelier/messages")
    trainer.submit("Répondre", answer=SAID)


def test_a_question_is_asked_at_its_heading_with_a_promised_day(world: World) -> None:
    learner, _ = begun(world)
    page = learner.see(learner.see("/lecons/la-lecon").link("Poser une question : Le préfet"))
    assert "Réponse promise pour le 1er décembre 2026 (5 jours ouvrés)" in words_of(page)
    page = learner.submit(SEND_QUESTION, status=422, message="  ")
    assert WRITE_QUESTION in words_of(page)
    page = learner.submit(SEND_QUESTION, message=ASKED)
    assert all(words in words_of(page) for words in ("Votre question est partie", "à « Le préfet »", WAITING_FOR_ANSWER, ASKED))


def test_two_of_one_lesson_are_no_two_regions_of_one_name(world: World) -> None:
    learner, trainer = begun(world)
    ask(learner)
    ask(learner, "Et en outre-mer ?")
    for page in (learner.see("/mes-questions"), trainer.see("/atelier/messages")):
        names = {heading.get("id"): page.text_of(heading) for heading in page.all("h2")}
        regions = [names[section.get("aria-labelledby")] for section in page.all("section") if section.get("aria-labelledby")]
        assert len(regions) == len(set(regions))


def test_a_letter_is_promised_where_mail_leaves(world: World) -> None:
    learner, trainer = begun(world)
    ask(learner)
    for promised in (False, True):
        pages = (learner.see("/lecons/la-lecon/poser-une-question"), trainer.see("/atelier/messages"))
        assert ["par courriel" in words_of(page) for page in pages] == [promised] * 2
        with_mail(world.app)


def test_it_is_taken_then_late_then_answered_and_nobody_is_named(mailing: World) -> None:
    learner, trainer = begun(mailing)
    ask(learner)
    assert "1 message d’apprenant attend une réponse" in words_of(trainer.see("/atelier"))
    assert "Carpentier" not in trainer.see("/atelier/messages").text
    trainer.submit("Je m’en occupe")
    assert "Un formateur s’en occupe" in words_of(learner.see("/mes-questions"))
    mailing.clock.pass_by(days=9)
    trainer = mailing.client("Claire Formatrice")
    assert "1 question en retard" in words_of(trainer.see("/atelier"))
    assert "dont 1 question en retard" in words_of(trainer.see("/atelier"))
    trainer.see("/atelier/messages")
    trainer.submit("Répondre", answer=SAID)
    (letter,) = mailing.read(lambda session: session.scalars(select(OutgoingMail)).all())
    assert letter.subject == "Croisée : réponse à votre question"
    assert all(words in letter.text.replace("\u202f", " ") for words in (ASKED, SAID, f"/mes-questions#message-{_only(mailing).id}"))
    assert "Votre question a reçu une réponse" in words_of(mailing.client().see("/"))


def test_what_is_not_clear_is_asked_again_until_it_is(world: World) -> None:
    learner, trainer = begun(world)
    answered(learner, trainer)
    learner.see("/mes-questions")
    page = learner.submit("Demander de nouveau", status=422, message=" ")
    assert WRITE_QUESTION in words_of(page)
    learner.submit("Demander de nouveau", message="Et à Mayotte ?")
    page = trainer.see("/atelier/messages")
    assert all(words in words_of(page) for words in (ASKED, SAID, "Pas encore clair : Et à Mayotte ?"))
    trainer.submit("Répondre", answer="Aussi.")
    learner.see("/mes-questions")
    page = learner.submit(CLEAR_THANKS)
    assert ANSWERED_CLEARLY in words_of(page)
    assert "La personne a dit que c’est clair." in words_of(trainer.see("/atelier/messages"))


def test_it_is_published_in_other_words_found_and_taken_back(world: World) -> None:
    learner, trainer = begun(world)
    answered(learner, trainer)
    trainer.see(trainer.page.link(PUBLISH_FOR_ALL))
    page = trainer.submit(PUBLISH_UNDER_LESSON, status=422, question=" ")
    assert "Écrivez la question et sa réponse" in words_of(page)
    trainer.submit(PUBLISH_UNDER_LESSON, question="Qui signe outre-mer ?", answer="Un préfet,\n\ncomme ailleurs.")
    lesson = words_of(learner.see("/lecons/la-lecon"))
    assert "Questions fréquentes Qui signe outre-mer ? Un préfet, comme ailleurs." in lesson
    assert ASKED not in lesson
    page = learner.see("/recherche?q=outre-mer")
    assert "Question fréquente" in page.text
    (row,) = world.read(lambda session: session.scalars(select(LessonFaq)).all())
    assert page.link("Qui signe outre-mer") == f"/lecons/la-lecon#faq-{row.id}"
    trainer.see("/atelier/questions-frequentes")
    trainer.submit("Ne plus publier")
    assert "outre-mer" not in learner.see("/lecons/la-lecon").text
    assert "Qui signe" not in words_of(learner.see("/recherche?q=outre-mer"))


def _only(world: World) -> TrainerMessage:
    (row,) = world.read(lambda session: session.scalars(select(TrainerMessage)).all())
    return row


def test_a_question_under_its_correction(world: World) -> None:
    learner, trainer = begun(world)
    other = world.person("Omar Haddad")
    attempt = answer(world, other, "A", "B")
    assert learner.get(f"/tentatives/{attempt}/questions/1/poser-une-question").status_code == 404
    asker = world.signed_in(other)
    page = asker.see(f"/tentatives/{attempt}")
    asker.see(page.link("Poser une question sur la question 1"))
    asker.submit(SEND_QUESTION, message="Pourquoi pas B ?")
    row = _only(world)
    assert (row.kind, row.element_id, bool(row.question_id), row.due_on) == (ThreadKind.QUESTION, "controle", True, date(2026, 12, 1))
    trainer.see("/atelier/messages")
    trainer.submit("Répondre", answer="Parce que.")
    page = trainer.see(trainer.see("/atelier/messages").link(PUBLISH_FOR_ALL))
    fields = page.form(PUBLISH_UNDER_LESSON)["fields"]
    assert fields["lesson"] == "la-lecon", "the lesson of the quiz"
    assert (
        learner.post(f"/mes-questions/{row.id}", data={**learner.see("/lecons/la-lecon").form(SEND_TO_TRAINERS)["fields"], "then": "merci"}).status_code == 404
    )


def _asked(world: World, person: int) -> int:
    place = services.TextShown("un-a", "un-a", "f", None)
    return world.write(lambda session: services.send_message(session, person, place, MessageTyped(ThreadKind.QUESTION, ASKED), NOW)).id


def test_two_trainers_at_once(either: World) -> None:
    """Of two who take it, one does; of two who answer, one answer stands, whatever the database."""
    world = either
    trainers = [world.person(name, enrolled=False, role=Role.TRAINER) for name in ("Claire Formatrice", "Paul Formateur")]
    settings = world.app.config["CROISEE"]
    number = _asked(world, world.person())

    def read(session: Session) -> Any:
        session.execute(select(TrainerMessage.id).where(TrainerMessage.id == number)).all()
        return iter(trainers)

    pool = list(trainers)

    def take(session: Session, _read: Any) -> str:
        services.take(session, number, pool.pop(), None, NOW)
        return "taken"

    assert sorted(map(str, (type(each).__name__ for each in at_once(world.app, read, take)))) == ["AlreadyTaken", "str"]
    holder = world.read(lambda session: session.get_one(TrainerMessage, number).taken_by)
    other = next(each for each in trainers if each != holder)
    with pytest.raises(AlreadyTaken):
        world.write(lambda session: services.answer(session, settings, number, actor_id=other, fixed=False, words="Moi.", now=NOW))
    world.write(lambda session: services.take(session, number, other, holder, NOW))  # in the place of whoever one saw
    world.write(lambda session: services.leave(session, number, other))
    pool[:] = trainers

    def reply(session: Session, _read: Any) -> str:
        actor = pool.pop()
        return services.answer(session, settings, number, actor_id=actor, fixed=False, words=f"De {actor}.", now=NOW).answer

    found = at_once(world.app, read, reply)
    (given,) = [each for each in found if isinstance(each, str)]
    assert [type(each) for each in found if isinstance(each, DomainError)] == [AlreadyAnswered]
    assert world.read(lambda session: session.get_one(TrainerMessage, number).answer) == given


def test_what_two_trainers_publish_is_one(world: World) -> None:
    """The second has both texts before them, and says again which is published."""
    learner, trainer = begun(world)
    other = world.signed_in(world.person("Paul Formateur", enrolled=False, role=Role.TRAINER))
    ask(learner)
    trainer.see("/atelier/messages")
    trainer.submit("Répondre", answer=SAID)
    address = trainer.see("/atelier/messages").link(PUBLISH_FOR_ALL)
    trainer.see(address)
    other.see(address)
    trainer.submit(PUBLISH_UNDER_LESSON, question="La première ?")
    page = other.submit(PUBLISH_UNDER_LESSON, status=409, question="La seconde ?")
    assert all(words in page.text for words in ("Un collègue a publié", "La première ?", "La seconde ?"))
    other.submit("Enregistrer")
    assert [row.question for row in world.read(lambda session: session.scalars(select(LessonFaq)).all())] == ["La seconde ?"]


def test_an_erased_question_waits_for_nobody(world: World) -> None:
    learner, trainer = begun(world)
    ask(learner)

    def erase(session: Session) -> None:
        session.scalars(select(TrainerMessage)).one().message = ""

    world.write(erase)
    assert "Rien n’attend de réponse." in words_of(trainer.see("/atelier/messages"))


def test_the_setting_is_the_sites(world: World) -> None:
    learner, _ = begun(world)
    administrator = world.signed_in(world.person("Ada Admin", enrolled=False, role=Role.ADMINISTRATOR))
    administrator.see("/administration/site")
    page = administrator.submit("Enregistrer", status=422, answer_days="0")
    assert "de 1 à 30" in words_of(page)
    administrator.submit("Enregistrer", answer_days="2")
    assert "26 novembre 2026 (2 jours ouvrés)" in words_of(learner.see("/lecons/la-lecon/poser-une-question"))
