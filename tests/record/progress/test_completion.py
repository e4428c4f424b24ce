"""What peers lost their users' trust by: completion that is wrong, moves or vanishes. One test for each thread that applies here.

The numbers are those of the study of peers, §3.1; those on edits of the course are in test_edits. Rows 9 (SCORM) and 3 (reminders) have
their features elsewhere.
"""

from __future__ import annotations

import tracemalloc
from fractions import Fraction

from sqlalchemy import insert, select

from app.content.store.queries import course
from app.record import ledger, services
from app.record.progress.models import Attestation, ElementState, LearningEvent
from app.record.progress.rules import EventType, Progress, ProgressState
from tests.record import courses
from tests.record.courses import SMALL
from tests.record.world import World, words_of
from tests.words import LESSON_READ, PATH_FINISHED


def test_04_a_decision_outranks_what_follows_until_it_is_revoked(either: World) -> None:
    """mod_hvp#508: an automatic rule overwrote a manual decision."""
    person, trainer = either.person(), either.person("Un Formateur")
    either.decide(person, "un-a-quiz", EventType.WAIVED, trainer)
    either.take(person, "un-a-quiz", share=0)
    assert either.state(person, "un-a-quiz") == ProgressState.WAIVED
    either.take(person, "un-a-quiz")
    assert either.state(person, "un-a-quiz") == ProgressState.WAIVED
    either.decide(person, "un-a-quiz", EventType.OVERRIDE_REVOKED, trainer)
    assert either.state(person, "un-a-quiz") == ProgressState.COMPLETE_PASS


def test_05_each_row_says_one_thing_and_says_it_once(world: World) -> None:
    """logstore_xapi#834: « completed » was sent when the state was reset."""
    person = world.person()
    world.look(person, "un-a")
    for _ in range(3):
        world.finish(person, "un-a")
        world.look(person, "un-a")
    assert world.events(person, "un-a") == [EventType.VIEWED, EventType.READ]


def test_06_what_completes_an_element_is_printed_before_it_starts(world: World) -> None:
    """frappe/lms#2101: nobody can tell what marks a lesson done."""
    world.person()
    client = world.client()
    lesson = client.see("/lecons/un-a")
    assert "Cette leçon est terminée quand vous cliquez sur « J’ai lu cette leçon »." in words_of(lesson)
    assert lesson.form(LESSON_READ)["action"] == "/lecons/un-a/lue"
    assert "Ce quiz est terminé quand vous l’avez réussi." in words_of(client.see("/quiz/un-a-quiz"))
    world.publish(courses.quiz("un-a-quiz", lesson="un-a", criterion="remis"))
    assert "Ce quiz est terminé quand vous l’avez envoyé, quel que soit le résultat." in words_of(client.see("/quiz/un-a-quiz"))


def test_07_opening_and_scrolling_alone_complete_nothing(world: World) -> None:
    """frappe/lms#568: 33 % although everything was opened; it depended on scrolling."""
    person = world.person()
    for element in SMALL:
        world.look(person, element)
    assert world.progress(person) == Progress(0, 6)
    assert {world.state(person, element) for element in SMALL} == {ProgressState.IN_PROGRESS}


def test_08_the_button_is_named_on_the_home_table_as_what_is_left(world: World) -> None:
    """frappe/lms PR #270: with a button only, people forgot it. Here « Reprendre » leads back to the lesson that lacks it, and to where it was left."""
    person = world.person()
    world.look(person, "un-a")
    client = world.client()
    client.see("/lecons/un-a")
    form = client.page.form("/repere")
    client.post(form["action"], data={**form["fields"], "anchor": "fin"})
    home = client.see("/")
    assert "Leçon un-a" in words_of(home)
    assert home.link("Reprendre") == "/lecons/un-a#fin"


def test_12_the_attestation_comes_in_the_answer_that_completes(either: World) -> None:
    """chamilo-lms#3011: the certificate appears only after a page reload."""
    person = either.person()
    for element in SMALL[:2]:
        either.finish(person, element)
    client = either.client()
    client.see("/lecons/un-b")
    page = client.submit(LESSON_READ)
    assert "« Module mod-un » est terminé : voici votre attestation." in words_of(page)
    assert client.see(page.link("votre attestation")).h1 == "Attestation : Module mod-un"
    assert either.count(Attestation) == 1


def test_13_what_is_left_is_always_named(world: World) -> None:
    """MicrosoftDocs#2925: 99 % with nothing left to do. Even what moved to another module since."""
    person = world.person()
    for element in ("un-a", "un-a-quiz"):
        world.finish(person, element)
    world.publish(courses.module("mod-deux", ["deux-a", "un-b"], quiz="deux-final"), courses.module("mod-un", ["un-a"]))
    client = world.client()
    page = client.see("/modules/mod-un")
    assert "2 étapes sur 3" in words_of(page)
    assert page.link("Continuer ce module") == "/lecons/un-b"
    for element in ("un-b", "deux-a", "deux-a-quiz"):
        world.finish(person, element)
    assert "Quiz deux-final" in words_of(client.see("/"))
    assert world.progress(person) == Progress(5, 6)


def test_14_16_replaying_the_ledger_gives_what_is_shown(either: World) -> None:
    """MicrosoftDocs#1074, #2161: ticks vanish; 0 % on a completed module."""
    person = either.graduate()
    shown = either.projection(person)
    either.write(lambda session: session.query(ElementState).delete())
    assert either.write(ledger.rebuild_states) == 6
    assert either.projection(person) == shown
    assert either.read(lambda session: ledger.find_differences(session, course(session))) == []


def test_18_an_attestation_can_be_computed_again_from_the_ledger(world: World) -> None:
    """MicrosoftDocs#2503: points not credited."""
    person = world.graduate()
    issued = world.read(lambda session: [(row.subject_id, row.completed_at, row.content_version) for row in session.scalars(select(Attestation))])
    world.write(lambda session: session.query(Attestation).delete())
    world.write(lambda session: session.query(ElementState).delete())
    world.write(ledger.rebuild_states)
    world.do(services.attest, person)
    again = world.read(lambda session: [(row.subject_id, row.completed_at, row.content_version) for row in session.scalars(select(Attestation))])
    assert sorted(again) == sorted(issued)
    assert {subject for subject, *_ in again} == {"mod-un", "mod-deux", "acculturation"}


def test_19_a_module_without_any_element_blocks_nobody(world: World) -> None:
    """edx-platform PR #27622: an empty unit made 100 % impossible."""
    world.publish(courses.module("mod-vide", []), courses.path(["mod-un", "mod-vide", "mod-deux"]))
    person = world.graduate()
    assert world.progress(person) == Progress(6, 6)
    assert "Module terminé" not in words_of(world.client().see("/modules/mod-vide"))


def test_20_the_end_is_said(world: World) -> None:
    """openedx-platform#34131: nothing says that the course is over."""
    world.graduate()
    home = world.client().see("/")
    assert PATH_FINISHED in words_of(home)
    assert home.link("Voir mon attestation").startswith("/attestations/")


def test_21_every_required_element_is_reached_from_the_home_table(world: World) -> None:
    """oli-torus#3784: unreachable pages counted."""
    person = world.person()
    client = world.client()
    for _ in SMALL:
        home = client.see("/")
        target = home.step("Reprendre" if "Reprendre" in words_of(home) else "Commencer")
        assert client.see(target)
        element = target.split("/")[-1]
        assert element == world.standing(person).next_id
        world.finish(person, element)
    assert world.progress(person).complete


def test_22_23_nothing_goes_above_the_whole(world: World) -> None:
    """105 %, 103 %: elements done without being asked, optional ones, ones done twice."""
    world.publish(courses.lesson("un-c", optional=True), courses.module("mod-un", ["un-a", "un-b", "un-c"]))
    person = world.graduate()
    world.finish(person, "un-c")
    world.take(person, "un-a-quiz")
    world.publish(courses.rewritten(courses.lesson("un-b")), change="à relire")
    world.finish(person, "un-b")
    assert world.progress(person) == Progress(6, 6)


def test_27_figures_come_with_words(world: World) -> None:
    """kolibri#15227: a progress display that confuses."""
    person = world.person()
    for element in SMALL[:4]:
        world.finish(person, element)
    assert "Le parcours : 4 étapes sur 6" in words_of(world.client().see("/"))


def test_28_a_state_only_climbs(world: World) -> None:
    """kolibri#1355: mastery reached, then back to « in progress », last right answer erased."""
    person = world.person()
    world.take(person, "un-a-quiz")
    for share in (0, 0.5, 0):
        world.take(person, "un-a-quiz", share=share)
        mine = world.standing(person).progress["un-a-quiz"]
        assert (mine.state, mine.best) == (ProgressState.COMPLETE_PASS, Fraction(1))


def test_30_the_ledger_is_the_same_row_for_row_after_a_rebuild(either: World) -> None:
    """kolibri#8869: after an upgrade, no attempts for completed work. (Migrations: tests/test_migrations.py.)"""
    either.graduate()
    digest = either.read(ledger.ledger_digest)
    either.write(ledger.rebuild_states)
    assert either.read(ledger.ledger_digest) == digest
    assert either.count(LearningEvent, event="passed") == 3


def test_the_digest_of_ten_times_as_many_rows_takes_no_more_room(either: World) -> None:
    """A backup of 10,000 people held their whole ledger, and was killed where memory is small."""
    person = either.person()

    def peak(rows: int, first: int) -> int:
        common = {"person_id": person, "element_id": "un-a", "event": "viewed", "at": either.clock.now(), "source": "web"}
        either.write(lambda session: session.execute(insert(LearningEvent), [{**common, "idempotency_key": f"k{first + n}"} for n in range(rows)]))
        either.read(ledger.ledger_digest)
        tracemalloc.start()
        either.read(ledger.ledger_digest)
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    few = peak(1_000, 0)
    assert peak(9_000, 1_000) < few + 1_000_000


def test_12b_a_lesson_says_it_where_it_was_read(world: World) -> None:
    """The page opens at what follows the lesson: what is said at its top would be out of sight."""
    world.person()
    for element in ("un-a", "un-a-quiz"):
        world.finish(1, element)
    client = world.client()
    client.see("/lecons/un-b")
    page = client.submit(LESSON_READ)
    told = "« Module mod-un » est terminé : voici votre attestation."
    suite = next(section for section in page.all("section") if section.get("id") == "suite")
    assert told in page.text_of(suite).replace("\u202f", " ").replace("\u00a0", " ")
    assert words_of(page).count(told) == 1
