"""A path that keeps some steps of its modules, another that takes them whole, and whoever goes from one to the other."""

from __future__ import annotations

from app.content.checks import check_citations
from app.content.documents.index import CourseIndex, count
from app.content.documents.reader import read_document
from app.content.store.queries import course
from app.platform.db import db
from app.record import enrolment, services
from app.record.progress.models import MODULE, Enrolment, PathDemand
from app.record.progress.queries import attestations_held
from app.record.progress.rules import Progress
from tests.record import courses
from tests.record.courses import two_paths
from tests.record.world import World, words_of


def test_a_short_path_asks_for_what_it_keeps_in_the_order_of_its_modules(world: World) -> None:
    world.publish(two_paths())
    person = world.person()
    mine = world.standing(person)
    assert (mine.path.id, mine.path_elements(), mine.next_id) == ("court", ("deux-a", "un-b"), "deux-a")
    assert world.progress(person) == Progress(0, 2)
    assert [mine.is_optional(each) for each in ("un-a", "un-b", "deux-final")] == [True, False, True]


def test_a_step_of_a_module_does_not_earn_the_module(world: World) -> None:
    world.publish(two_paths())
    person = world.person()
    for element in ("un-b", "deux-a"):
        world.finish(person, element)
    world.do(services.attest, person)
    assert world.read(lambda session: attestations_held(session, person)).keys() == {"court"}
    for element in ("un-a", "un-a-quiz"):
        world.finish(person, element)
    world.do(services.attest, person)
    assert world.read(lambda session: attestations_held(session, person)).keys() == {"court", "mod-un"}


def test_a_module_that_somebody_joined_asks_for_all_of_it_beside_a_short_path(world: World) -> None:
    world.publish(two_paths())
    person, now = world.person(), world.clock.now()
    pins = [[element, "mod-deux", now.isoformat()] for element in ("deux-a", "deux-final")]
    world.write(lambda session: session.add(Enrolment(person_id=person, path_id=f"{MODULE}mod-deux", enrolled_at=now, pins=pins)))
    assert [world.standing(person).module_progress(module) for module in ("mod-un", "mod-deux")] == [Progress(0, 1), Progress(0, 2)]


def test_whoever_followed_the_whole_course_keeps_it_when_a_shorter_path_becomes_the_first(either: World) -> None:
    person = either.person()
    either.finish(person, "un-a")
    either.publish(two_paths())
    assert (either.standing(person).path.id, either.progress(person)) == ("acculturation", Progress(1, 6))


def test_what_was_done_counts_on_the_other_path_and_back(either: World) -> None:
    either.publish(two_paths())
    person = either.person()
    joined = either.standing(person).enrolled_at
    either.finish(person, "un-b")
    client = either.client()
    home = client.see("/")
    assert "Le tout 6 étapes, dont 1 déjà faite" in words_of(home)
    client.submit("Suivre « Le tout »")
    assert (either.standing(person).path.id, either.progress(person)) == ("acculturation", Progress(1, 6))
    assert either.standing(person).enrolled_at == joined
    client.see("/")
    client.submit("Suivre « Le court »")
    assert (either.standing(person).path.id, either.progress(person)) == ("court", Progress(1, 2))
    assert either.count(Enrolment, person_id=person) == 1


def test_a_path_that_is_not_there_is_not_found(world: World) -> None:
    world.publish(two_paths())
    world.person()
    client = world.client()
    client.see("/")
    client.submit("Suivre « Le tout »", status=404, parcours="ailleurs")


def test_each_path_asks_for_its_own(world: World) -> None:
    world.publish(two_paths())
    with world.app.app_context():
        asked = {row.path_id: [element for element, _ in row.asked] for row in db.session.query(PathDemand)}
        assert asked["court"] == ["deux-a", "un-b"]
        assert len(asked["acculturation"]) == len(course(db.session).lessons) + len(course(db.session).quizzes)
        assert [path.id for path in enrolment.paths(course(db.session))] == ["court", "acculturation"]


def test_a_step_that_is_in_none_of_its_modules_is_told_with_its_line() -> None:
    readings = [read_document(*text) for text in (*courses.small(), courses.lesson("hors-a", module="mod-hors"), courses.module("mod-hors", ["hors-a"]))]
    index = CourseIndex([*readings[:-3], *readings[-2:], read_document(*two_paths("un-b, hors-a"))])
    assert [(each.code, each.line) for each in check_citations(index)] == [("E21", 4)]


def test_the_counts_say_how_long_each_path_is() -> None:
    readings = [read_document(*text) for text in (*courses.small()[:-1], two_paths())]
    found = {each["id"]: (each["steps"], each["minutes"]) for each in count(readings)["paths"]}
    assert found == {"court": (2, 20), "acculturation": (6, 36)}
