"""Who is told what changed of what they learned: everybody who learned the old value and did not see the new one, once; nobody else."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from app.content.store.facts import Change, FactChange
from app.content.store.queries import course
from app.record import facts
from app.record.fact_rules import LearnedValue, is_told, known_until, value_at, value_held
from app.record.progress.rules import EventType
from tests.content.publishing import publish
from tests.record import courses
from tests.record.thresholds import threshold
from tests.record.world import World

BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
VALUES = ("40 euros", "60 euros", "90 euros")


def test_a_document_tells_the_new_value_from_the_moment_of_its_change() -> None:
    changed = [Change("seuil", "a", VALUES[0], VALUES[1], BEGINNING)]
    assert value_at(changed, BEGINNING - timedelta(seconds=1), VALUES[1]) == VALUES[0]
    assert value_at(changed, BEGINNING, VALUES[1]) == VALUES[1]


# --- The rule, against a model that is played step by step ---

steps = st.lists(
    st.one_of(
        st.tuples(st.just("publish"), st.sampled_from(("a", "b")), st.sampled_from(("", *VALUES))),
        st.tuples(st.just("read"), st.sampled_from(("a", "b")), st.integers(0, 2)),
        st.tuples(st.just("see"), st.just(""), st.integers(0, 2)),
    ),
    max_size=30,
)


@given(steps, st.sampled_from(VALUES))
def test_whoever_holds_another_value_is_told_until_they_see_it(script: Sequence[tuple[str, str, object]], first: str) -> None:
    """One fact in two documents that always tell the same, unless one tells nothing; three people."""
    now, present = {"a": first, "b": first}, first
    held, changes, learned = {}, [], {person: [] for person in range(3)}  # type: ignore[var-annotated]
    finished: list[tuple[int, str, datetime]] = []
    for place, (verb, document, what) in enumerate(script):
        at = BEGINNING + timedelta(hours=place)
        if verb == "publish":
            for each in ("a", "b") if what else (document,):
                new = str(what) if what and (now[each] or each == document) else "" if each == document else now[each]
                if new != now[each]:
                    changes.append(Change("seuil", each, now[each], new, at))
                    now[each] = new
        elif verb == "read":
            finished.append((int(str(what)), document, at))
            held[what] = now[document] or held.get(what, "")
        elif any(now.values()):
            value = now["a"] or now["b"]
            learned[what].append(LearnedValue(at, value))
            held[what] = value
        present = now["a"] or now["b"]
        for person in range(3):
            told = [
                LearnedValue(when, value_at([each for each in changes if each.document_id == where], when, now[where]))
                for who, where, when in finished
                if who == person
            ]
            value = value_held([*told, *learned[person]])
            assert value == held.get(person, "")
            assert is_told("seuil", value, present) == bool(held.get(person) and present and held[person] != present)


def test_one_is_up_to_date_until_the_first_change_that_one_does_not_know() -> None:
    days = [BEGINNING + timedelta(days=day) for day in range(3)]
    assert known_until([]) is None
    assert known_until([(days[0], True), (days[1], True)]) == days[1]
    assert known_until([(days[2], True), (days[1], False), (days[0], True)]) == days[0]
    assert known_until([(days[0], False), (days[1], True)]) is None


# --- The same through the services and the database, against a query of our own ---

LAST_TEXT = """
SELECT e.person_id FROM learning_event e JOIN person p ON p.id = e.person_id AND p.active
WHERE e.event IN ('read', 'attended') AND e.element_id = 'un-b' AND e.at < :changed
AND NOT EXISTS (SELECT 1 FROM learning_event n WHERE n.person_id = e.person_id AND n.element_id = 'un-b' AND n.event = 'read' AND n.at >= :changed)
AND NOT EXISTS (SELECT 1 FROM fact_seen s WHERE s.person_id = e.person_id AND s.fact_id = 'seuil' AND s.at >= :changed)
GROUP BY e.person_id ORDER BY e.person_id
"""


def told_people(world: World) -> list[int]:
    def work(session):  # type: ignore[no-untyped-def]
        people = [number for (number,) in session.execute(text("SELECT id FROM person ORDER BY id"))]
        now = world.clock.now()
        together = sorted({person for person, _ in facts.told_together(session, course(session), people, now)})
        assert together == [person for person in people if facts.told_to(session, course(session), person, now)]
        return together

    return list(world.read(work))


def change_moment(world: World) -> datetime:
    return world.read(lambda session: session.query(FactChange).order_by(FactChange.id.desc()).first()).at  # type: ignore[no-any-return,attr-defined]


def test_the_exact_set_is_that_of_an_independent_query(either: World) -> None:
    either.publish(threshold("40 euros"))
    readers, others = [either.person(f"Lectrice {number}") for number in range(6)], [either.person(f"Autre {number}") for number in range(2)]
    for person in readers:
        either.finish(person, "un-b")
    either.look(others[0], "un-b")
    either.decide(others[1], "un-b", EventType.WAIVED, readers[0])
    assert told_people(either) == []
    either.publish(threshold("40 €"))  # typography
    assert told_people(either) == []
    either.publish(threshold("60 euros"))
    assert told_people(either) == readers
    either.finish(readers[0], "un-b")
    either.do(facts.see, readers[1], ["seuil"])
    changed = change_moment(either)
    wanted = either.read(lambda session: [row[0] for row in session.execute(text(LAST_TEXT), {"changed": changed.replace(tzinfo=None).isoformat(" ")})])
    assert told_people(either) == wanted == readers[2:]
    standing = either.read(lambda session: facts.standings(session, course(session), either.clock.now()))
    assert [(each.knowing, each.concerned) for each in standing] == [(2, 6)]
    either.publish(threshold("40 euros"))  # back before the others saw anything: they were right all along
    assert told_people(either) == readers[:2]


def test_any_sequence_of_publications_readings_and_looks(world: World) -> None:
    """Two lessons that tell one fact, five people, sixty acts drawn once for all, against what each of them holds, kept by hand."""
    chance = random.Random(43)
    world.publish_together(threshold("40 euros"), threshold("40 euros", "deux-a", "mod-deux"))
    people = [world.person(f"Personne {number}") for number in range(5)]
    told, held, now = dict.fromkeys(people, False), dict.fromkeys(people, ""), {"un-b": "40 euros", "deux-a": "40 euros"}
    for _ in range(60):
        verb, person, lesson = chance.choice(("publish", "read", "read", "see")), chance.choice(people), chance.choice(("un-b", "deux-a"))
        if verb == "publish":
            value = chance.choice(("40 euros", "60 euros", "90 euros"))
            gone = chance.random() < 0.2 and all(now.values())
            now = {each: "" if gone and each == lesson else value for each in now}
            world.publish_together(threshold(now["un-b"]), threshold(now["deux-a"], "deux-a", "mod-deux"))
        elif verb == "read":
            before = world.count(facts.LearningEvent, event="read")
            world.finish(person, lesson)
            if world.count(facts.LearningEvent, event="read") > before:  # the same version twice is one reading
                held[person] = now[lesson] or held[person]
        else:
            world.do(facts.see, person, ["seuil"])
            held[person] = held[person] and next(filter(None, now.values()))  # who never learned it has nothing to see
        present = next(filter(None, now.values()))
        told = {each: bool(held[each]) and held[each] != present for each in people}
        assert told_people(world) == [each for each in people if told[each]]


def test_a_withdrawn_lesson_taught_all_the_same(world: World) -> None:
    world.publish_together(threshold("40 euros"), threshold("40 euros", "deux-a", "mod-deux"))
    person = world.person()
    world.finish(person, "un-b")
    world.withdraw("un-b")
    assert told_people(world) == []
    world.publish(threshold("60 euros", "deux-a", "mod-deux"))
    assert told_people(world) == [person]
    world.withdraw("deux-a")  # nothing tells it any more: there is nothing to learn
    assert told_people(world) == []


def test_a_name_given_to_what_was_told_makes_its_readers_know_it(world: World) -> None:
    path, unnamed = threshold("40 euros")
    world.publish((path, unnamed.replace("{fait:seuil}", "").replace("**", "")))
    person = world.person()
    world.finish(person, "un-b")
    world.publish((path, unnamed))
    world.publish(threshold("60 euros"))
    assert told_people(world) == [person]


def test_a_key_is_told_to_whoever_answered_rightly_by_the_old_one(world: World) -> None:
    right, wrong, open_one = (world.person(name) for name in ("Juste Réponse", "Fausse Réponse", "Tentative Ouverte"))
    world.take(right, "un-a-quiz", 1)
    world.take(wrong, "un-a-quiz", 0)
    path, written = courses.quiz("un-a-quiz", lesson="un-a")
    moved = written.replace("- [x] Juste 1\n- [ ] Fausse 1", "- [ ] Juste 1\n- [x] Fausse 1")
    world.publish((path, moved))
    assert told_people(world) == [right]
    told = world.read(lambda session: facts.told_to(session, course(session), right, world.clock.now()))
    assert [(each.before, each.after, each.sentence) for each in told] == [("Juste 1", "Fausse 1", "Question un-a-quiz 1 ?")]
    world.take(open_one, "un-a-quiz", 1)
    assert told_people(world) == [right]


def test_a_change_is_told_for_a_year(world: World) -> None:
    world.publish(threshold("40 euros"))
    person = world.person()
    world.finish(person, "un-b")
    world.publish(threshold("60 euros"))
    world.clock.pass_by(days=364)
    assert told_people(world) == [person]
    world.clock.pass_by(days=2)
    assert told_people(world) == []


def test_the_sentence_and_its_author_are_kept_with_the_change(world: World) -> None:
    author = world.person("Théo Formateur")
    world.publish(threshold("40 euros"))
    path, written = threshold("60 euros")
    world.write(lambda session: publish(session, path, written, author_id=author, now=world.clock.now()))
    row = world.read(lambda session: session.query(FactChange).order_by(FactChange.id.desc()).first())  # type: ignore[attr-defined]
    assert (row.fact_id, row.document_id, row.author_id, row.at) == ("seuil", "un-b", author, world.clock.now())
