"""A survey is proposed to whoever has done what it is about, answered once, and its answers are joined to nobody."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from msgspec.structs import replace
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from app.content.store.queries import MAJOR
from app.identity import email_preferences, emails, territories
from app.identity import emails as letters_of_the_week
from app.identity import services as identity
from app.identity.models import Person
from app.identity.rules import Role
from app.learner.surveys import services
from app.learner.surveys.queries import SurveyTurn
from app.learner.surveys.services import LONGEST_TEXT
from app.platform.db import Base
from app.platform.mail.outbox import OutgoingMail
from tests.identity.builders import SMALL as SITES
from tests.identity.builders import TODAY
from tests.learner.surveys.asking import COLD, HOT, PAGE, Asked, finisher
from tests.record.courses import SMALL, lesson
from tests.strict import StrictClient


def test_from_the_module_to_the_counts(asked: Asked) -> None:
    asked.client.see("/modules/mod-un")
    asked.client.see(asked.client.page.link("Votre avis"))
    asked.client.submit("Envoyer", 422)
    assert "Rien n’est répondu encore" in asked.client.page.text
    asked.client.submit("Envoyer", 422, satisfait="4", manque="x" * (LONGEST_TEXT + 1))
    assert "x" * LONGEST_TEXT in asked.client.page.html
    asked.client.submit("Envoyer", satisfait="4", temps="2", aide=["1", "2"], manque="Des exemples.")
    assert "Votre réponse est comptée, sans votre nom" in asked.client.page.text
    assert "Votre avis" not in asked.client.see("/modules/mod-un").text
    (week,) = asked.weeks()
    assert (week.survey_id, week.subject_id, week.week) == (HOT, "mod-un", TODAY - timedelta(days=TODAY.weekday()))
    assert "Des exemples." in str(week.counts)
    assert "Merci" in asked.client.see(PAGE).text
    asked.world.app.config["WTF_CSRF_ENABLED"] = False
    assert asked.client.post(PAGE, data={"satisfait": "1"}).status_code == 303
    assert len(asked.weeks()) == 1
    assert asked.weeks()[0].counts == week.counts


def test_the_end_of_the_path_proposes_it_too(asked: Asked) -> None:
    client = asked.world.signed_in(finisher(asked.world, "Anna Finie", SMALL))
    client.see("/")
    assert client.page is not None
    assert client.page.link("Votre avis") == f"/enquetes/{HOT}/acculturation"
    assert "Le parcours" in client.see(client.page.link("Votre avis")).text


def test_not_before_having_done_it(asked: Asked) -> None:
    for address in (
        f"/enquetes/{HOT}/mod-deux",
        f"/enquetes/{HOT}/acculturation",
        f"/enquetes/{COLD}/mod-un",
        "/enquetes/rien/mod-un",
        "/enquetes/lettre/rien",
    ):
        asked.client.see(address, 404)


def test_nothing_joins_an_answer_to_anybody(asked: Asked) -> None:
    """No column of the counts leads to a person, and no column of who answered tells when, or in what order."""
    table = Base.metadata.tables["survey_week"]
    assert {column.name for column in table.columns} == {"survey_id", "subject_id", "week", "counts"}
    assert not table.foreign_keys
    assert {column.name for column in inspect(SurveyTurn).columns} == {"person_id", "survey_id", "subject_id", "round", "answered", "asked_on", "digest"}
    people = [asked.person, *(finisher(asked.world, f"Personne {number}") for number in (3, 1, 2))]
    for person in (people[2], people[0], people[3], people[1]):
        asked.world.do(lambda session, course, person, now: services.answer(session, course, person, HOT, "mod-un", {"manque": [f"Mot {person}"]}, now), person)
    (week,) = asked.weeks()
    texts = next(each["texts"] for name, each in week.counts.items() if name.startswith("manque"))
    assert texts == sorted(texts)
    stored = asked.world.read(lambda session: [row.person_id for row in session.execute(select(SurveyTurn.person_id))])
    assert stored == sorted(stored), "the table itself is in the order of its key"


def test_two_at_once_are_counted_twice_and_one_person_once(either_asked: Asked) -> None:
    world = either_asked.world
    other = finisher(world, "Bilal Autre")
    fields = {"satisfait": ["4"]}

    def answer(person: int) -> object:
        try:
            world.write(lambda session: services.answer(session, world.course(), person, HOT, "mod-un", fields, world.clock.now()))
        except services.SurveyAnsweredAlready as error:
            return error.status
        return 200

    pairs = [either_asked.person, other, either_asked.person, other]
    assert sorted(world.together(4, lambda number: answer(pairs[number]))) == [200, 200, 409, 409]  # type: ignore[type-var]
    (week,) = either_asked.weeks()
    assert week.counts[""] == {"answered": 2}


def test_a_merge_leaves_one_turn(asked: Asked) -> None:
    other = finisher(asked.world, "Bilal Autre")
    asked.world.do(lambda session, course, person, now: services.answer(session, course, person, HOT, "mod-un", {"temps": ["1"]}, now), other)
    asked.world.write(lambda session: services.follow_merge(session, asked.person, other))
    asked.world.write(lambda session: services.follow_merge(session, asked.person, other))
    turns = asked.world.read(lambda session: session.query(SurveyTurn).all())
    assert [(turn.person_id, turn.answered) for turn in turns] == [(asked.person, True)]


# --- Three months later ----------------------------------------------------------------------------------------------


@pytest.fixture
def finished(asked: Asked) -> Asked:
    """Two people of Lens finished the path, and somebody looks after Lens, who does without the email of Monday, which would carry the survey."""
    world = asked.world
    world.app.config["CROISEE"] = replace(world.app.config["CROISEE"], site_url="https://croisee.example", smtp_host="127.0.0.1", smtp_port=9)

    people = [finisher(world, name, SMALL) for name in ("Anna Finie", "Zoé Finie")]
    chiefs = {"cite-lens": "Chef Lens", "departement-pas-de-calais": "Chef Département", "departement-nord": "Chef Nord"}
    managers = {place: world.person(name, enrolled=False, role=Role.MANAGER) for place, name in chiefs.items()}

    def settle(session: Session) -> None:
        territories.sync_territories(session, SITES)
        for person in people:
            identity.join_territory(session, session.get_one(Person, person), "cite-lens", TODAY - timedelta(days=30))
        for place, manager in managers.items():
            identity.set_scope(session, session.get_one(Person, manager), [place])
            email_preferences.refuse(session, manager, "bilan", world.clock.now())

    world.write(settle)
    return asked


def _send(asked: Asked) -> int:
    with asked.world.app.test_request_context():
        return emails.send_weeks(asked.world.app.config["CROISEE"], asked.world.clock.now())


def _letters(asked: Asked) -> list[OutgoingMail]:
    return asked.world.read(lambda session: list(session.scalars(select(OutgoingMail).order_by(OutgoingMail.id))))


def test_a_letter_three_months_later_is_answered_once(finished: Asked) -> None:
    world = finished.world
    assert _send(finished) == 0
    world.clock.pass_by(days=91)
    assert [_send(finished), _send(finished)] == [3, 0], "both people, and the nearest of those who look after their territory, once"
    sent = {letter.recipient.partition("@")[0]: letter for letter in _letters(finished)}
    assert sorted(sent) == ["anna.finie", "chef.lens", "zoé.finie"]
    assert "Finie" not in sent["chef.lens"].text
    letter = sent["anna.finie"]
    assert "enquête sert une fois" in letter.text, letter.text
    (address,) = re.findall(r"https://croisee\.example(/enquetes/lettre/\S+)", letter.text)
    assert letter.unsubscribe
    stranger = world.app.test_client()
    assert isinstance(stranger, StrictClient)
    stranger.see(address)
    assert "Finie" not in stranger.page.text
    stranger.submit("Envoyer", reutilise="3")
    assert "Merci" in stranger.page.text
    (week,) = [week for week in finished.weeks() if week.survey_id == COLD]
    assert (week.subject_id, week.counts[""]) == ("acculturation", {"answered": 1})
    with world.app.test_request_context(), pytest.raises(services.SurveyAnsweredAlready):
        world.write(lambda session: services.answer_letter(session, world.course(), address.rpartition("/")[2], {"reutilise": ["1"]}, world.clock.now()))
    world.clock.pass_by(days=46)
    stranger.see(address, 404)


def test_a_survey_stands_among_the_lines_of_the_week(finished: Asked) -> None:
    """It takes no week for itself: the letter that leaves carries it, and where the week is taken it waits for the next."""
    world = finished.world
    anna = world.read(lambda session: session.scalars(select(Person.id).filter_by(name="Anna Finie")).one())
    world.clock.pass_by(days=90)
    world.write(lambda session: email_preferences.accept(session, anna, "nouvelles", world.clock.now()))
    world.write(lambda session: letters_of_the_week.claim(session, [anna], world.clock.now() - timedelta(days=5)))
    world.publish(lesson("un-b", body="Un autre texte, à relire."), change=MAJOR)
    assert _send(finished) == 2, "the other, and who looks after both"
    world.clock.pass_by(days=2)
    assert _send(finished) == 1
    text = next(letter.text for letter in _letters(finished) if letter.recipient.startswith("anna"))
    assert text.index("À relire") < text.index("Votre avis sur"), "one letter says both"


def test_whoever_finished_long_ago_is_not_asked(finished: Asked) -> None:
    finished.world.clock.pass_by(days=130)
    assert _send(finished) == 0


def test_whoever_refused_is_not_asked(finished: Asked) -> None:
    def refuse(session: Session) -> None:
        for person in session.scalars(select(Person)):
            email_preferences.refuse(session, person.id, services.KIND, finished.world.clock.now())

    finished.world.write(refuse)
    finished.world.clock.pass_by(days=91)
    assert _send(finished) == 0
