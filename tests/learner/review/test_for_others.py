"""What others see of reviews: managers that somebody reviews, trainers which questions are forgotten; nobody what was answered."""

from __future__ import annotations

from app.identity.rules import Role
from app.learner.review.rules import MISSES
from tests.administration.seeing import look_as
from tests.learner.review.reviewing import Reviewer, finish_before, finishing
from tests.record.world import World, words_of


def many(world: World, count: int, right: bool) -> None:
    for number in range(count):
        name = f"Personne {'abcdefgh'[number]}"
        person = world.person(name)
        finish_before(world, person, "un-a-quiz")
        reviewer = Reviewer(world, person, world.client(name))
        reviewer.session(right)


def test_trainers_see_what_is_forgotten_from_five_people_on(world: World) -> None:
    world.person("Un Formateur", role=Role.TRAINER)
    many(world, 4, right=False)
    trainer = world.client("Un Formateur")
    assert "Ce qui s’oublie" not in trainer.see("/atelier/statistiques").text
    finishing(world).session(right=False)
    page = words_of(trainer.see("/atelier/statistiques"))
    assert "Ce qui s’oublie le plus" in page
    assert "manquée 100 fois sur 100, 5 personnes" in page
    assert "Inès" not in page
    assert "convoque" not in page, "one person answered it"
    world.clock.pass_by(days=181)
    assert "Ce qui s’oublie" not in world.client("Un Formateur").see("/atelier/statistiques").text


def test_trainers_are_told_of_a_withdrawn_question_without_a_name(reviewer: Reviewer) -> None:
    reviewer.world.person("Un Formateur", role=Role.TRAINER)
    for _ in range(MISSES):
        reviewer.session(right=False)
        reviewer.later(days=8)
    page = reviewer.world.client("Un Formateur").see("/atelier/messages")
    assert "Retirées de la révision" in words_of(page)
    assert "par moins de cinq personnes" in words_of(page)
    assert "Inès" not in page.html
    assert "/atelier/" in page.link("Qui convoque le comité ?")


def test_managers_see_that_somebody_reviews_and_never_what(reviewer: Reviewer) -> None:
    reviewer.world.person("Une Admin", role=Role.ADMINISTRATOR)
    admin, path = reviewer.world.client("Une Admin"), f"/pilotage/personnes/{reviewer.person}"
    assert "dernière révision" not in admin.see(path).text
    reviewer.session(right=False)
    page = words_of(admin.see(path))
    assert "dernière révision le 24 novembre 2026" in page
    assert "convoque" not in page
    copy = words_of(admin.see(f"/administration/personnes/{reviewer.person}/donnees"))
    assert "lisible par la personne seule" in copy
    assert "Le recteur" not in copy


def test_nor_voir_comme(reviewer: Reviewer) -> None:
    reviewer.session(right=False)
    reviewer.world.person("Ada Min", role=Role.ADMINISTRATOR)
    admin = reviewer.world.client("Ada Min")
    look_as(admin, reviewer.person)
    for path in ("/revision", "/revision/question", "/revision/memoire", "/revision/entrainement", f"/revision/reponses/{reviewer.logs()[0].id}"):
        assert "n’est montré qu’à lui" in words_of(admin.see(path, 404))
