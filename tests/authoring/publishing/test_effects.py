"""What review states before is what the records say after: counted here by hand, on the standings that the learner's pages read."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.assessment.attempts import services
from app.authoring.drafts.queries import WorkingText
from app.authoring.publishing import effects
from app.authoring.publishing.effects import PublicationEffect, effect_of, rereading_sentence, sentences
from app.content.store.queries import MAJOR, MINOR, NewText, course, course_with
from app.identity.models import Person
from app.identity.rules import Role
from app.record import everybody
from app.record.progress.models import MODULE, Enrolment
from app.record.progress.path_progress import PathProgress
from app.record.progress.rules import EventType, is_done
from tests.authoring.trainers import draft
from tests.record import courses
from tests.record.world import World, words_of


@pytest.fixture
def people(world: World, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Somebody who did everything, three in the middle, one who begins, one who has done nothing; read four at a time."""
    monkeypatch.setattr(everybody, "TOGETHER", 4)
    graduate = world.graduate()
    some = [world.person(f"Personne {number}") for number in range(5)]
    for person in some[:3]:
        world.finish(person, "un-a")
    world.finish(some[1], "un-a-quiz")
    world.finish(some[2], "un-b")
    world.look(some[3], "un-a")
    return [graduate, *some]


def stated(world: World, *texts: courses.Text, change: str = MAJOR) -> PublicationEffect:
    world.clock.pass_by(minutes=1)

    def work(session: Session) -> PublicationEffect:
        return effect(session, world, [WorkingText(identifier_of(path, text), 1, path, text, {}, None, None).new_text(change) for path, text in texts])

    return world.read(work)


def effect(session: Session, world: World, texts: list[NewText]) -> PublicationEffect:
    now, published = world.clock.now(), course(session)
    return effect_of(session, published, course_with(published, texts, now), [new.document_id for new in texts], now)


def identifier_of(path: str, text: str) -> str:
    return next(line.removeprefix("id : ") for line in text.splitlines() if line.startswith("id : ")) if "parcours" not in path else "paths"


def standings(world: World, people: list[int]) -> list[PathProgress]:
    return [world.standing(person) for person in people]


def counted(before: list[PathProgress], after: list[PathProgress], changed: list[str]) -> dict[str, Counter[str]]:
    """What differs, person by person."""
    found: dict[str, Counter[str]] = {name: Counter() for name in ("finished", "arriving", "rereading", "relieved")}
    for was, now in zip(before, after, strict=True):
        for news in set(now.news) - set(was.news):
            found["arriving" if news.added else "rereading"][news.element_id] += 1
        found["relieved"].update(set(was.path_elements()) - set(now.path_elements()))
        for identifier in changed:
            done = was.module_completed_on(identifier) is not None if identifier in was.course.modules else is_done(identifier, was.progress)
            found["finished"][identifier] += done
    return {name: +counter for name, counter in found.items()}


def compare(world: World, people: list[int], *texts: courses.Text, change: str = MAJOR) -> PublicationEffect:
    """State the effect, publish, and compare."""
    said = stated(world, *texts, change=change)
    before = standings(world, people)
    world.publish(*texts, change=change)
    after = counted(before, standings(world, people), [identifier_of(*text) for text in texts])
    assert {name: +getattr(said, name) for name in after} == after
    assert not +said.lost
    return said


def test_a_lesson_to_read_again(world: World, people: list[int]) -> None:
    found = compare(world, people, courses.rewritten(courses.lesson("un-a", quiz="un-a-quiz")))
    assert (found.finished["un-a"], found.begun["un-a"], found.rereading["un-a"]) == (4, 1, 4)


def test_a_minor_change_tells_nobody(world: World, people: list[int]) -> None:
    found = compare(world, people, courses.rewritten(courses.lesson("un-a", quiz="un-a-quiz")), change=MINOR)
    assert not found.rereading


def test_a_module_with_one_more_lesson(world: World, people: list[int]) -> None:
    """Those who had finished have finished; everybody sees the new one as news."""
    world.publish(courses.lesson("un-c"))
    found = compare(world, people, courses.module("mod-un", ["un-a", "un-b", "un-c"]))
    assert found.finished["mod-un"] == 1
    assert found.arriving == Counter({"un-c": 6})


def test_a_module_with_one_lesson_less(world: World, people: list[int]) -> None:
    found = compare(world, people, courses.module("mod-un", ["un-a"]))
    assert found.relieved == Counter({"un-b": 4})
    assert found.kept == Counter({"un-b": 2})


def test_a_lesson_and_its_quiz_in_turn(world: World, people: list[int]) -> None:
    compare(world, people, courses.lesson("un-b", optional=True))
    compare(world, people, courses.lesson("un-b"))
    compare(world, people, courses.path(["mod-un"]))
    compare(world, people, courses.path(["mod-deux", "mod-un"]))


def test_other_words_are_counted_as_standings_are(world: World, people: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    """A closed account and whoever is on no path but a module are in neither count."""
    alone, texts = (
        world.person("Zoé Ailleurs"),
        (courses.rewritten(courses.lesson("un-a", quiz="un-a-quiz")), courses.quiz("un-a-quiz", lesson="un-a", count=3)),
    )
    world.finish(alone, "un-a")

    def work(session: Session) -> None:
        session.get_one(Person, people[0]).active = False
        session.execute(update(Enrolment).where(Enrolment.person_id == alone).values(path_id=f"{MODULE}mod-un"))

    world.write(work)
    quick = stated(world, *texts)
    monkeypatch.setattr(effects, "_only_words", lambda *_: False)
    assert quick == stated(world, *texts)
    assert (quick.finished["un-a"], quick.rereading["un-a"], quick.finished["un-a-quiz"]) == (3, 3, 1)


def test_open_attempts_keep_their_text(world: World, people: list[int]) -> None:
    world.do(lambda session, published, person, now: services.start_attempt(session, published, person, "deux-a-quiz", seed=1, now=now), people[1])
    assert stated(world, courses.quiz("deux-a-quiz", lesson="deux-a", count=3)).open_attempts == 1
    assert stated(world, courses.quiz("un-a-quiz", lesson="un-a", count=3)).open_attempts == 0


def test_whoever_was_waived_has_done_it(world: World, people: list[int]) -> None:
    manager = world.person("Rose Ponsable", role=Role.MANAGER, enrolled=False)
    world.decide(people[4], "un-b", EventType.WAIVED, manager)
    compare(world, people, courses.rewritten(courses.lesson("un-b")))


PLANS = st.lists(
    st.sampled_from(["un-a optional", "un-a", "un-b optional", "un-b", "module short", "module long", "path one", "path two", "rewrite un-a"]),
    min_size=1,
    max_size=5,
)
TEXTS = {
    "un-a optional": courses.lesson("un-a", quiz="un-a-quiz", optional=True),
    "un-a": courses.lesson("un-a", quiz="un-a-quiz"),
    "un-b optional": courses.lesson("un-b", optional=True),
    "un-b": courses.lesson("un-b"),
    "module short": courses.module("mod-un", ["un-b"]),
    "module long": courses.module("mod-un", ["un-b", "un-a"]),
    "path one": courses.path(["mod-un"]),
    "path two": courses.path(["mod-un", "mod-deux"]),
    "rewrite un-a": courses.rewritten(courses.lesson("un-a", quiz="un-a-quiz")),
}


@given(PLANS, st.sampled_from([MAJOR, MINOR]))
@settings(max_examples=8)
def test_whatever_is_published_in_whatever_order(world: World, people: list[int], plan: list[str], change: str) -> None:
    for step in plan:
        compare(world, people, TEXTS[step], change=change)


# --- In words --------------------------------------------------------------------------------------------------------


def test_the_words(world: World, people: list[int]) -> None:
    trainer = world.signed_in(world.person("Théo Formateur", role=Role.TRAINER, enrolled=False))
    author = world.read(lambda session: max(people) + 1)
    draft(world, author, "un-a", lambda text: courses.rewritten(("", text))[1])
    said = words_of(trainer.see("/atelier/documents/un-a/relecture"))
    assert "« Leçon un-a » : 4 personnes l’ont terminé : rien ne leur sera retiré ; 1 personne l’a commencé." in said
    assert "4 personnes qui l’ont terminé verront la mention « à relire »." in said


def test_a_companion_s_mention_is_said_with_its_title(world: World, people: list[int]) -> None:
    author = world.person("Théo Formateur", role=Role.TRAINER, enrolled=False)
    draft(world, author, "un-a", lambda text: f"{text}\nUn mot.\n")
    draft(world, author, "un-b", lambda text: courses.rewritten(("", text))[1])
    said = words_of(world.signed_in(author).see("/atelier/documents/un-a/relecture?avec=un-b"))
    assert "« Leçon un-b » : 2 personnes verront la mention « à relire »." in said
    assert "4 personnes qui l’ont terminé verront la mention « à relire »." in said


def test_another_word_of_a_source_names_the_lessons_whose_notes_change(world: World) -> None:
    line = "[^{0}]: Titre, éditeur, 2024, <https://example.org/{0}> (catégorie : presse ; lu : original ; vérifié : 2026-11)\n"
    world.publish(("modules/sources.md", line.format("une") + line.format("deux")), courses.lesson("un-a", body="Un fait.[^une]"))
    author = world.person("Théo Formateur", role=Role.TRAINER, enrolled=False)
    draft(world, author, "sources", lambda text: text.replace("lu : original", "lu : copie", 1))
    assert "Les notes de 1 leçon changent : « Leçon un-a »." in words_of(world.signed_in(author).see("/atelier/documents/sources/relecture"))
    other = world.person("Une Formatrice", role=Role.TRAINER, enrolled=False)
    draft(world, other, "sources", lambda text: f"Une introduction.\n\n{text}".replace("deux]: Titre", "deux]: Autre titre"))
    assert "Aucune leçon publiée n’appelle une source qui change." in words_of(world.signed_in(other).see("/atelier/documents/sources/relecture"))


NEW = (
    courses.module("neuf", ["neuf-a", "neuf-b"], title="Un module neuf"),
    courses.lesson("neuf-a", module="neuf", quiz="neuf-quiz"),
    courses.lesson("neuf-b", module="neuf"),
    courses.quiz("neuf-quiz", lesson="neuf-a"),
)


@pytest.mark.parametrize(
    ("path", "said"),
    [
        (("mod-un", "mod-deux", "neuf"), "« Un module neuf » : 6 personnes verront un module nouveau, de 3 étapes, que leur parcours demande."),
        (("mod-un", "mod-deux"), "« Un module neuf » : 6 personnes verront un module nouveau, que leur parcours ne demande pas."),
        ((), "« Un module neuf » n’est dans aucun parcours : personne ne le verra sur le sien."),
    ],
)
def test_a_new_module_is_said_once(world: World, people: list[int], path: tuple[str, ...], said: str) -> None:
    """Asked for, offered, or nowhere: one sentence, whatever it holds, counted as everybody's own page will show it."""
    texts = (*NEW, *([courses.path(["mod-un", "mod-deux", "neuf"], required=path)] if path else []))
    before = world.course()
    found = stated(world, *texts)
    seen = [one.path.module_ids for one in standings(world, people)]
    world.publish_together(*texts)
    assert [each.replace("\u202f", " ").replace("\xa0", " ") for each in sentences(found, before, replace(world.course(), sources=before.sources))] == [said]
    alone = sentences(PublicationEffect(coming=Counter(neuf=1)), before, world.course())
    assert "1 personne verra un module nouveau, de 3 étapes, que son parcours demande." in alone[0].replace("\u202f", " ").replace("\xa0", " ")
    coming = sum("neuf" in one.path.module_ids and "neuf" not in was for one, was in zip(standings(world, people), seen, strict=True))
    assert max(found.coming["neuf"], found.offered["neuf"]) == coming


def test_nobody_yet(world: World) -> None:
    world.person()
    found = world.read(lambda session: effect(session, world, [WorkingText("un-b", 1, *courses.lesson("un-b"), {}, None, None).new_text(MAJOR)]))
    assert sentences(found, world.course(), world.course()) == ("Personne n’a encore commencé ce qui change.",)
    assert rereading_sentence(found.rereading["un-b"]) == "Personne ne l’a encore terminé."
