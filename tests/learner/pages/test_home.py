"""The learner's table and a module: never a dead end, what is under way and what waits, how long and by when, the map."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from app.assessment.attempts import results, services
from app.content.store.queries import course
from app.identity.models import Membership, Scope, Territory
from app.identity.rules import Level, Role
from app.platform.french import day_of
from app.record.progress.models import Cohort, CohortMember, ReadingPlace
from app.record.progress.rules import EventType
from tests.identity.builders import statements
from tests.record import courses
from tests.record.world import World, words_of
from tests.words import PATH_FINISHED, RETAKE_MISSED, TAKE_QUIZ_AGAIN

MARKED = """
## Première question ? {#premiere}

- [x] Juste
- [ ] Fausse

Leçon : un-a#fin

## Seconde question ? {#deuxieme}

- [x] Juste
- [ ] Fausse

Leçon : un-a#fin
"""


@pytest.fixture
def limited(world: World) -> World:
    """The first quiz is taken once, and says where its answers are taught."""
    world.publish(courses.quiz("un-a-quiz", lesson="un-a", questions=MARKED, tentatives=1))
    return world


def fail(world: World) -> int:
    """Inès, who has used up the attempts at the first quiz."""
    person = world.person()
    world.finish(person, "un-a")
    world.take(person, "un-a-quiz", share=0)
    return person


def request(world: World, person: int) -> None:
    now = world.clock.pass_by(minutes=1)
    world.write(lambda session: results.request_attempt(session, course(session), person, "un-a-quiz", message="", now=now))


def cohort(world: World, person: int, *trainers: int, due: int | None = None) -> None:
    """A cohort where the person learns; `due` in days from now."""
    today = day_of(world.clock.now())

    def work(session: Session) -> None:
        one = Cohort(name="Groupe", path_id="acculturation", starts_on=today, due_on=None if due is None else today + timedelta(days=due))
        session.add(one)
        session.flush()
        session.add_all(CohortMember(cohort_id=one.id, person_id=who, trainer=who != person) for who in (person, *trainers))

    world.write(work)


# --- What waits ------------------------------------------------------------------------------------------------------


def test_what_waits_is_skipped_and_named_with_who_answers_and_since_when(limited: World) -> None:
    person, trainer = fail(limited), limited.person("Thomas Delvigne", role=Role.TRAINER)
    cohort(limited, person, trainer)
    client = limited.client()
    seen = words_of(client.see("/"))
    assert client.page.link("Reprendre") == "/lecons/un-b"
    assert "Quiz un-a-quiz : il ne vous reste aucune tentative depuis le 24 novembre 2026, et vous n’en avez pas demandé d’autre." in seen
    assert client.page.link("Demandez une tentative de plus") == "/quiz/un-a-quiz#demande"
    request(limited, person)
    limited.clock.pass_by(days=6)
    seen = words_of(client.see("/"))
    assert "vous avez demandé une tentative de plus le 24 novembre 2026, il y a 6 jours. La réponse viendra de Thomas Delvigne." in seen
    assert client.page.link("Reprendre") == "/lecons/un-b"


def test_meanwhile_one_reads_again_and_practises(limited: World) -> None:
    fail(limited)
    client = limited.client()
    seen = words_of(client.see("/"))
    assert "Relisez ce passage : Seconde partie Leçon un-a" in seen
    assert client.page.link("Seconde partie") == "/lecons/un-a#fin"
    assert client.submit(RETAKE_MISSED).h1.startswith("Question 1")


def test_when_all_that_is_left_waits_the_page_says_so(limited: World) -> None:
    person = fail(limited)
    for element in ("un-b", "deux-a", "deux-a-quiz", "deux-final"):
        limited.finish(person, element)
    client = limited.client()
    seen = words_of(client.see("/"))
    assert "Tout ce qui dépend de vous est fait" in seen
    assert PATH_FINISHED not in seen
    assert "par semaine" not in seen
    module = words_of(client.see("/modules/mod-un"))
    assert "Quiz un-a-quiz : plus de tentative. Le reste de ce module est fait." in module


def test_a_module_where_all_that_is_left_waits_leads_on(limited: World) -> None:
    person = fail(limited)
    limited.finish(person, "un-b")
    client = limited.client()
    client.see("/modules/mod-un")
    assert client.page.link("Continuer : Leçon deux-a") == "/lecons/deux-a"


def test_an_attempt_that_is_given_is_what_comes_next(limited: World) -> None:
    person, trainer = fail(limited), limited.person("Thomas Delvigne", role=Role.TRAINER)
    now = limited.clock.pass_by(minutes=1)
    limited.write(lambda session: results.grant_attempt(session, course(session), person, "un-a-quiz", actor_id=trainer, reason="Oui.", now=now))
    client = limited.client()
    seen = words_of(client.see("/"))
    assert "En attente" not in seen
    assert client.page.link(TAKE_QUIZ_AGAIN) == "/quiz/un-a-quiz"


@pytest.mark.parametrize(("place", "named"), [("cite", "Nora Proche ou Max Loin"), ("region", "Max Loin"), (None, "l’administration du site")])
def test_without_a_trainer_the_nearest_managers_answer(limited: World, place: str | None, named: str) -> None:
    person = fail(limited)
    near, far = limited.person("Nora Proche", role=Role.MANAGER), limited.person("Max Loin", role=Role.MANAGER)
    today = day_of(limited.clock.now())

    def work(session: Session) -> None:
        session.add_all([Territory(id="region", level=Level.REGION, name="Région"), Territory(id="cite", level=Level.CITE, name="Cité", parent_id="region")])
        session.flush()
        session.add_all([Scope(person_id=near, territory_id="cite"), Scope(person_id=far, territory_id="region")])
        if place:
            session.add(Membership(person_id=person, territory_id=place, started_on=today))

    limited.write(work)
    assert f"la réponse viendra de {named}." in words_of(limited.client().see("/"))


# --- Under way, failed -----------------------------------------------------------------------------------------------


def begin(world: World, person: int, quiz: str, answers: int = 0) -> int:
    now = world.clock.pass_by(minutes=1)
    attempt = world.write(lambda session: services.start_attempt(session, course(session), person, quiz, seed=7, now=now).id)
    for position, form in world.answers(person, attempt)[:answers]:
        world.write(lambda session, position=position, form=form: services.save_answer(session, person, attempt, position, form, key=f"k{position}", now=now))
    return attempt


def test_an_attempt_under_way_is_named_with_its_question_even_out_of_the_order(world: World) -> None:
    person = world.person()
    first, last = begin(world, person, "deux-a-quiz"), begin(world, person, "deux-final", answers=1)
    client = world.client()
    seen = words_of(client.see("/"))
    assert "Quiz commencé le 24 novembre 2026 : vous en êtes à la question 2 sur 2." in seen
    assert client.page.link("Reprendre à la question 2") == f"/tentatives/{last}/questions/2"
    assert "Ensuite, sur votre parcours : Leçon un-a, leçon." in seen
    assert "Autre quiz commencé Quiz deux-a-quiz question 1 sur 2" in seen
    assert client.page.link("Quiz deux-a-quiz") == f"/tentatives/{first}/questions/1"


def test_a_done_quiz_taken_again_does_not_hold_up_what_comes_next(world: World) -> None:
    person = world.person()
    world.finish(person, "un-a")
    world.finish(person, "un-a-quiz")
    begin(world, person, "un-a-quiz")
    client = world.client()
    assert "Autre quiz commencé" in words_of(client.see("/"))
    assert client.page.link("Reprendre") == "/lecons/un-b"


@pytest.mark.parametrize("path", ["/", "/modules/mod-un"])
def test_a_failed_quiz_says_so_and_what_to_read_before_the_next_try(world: World, path: str) -> None:
    world.publish(courses.quiz("un-a-quiz", lesson="un-a", questions=MARKED))
    fail(world)
    client = world.client()
    seen = words_of(client.see(path))
    assert "Quiz manqué : 0 %, il fallait 70 %. Relisez ce passage, puis recommencez : Seconde partie Leçon un-a" in seen
    assert client.page.step(TAKE_QUIZ_AGAIN) == "/quiz/un-a-quiz"
    assert client.submit(TAKE_QUIZ_AGAIN).h1.startswith("Question 1"), "no page of rules between"


# --- Time ------------------------------------------------------------------------------------------------------------


def test_time_left_counts_lessons_and_quizzes(world: World) -> None:
    """Three lessons of ten minutes, three quizzes of two questions: thirty-six minutes, said as forty."""
    world.person()
    client = world.client()
    assert "Le parcours : 0 étape sur 6, encore 40 minutes environ." in words_of(client.see("/"))
    assert "encore 25 minutes environ, quiz compris" in words_of(client.see("/modules/mod-un"))


@pytest.mark.parametrize(
    ("due", "said"),
    [
        (
            -20,
            ("Vous êtes en retard de 20 jours : l’échéance était le 4 novembre 2026.", "6 étapes 40 minutes suffisent pour finir d’ici le 1er décembre 2026."),
        ),
        (30, ("À terminer pour le 24 décembre 2026.", "2 étapes 20 minutes par semaine suffisent pour finir le 8 décembre 2026.")),
        (None, ("6 étapes 40 minutes suffisent pour finir d’ici le 1er décembre 2026.",)),
    ],
)
def test_lateness_is_said_with_a_pace_that_holds(world: World, due: int | None, said: tuple[str, ...]) -> None:
    cohort(world, world.person(), due=due)
    words = words_of(world.client().see("/"))
    assert all(one in words for one in said), words


def test_too_much_for_too_little_time_is_not_said_to_be_enough(world: World) -> None:
    world.publish(courses.lesson("un-b", minutes=600))
    cohort(world, world.person(), due=3)
    assert "Il faudrait 10 h 30 pour finir d’ici le 27 novembre 2026." in words_of(world.client().see("/"))


def test_whoever_has_finished_is_late_for_nothing(world: World) -> None:
    cohort(world, world.graduate(), due=-20)
    assert "retard" not in words_of(world.client().see("/"))


# --- The map ---------------------------------------------------------------------------------------------------------


def test_the_map_follows_the_order_of_travel_and_each_station_leads_to_its_element(world: World) -> None:
    person = world.person()
    world.finish(person, "un-a")
    client = world.client()
    page = client.see("/")
    assert re.findall(r"([12]) Module (mod-un|mod-deux)", words_of(page)) == [("1", "mod-un"), ("2", "mod-deux")]
    stations = [(link.get("href"), page.text_of(link)) for track in page.all("ol") if track.get("class") == "track" for link in track.iter("a")]
    assert [address for address, _ in stations] == [f"/{'lecons' if one in world.course().lessons else 'quiz'}/{one}" for one in courses.SMALL]
    assert stations[0][1].replace("\u202f", " ") == "Leçon un-a, leçon : terminé"


def test_a_keyboard_and_a_screen_reader_meet_no_station(world: World) -> None:
    """The page of the module has them in a list."""
    world.person()
    page = world.client().see("/")
    tracks = [track for track in page.all("ol") if track.get("class") == "track"]
    assert tracks
    assert all(track.get("aria-hidden") == "true" for track in tracks)
    assert all(link.get("tabindex") == "-1" for track in tracks for link in track.iter("a"))
    button = next(link for link in page.all("a") if page.text_of(link) == "Commencer")
    assert button.get("aria-label", "").replace("\u202f", " ") == "Commencer : Leçon un-a"


def test_the_crossing_fills_as_the_path_does(world: World) -> None:
    person = world.person()
    client = world.client()
    assert 'stroke-dasharray="0.0 37.7"' in client.get("/").text
    for element in ("un-a", "un-a-quiz", "un-b"):
        world.finish(person, element)
    assert 'stroke-dasharray="18.9 37.7"' in client.get("/").text
    for element in ("deux-a", "deux-a-quiz", "deux-final"):
        world.finish(person, element)
    assert "crossing-full" in client.get("/").text


@pytest.mark.parametrize("path", ["/", "/modules/mod-un"])
def test_a_lesson_begun_reopens_where_one_stopped_and_a_finished_one_at_its_top(world: World, path: str) -> None:
    person = world.person()
    world.look(person, "un-a")
    world.write(lambda session: session.add(ReadingPlace(person_id=person, lesson_id="un-a", anchor="fin", at=world.clock.now())))
    client = world.client()
    assert 'href="/lecons/un-a#fin"' in client.get(path).text
    world.finish(person, "un-a")
    assert "un-a#fin" not in client.get(path).text


# --- What it costs ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/modules/mod-un"])
def test_statements_do_not_grow_with_elements_attempts_and_requests(limited: World, path: str) -> None:
    person = fail(limited)
    client = limited.client()

    def cost() -> int:
        client.see(path)
        with statements(limited.app) as sent:
            client.see(path)
        return len(sent)

    begin(limited, person, "deux-a-quiz")
    before = cost()
    more = [f"plus-{number}" for number in range(8)]
    limited.publish_together(
        courses.module("mod-un", ["un-a", "un-b", *more]),
        *(courses.lesson(one, quiz=f"{one}-quiz") for one in more),
        *(courses.quiz(f"{one}-quiz", lesson=one, tentatives=1) for one in more),
    )
    for one in more[:4]:
        limited.take(person, f"{one}-quiz", share=0)
    for one in more[4:]:
        begin(limited, person, f"{one}-quiz")
    assert cost() == before


def test_a_waived_quiz_waits_for_nobody(limited: World) -> None:
    person, trainer = fail(limited), limited.person("Un Formateur", role=Role.TRAINER)
    limited.decide(person, "un-a-quiz", EventType.WAIVED, trainer)
    assert "En attente" not in words_of(limited.client().see("/"))
