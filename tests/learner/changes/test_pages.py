"""« Ce qui a changé pour vous »: on home, at the head of the review, in the weekly email and on the attestation, until it is seen."""

from __future__ import annotations

from msgspec.structs import replace
from sqlalchemy import event, select

from app.features import COMPLETE
from app.identity import email_preferences
from app.platform.db import db
from app.record.everybody import NEWS, course_news
from app.record.facts import FactSeen
from app.record.progress.models import Attestation
from tests.record.thresholds import begin, threshold
from tests.record.world import World, words_of
from tests.words import ANSWER_AGAIN

TOLD = "Depuis que vous l’avez lu"


def test_it_is_told_on_home_and_before_the_review_until_it_is_seen(world: World) -> None:
    reader, other = begin(world, 2)
    client, beside = world.signed_in(reader), world.signed_in(other)
    assert TOLD not in words_of(client.go("learning.home"))
    world.publish(threshold("60 euros"))
    for endpoint in ("learning.home", "review.review"):
        page = client.go(endpoint)
        words = words_of(page)
        assert TOLD in words
        assert "40 euros" in words
        assert "Le seuil est de 60 euros, hors taxes." in words
        assert "Le décret" in words
        assert page.link("https://decret.example/seuil")
    page = client.submit("J’ai vu")
    assert "C’est noté." in page.text
    for endpoint in ("learning.home", "review.review"):
        assert TOLD not in words_of(client.go(endpoint))
    assert "Rien de ce que vous avez appris n’a changé" in words_of(client.go("changes.changes"))
    assert TOLD in words_of(beside.go("learning.home"))


def test_its_question_is_answered_in_its_lesson_and_the_change_goes(world: World) -> None:
    (reader,) = begin(world, 1)
    world.publish(threshold("60 euros"))
    client = world.signed_in(reader)
    assert "Quel est le seuil ?" in words_of(client.go("changes.changes"))
    page = client.submit("Vérifier", **{"fait-1-choix": "c1", "question": "1"})
    assert "Quel est le seuil ?" in words_of(page)
    assert ANSWER_AGAIN in words_of(page)
    assert world.count(FactSeen, person_id=reader, value="60\u00a0euros") == 1
    assert TOLD not in words_of(client.go("learning.home"))


def test_what_nobody_asked_for_is_harmless(world: World) -> None:
    (reader,) = begin(world, 1)
    world.publish(threshold("60 euros"))
    client = world.signed_in(reader)
    odd: tuple[dict[str, str], ...] = ({"fait": "inconnu"}, {"fait": "x/y", "retour": "https://ailleurs.example"}, {"question": "99999"}, {"question": "é"})
    for fields in ({"fait": "", **fields} for fields in odd):
        client.go("changes.changes")
        client.submit("J’ai vu", follow=False, **fields)
        assert TOLD in words_of(client.go("learning.home"))


def test_a_visitor_is_told_nothing(world: World) -> None:
    assert world.app.test_client().get("/changements").status_code == 302


def test_the_attestation_says_until_when_its_holder_is_up_to_date(world: World) -> None:
    world.publish(threshold("40 euros"))
    person = world.graduate()
    client = world.signed_in(person)
    address = world.read(lambda session: session.scalar(select(Attestation.id).where(Attestation.person_id == person, Attestation.subject_id == "mod-un")))
    assert "À jour au" not in words_of(client.go("attestations.attestation", attestation_id=address))
    world.clock.pass_by(days=40)
    world.publish(threshold("60 euros"))
    client = world.signed_in(person)
    assert "À jour au24 novembre 2026" in words_of(client.go("attestations.attestation", attestation_id=address))
    client.go("changes.changes")
    client.submit("J’ai vu")
    assert "À jour au3 janvier 2027" in words_of(client.go("attestations.attestation", attestation_id=address))


def test_the_weekly_email_has_one_line_for_whoever_wants_it(world: World) -> None:
    wants, silent, seen = begin(world, 3)
    for person in (wants, seen):
        world.write(lambda session, person=person: email_preferences.accept(session, person, NEWS, world.clock.now()))
    assert world.read(lambda session: [line for line in course_news(session, world.clock.now(), None) if "→" in line[1].words]) == []
    world.publish(threshold("60 euros"))
    client = world.signed_in(seen)
    client.go("changes.changes")
    client.submit("J’ai vu")
    world.clock.pass_by(days=1)
    lines = world.read(lambda session: [line for line in course_news(session, world.clock.now(), None) if "→" in line[1].words])
    assert [person for person, _ in lines] == [wants]
    assert str(lines[0][1].url).endswith("/changements")
    assert silent not in {person for person, _ in lines}


def test_nothing_is_asked_of_the_database_where_nothing_changed(world: World) -> None:
    (reader,) = begin(world, 1)
    client = world.signed_in(reader)
    client.go("learning.home")
    asked: list[str] = []
    with world.app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    client.go("learning.home")
    assert not [one for one in asked if "fact_" in one]


def test_off_it_leaves_no_trace_and_on_again_all_is_back(world: World) -> None:
    (reader,) = begin(world, 1)
    world.publish(threshold("60 euros"))
    client, settings = world.signed_in(reader), world.app.config["CROISEE"]
    world.app.config["CROISEE"] = replace(settings, features=f"{COMPLETE},-changes")
    assert TOLD not in words_of(client.go("learning.home"))
    assert TOLD not in words_of(client.go("review.review"))
    assert client.get("/changements").status_code == 404
    world.app.config["CROISEE"] = settings
    assert TOLD in words_of(client.go("learning.home"))
